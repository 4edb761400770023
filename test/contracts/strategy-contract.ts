import { strict as assert } from 'node:assert'
import type { Slot, StrategyFactory } from '../../src/domain/index.ts'
import { forEachSeed } from './random.ts'
import type { TestRunner } from './runner.ts'
import { randomOperation, StrategyDriver } from './strategy-driver.ts'

/** What the suite may be told about a strategy. */
export interface StrategyContractOptions {
  /** The same strategy written plainly: both must then evict the same slots in the same order. */
  readonly model?: StrategyFactory
  /** Random runs per test. Default 40. */
  readonly seeds?: number
  /** Operations per random run. Default 400. */
  readonly operations?: number
}

/**
 * What every eviction strategy promises, whatever it prefers: a victim is always an entry that is held, none is
 * forgotten, and a slot that was freed starts anew.
 *
 * @example
 * import { describe, it } from 'node:test'
 * import { strategyContract } from 'hitherto/testing'
 * strategyContract({ describe, it }, myStrategy)
 */
export function strategyContract(
  { describe, it }: TestRunner,
  factory: StrategyFactory,
  { model, seeds = 40, operations = 400 }: StrategyContractOptions = {},
): void {
  const filled = (count: number) => {
    const driver = new StrategyDriver(factory)
    const slots = Array.from({ length: count }, (_, i) => driver.insert({ deadline: i, fingerprint: i }))
    return { driver, slots }
  }

  describe(`the strategy ${factory.name} keeps the contract of strategies`, () => {
    it('has the name of its factory', () => {
      assert.equal(new StrategyDriver(factory).strategy.name, factory.name)
    })

    it('names nobody while it holds nobody', () => {
      const driver = new StrategyDriver(factory)
      assert.equal(driver.strategy.victim(), 0)
      driver.remove(driver.insert())
      assert.equal(driver.strategy.victim(), 0)
    })

    it('names each entry once until none is left', () => {
      const { driver, slots } = filled(100)
      assert.deepEqual(driver.drain().sort(byNumber), slots)
    })

    it('never names an entry that left, from the front, the middle or the end', () => {
      const { driver, slots } = filled(20)
      const gone = [slots[0], slots[9], slots[19]] as Slot[]
      for (const slot of gone) driver.remove(slot)
      const left = slots.filter((slot) => !gone.includes(slot))
      assert.deepEqual(driver.drain().sort(byNumber), left)
    })

    it('takes a slot that is used again for a new entry', () => {
      const { driver, slots } = filled(10)
      for (let round = 0; round < 50; round++) {
        driver.touch(slots[3] as Slot)
        driver.remove(slots[3] as Slot)
        assert.equal(driver.insert({ fingerprint: round }), slots[3])
      }
      assert.deepEqual(driver.drain().sort(byNumber), slots)
    })

    it('loses nobody when hits and new values come often', () => {
      const { driver, slots } = filled(30)
      for (let round = 0; round < 10; round++) {
        for (const slot of slots) driver.touch(slot)
        for (const slot of slots) driver.renew(slot, { deadline: round * slot, weight: round + 1 })
      }
      assert.deepEqual(driver.drain().sort(byNumber), slots)
    })

    it('works with room for one entry and its successor', () => {
      const driver = new StrategyDriver(factory, { slots: 3, maxEntries: 1 })
      driver.insert({ deadline: 0 })
      for (let i = 1; i <= 50; i++) {
        driver.insert({ deadline: i, fingerprint: i })
        driver.evict()
        assert.equal(driver.entries.size, 1)
      }
      assert.equal(driver.drain().length, 1)
    })

    it('keeps its order when it grows', () => {
      const { driver: grown } = filled(6)
      const { driver: other } = filled(6)
      grown.grow()
      grown.grow()
      assert.deepEqual(grown.drain(), other.drain())
    })

    it('evicts the same entries for the same operations', () => {
      forEachSeed(Math.ceil(seeds / 4), (random) => {
        compare(new StrategyDriver(factory), new StrategyDriver(factory), random, operations)
      })
    })

    it('names only held entries, each of them in the end, after any operations', () => {
      forEachSeed(seeds, (random) => {
        const mostEntries = 1 + random.below(60)
        const driver = new StrategyDriver(factory, { slots: 4, maxEntries: mostEntries })
        for (let i = 0; i < operations; i++) {
          randomOperation(random, [...driver.entries.keys()], mostEntries)(driver)
        }
        const held = [...driver.entries.keys()].sort(byNumber)
        assert.deepEqual(driver.drain().sort(byNumber), held)
      })
    })

    if (model === undefined) return
    it(`evicts what ${model.name} evicts`, () => {
      forEachSeed(seeds, (random) => {
        compare(new StrategyDriver(factory), new StrategyDriver(model), random, operations)
      })
    })
  })
}

function byNumber(a: number, b: number): number {
  return a - b
}

/** Puts the same operations to both, then drains both. */
function compare(
  actual: StrategyDriver,
  expected: StrategyDriver,
  random: Parameters<typeof randomOperation>[0],
  operations: number,
): void {
  const mostEntries = 1 + random.below(60)
  for (let i = 0; i < operations; i++) {
    const operation = randomOperation(random, [...expected.entries.keys()], mostEntries)
    const evicted = operation(expected)
    assert.equal(operation(actual), evicted, `operation ${i}`)
  }
  assert.deepEqual(actual.drain(), expected.drain())
}
