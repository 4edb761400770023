import { expect } from 'chai'
import { lfu } from '../../../../plugins/strategies/lfu/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceLfu } from '../../../contracts/reference-lfu.ts'
import { hitPercent, Replay } from '../../../fixtures/replay.ts'
import { trace } from '../../../fixtures/trace.ts'

strategyContract({ describe, it }, lfu, { model: referenceLfu })

describe('lfu', () => {
  it('keeps what was used often, though others were used since', () => {
    const replay = new Replay(lfu, { maxEntries: 3 })
    for (const key of [1, 1, 1, 2, 3, 4, 5]) replay.read(key)
    expect(replay.evicted).to.deep.equal([2, 3])
  })

  it('forgets an old favourite once newcomers have taken turns for long enough', () => {
    const replay = new Replay(lfu, { maxEntries: 3 })
    for (let i = 0; i < 1_000; i++) replay.read(1)
    for (let key = 2; key < 60; key++) replay.read(key)
    expect(replay.has(1)).to.equal(false)
  })

  it('is a mark above lru on traces of a web shop', () => {
    expect(hitPercent(lfu, trace('cache2k-web07'), 1_024)).to.be.above(53)
    expect(hitPercent(lfu, trace('cache2k-web12'), 688)).to.be.above(64.5)
  })
})
