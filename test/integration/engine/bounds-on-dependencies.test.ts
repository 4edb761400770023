import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { cacheUnderTest, deferred, settled, type UnderTest } from '../../fixtures/cache-under-test.ts'

const tags = (count: number, prefix = 't') => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

describe('an entry with more dependencies than maxDeps', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ maxDeps: 10 })
    cache = t.cache
  })
  afterEach(() => cache.close())

  for (const count of [11, 21, 200]) {
    it(`depends on every invalidation (${count})`, async () => {
      const make = () => cache.getOrSet('a', (context) => context.tag(...tags(count)) ?? 1)
      await make()
      expect(cache.inspect('a')?.deps).to.deep.equal(['*'])
      for (const change of [
        () => cache.invalidate({ tags: ['unrelated'] }),
        () => cache.invalidate({ tags: ['t5'] }),
        () => cache.namespace('n').clear(),
      ]) {
        await make()
        expect(cache.peek('a')).to.equal(1)
        await change()
        expect(cache.peek('a')).to.equal(undefined)
      }
    })
  }

  it('up to the bound depends on each', async () => {
    await cache.set('a', 1, { tags: tags(10) })
    expect(cache.inspect('a')?.deps).to.have.lengthOf(10)
    await cache.invalidate({ tags: ['unrelated'] })
    expect(cache.peek('a')).to.equal(1)
  })

  it('is refused if anything was invalidated during its load, before or after it had too many', async () => {
    for (const when of ['before', 'after']) {
      const gate = deferred<void>()
      const answer = cache.getOrSet('a', async (context) => {
        if (when === 'after') context.tag(...tags(50))
        await gate.promise
        context.tag(...tags(50))
        return 1
      })
      await settled()
      await cache.invalidate({ tags: ['t3'] })
      const later = cache.getOrSet('a', async (context) => context.tag(...tags(50)) ?? 2)
      await settled()
      gate.resolve()
      expect(await answer, when).to.equal(1)
      expect(await later, when).to.equal(2)
      expect(cache.peek('a'), when).to.equal(2)
      await cache.delete('a')
    }
  })

  it('makes those above it depend on every invalidation, too', async () => {
    await cache.getOrSet('outer', () => cache.getOrSet('inner', (context) => context.tag(...tags(50)) ?? 1))
    expect(cache.inspect('outer')?.deps).to.deep.equal(['*'])
  })

  it('goes with a key that it has read although the record of the key was forgotten', async () => {
    const { cache: tight } = await cacheUnderTest({ maxDeps: 2, maxTags: 8 })
    await tight.set('inner', 1)
    await tight.getOrSet('outer', async (context) => {
      context.tag('a', 'b', 'c', 'd', 'e')
      return tight.get('inner')
    })
    expect(tight.inspect('outer')?.deps).to.deep.equal(['*'])
    // Other reads in other loads fill the table without invalidating anything.
    for (const key of tags(20, 'other')) await tight.getOrSet(`${key}>`, () => tight.has(key))
    expect(tight.peek('outer')).to.equal(1)
    await tight.set('inner', 2)
    expect(tight.peek('outer')).to.equal(undefined)
    await tight.close()
  })
})

describe('the bounded table of tags', () => {
  it('never holds more than maxTags', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 50 })
    for (const tag of tags(500)) await cache.set(tag, 1, { tags: [tag] })
    expect(cache.stats().tags).to.equal(50)
    await cache.close()
  })

  it('takes the entries of a tag that it forgets: they are gone, never stale', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 4 })
    for (const tag of tags(10)) await cache.set(tag, 1, { tags: [tag] })
    const alive = tags(10).filter((key) => cache.peek(key) !== undefined)
    expect(alive).to.have.lengthOf(4)
    await cache.invalidate({ tags: tags(10) })
    for (const key of tags(10)) expect(cache.peek(key)).to.equal(undefined)
    await cache.close()
  })

  it('forgets first what no entry uses', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 10 })
    for (const tag of tags(5)) await cache.set(tag, 1, { tags: [tag] })
    for (const tag of tags(200, 'unused')) await cache.invalidate({ tags: [tag] })
    for (const key of tags(5)) expect(cache.peek(key)).to.equal(1)
    await cache.close()
  })

  it('refuses a load whose tag was invalidated and forgotten while it ran', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 2 })
    const gate = deferred<void>()
    const answer = cache.getOrSet('a', async (context) => {
      await gate.promise
      context.tag('row')
      return 'old'
    })
    await settled()
    await cache.invalidate({ tags: ['row'] })
    for (const tag of tags(10)) await cache.set(tag, 1, { tags: [tag] })
    gate.resolve()
    expect(await answer).to.equal('old')
    expect(cache.peek('a')).to.equal(undefined)
    await cache.close()
  })

  it('refuses a load whose own record was forgotten while it ran', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 2 })
    const gate = deferred<void>()
    const answer = cache.getOrSet('a', async (context) => {
      context.tag('row')
      await gate.promise
      return 'old'
    })
    await settled()
    for (const tag of tags(10)) await cache.set(tag, 1, { tags: [tag] })
    await cache.invalidate({ tags: ['row'] })
    gate.resolve()
    expect(await answer).to.equal('old')
    expect(cache.peek('a')).to.equal(undefined)
    await cache.close()
  })

  it('takes a smaller bound from a new configuration', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 100 })
    for (const tag of tags(100)) await cache.set(tag, 1, { tags: [tag] })
    await cache.reconfigure({ maxTags: 10 })
    await cache.set('one more', 1, { tags: ['one more'] })
    expect(cache.stats().tags).to.equal(10)
    await cache.invalidate({ tags: tags(100) })
    for (const key of tags(100)) expect(cache.peek(key)).to.equal(undefined)
    await cache.close()
  })
})
