import { expect } from 'chai'
import type { CacheOptions } from '../../../src/index.ts'
import { seededRandom } from '../../contracts/random.ts'
import { cacheUnderTest, deferred, settled } from '../../fixtures/cache-under-test.ts'

const TTL = 10_000
const LOAD = 100
const LIFETIMES = 20

/** Random arrivals at one hot key, on average one every `gap` ms, over many lifetimes: who had to wait, and the loads. */
async function traffic(gap: number, options: CacheOptions): Promise<{ waits: number; loads: number }> {
  const random = seededRandom(gap)
  const { cache, clock } = await cacheUnderTest({ ttl: TTL, ...options, random: () => random.next() })
  let loading = 0
  const load = async () => {
    loading += 1
    await new Promise<void>((resolve) => clock.schedule(LOAD, resolve))
    loading -= 1
    return 'value'
  }
  await Promise.all([cache.getOrSet('hot', load), settled().then(() => clock.advance(LOAD))])
  const before = cache.stats()
  for (let passed = 0; passed < LIFETIMES * TTL; ) {
    const step = Math.ceil(-gap * Math.log(1 - random.next()))
    passed += step
    clock.advance(step)
    // What a load that ended has to do is done before the next caller comes.
    if (loading > 0) await settled()
    void cache.getOrSet('hot', load)
    if (cache.stats().loads - before.loads > 0 && loading > 0) await settled()
    else await null
  }
  await settled()
  clock.advance(LOAD)
  await settled()
  const after = cache.stats()
  await cache.close()
  return { waits: after.misses - before.misses, loads: after.loads - before.loads }
}

describe('XFetch on a hot key', () => {
  for (const gap of [10]) {
    it(`with a caller every ${gap} ms spares 95 % of the waits for at most 10 % more loads`, async () => {
      const plain = await traffic(gap, {})
      const ahead = await traffic(gap, { refreshAhead: 'xfetch' })
      expect(plain.loads).to.be.within(LIFETIMES - 2, LIFETIMES)
      expect(plain.waits).to.be.at.least(LIFETIMES)
      expect(ahead.waits).to.be.at.most(0.05 * plain.waits)
      expect(ahead.loads).to.be.at.most(1.1 * plain.loads)
    }).timeout(60_000)
  }

  it('is told how long the load of a batch took, without its wait for a place', async () => {
    const { cache, clock } = await cacheUnderTest({
      ttl: TTL,
      refreshAhead: 'xfetch',
      random: () => 0.5,
      loads: { concurrency: 1 },
    })
    const gate = deferred<number>()
    const running = cache.getOrSet('other', () => gate.promise)
    await settled()
    const row = cache.batch((keys) => [...keys])
    const answer = row('a')
    await settled()
    clock.advance(TTL)
    gate.resolve(1)
    await Promise.all([running, answer])
    const { loads } = cache.stats()
    clock.advance(TTL - 1)
    await row('a')
    await settled()
    expect(cache.stats().loads).to.equal(loads)
    await cache.close()
  })
})
