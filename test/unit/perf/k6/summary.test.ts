import { expect } from 'chai'
import { createLedger } from '../../../../demo/ledger.ts'
import { doubts } from '../../../../perf/k6/runner/run-scenario.ts'
import { crossed, describeRun, type SummaryData, totalsOf } from '../../../../perf/k6/summary.ts'

const trend = (count: number, ms: number) => ({
  values: { count, med: ms, 'p(95)': 2 * ms, 'p(99)': 3 * ms, max: 4 * ms },
})

const data: SummaryData = {
  metrics: {
    requests: { values: { count: 1_500, rate: 30 } },
    'requests{framework:fastify}': { values: { count: 1_000, rate: 20 } },
    'hit_ratio{framework:fastify}': {
      values: { rate: 0.75, passes: 750, fails: 250 },
      thresholds: { 'rate>=0.5': { ok: true } },
    },
    'hit_ms{framework:fastify}': trend(750, 1.25),
    'miss_ms{framework:fastify}': trend(250, 10),
    'errors{framework:fastify}': { values: { count: 0 }, thresholds: { 'count==0': { ok: true } } },
    'dropped_iterations{framework:express}': { values: { count: 2, rate: 0.1 } },
    'requests{framework:express}': { values: { count: 500, rate: 10 } },
    'hit_ratio{framework:express}': {
      values: { rate: 0, passes: 0, fails: 500 },
      thresholds: { 'rate>=0.5': { ok: false } },
    },
    'hit_ms{framework:express}': trend(0, 0),
    'miss_ms{framework:express}': trend(497, 20),
    'errors{framework:express}': { values: { count: 3 }, thresholds: { 'count==0': { ok: false } } },
  },
}

describe('the summary of a load test', () => {
  it('keeps the servers apart', () => {
    const { fastify, express } = totalsOf(data)
    expect(fastify).to.deep.equal({
      requests: 1_000,
      hitRatio: 0.75,
      hits: { count: 750, p50: 1.25, p95: 2.5, p99: 3.75, max: 5 },
      misses: { count: 250, p50: 10, p95: 20, p99: 30, max: 40 },
      errors: 0,
      outdated: 0,
      purges: 0,
      unsent: 0,
    })
    expect(express).to.deep.include({ requests: 500, errors: 3, hits: { count: 0 } })
  })

  it('is one table for each server, and no latency where there was no answer', () => {
    const lines = describeRun('smoke', data).split('\n')
    const row = (name: string): string[] =>
      lines.filter((line) => line.startsWith(name)).map((line) => line.replace(/ +/g, ' '))
    expect(row('hits')).to.deep.equal(['hits 750 75.0 % 1.25 2.50 3.75 5.00', 'hits 0 0.0 % - - - -'])
    expect(row('misses')[0]).to.equal('misses 250 25.0 % 10.00 20.00 30.00 40.00')
    expect(row('in all')).to.deep.equal(['in all 1,000', 'in all 500'])
    expect(row('Hit ratio')).to.deep.equal([
      'Hit ratio 75.0 %, errors 0, changes 0, outdated answers 0, not sent for want of users 0.',
      'Hit ratio 0.0 %, errors 3, changes 0, outdated answers 0, not sent for want of users 2.',
    ])
  })

  it('names each threshold that was crossed, and no other', () => {
    const faults = ['hit_ratio{framework:express}: rate>=0.5', 'errors{framework:express}: count==0']
    expect(crossed(data)).to.deep.equal(faults)
    expect(describeRun('smoke', data)).to.include(`Thresholds crossed:\n  ${faults.join('\n  ')}`)
    expect(describeRun('smoke', { metrics: {} })).to.include('All thresholds hold.')
  })

  it('is doubted when the handlers ran more or less often than k6 saw misses, or when k6 sent nothing', () => {
    const ledger = createLedger()
    for (let run = 0; run < 250; run++) ledger.record('fastify', 'nearest', 1)
    for (let run = 0; run < 496; run++) ledger.record('express', 'report', 1)
    expect(doubts(totalsOf(data), ledger)).to.deep.equal([
      'The express handlers ran 496 times, but k6 saw 497 misses.',
    ])
    ledger.record('express', 'search', 1)
    expect(doubts(totalsOf(data), ledger)).to.deep.equal([])
    expect(doubts(totalsOf({ metrics: {} }), createLedger())).to.deep.equal([
      'k6 sent no request to fastify.',
      'k6 sent no request to express.',
    ])
  })
})
