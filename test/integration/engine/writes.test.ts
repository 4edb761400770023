import { expect } from 'chai'
import type { Cache, InvalidateTarget } from '../../../src/index.ts'
import { cacheUnderTest, rejection, thrown, type UnderTest } from '../../fixtures/cache-under-test.ts'

describe('writes', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest()
    cache = t.cache
  })
  afterEach(() => cache.close())

  it('set replaces, and says that it kept the value', async () => {
    expect(await cache.set('a', 1)).to.equal(true)
    expect(await cache.set('a', 2)).to.equal(true)
    expect(cache.peek('a')).to.equal(2)
    expect(cache.stats().entries).to.equal(1)
  })

  it('set takes effect at once, before it resolves', () => {
    void cache.set('a', 1)
    expect(cache.peek('a')).to.equal(1)
  })

  it('setMany sets each, and says which were kept', async () => {
    const entries = new Map<string, unknown>([
      ['a', 1],
      ['b', undefined],
      ['c', 3],
    ])
    expect(await cache.setMany(entries)).to.deep.equal([true, false, true])
    expect(await cache.getMany(['a', 'b', 'c'])).to.deep.equal([1, undefined, 3])
  })

  it('delete removes, and says whether there was something', async () => {
    await cache.set('a', 1)
    expect(await cache.delete('a')).to.equal(true)
    expect(await cache.delete('a')).to.equal(false)
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('delete of what had died says that there was nothing', async () => {
    await cache.set('a', 1, { ttl: 100 })
    t.clock.advance(100)
    expect(await cache.delete('a')).to.equal(false)
    await cache.set('a', 1, { tags: ['t'] })
    await cache.invalidate({ tags: ['t'] })
    expect(await cache.delete('a')).to.equal(false)
  })

  it('deleteMany counts what it removed', async () => {
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ])
    expect(await cache.deleteMany(['a', 'x', 'b'])).to.equal(2)
  })

  it('invalidate by keys removes them', async () => {
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ])
    await cache.invalidate({ keys: ['a', 'x'] })
    expect(await cache.getMany(['a', 'b'])).to.deep.equal([undefined, 2])
  })

  it('invalidate takes tags and keys in one call, and either may be undefined', async () => {
    await cache.set('a', 1, { tags: ['t'] })
    await cache.setMany(Object.entries({ b: 2, c: 3 }))
    await cache.invalidate({ tags: ['t'], keys: ['b'] })
    expect(await cache.getMany(['a', 'b', 'c'])).to.deep.equal([undefined, undefined, 3])
    await cache.invalidate({ tags: undefined, keys: ['c'] })
    expect(cache.peek('c')).to.equal(undefined)
    await cache.set('a', 1, { tags: ['t'] })
    await cache.invalidate({ tags: ['t'], keys: undefined })
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('invalidate with a wrong part does nothing by the other', async () => {
    await cache.set('a', 1, { tags: ['t'] })
    for (const wrong of [
      { tags: ['t'], keys: 'a' },
      { tags: ['t'], keys: [5] },
      { tags: 't', keys: ['a'] },
    ])
      await rejection(cache.invalidate(wrong as never))
    expect(cache.peek('a')).to.equal(1)
  })

  it('invalidate by tags takes every entry with one of them, and no other', async () => {
    await cache.set('a', 1, { tags: ['t', 'u'] })
    await cache.set('b', 2, { tags: ['u'] })
    await cache.set('c', 3, { tags: ['v'] })
    await cache.set('d', 4)
    await cache.invalidate({ tags: ['t', 'unknown'] })
    expect(await cache.getMany(['a', 'b', 'c', 'd'])).to.deep.equal([undefined, 2, 3, 4])
    await cache.invalidate({ tags: ['u', 'v'] })
    expect(await cache.getMany(['a', 'b', 'c', 'd'])).to.deep.equal([undefined, undefined, undefined, 4])
    expect(cache.stats()).to.include({ invalidations: 2, invalidated: 3 })
  })

  it('what is set after an invalidation of its tag is good', async () => {
    await cache.invalidate({ tags: ['t'] })
    await cache.set('a', 1, { tags: ['t'] })
    expect(cache.peek('a')).to.equal(1)
  })

  it('the tags of a replaced value are forgotten', async () => {
    await cache.set('a', 1, { tags: ['old'] })
    await cache.set('a', 2, { tags: ['new'] })
    await cache.invalidate({ tags: ['old'] })
    expect(cache.peek('a')).to.equal(2)
    await cache.invalidate({ tags: ['new'] })
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('an invalidated entry is not served as stale', async () => {
    await cache.set('a', 1, { tags: ['t'], ttl: 10, staleWhileRevalidate: 1_000, staleIfError: 1_000 })
    t.clock.advance(20)
    await cache.invalidate({ tags: ['t'] })
    const failing = () => Promise.reject(new Error('down'))
    const how = { staleWhileRevalidate: 1_000, staleIfError: 1_000 }
    expect((await rejection(cache.getOrSet('a', failing, how))).message).to.equal('down')
  })

  it('a set that is not kept takes the old value with it, a stale one too', async () => {
    const unsafe = () => 'a function'
    await cache.set('a', 1)
    expect(await cache.set('a', unsafe)).to.equal(false)
    expect(cache.peek('a')).to.equal(undefined)
    await cache.set('b', 1, { ttl: 10, staleWhileRevalidate: 1_000 })
    t.clock.advance(20)
    expect(await cache.set('b', unsafe)).to.equal(false)
    expect(await cache.getOrSet('b', () => 2, { staleWhileRevalidate: 1_000 })).to.equal(2)
    expect(t.errors).to.have.lengthOf(2)
    expect(cache.stats().notStored).to.equal(2)
  })

  it('a value above maxEntrySize is not kept, and its predecessor neither', async () => {
    const small = (await cacheUnderTest({ maxBytes: 10_000, maxEntrySize: 1_000 })).cache
    await small.set('a', 'short')
    expect(await small.set('a', 'x'.repeat(2_000))).to.equal(false)
    expect(small.peek('a')).to.equal(undefined)
    expect(await small.set('a', 'x'.repeat(2_000), { size: 10 })).to.equal(true)
    expect(await small.set('b', 'short', { size: 2_000 })).to.equal(false)
    await small.close()
  })

  it('set with a ttl of 0 keeps nothing, and drops what was there', async () => {
    await cache.set('a', 1)
    expect(await cache.set('a', 2, { ttl: 0 })).to.equal(false)
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('a set while the cache is off drops what it replaces', async () => {
    await cache.set('a', 1)
    await cache.reconfigure({ enabled: false })
    expect(await cache.set('a', 2)).to.equal(false)
    await cache.reconfigure({})
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('refuse wrong targets, tags and options', async () => {
    for (const target of [undefined, null, 'a', {}, { keys: 'a' }, { tags: 't' }, { tags: [''] }]) {
      const error = await rejection(cache.invalidate(target as unknown as InvalidateTarget))
      expect(error.code, JSON.stringify(target)).to.be.oneOf([
        'HITHERTO_OPTION_INVALID',
        'HITHERTO_TAG_INVALID',
      ])
    }
    for (const options of [
      { ttl: -1 },
      { ttl: '5 minutes' },
      { ttl: Number.NaN },
      { jitter: 2 },
      { jitter: '0.1' },
      { clone: 'deep' },
      { size: -1 },
      { size: Number.NaN },
      { tag: ['t'] },
      { tags: 't' },
      { tags: [1] },
      { staleIfError: 'soon' },
      'fresh',
    ]) {
      const error = await rejection(cache.set('a', 1, options as never))
      expect(error.code, JSON.stringify(options)).to.be.oneOf([
        'HITHERTO_OPTION_INVALID',
        'HITHERTO_TAG_INVALID',
      ])
    }
    expect(cache.peek('a')).to.equal(undefined)
  })

  describe('in namespaces', () => {
    it('have keys of their own', async () => {
      const users = cache.namespace('users')
      await cache.set('a', 'root')
      await users.set('a', 'user')
      await users.namespace('x').set('a', 'nested')
      expect([cache.peek('a'), users.peek('a'), users.namespace('x').peek('a')]).to.deep.equal([
        'root',
        'user',
        'nested',
      ])
    })

    it('are the same cache each time they are asked for, whatever their names hold', () => {
      expect(cache.namespace('users')).to.equal(cache.namespace('users'))
      expect(cache.namespace('a').namespace('b')).to.not.equal(cache.namespace('a","b'))
      expect(cache.namespace('users').name).to.equal('["users"]')
      expect(thrown(() => cache.namespace('')).code).to.equal('HITHERTO_OPTION_INVALID')
      expect(thrown(() => cache.namespace(1 as unknown as string)).code).to.equal('HITHERTO_OPTION_INVALID')
    })

    it('share tags with the whole cache', async () => {
      await cache.namespace('users').set('a', 1, { tags: ['t'] })
      await cache.namespace('pages').invalidate({ tags: ['t'] })
      expect(cache.namespace('users').peek('a')).to.equal(undefined)
    })

    it('are cleared with all inside them, and without those around and beside them', async () => {
      const a = cache.namespace('a')
      const inner = a.namespace('inner')
      const b = cache.namespace('b')
      for (const each of [cache, a, inner, b]) await each.set('k', 1)
      await a.clear()
      expect([cache, a, inner, b].map((each) => each.peek('k'))).to.deep.equal([1, undefined, undefined, 1])
      await inner.set('k', 2)
      await cache.clear()
      expect([cache, a, inner, b].map((each) => each.peek('k'))).to.deep.equal(Array(4).fill(undefined))
      await inner.set('k', 3)
      expect(inner.peek('k')).to.equal(3)
    })

    it('are cleared without looking at a single entry', async () => {
      const users = cache.namespace('users')
      for (let i = 0; i < 100; i++) await users.set(`k${i}`, i)
      await users.clear()
      expect(cache.stats()).to.include({ entries: 100, invalidated: 0, invalidations: 1 })
      t.clock.advance(250)
      expect(cache.stats()).to.include({ entries: 0, invalidated: 100 })
    })
  })
})
