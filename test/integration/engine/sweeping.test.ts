import { expect } from 'chai'
import { cacheUnderTest } from '../../fixtures/cache-under-test.ts'
import { runScript } from '../../fixtures/run-script.ts'

describe('dead entries', () => {
  it('that expired leave memory by themselves, and the timer with the last of them', async () => {
    const { cache, clock } = await cacheUnderTest()
    expect(clock.pendingTimers).to.equal(0)
    await cache.set('a', 1, { ttl: 300 })
    await cache.set('b', 1, { ttl: 300, staleIfError: 1_000 })
    expect(clock.pendingTimers).to.equal(1)
    clock.advance(500)
    expect(cache.stats()).to.include({ entries: 1, expired: 1 })
    expect(clock.pendingTimers).to.equal(1)
    clock.advance(1_000)
    expect(cache.stats()).to.include({ entries: 0, expired: 2, bytes: 0 })
    clock.advance(1_000)
    expect(clock.pendingTimers).to.equal(0)
    await cache.close()
  })

  it('that were invalidated leave memory by themselves, though nothing can expire', async () => {
    const { cache, clock } = await cacheUnderTest()
    for (let i = 0; i < 10; i++) {
      await cache.set(`k${i}`, i, { ttl: Number.POSITIVE_INFINITY, tags: [i % 2 === 0 ? 'even' : 'odd'] })
    }
    expect(clock.pendingTimers).to.equal(0)
    await cache.invalidate({ tags: ['even'] })
    expect(clock.pendingTimers).to.equal(1)
    clock.advance(250)
    expect(cache.stats()).to.include({ entries: 5, invalidated: 5 })
    clock.advance(250)
    expect(clock.pendingTimers).to.equal(0)
    await cache.close()
  })

  it('are taken out in bounded slices', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: Number.MAX_SAFE_INTEGER, maxBytes: '1gb' })
    for (let i = 0; i < 20_000; i++) void cache.set(`k${i}`, i)
    await cache.set('last', 1)
    await cache.clear()
    const sizes = [20_001]
    for (let i = 0; i < 40; i++) {
      clock.advance(10)
      sizes.push(cache.stats().entries)
    }
    const steps = sizes.slice(1).map((size, i) => (sizes[i] as number) - size)
    expect(steps.filter((step) => step > 0)).to.deep.equal([8_192, 8_192, 3_617])
    expect(clock.pendingTimers).to.equal(0)
    await cache.close()
  })

  it('do not keep the process alive', function () {
    this.timeout(30_000)
    const last = runScript(new URL('../../fixtures/unclosed-cache.ts', import.meta.url))
    expect(last).to.equal('the end')
  })
})
