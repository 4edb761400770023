import { expect } from 'chai'
import { lirs } from '../../../../plugins/strategies/lirs/index.ts'
import { RecencyGhosts } from '../../../../plugins/strategies/lirs/recency-ghosts.ts'
import type { StrategyFactory } from '../../../../src/domain/index.ts'
import { forEachSeed, strategyContract } from '../../../contracts/index.ts'
import { referenceLirs } from '../../../contracts/reference-lirs.ts'
import { hitPercent, Replay } from '../../../fixtures/replay.ts'

/** With room for all ghosts from the start, so that none is lost before the model loses it. */
const roomy: StrategyFactory = {
  name: 'lirs',
  create: (context) => {
    const strategy = lirs.create({ ...context, slots: 2_048, maxEntries: 2_048 })
    strategy.grow = () => {}
    return strategy
  },
}

strategyContract({ describe, it }, lirs)
strategyContract({ describe, it }, roomy, { model: referenceLirs })

describe('lirs', () => {
  it('evicts what the paper evicts, in a full cache of any size', () => {
    forEachSeed(12, (random) => {
      const maxEntries = 1 + random.below(300)
      const actual = new Replay(roomy, { maxEntries })
      const expected = new Replay(referenceLirs, { maxEntries })
      for (let i = 0; i < 3_000; i++) {
        const key = Math.floor(600 * random.next() ** 3)
        actual.read(key)
        expected.read(key)
      }
      expect(actual.evicted).to.deep.equal(expected.evicted)
    })
  })

  it('keeps the first part of a loop that is longer than the cache', () => {
    const loop = Array.from({ length: 20_000 }, (_, i) => i % 1_000)
    expect(hitPercent(lirs, loop, 200)).to.be.closeTo(19.8 * 0.95, 0.1)
  })

  it('remembers an evicted key no longer than two ghosts an entry last', () => {
    const ghosts = new RecencyGhosts(100)
    ghosts.reserve(1_000)
    for (let print = 1; print <= 10_000; print++) ghosts.add(print * 0x9e37, print)
    let remembered = 0
    for (let print = 1; print <= 10_000; print++) if (ghosts.take(print * 0x9e37) !== 0) remembered += 1
    expect(remembered).to.be.within(100, 128)
  })

  it('overwrites the ghost used longest ago, and returns the time of one', () => {
    const ghosts = new RecencyGhosts(1)
    ghosts.reserve(1)
    for (const time of [9, 1, 2, 3, 4, 5, 6, 7]) ghosts.add(time, time)
    ghosts.add(99, 8)
    expect([1, 9, 99, 99].map((print) => ghosts.take(print))).to.deep.equal([0, 9, 8, 0])
  })
})
