import { expect } from 'chai'
import { arc } from '../../../../plugins/strategies/arc/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceArc } from '../../../contracts/reference-arc.ts'
import { hitPercent, Replay } from '../../../fixtures/replay.ts'
import { trace } from '../../../fixtures/trace.ts'

strategyContract({ describe, it }, arc, { model: referenceArc })

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('arc', () => {
  it('keeps who was used twice while keys that are used once pass by', () => {
    const replay = new Replay(arc, { maxEntries: 20 })
    const twice = numbers(0, 10)
    for (const key of [...twice, ...twice, ...numbers(100, 1_000)]) replay.read(key)
    expect(twice.every((key) => replay.has(key))).to.equal(true)
  })

  it('learns to favour recency when keys come back soon after they were evicted', () => {
    const replay = new Replay(arc, { maxEntries: 20 })
    const twice = numbers(0, 20)
    for (const key of [...twice, ...twice]) replay.read(key)
    const before = replay.hits
    for (let key = 100; key < 1_000; key++) for (const again of [key, key - 5]) replay.read(again)
    expect(twice.some((key) => replay.has(key))).to.equal(false)
    expect(replay.hits - before).to.be.above(800)
  })

  it('has the hit ratio of the pseudo code in the paper, on a trace of a web shop', () => {
    expect(hitPercent(arc, trace('cache2k-web07'), 1_024)).to.be.closeTo(53.21, 0.01)
    expect(hitPercent(arc, trace('cache2k-web12'), 688)).to.be.closeTo(62.71, 0.01)
  })
})
