import { expect } from 'chai'
import { CacheView } from '../../../src/application/index.ts'
import type { Cache, PluginHost } from '../../../src/index.ts'
import type { FakeClock } from '../../contracts/index.ts'
import { cacheUnderTest, deferred, recorded, settled } from '../../fixtures/cache-under-test.ts'

const load = () => expect.fail('loaded')

/** Hits that the shortcut may still take. */
function left(cache: Cache): number {
  return CacheView.parts(cache)?.space.local.shortcut?.left ?? 0
}

describe('hits that take the shortcut', () => {
  let cache: Cache
  let clock: FakeClock
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest({ ttl: '1m' }))
    await cache.set('a', 1, { tags: ['t'] })
    for (let i = 0; i < 3; i++) expect(cache.getSync('a')).to.equal(1)
    expect(left(cache)).to.be.above(0)
  })
  afterEach(() => cache.close())

  it('are counted, each once', async () => {
    for (let i = 0; i < 1_000; i++) await cache.getOrSet('a', load)
    expect(cache.stats().hits).to.equal(1_003)
    cache.getSync('a')
    expect(cache.stats().hits).to.equal(1_004)
  })

  it('see an invalidation at once, that of another cache too', async () => {
    const { cache: other } = await cacheUnderTest()
    await other.set('x', 1)
    other.getSync('x')
    await cache.invalidate({ tags: ['t'] })
    expect(cache.getSync('a')).to.equal(undefined)
    expect([left(cache), left(other)]).to.deep.equal([0, 0])
    await other.close()
  })

  it('see what was set, deleted and cleared', async () => {
    void cache.set('a', 2)
    expect([cache.getSync('a'), cache.getSync('a')]).to.deep.equal([2, 2])
    await cache.delete('a')
    expect(cache.getSync('a')).to.equal(undefined)
    await cache.set('a', 3)
    expect([cache.getSync('a'), cache.getSync('a')]).to.deep.equal([3, 3])
    await cache.clear()
    expect(cache.getSync('a')).to.equal(undefined)
  })

  it('end with the lifetime, to the millisecond', async () => {
    // One that stays when it is stale: nothing else happens, not even a sweep that finds something.
    await cache.delete('a')
    await cache.set('b', 1, { staleIfError: '1h' })
    clock.advance(45_000)
    expect([cache.getSync('b'), cache.getSync('b')]).to.deep.equal([1, 1])
    expect(left(cache)).to.be.above(0)
    clock.advance(15_000)
    expect(cache.getSync('b')).to.equal(undefined)
  })

  it('are none inside a load, which depends on what it reads', async () => {
    const page = () => cache.getOrSet('page', () => `of ${cache.getSync('a')}`)
    expect(await page()).to.equal('of 1')
    await cache.set('a', 2)
    expect(await page()).to.equal('of 2')
  })

  it('are none inside a load under way while there are some outside of it', async () => {
    const started = deferred<void>()
    const page = cache.getOrSet('page', async () => {
      await started.promise
      return `of ${cache.getSync('a')}`
    })
    await settled()
    for (let i = 0; i < 3; i++) cache.getSync('a')
    started.resolve()
    expect(await page).to.equal('of 1')
    await cache.set('a', 2)
    expect(await cache.getOrSet('page', () => 'anew')).to.equal('anew')
  })

  it('are none while somebody listens to hits', () => {
    const heard = recorded(cache, 'hit')
    cache.getSync('a')
    cache.getSync('a')
    expect(heard).to.have.lengthOf(2)
  })

  it('are none once the cache is off, or hooks take part in reads', async () => {
    await cache.reconfigure({ ttl: '1m', enabled: false })
    expect(cache.getSync('a')).to.equal(undefined)
    await cache.reconfigure({ ttl: '1m' })
    expect([cache.getSync('a'), cache.getSync('a')]).to.deep.equal([1, 1])
    const plugin = (host: PluginHost) => host.hook('key', ({ key }) => ({ key: `other ${key}` }))
    await cache.reconfigure({ ttl: '1m', plugins: [{ name: 'renamer', start: plugin }] })
    expect(cache.getSync('a')).to.equal(undefined)
  })

  it('are none of values that each caller gets for itself', async () => {
    await cache.set('object', { of: 'one caller' })
    const seen = Array.from({ length: 5 }, () => cache.getSync('object'))
    expect(new Set(seen).size).to.equal(5)
  })

  it('find nothing in a closed cache', async () => {
    await cache.close()
    expect(cache.getSync('a')).to.equal(undefined)
  })

  it('are none on a clock that does not say when it moves', async () => {
    let now = 0
    const plain = { now: () => now, wall: () => now, schedule: () => () => {} }
    const { cache: asking } = await cacheUnderTest({ clock: plain, ttl: 50_000 })
    await asking.set('a', 1)
    for (; now < 50_000; now += 1_000) {
      expect([asking.getSync('a'), asking.getSync('a')]).to.deep.equal([1, 1])
      expect(left(asking)).to.equal(0)
    }
    expect(asking.getSync('a')).to.equal(undefined)
  })
})
