import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { cacheUnderTest, rejection, thrown, type UnderTest } from '../../fixtures/cache-under-test.ts'

describe('reads', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ ttl: 1_000 })
    cache = t.cache
  })
  afterEach(() => cache.close())

  it('inspect never says more than the ttl, whatever the clock shows', async () => {
    for (let time = 0; time < 50; time++) {
      t.clock.advance(0.1)
      await cache.set('a', 1, { ttl: 60_000 })
      expect(cache.inspect('a')?.ttlLeft).to.be.at.most(60_000).and.above(59_998)
    }
  })

  it('find what was set, by every way of reading', async () => {
    await cache.set('a', { n: 1 })
    expect(cache.peek('a')).to.deep.equal({ n: 1 })
    expect(cache.getSync('a')).to.deep.equal({ n: 1 })
    expect(await cache.get('a')).to.deep.equal({ n: 1 })
    expect(await cache.getMany(['b', 'a'])).to.deep.equal([undefined, { n: 1 }])
    expect(await cache.has('a')).to.equal(true)
    expect(await cache.getOrSet('a', () => 'loaded')).to.deep.equal({ n: 1 })
  })

  it('find nothing where nothing was set', async () => {
    expect(cache.peek('a')).to.equal(undefined)
    expect(cache.getSync('a')).to.equal(undefined)
    expect(await cache.get('a')).to.equal(undefined)
    expect(await cache.has('a')).to.equal(false)
    expect(cache.inspect('a')).to.equal(undefined)
  })

  it('take null, false, 0 and the empty string for answers, undefined for a miss', async () => {
    for (const value of [null, false, 0, '']) {
      await cache.set('a', value)
      const { hits } = cache.stats()
      expect(await cache.get('a')).to.equal(value)
      expect(await cache.has('a')).to.equal(true)
      expect(cache.stats().hits).to.equal(hits + 1)
    }
    expect(await cache.set('a', undefined)).to.equal(false)
    expect(await cache.has('a')).to.equal(false)
  })

  it('take any string for a key, and keep keys apart', async () => {
    const keys = ['', '__proto__', 'constructor', 'a b', 'é', 'é', '[]', '\0']
    for (const key of keys) await cache.set(key, `value of ${key}`)
    for (const key of keys) expect(await cache.get(key)).to.equal(`value of ${key}`)
  })

  it('count hits and misses, once each', async () => {
    await cache.set('a', 1)
    cache.getSync('a')
    cache.getSync('b')
    await cache.get('a')
    await cache.get('b')
    await cache.getOrSet('a', () => 2)
    await cache.getOrSet('b', () => 2)
    expect(cache.stats()).to.include({ hits: 3, misses: 3, loads: 1, stored: 2, entries: 2 })
  })

  it('count hits and misses of what is old, and inside of loads, once each', async () => {
    await cache.set('a', 1)
    await cache.set('old', 1, { ttl: 500 })
    t.clock.advance(500)
    cache.getSync('old')
    expect(cache.stats()).to.include({ hits: 0, misses: 1 })
    await cache.getOrSet('page', async () => {
      cache.getSync('b')
      cache.getSync('a')
      await cache.set('other', 1)
      // By what the page has seen before, from here on.
      return cache.getSync('a')
    })
    expect(cache.stats()).to.include({ hits: 2, misses: 3 })
  })

  it('count an entry that had to be checked again as one hit', async () => {
    await cache.set('a', 1)
    await cache.invalidate({ tags: ['unrelated'] })
    expect(cache.getSync('a')).to.equal(1)
    await cache.invalidate({ tags: ['unrelated'] })
    expect(await cache.getOrSet('a', () => 2)).to.equal(1)
    expect(cache.stats()).to.include({ hits: 2, misses: 0, invalidated: 0 })
  })

  it('peek and has leave no trace: no count, no removal', async () => {
    await cache.set('a', 1, { ttl: 1_010 })
    cache.peek('a')
    cache.peek('b')
    await cache.has('a')
    t.clock.advance(1_010)
    cache.peek('a')
    await cache.has('a')
    expect(cache.stats()).to.include({ hits: 0, misses: 0 })
    expect(cache.inspect('a')?.state).to.equal('dead')
  })

  it('peek does not save an entry from eviction, getSync does', async () => {
    const small = (await cacheUnderTest({ maxEntries: 2, strategy: 'lru' })).cache
    await small.setMany([
      ['a', 1],
      ['b', 2],
    ])
    small.peek('a')
    await small.set('c', 3)
    expect(await small.has('a')).to.equal(false)
    small.getSync('b')
    await small.set('d', 4)
    expect([await small.has('b'), await small.has('c')]).to.deep.equal([true, false])
    expect(small.stats()).to.include({ evicted: 2, evictedFresh: 2 })
    await small.close()
  })

  it('refuse a key that is not a string', async () => {
    const wrong = 42 as unknown as string
    const calls: (() => PromiseLike<unknown>)[] = [
      () => cache.get(wrong),
      () => cache.getMany([wrong]),
      () => cache.has(wrong),
      () => cache.set(wrong, 1),
      () => cache.setMany([[wrong, 1]]),
      () => cache.delete(wrong),
      () => cache.deleteMany([wrong]),
      () => cache.expire(wrong),
      () => cache.invalidate({ keys: [wrong] }),
      () => cache.getOrSet(wrong, () => 1),
      () => cache.getOrSet({ key: wrong, load: () => 1 }),
    ]
    for (const call of calls) {
      expect((await rejection(call())).code, call.toString()).to.equal('HITHERTO_KEY_INVALID')
    }
    for (const call of [() => cache.peek(wrong), () => cache.getSync(wrong), () => cache.inspect(wrong)]) {
      expect(thrown(call).code).to.equal('HITHERTO_KEY_INVALID')
    }
  })

  it('of many keys reject what is not an array', async () => {
    const wrong = 'ab' as unknown as string[]
    expect((await rejection(cache.getMany(wrong))).code).to.equal('HITHERTO_OPTION_INVALID')
    expect((await rejection(cache.deleteMany(wrong))).code).to.equal('HITHERTO_OPTION_INVALID')
    expect(await rejection(cache.setMany(7 as never))).to.be.instanceOf(Error)
  })

  it('inspect says what is known of an entry, and why it is not fresh', async () => {
    await cache.set('a', 'x', { ttl: 1_000, staleIfError: 500, tags: ['t', 'u'] })
    t.clock.advance(400)
    const fresh = cache.inspect('a')
    expect(fresh).to.include({ key: 'a', namespace: '', state: 'fresh', why: undefined })
    expect(fresh).to.include({ age: 400, ttlLeft: 600, staleLeft: 1_100 })
    expect(fresh?.deps).to.have.members(['t', 'u'])
    expect(fresh?.size).to.be.greaterThan(0)
    t.clock.advance(700)
    expect(cache.inspect('a')).to.deep.include({ state: 'stale', why: { reason: 'expired' }, ttlLeft: 0 })
    await cache.invalidate({ tags: ['u'] })
    expect(cache.inspect('a')).to.deep.include({ state: 'dead', why: { reason: 'invalidated', by: 'u' } })
  })

  it('inspect names the namespace that was cleared', async () => {
    const users = cache.namespace('users')
    await users.set('a', 1)
    await users.clear()
    expect(users.inspect('a')?.why).to.deep.equal({ reason: 'invalidated', by: 'namespace:["users"]' })
  })

  it('see what a listener of their own hit deletes', async () => {
    await cache.set('a', { n: 1 })
    cache.on('hit', () => void cache.delete('a'))
    expect(await cache.getOrSet('a', () => 2)).to.deep.equal({ n: 1 })
    await cache.set('a', { n: 2 })
    await cache.invalidate({ tags: ['unrelated'] })
    expect(cache.getSync('a')).to.deep.equal({ n: 2 })
  })
})
