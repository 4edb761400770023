import { expect } from 'chai'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { wTinyLfu } from '../../../../../plugins/strategies/w-tinylfu/index.ts'
import { forEachSeed, seededRandom, strategyContract } from '../../../../contracts/index.ts'
import { hitPercent, Replay } from '../../../../fixtures/replay.ts'
import { trace } from '../../../../fixtures/trace.ts'

strategyContract({ describe, it }, wTinyLfu)

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

/** Each key twice, `distance` keys apart, and never again. */
const twice = (count: number, distance: number) =>
  times(count, (i) => (i % 2 === 0 ? i / 2 : Math.max(0, (i - 1) / 2 - distance)))
const loop = (count: number, length: number, from = 1e6) => times(count, (i) => from + (i % length))
/** A few keys often, many seldom. */
const skewed = (count: number, keys: number, seed: number) => {
  const random = seededRandom(seed)
  return times(count, () => 2e6 + Math.floor(keys * random.next() ** 4))
}

describe('w-tinylfu', () => {
  it('is at most a point below lru where keys are used again soon and then never', () => {
    for (const distance of [10, 40, 70, 95]) {
      const keys = twice(60_000, distance)
      expect(hitPercent(wTinyLfu, keys, 200)).to.be.above(hitPercent(lru, keys, 200) - 1, `${distance}`)
    }
  })

  it('keeps most of what fits of a loop, also of one fifteen times its size', () => {
    for (const [length, best] of [
      [250, 80],
      [1_000, 20],
      [3_000, 6.6],
    ] as const) {
      const percent = hitPercent(wTinyLfu, loop(100_000, length), 200)
      expect(percent).to.be.above(0.75 * best, `${length}`)
    }
  })

  it('keeps the popular while scans pass by', () => {
    const popular = skewed(60_000, 2_000, 1)
    const keys = popular.flatMap((key, i) => (i % 2 === 0 ? [key, i] : [key]))
    expect(hitPercent(wTinyLfu, keys, 200)).to.be.above(hitPercent(lru, keys, 200) + 4)
  })

  it('finds its way back when the pattern turns over and back', () => {
    const keys = [...skewed(60_000, 2_000, 2), ...twice(60_000, 100), ...loop(60_000, 1_000)]
    const parts = [keys, keys.map((key) => key + 1e8)].flat()
    expect(hitPercent(wTinyLfu, parts, 200)).to.be.above(hitPercent(lru, parts, 200) + 4)
  })

  it('has far more hits than lru on traces of a web shop', () => {
    expect(hitPercent(wTinyLfu, trace('cache2k-web07'), 1_024)).to.be.above(53.5)
    expect(hitPercent(wTinyLfu, trace('cache2k-web12'), 688)).to.be.above(64)
  })

  it('finds its window also where bytes are the bound, far below the number of entries', () => {
    const bounds = { maxEntries: 100_000, maxBytes: 200 }
    for (const [keys, percent] of [
      [twice(60_000, 80), 45],
      [loop(60_000, 1_000), 15],
    ] as const) {
      const replay = new Replay(wTinyLfu, bounds)
      for (const key of keys) replay.read(key)
      expect(replay.hitPercent).to.be.above(percent)
    }
  })

  it('keeps its bound whatever is read, written and deleted', () => {
    forEachSeed(10, (random) => {
      const bounds = { maxEntries: 1 + random.below(400), maxBytes: 1_000 + random.below(2_000) }
      const replay = new Replay(wTinyLfu, bounds)
      for (let i = 0; i < 3_000; i++) {
        const key = Math.floor(800 * random.next() ** 2)
        const act = random.below(12)
        if (act === 0) replay.delete(key)
        else if (act === 1) replay.write(key, 1 + random.below(20))
        else replay.read(key, 1 + random.below(20))
        expect(replay.size).to.be.at.most(bounds.maxEntries)
        expect(replay.bytes).to.be.at.most(bounds.maxBytes)
      }
    })
  })
})
