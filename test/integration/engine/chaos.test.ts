import { expect } from 'chai'
import type { Cache, CacheOptions, Plugin, PointName } from '../../../src/index.ts'
import { createCache, HithertoError } from '../../../src/index.ts'
import {
  type Chaos,
  ChaosError,
  chaosBySeed,
  chaosClock,
  chaosPlugin,
  type FakeClock,
  fakeClock,
  seededRandom,
  type Trouble,
} from '../../contracts/index.ts'
import { ChaoticApplication } from '../../fixtures/chaotic-application.ts'

const SEEDS = 12

/** A plugin that takes part in the points and changes nothing. */
function watching(name: string, points: readonly PointName[]): Plugin {
  return {
    name,
    start(host) {
      for (const point of points) host.hook(point, () => {})
      for (const signal of ['hit', 'miss', 'stored', 'evicted', 'invalidated', 'refused', 'error'] as const) {
        host.on(signal, () => {})
      }
    },
  }
}

interface Setup {
  readonly clock?: (chaos: Chaos) => FakeClock
  readonly options: (chaos: Chaos) => CacheOptions
  readonly synchronous: boolean
}

/** The same application under each seed; then calm, in which the cache must be of use again. */
async function underChaos({
  clock: chaotic = () => fakeClock(),
  options,
  synchronous,
}: Setup): Promise<unknown[]> {
  const reported: unknown[] = []
  for (let seed = 1; seed <= SEEDS; seed++) {
    const chaos = chaosBySeed(seed)
    chaos.active = false
    const clock = chaotic(chaos)
    const onError = (error: unknown) => reported.push(error)
    const cache: Cache = await createCache({
      hookTimeout: 100,
      maxEntries: 5,
      clock,
      onError,
      ...options(chaos),
    })
    const application = new ChaoticApplication(cache, clock, seededRandom(seed), { synchronous })
    try {
      chaos.active = true
      await application.run(60)
      chaos.active = false
      await cache.reconfigure({ maxEntries: 100 })
      await application.isOfUse()
    } catch (error) {
      throw new Error(`with seed ${seed}: ${String(error)}`, { cause: error })
    }
    await cache.close()
  }
  return reported
}

describe('the application gets what it would get without a cache', () => {
  const rare: Trouble = { throw: 0.15, delay: 0.1, drop: 0.03 }

  it('with plugins whose hooks and listeners throw, reject, come late, never, or make no sense', async () => {
    const shaping = watching('shaping', ['key', 'lookup', 'load', 'store', 'invalidate'])
    const coding = watching('coding', ['encode', 'decode'])
    const reported = await underChaos({
      synchronous: false,
      options: (chaos) => ({
        plugins: [chaosPlugin(shaping, chaos, { ...rare, corrupt: 0.1 }), chaosPlugin(coding, chaos, rare)],
      }),
    })
    expect(reported.length).to.be.above(SEEDS)
    for (const error of reported) {
      expect(error).to.be.instanceOf(HithertoError)
      expect((error as HithertoError).code).to.equal('HITHERTO_HOOK_FAILED')
    }
    expect(reported.some((error) => (error as Error).cause instanceof ChaosError)).to.equal(true)
  })

  it('with a clock that jumps and timers that come late or never', async () => {
    const reported = await underChaos({
      synchronous: true,
      clock: (chaos) =>
        chaosClock(
          fakeClock(),
          chaos,
          { corrupt: 0.02, delay: 0.3, drop: 0.2 },
          { jump: 400_000, late: 5_000 },
        ),
      options: () => ({ ttl: '5m', jitter: 0.5, staleIfError: '1m' }),
    })
    expect(reported).to.deep.equal([])
  })
})
