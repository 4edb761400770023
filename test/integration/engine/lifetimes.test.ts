import { expect } from 'chai'
import type { CacheOptions } from '../../../src/index.ts'
import { expectHit, expectMiss, expectStale } from '../../contracts/index.ts'
import { cacheUnderTest, deferred, rejection, settled } from '../../fixtures/cache-under-test.ts'

const down = () => Promise.reject(new Error('down'))

describe('lifetimes', () => {
  it('an entry is fresh until its ttl has passed, to the millisecond', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: '1s' })
    await cache.set('a', 1)
    clock.advance(999)
    expect(cache.getSync('a')).to.equal(1)
    clock.advance(1)
    expect(cache.getSync('a')).to.equal(undefined)
    expect(cache.stats().expired).to.equal(1)
    await cache.close()
  })

  it('without a ttl anywhere an entry is fresh for five minutes', async () => {
    const { cache } = await cacheUnderTest()
    await cache.set('a', 1)
    expect(cache.inspect('a')?.ttlLeft).to.equal(300_000)
    await cache.close()
  })

  it('the ttl of a call wins over that of the cache; Infinity is for ever', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 1_000 })
    await cache.set('short', 1, { ttl: 10 })
    await cache.set('ever', 1, { ttl: Number.POSITIVE_INFINITY })
    clock.advance(10)
    expectMiss(cache, 'short')
    clock.advance(400 * 86_400_000)
    expect(expectHit(cache, 'ever').ttlLeft).to.equal(Number.POSITIVE_INFINITY)
    await cache.close()
  })

  it('jitter shortens the ttl by at most its part, at random', async () => {
    let random = 0
    const { cache } = await cacheUnderTest({ ttl: 1_000, jitter: 0.2, random: () => random })
    const ttl = async (value: number, how = {}) => {
      random = value
      await cache.set('a', 1, how)
      return cache.inspect('a')?.ttlLeft
    }
    expect(await ttl(0)).to.equal(1_000)
    expect(await ttl(0.5)).to.equal(900)
    expect(await ttl(1)).to.equal(800)
    expect(await ttl(1, { jitter: 1 })).to.equal(undefined)
    expect(await ttl(1, { ttl: Number.POSITIVE_INFINITY })).to.equal(Number.POSITIVE_INFINITY)
    await cache.close()
  })

  it('expire ends freshness now, and says whether there was something', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 1_000, staleWhileRevalidate: 500 })
    await cache.set('a', 1)
    clock.advance(100)
    expect(await cache.expire('a')).to.equal(true)
    expect(cache.getSync('a')).to.equal(undefined)
    expect(expectStale(cache, 'a').staleLeft).to.equal(1_400)
    expect(await cache.getOrSet('a', () => 2)).to.equal(1)
    await settled()
    expect(cache.peek('a')).to.equal(2)
    expect(await cache.expire('b')).to.equal(false)
    await cache.close()
  })

  it('expire of an entry that was to live for ever begins its stale windows', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: Number.POSITIVE_INFINITY, staleIfError: 500 })
    const read = () => cache.getOrSet('a', () => Promise.reject(new Error('down')))
    await cache.set('a', 1)
    clock.advance(100)
    await cache.expire('a')
    expect(expectStale(cache, 'a').staleLeft).to.equal(500)
    clock.advance(499)
    expect(await read()).to.equal(1)
    clock.advance(1)
    expect((await rejection(read())).message).to.equal('down')
    clock.advance(250)
    expect(cache.stats().entries).to.equal(0)
    await cache.close()
  })

  it('expire of an entry that was to live for ever lets it leave memory', async () => {
    const { cache, clock } = await cacheUnderTest()
    await cache.set('a', 1, { ttl: Number.POSITIVE_INFINITY })
    expect(clock.pendingTimers).to.equal(0)
    await cache.expire('a')
    clock.advance(250)
    expect(cache.stats().entries).to.equal(0)
    await cache.close()
  })

  describe('staleWhileRevalidate', () => {
    const options: CacheOptions = { ttl: 100, staleWhileRevalidate: 50 }

    it('answers at once with the stale value and refreshes behind, once', async () => {
      const { cache, clock } = await cacheUnderTest(options)
      await cache.set('a', 'old')
      clock.advance(149)
      const gate = deferred<string>()
      let loads = 0
      const load = () => {
        loads++
        return gate.promise
      }
      for (let i = 0; i < 3; i++) expect(await cache.getOrSet('a', load)).to.equal('old')
      gate.resolve('new')
      await settled()
      expect(loads).to.equal(1)
      expect(await cache.getOrSet('a', load)).to.equal('new')
      expect(cache.stats()).to.include({ staleServed: 3, loads: 1, hits: 1, misses: 0 })
      await cache.close()
    })

    it('ends with its window', async () => {
      const { cache, clock } = await cacheUnderTest(options)
      await cache.set('a', 'old')
      clock.advance(150)
      expect(await cache.getOrSet('a', () => 'new')).to.equal('new')
      await cache.close()
    })

    it('is for getOrSet only: other reads want a fresh value', async () => {
      const { cache, clock } = await cacheUnderTest(options)
      await cache.set('a', 'old')
      clock.advance(120)
      expect([cache.peek('a'), cache.getSync('a'), await cache.get('a'), await cache.has('a')]).to.deep.equal(
        [undefined, undefined, undefined, false],
      )
      await cache.close()
    })

    it('goes on when the refresh behind fails, and reports it', async () => {
      const { cache, clock, errors } = await cacheUnderTest(options)
      await cache.set('a', 'old')
      clock.advance(120)
      expect(await cache.getOrSet('a', down)).to.equal('old')
      await settled()
      expect(await cache.getOrSet('a', () => 'new')).to.equal('old')
      await settled()
      expect(cache.peek('a')).to.equal('new')
      expect(errors.map(String)).to.deep.equal(['Error: down'])
      await cache.close()
    })

    it('starts a refresh of its own where the one under way is outdated', async () => {
      const { cache, clock } = await cacheUnderTest(options)
      await cache.set('a', 'old')
      clock.advance(120)
      const gate = deferred<string>()
      const load = async (context: { tag(...tags: string[]): void }) => {
        context.tag('t')
        return gate.promise
      }
      await cache.getOrSet('a', load)
      await cache.invalidate({ tags: ['t'] })
      let second = false
      await cache.getOrSet('a', () => (second = true))
      await settled()
      expect(second).to.equal(true)
      gate.resolve('late')
      await settled()
      expect(cache.peek('a')).to.equal(true)
      await cache.close()
    })
  })

  describe('staleIfError', () => {
    it('serves the stale value when the load fails, within its window', async () => {
      const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 50 })
      await cache.set('a', 'old')
      clock.advance(149)
      expect(await cache.getOrSet('a', down)).to.equal('old')
      expect(cache.stats()).to.include({ staleServed: 1, loadErrors: 1 })
      clock.advance(1)
      expect((await rejection(cache.getOrSet('a', down))).message).to.equal('down')
      await cache.close()
    })

    it('serves all who waited for the load that failed', async () => {
      const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 50 })
      await cache.set('a', 'old')
      clock.advance(120)
      const answers = await Promise.all([1, 2, 3].map(() => cache.getOrSet('a', down)))
      expect(answers).to.deep.equal(['old', 'old', 'old'])
      expect(cache.stats().loads).to.equal(1)
      await cache.close()
    })

    it('does not serve what was invalidated or deleted while the load was under way', async () => {
      for (const change of ['tags', 'key'] as const) {
        const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 50 })
        await cache.set('a', 'old', { tags: ['t'] })
        clock.advance(120)
        const gate = deferred<string>()
        const answer = cache.getOrSet('a', () => gate.promise)
        await settled()
        await (change === 'tags' ? cache.invalidate({ tags: ['t'] }) : cache.delete('a'))
        gate.reject(new Error('down'))
        expect((await rejection(answer)).message, change).to.equal('down')
        await cache.close()
      }
    })

    it('does not outlive its window while the load fails slowly', async () => {
      const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 50 })
      await cache.set('a', 'old')
      clock.advance(120)
      const gate = deferred<string>()
      const answer = cache.getOrSet('a', () => gate.promise)
      await settled()
      clock.advance(30)
      gate.reject(new Error('down'))
      expect((await rejection(answer)).message).to.equal('down')
      await cache.close()
    })
  })
})
