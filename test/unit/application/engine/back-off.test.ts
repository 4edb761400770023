import { expect } from 'chai'
import type { Cache } from '../../../../src/index.ts'
import { cacheUnderTest, rejection } from '../../../fixtures/cache-under-test.ts'

const down = () => Promise.reject(new Error('down'))
const fail = (cache: Cache, key: string) => rejection(cache.getOrSet(key, down))
const isSpared = async (cache: Cache, key: string) =>
  (await cache.getOrSet(key, () => 'up').catch(() => 'spared')) === 'spared'

describe('a failed load', () => {
  let t: Awaited<ReturnType<typeof cacheUnderTest>>
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ errorBackoff: 100 })
    cache = t.cache
  })
  afterEach(() => cache.close())

  it('is forgotten by a clear of its namespace or of one around it, and by no other invalidation', async () => {
    const inner = cache.namespace('a').namespace('b')
    const changes: [() => Promise<void>, boolean][] = [
      [() => cache.clear(), false],
      [() => cache.namespace('a').clear(), false],
      [() => inner.clear(), false],
      [() => cache.namespace('c').clear(), true],
      [() => cache.invalidate({ tags: ['t'] }), true],
    ]
    for (const [change, spared] of changes) {
      await fail(inner, 'k')
      await change()
      expect(await isSpared(inner, 'k')).to.equal(spared)
      await inner.delete('k')
    }
  })

  it('is remembered if it began after a clear', async () => {
    await cache.clear()
    await fail(cache, 'k')
    expect(await isSpared(cache, 'k')).to.equal(true)
  })

  it('is remembered for 10,000 keys of a namespace; then the one that failed first is forgotten', async () => {
    for (let i = 0; i < 10_000; i++) await fail(cache, `${i}`)
    t.clock.advance(50)
    expect(await isSpared(cache, '0')).to.equal(true)
    await cache.getOrSet('0', down, { forceRefresh: true }).catch(() => {})
    await fail(cache, 'one more')
    expect(await isSpared(cache, '1')).to.equal(false)
    for (const key of ['0', '2', '9999', 'one more']) expect(await isSpared(cache, key), key).to.equal(true)
  })

  it('that failed again is remembered from then on', async () => {
    await fail(cache, 'k')
    t.clock.advance(100)
    await fail(cache, 'k')
    t.clock.advance(99)
    expect(await isSpared(cache, 'k')).to.equal(true)
    t.clock.advance(1)
    expect(await isSpared(cache, 'k')).to.equal(false)
  })

  it('is not remembered without a back-off', async () => {
    await rejection(cache.getOrSet('k', down, { errorBackoff: 0 }))
    expect(await isSpared(cache, 'k')).to.equal(false)
  })
})
