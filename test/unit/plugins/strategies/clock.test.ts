import { expect } from 'chai'
import { clock } from '../../../../plugins/strategies/clock/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceClock } from '../../../contracts/reference-clock.ts'
import { hitPercent, Replay } from '../../../fixtures/replay.ts'
import { trace } from '../../../fixtures/trace.ts'

strategyContract({ describe, it }, clock, { model: referenceClock })

describe('clock', () => {
  it('gives who was hit a second chance, and only one', () => {
    const replay = new Replay(clock, { maxEntries: 3 })
    for (const key of [1, 2, 3, 1, 4, 5, 6]) replay.read(key)
    expect(replay.evicted).to.deep.equal([2, 3, 1])
  })

  it('does not evict the newcomer when all others were hit', () => {
    const replay = new Replay(clock, { maxEntries: 3 })
    for (const key of [1, 2, 3, 1, 2, 3, 4]) replay.read(key)
    expect(replay.evicted).to.deep.equal([1])
  })

  it('takes off at most 16,384 marks for one victim, however many were hit', () => {
    const replay = new Replay(clock, { maxEntries: 20_000 })
    for (let key = 0; key < 40_000; key++) replay.read(key % 20_000)
    replay.read(20_000)
    expect(replay.evicted[0]).to.be.within(16_383, 16_384)
  })

  it('has the hit ratio of a plain ring of frames with one bit, on a trace of a web shop', () => {
    expect(hitPercent(clock, trace('cache2k-web07'), 1_024)).to.be.closeTo(51.16, 0.01)
    expect(hitPercent(clock, trace('cache2k-web12'), 688)).to.be.closeTo(60.83, 0.01)
  })
})
