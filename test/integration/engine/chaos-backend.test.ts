import { expect } from 'chai'
import { MemoryBackend } from '../../../plugins/backends/index.ts'
import { lru } from '../../../plugins/strategies/lru/index.ts'
import { type LocalBackend, StoreError } from '../../../src/domain/index.ts'
import {
  ChaosError,
  chaosBackend,
  chaosBySeed,
  fakeClock,
  seededRandom,
  type Trouble,
} from '../../contracts/index.ts'
import { cacheOnBackend } from '../../fixtures/cache-on-backend.ts'
import { ChaoticApplication } from '../../fixtures/chaotic-application.ts'

const SEEDS = 12

/** What the engine asks of a store while it serves. */
const METHODS = [
  'touch',
  'validAt',
  'verify',
  'createdAt',
  'freshUntil',
  'keepUntil',
  'weight',
  'deps',
  'extras',
  'prolong',
  'keyRecord',
  'setKeyRecord',
  'keyOf',
  'spaceOf',
  'put',
  'remove',
  'expire',
  'sweep',
  'strategy',
] as const satisfies (keyof LocalBackend)[]

describe('the application gets what it would get without a cache', () => {
  const cases: readonly (readonly [string, Trouble, (keyof LocalBackend)[]?])[] = [
    ['does not keep every fifth entry', { drop: 0.2 }],
    ['throws from half of the attempts to store, before it did it or after', { throw: 0.5 }, ['put']],
    ['throws whenever it is to store', { throw: 1 }, ['put']],
    ['throws now and then, whatever it is asked', { throw: 0.02 }, [...METHODS]],
    ['throws as often as not, whatever it is asked', { throw: 0.5 }, [...METHODS]],
    ['throws whatever it is asked', { throw: 1 }, [...METHODS]],
  ]
  for (const [what, trouble, methods] of cases) {
    it(`with a store that ${what}`, async () => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const chaos = chaosBySeed(seed)
        chaos.active = false
        const clock = fakeClock()
        const reported: unknown[] = []
        const memory = new MemoryBackend({
          bounds: { maxEntries: 100, maxBytes: 1_000_000, maxEntrySize: 100_000 },
          strategy: lru,
          fallback: lru,
          now: () => clock.now(),
          report: (error) => expect.fail(String(error)),
        })
        const store = chaosBackend(memory, chaos, trouble, methods)
        const cache = cacheOnBackend(store, clock, (error) => reported.push(error))
        const application = new ChaoticApplication(cache, clock, seededRandom(seed), { synchronous: true })
        try {
          chaos.active = true
          await application.run(60)
          chaos.active = false
          await application.isOfUse()
        } catch (error) {
          throw new Error(`with seed ${seed}: ${String(error)}`, { cause: error })
        }
        expect(chaos.made.throw + chaos.made.drop).to.be.above(0)
        expect(reported.length).to.be.at.least('throw' in trouble ? 1 : 0)
        for (const error of reported) {
          expect(error).to.be.instanceOf(StoreError).with.property('cause').that.is.instanceOf(ChaosError)
        }
      }
    })
  }
})
