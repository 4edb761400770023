import { expect } from 'chai'
import { fifo } from '../../../../../plugins/strategies/fifo/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { sieve } from '../../../../../plugins/strategies/sieve/index.ts'
import { wTinyLfu } from '../../../../../plugins/strategies/w-tinylfu/index.ts'
import {
  capacityOf,
  optimalHits,
  replay,
  simulate,
  summarise,
  traceOf,
} from '../../../../../src/application/insight/simulator/index.ts'
import type { StrategyFactory } from '../../../../../src/domain/index.ts'
import { forEachSeed, type Random } from '../../../../contracts/index.ts'
import { hitPercent } from '../../../../fixtures/replay.ts'
import { trace } from '../../../../fixtures/trace.ts'

const randomKeys = (random: Random, count: number, keys: number) =>
  Array.from({ length: count }, () => Math.floor(keys * random.next() ** 2))

/** The most hits there can be, by trying at each access whether to hold its key until the next one. */
function bestOfAll(keys: readonly number[], capacity: number): number {
  const memo = new Map<string, number>()
  const from = (at: number, held: readonly number[]): number => {
    if (at === keys.length) return 0
    const state = `${at}:${held}`
    const known = memo.get(state)
    if (known !== undefined) return known
    const key = keys[at] as number
    const after = held.includes(key) ? held : [...held, key].sort((a, b) => a - b)
    const choices =
      after.length <= capacity ? [after] : after.map((out) => after.filter((other) => other !== out))
    const best = Math.max(...choices.map((choice) => from(at + 1, choice)))
    const hits = best + (held.includes(key) ? 1 : 0)
    memo.set(state, hits)
    return hits
  }
  return from(0, [])
}

/** Belady's rule with a search ahead for each entry. */
function optimumBySearch(keys: readonly number[], capacity: number): number {
  const held = new Set<number>()
  let hits = 0
  for (const [at, key] of keys.entries()) {
    const nextUse = (other: number) => {
      const next = keys.indexOf(other, at + 1)
      return next < 0 ? Number.POSITIVE_INFINITY : next
    }
    if (held.has(key)) hits += 1
    held.add(key)
    if (held.size > capacity) held.delete([...held].reduce((a, b) => (nextUse(b) > nextUse(a) ? b : a)))
  }
  return hits
}

describe('the optimum', () => {
  it('is what the best of all choices reaches', () => {
    forEachSeed(60, (random) => {
      const keys = randomKeys(random, 5 + random.below(20), 3 + random.below(6))
      const capacity = 1 + random.below(4)
      expect(optimalHits(traceOf(keys), capacity)).to.equal(bestOfAll(keys, capacity))
    })
  })

  it('is what a search ahead for the last used finds, on longer traces', () => {
    forEachSeed(6, (random) => {
      const keys = randomKeys(random, 1_500, 60)
      const capacity = 1 + random.below(20)
      expect(optimalHits(traceOf(keys), capacity)).to.equal(optimumBySearch(keys, capacity))
    })
  })

  it('is never below what a strategy has', () => {
    forEachSeed(10, (random) => {
      const keys = traceOf(randomKeys(random, 3_000, 300))
      const capacity = 1 + random.below(100)
      const best = optimalHits(keys, capacity)
      for (const factory of [lru, fifo, sieve, wTinyLfu])
        expect(replay(keys, factory, capacity)).to.be.at.most(best)
    })
  })

  it('of a loop is all but one of the entries in each round, and of one-time keys nothing', () => {
    expect(optimalHits(traceOf(Array.from({ length: 1_000 }, (_, i) => i % 100)), 10)).to.be.within(80, 90)
    expect(optimalHits(traceOf(Array.from({ length: 1_000 }, (_, i) => i)), 10)).to.equal(0)
  })

  it('of a cache with room for all keys is all but the first access to each', () => {
    forEachSeed(5, (random) => {
      const keys = traceOf(randomKeys(random, 1_000, 100))
      expect(optimalHits(keys, 100)).to.equal(1_000 - keys.distinct)
    })
  })
})

describe('a replay', () => {
  it('hits what a plain list of keys, the last used at the end, would hit', () => {
    forEachSeed(10, (random) => {
      const capacity = 1 + random.below(40)
      const keys = randomKeys(random, 2_000, 120)
      let list: number[] = []
      let hits = 0
      for (const key of keys) {
        if (list.includes(key)) hits += 1
        list = [...list.filter((other) => other !== key), key].slice(-capacity)
      }
      expect(replay(traceOf(keys), lru, capacity)).to.equal(hits)
    })
  })

  it('hits what the other replay of the tests hits', () => {
    const keys = trace('cache2k-web07')
    const hits = replay(traceOf(keys), lru, 1_024)
    expect((100 * hits) / keys.length).to.be.closeTo(hitPercent(lru, keys, 1_024), 1e-9)
  })

  it('is another run under another salt for a strategy that samples, and the same for one that does not', () => {
    const keys = traceOf(trace('cache2k-web12'))
    const hits = (factory: StrategyFactory) => [1, 2].map((salt) => replay(keys, factory, 500, { salt }))
    expect(new Set(hits(wTinyLfu)).size).to.equal(2)
    expect(new Set(hits(lru)).size).to.equal(1)
  })

  it('takes no memory for room that the trace cannot fill', () => {
    expect(replay(traceOf([1, 2, 1]), lru, 2 ** 40)).to.equal(1)
    expect(optimalHits(traceOf([1, 2, 1]), 2 ** 40)).to.equal(1)
  })

  it('refuses a victim that is not held', () => {
    const broken: StrategyFactory = {
      name: 'broken',
      create: (context) => Object.assign(lru.create(context), { victim: () => 0 }),
    }
    expect(() => replay(traceOf([1, 2, 3]), broken, 2)).to.throw(/"broken" .* slot 0/)
  })
})

describe('a simulation', () => {
  it('has the published hit ratios of lru, and the optimum, on a trace of a web shop', () => {
    const [result] = simulate(traceOf(trace('cache2k-web07')), { strategies: [lru], sizes: [1_024] })
    expect(result?.hitRatios.lru).to.be.closeTo(0.506, 0.0005)
    expect(result?.optimum).to.be.closeTo(0.637, 0.0005)
  })

  it('takes sizes as entries or as a part of the distinct keys', () => {
    const keys = traceOf(Array.from({ length: 200 }, (_, i) => i))
    const results = simulate(keys, { strategies: [lru], sizes: [7, '5%', '12', '0.1%'] })
    expect(results.map(({ capacity }) => capacity)).to.deep.equal([7, 10, 12, 1])
  })

  it('refuses a size that is none', () => {
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '', 'x', '-5%', '5 %%', '1.5', '0'])
      expect(() => capacityOf(size, 100), String(size)).to.throw(/^sizes: .* is no size/)
  })

  it('is summed up against a baseline', () => {
    const results = [
      { size: 1, capacity: 1, optimum: 0.8, hitRatios: { a: 0.5, b: 0.6 } },
      { size: 2, capacity: 2, optimum: 0, hitRatios: { a: 0, b: 0 } },
      { size: 3, capacity: 3, optimum: 1, hitRatios: { a: 1, b: 0.9 } },
    ]
    const [a, b] = summarise(results, 'a')
    expect(a).to.include({ strategy: 'a', meanHitRatio: 0.5, missesOfBaseline: 1, worstAgainstBaseline: 0 })
    expect(b?.meanOfOptimum).to.be.closeTo((0.75 + 0.9) / 2, 1e-9)
    expect(b?.missesOfBaseline).to.be.closeTo((0.8 + 1) / 2, 1e-9)
    expect(b?.worstAgainstBaseline).to.be.closeTo(-0.1, 1e-9)
  })
})
