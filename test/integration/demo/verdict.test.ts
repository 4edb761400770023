import { expect } from 'chai'
import { parseOptions, UsageError } from '../../../demo/options.ts'
import { count, createTally, outcomeOf, type Tally, workOf } from '../../../demo/tally.ts'
import type { TrafficResult } from '../../../demo/traffic.ts'
import { explain, verdict } from '../../../demo/verdict.ts'

function result(part: Partial<TrafficResult>): TrafficResult {
  const good = { sent: 1, touches: 0, failed: 0, failures: [], outdated: 0, seconds: 1 }
  return {
    ...good,
    tallies: { 'fastify nearest': tallyOf('hit'), 'express search': tallyOf('hit') },
    ...part,
  }
}

function tallyOf(outcome: 'hit' | 'collapsed' | 'miss'): Tally {
  const tally = createTally()
  count(tally, { outcome, status: 200, ms: 1, workMs: 5 })
  return tally
}

describe('the verdict of the demo', () => {
  it('finds nothing wrong with a run that had hits and no failure', () => {
    expect(verdict(result({}))).to.deep.equal([])
  })

  it('names failures, a server without hits, and reports older than a change', () => {
    expect(verdict(result({ failed: 2, failures: ['why'] })).join())
      .to.include('2 requests failed')
      .and.include('why')
    const half = { 'fastify nearest': tallyOf('hit'), 'express nearest': tallyOf('miss') }
    expect(verdict(result({ tallies: half })).join()).to.equal(
      'Not one answer of the express server came from the cache.',
    )
    expect(verdict(result({ outdated: 1 })).join()).to.include('older than a change')
  })

  it('explains a taken port', () => {
    const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 3000 })
    expect(explain(taken)).to.include('Port 3000 is taken').and.not.include('at ')
  })
})

describe('what the demo reads from an answer', () => {
  it('tells hit, collapsed and miss apart', () => {
    expect(outcomeOf('hitherto; hit; ttl=59')).to.equal('hit')
    expect(outcomeOf('hitherto; hit; ttl=59; detail=collapsed')).to.equal('collapsed')
    expect(outcomeOf('hitherto; fwd=uri-miss; collapsed=?0')).to.equal('miss')
    expect(outcomeOf('hitherto; fwd=uri-miss; stored')).to.equal('miss')
    expect(outcomeOf('"hit"; fwd=bypass')).to.equal('miss')
    expect(outcomeOf(undefined)).to.equal('miss')
  })

  it('counts work as saved only when no handler ran for it', () => {
    expect(workOf('work;dur=12.50')).to.equal(12.5)
    expect(workOf(undefined)).to.equal(0)
    expect(
      [tallyOf('hit'), tallyOf('collapsed'), tallyOf('miss')].map(({ savedMs }) => savedMs),
    ).to.deep.equal([5, 5, 0])
  })
})

describe('the options of the demo', () => {
  it('have defaults', () => {
    expect(parseOptions([], {})).to.deep.equal({
      once: false,
      serve: false,
      help: false,
      requests: 5_000,
      port: 0,
      delayMs: 0,
    })
    expect(parseOptions(['--once', '--requests', '100'], { PORT: '3000' })).to.include({
      once: true,
      requests: 100,
      port: 3000,
    })
    expect(parseOptions(['--serve', '--delay', '20'], {})).to.include({ serve: true, delayMs: 20 })
  })

  it('refuse what makes no sense', () => {
    for (const args of [
      ['--requests', 'many'],
      ['--requests', '0'],
      ['--requests', '1.5'],
      ['--delay', '-1'],
      ['--once', '--serve'],
      ['--twice'],
      ['x'],
    ]) {
      expect(() => parseOptions(args, {}), args.join(' ')).to.throw(UsageError)
    }
    expect(() => parseOptions([], { PORT: '70000' })).to.throw(UsageError, 'PORT')
  })
})
