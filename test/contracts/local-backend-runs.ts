import type { LocalSpace, Slot, StrategyFactory } from '../../src/domain/index.ts'
import { type LocalBackendFactory, LocalBackendRig } from './local-backend-rig.ts'
import { forEachSeed, type Random } from './random.ts'
import { referenceFifo, referenceLru, referenceTtl } from './reference-strategies.ts'
import type { TestRunner } from './runner.ts'

const STRATEGIES: readonly StrategyFactory[] = [referenceLru, referenceFifo, referenceTtl]
const LIFETIMES: readonly number[] = [1, 10, 1_000, 20_000, 2 ** 31, 2 ** 32, Number.POSITIVE_INFINITY]

/** Random operations against the model, compared after every step. */
export function randomRuns({ describe, it }: TestRunner, create: LocalBackendFactory, seeds: number): void {
  describe('any operations in any order', () => {
    it('leave what the model says, within bounds, after every step', () => {
      forEachSeed(seeds, (random) => {
        const bounds = {
          maxEntries: 1 + random.below(12),
          maxBytes: 200 + random.below(2_000),
          maxEntrySize: 300,
        }
        const rig = new LocalBackendRig(create, { bounds, strategy: random.pick(STRATEGIES) })
        const spaces = [rig.root, rig.store.space('one'), rig.store.space('two')]
        const tags = [rig.tag('a'), rig.tag('b'), rig.tag('c')]
        for (let step = 0; step < 120; step++) {
          operate(rig, random, random.pick(spaces), tags)
          rig.check()
        }
      })
    })
  })
}

type Tags = readonly ReturnType<LocalBackendRig['tag']>[]

function operate(rig: LocalBackendRig, random: Random, space: LocalSpace, tags: Tags): void {
  const { store, clock } = rig
  const key = `k${random.below(10)}`
  const held = space.index.get(key)
  switch (random.below(18)) {
    case 0:
      return clock.advance(random.pick([1, 9, 500, 9_999, 2 ** 30, 2 ** 31]))
    case 1:
      return void store.sweep(1 + random.below(8), clock.now(), (slot: Slot) => slot % 5 !== 0)
    case 2:
      return held === undefined ? undefined : store.remove(held, 'deleted')
    case 3:
      return held === undefined ? undefined : rig.expire(key, space)
    case 4:
      return random.below(4) === 0 ? store.clear() : undefined
    case 5:
      return reshape(rig, random)
    case 6:
      rig.epoch += random.pick([1, 1, 1, 2 ** 32])
      return
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
      return void rig.read(key, space)
    case 12:
      return held === undefined ? undefined : void store.hit(held, clock.now(), rig.epoch)
    default:
      rig.put(key, randomRecord(random, tags), space)
  }
}

function randomRecord(random: Random, tags: Tags): Parameters<LocalBackendRig['record']>[0] {
  const deps = tags.filter(() => random.below(3) === 0)
  return {
    ttl: random.pick(LIFETIMES),
    stale: random.pick([0, 0, 5, 2 ** 31]),
    weight: 1 + random.below(330),
    copy: random.below(4),
    ...(deps.length > 0 ? { deps } : {}),
  }
}

function reshape(rig: LocalBackendRig, random: Random): void {
  const bounds = { maxEntries: 1 + random.below(12), maxBytes: 200 + random.below(2_000), maxEntrySize: 300 }
  rig.reshape(bounds, random.pick(STRATEGIES))
}
