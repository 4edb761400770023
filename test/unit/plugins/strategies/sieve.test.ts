import { expect } from 'chai'
import { sieve } from '../../../../plugins/strategies/sieve/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceSieve } from '../../../contracts/reference-sieve.ts'
import { hitPercent, Replay } from '../../../fixtures/replay.ts'
import { trace } from '../../../fixtures/trace.ts'

strategyContract({ describe, it }, sieve, { model: referenceSieve })

describe('sieve', () => {
  it('evicts as the example drawn in the paper does', () => {
    const replay = new Replay(sieve, { maxEntries: 7 })
    const letters = 'GFEDCBA'
    const keys = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
    for (const key of keys(letters)) replay.read(key)
    for (const key of keys('ABG')) replay.read(key)
    for (const key of keys('HADIBJ')) replay.read(key)
    expect(String.fromCharCode(...replay.evicted)).to.equal('FEC')
  })

  it('keeps who was hit while keys that are used once pass by', () => {
    const replay = new Replay(sieve, { maxEntries: 10 })
    for (const key of [1, 2, 3, 1, 2, 3]) replay.read(key)
    for (let key = 100; key < 115; key++) replay.read(key)
    expect([1, 2, 3].every((key) => replay.has(key))).to.equal(true)
  })

  it('does not evict the newcomer when all others were hit', () => {
    const replay = new Replay(sieve, { maxEntries: 3 })
    for (const key of [1, 2, 3, 1, 2, 3, 4]) replay.read(key)
    expect(replay.evicted).to.deep.equal([1])
  })

  it('takes off at most 16,384 marks for one victim, however many were hit', () => {
    const replay = new Replay(sieve, { maxEntries: 20_000 })
    for (let key = 0; key < 40_000; key++) replay.read(key % 20_000)
    replay.read(20_000)
    expect(replay.evicted[0]).to.be.within(16_383, 16_384)
  })

  it('has the hit ratio of the pseudo code in the paper, on a trace of a web shop', () => {
    expect(hitPercent(sieve, trace('cache2k-web07'), 1_024)).to.be.closeTo(53.44, 0.01)
    expect(hitPercent(sieve, trace('cache2k-web12'), 688)).to.be.closeTo(63.55, 0.01)
  })
})
