import { expect } from 'chai'
import { lirs } from '../../../../../plugins/strategies/lirs/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { s3Fifo } from '../../../../../plugins/strategies/s3-fifo/index.ts'
import { wTinyLfu } from '../../../../../plugins/strategies/w-tinylfu/index.ts'
import {
  Miniatures,
  replay,
  SpatialSample,
  sampleSizeFor,
  traceOf,
} from '../../../../../src/application/insight/index.ts'
import type { Strategy, StrategyFactory } from '../../../../../src/domain/index.ts'
import { forEachSeed } from '../../../../contracts/index.ts'
import { fingerprintOf, joined, loopKeys, zipfKeys } from '../../../../fixtures/access-patterns.ts'
import { Replay } from '../../../../fixtures/replay.ts'
import { trace } from '../../../../fixtures/trace.ts'

const factories = [lru, s3Fifo, lirs, wTinyLfu]

/** `lru` until it is asked for its tenth victim. */
const faulty = (fault: () => number): StrategyFactory => ({
  name: 'faulty',
  create(context): Strategy {
    const strategy = lru.create(context)
    const victim = strategy.victim.bind(strategy)
    let asked = 0
    strategy.victim = () => {
      asked += 1
      return asked < 10 ? victim() : fault()
    }
    return strategy
  },
})

describe('miniatures', () => {
  it('hit what each strategy would have hit alone in a cache of that size', () => {
    forEachSeed(20, (random) => {
      const entries = 1 + random.below(40)
      const together = new Miniatures(factories, entries)
      const alone = factories.map((factory) => new Replay(factory, { maxEntries: entries }))
      const forget = (key: number) => {
        together.forget(fingerprintOf(key))
        for (const cache of alone) cache.delete(key)
      }
      const access = (key: number) => {
        together.access(fingerprintOf(key))
        for (const cache of alone) cache.read(key)
      }
      for (let i = 0; i < 2_000; i++) {
        const act = random.below(20) === 0 ? forget : access
        act(Math.floor(120 * random.next() ** 3))
      }
      expect(factories.map((_, i) => together.hitsOf(i))).to.deep.equal(alone.map(({ hits }) => hits))
    })
  })

  it('do not change each other', () => {
    const keys = Array.from(zipfKeys(5_000, 400, 0.9, 1), fingerprintOf)
    const together = new Miniatures(factories, 30)
    for (const print of keys) together.access(print)
    for (const [i, factory] of factories.entries()) {
      const alone = new Miniatures([factory], 30)
      for (const print of keys) alone.access(print)
      expect(alone.hitsOf(0)).to.equal(together.hitsOf(i))
    }
  })

  it('go on without a strategy that names a victim that is not there, or throws', () => {
    const faults = [() => 0, () => 9_999, () => -1, () => Number.NaN]
    const throwing = () => {
      throw new Error('no')
    }
    for (const fault of [...faults, throwing]) {
      const trial = new Miniatures([lru, faulty(fault), lru], 5)
      for (let i = 0; i < 3_000; i++) trial.access(fingerprintOf(i % 4 === 0 ? i : i % 6))
      for (let i = 0; i < 3_000; i++) trial.forget(fingerprintOf(i))
      for (let i = 0; i < 3_000; i++) trial.access(fingerprintOf(i % 4))
      expect([0, 1, 2].map((i) => trial.isBroken(i))).to.deep.equal([false, true, false])
      expect(trial.hitsOf(0)).to.equal(trial.hitsOf(2))
      expect(trial.hitsOf(0)).to.be.above(2_995)
      expect(trial.hitsOf(1)).to.be.below(100)
    }
  })

  it('tell strategies a fingerprint by slot, also of an entry that is leaving, and a weight', () => {
    const asked: boolean[] = []
    const asking: StrategyFactory = {
      name: 'asking',
      create(context) {
        const strategy = lru.create(context)
        const prints = new Map<number, number>()
        const ask = (slot: number) =>
          asked.push(context.fingerprint(slot) === prints.get(slot) && context.weight(slot) === 1)
        return {
          name: 'asking',
          fingerprints: true,
          grow: (slots) => strategy.grow(slots),
          insert(slot, print) {
            prints.set(slot, print)
            strategy.insert(slot, print, 1)
            ask(slot)
          },
          touch: ask,
          renew: ask,
          remove(slot) {
            ask(slot)
            strategy.remove(slot)
          },
          victim: () => strategy.victim(),
        }
      },
    }
    const trial = new Miniatures([asking], 10)
    for (const key of zipfKeys(500, 60, 0.8, 2)) trial.access(fingerprintOf(key))
    for (let key = 0; key < 60; key++) trial.forget(fingerprintOf(key))
    expect(asked.length).to.be.above(600)
    expect(asked.every((right) => right)).to.equal(true)
  })

  const cases: readonly (readonly [string, Uint32Array, number])[] = [
    ['a trace of a web shop', trace('cache2k-web07'), 1_024],
    ['skewed keys', zipfKeys(300_000, 20_000, 0.9, 3), 1_000],
    ['skewed keys and a loop', joined(zipfKeys(150_000, 20_000, 0.9, 4), loopKeys(150_000, 3_000)), 2_000],
  ]
  for (const [name, keys, capacity] of cases) {
    it(`show by how much strategies differ from lru on ${name}, to two points or a tenth`, () => {
      const { rate, groups, entries } = sampleSizeFor(capacity)
      const sample = new SpatialSample({ rate, groups, salt: 5 })
      const trials = Array.from({ length: groups }, () => new Miniatures(factories, entries))
      for (const key of keys) {
        const print = fingerprintOf(key)
        trials[sample.groupOf(print) - 1]?.access(print)
      }
      const sum = (of: (trial: Miniatures) => number) => trials.reduce((total, trial) => total + of(trial), 0)
      const whole = traceOf(keys)
      const base = replay(whole, lru, capacity)
      for (const [i, factory] of factories.entries()) {
        const gain = (replay(whole, factory, capacity) - base) / keys.length
        const shown = sum((trial) => trial.hitsOf(i) - trial.hitsOf(0)) / sum(({ accesses }) => accesses)
        expect(shown, factory.name).to.be.closeTo(gain, Math.max(0.02, 0.1 * Math.abs(gain)))
      }
    })
  }
})
