import { expect } from 'chai'
import { UrlVariations } from '../../../../plugins/http-response/url-variations.ts'
import { CacheView, type SurfacePort, surfacePort } from '../../../../src/application/index.ts'
import type { Cache } from '../../../../src/index.ts'
import { cacheUnderTest } from '../../../fixtures/cache-under-test.ts'

const key = (target: string, tenant?: string) => {
  const route = tenant === undefined ? null : JSON.stringify([null, null, tenant, null])
  return JSON.stringify(['GET', null, 'shop.example', target, route])
}

describe('what is remembered of the URLs that are the same', () => {
  let cache: Cache
  let port: SurfacePort
  let urls: UrlVariations
  beforeEach(async () => {
    ;({ cache } = await cacheUnderTest())
    port = surfacePort(cache, 'the test', 'pages')
    urls = new UrlVariations(port)
  })
  afterEach(() => cache.close())

  async function keep(target: string, tenant?: string, field = 'params=("utm")'): Promise<boolean> {
    const primary = key(target, tenant)
    const pending = port.begin(primary)
    const good = await urls.remember(pending, primary, { 'no-vary-search': field })
    return good && pending.keep({ target }, { ttl: 60_000 })
  }

  /** Evicts what is kept for the paths alone. */
  function forgetPaths(): void {
    const { engine, space } = CacheView.parts(cache.namespace('pages')) ?? {}
    if (engine === undefined || space === undefined) return
    for (let slot = 1; slot <= engine.store.reach; slot++) {
      const held = engine.store.keyOf(slot)
      if (held?.includes(',null]'))
        if (JSON.parse(held)[3].endsWith(',null]')) engine.discard(slot, 'evicted')
    }
  }

  it('leads to the answers of others, and a purge of one drops them', async () => {
    expect(await keep('/a?utm=1')).to.equal(true)
    expect(urls.elsewhere(key('/a?utm=2'))).to.deep.equal([key('/a?utm=1')])
    urls.purge(key('/a?utm=2'))
    expect(port.peek(key('/a?utm=1'))).to.equal(undefined)
    expect(urls.elsewhere(key('/a?utm=2'))).to.deep.equal([])
  })

  it('may be evicted: then a purge drops all answers of the path, and of no other', async () => {
    for (const target of ['/a?x=1&utm=1', '/a?x=2&utm=1', '/b?x=1&utm=1']) await keep(target)
    forgetPaths()
    expect(urls.elsewhere(key('/a?x=1&utm=2'))).to.deep.equal([])
    // One that comes after it knows nothing of those before.
    await keep('/a?x=3&utm=1')
    urls.purge(key('/a?x=1&utm=2'))
    const left = ['/a?x=1&utm=1', '/a?x=2&utm=1', '/b?x=1&utm=1'].filter(
      (target) => port.peek(key(target)) !== undefined,
    )
    expect(left).to.deep.equal(['/b?x=1&utm=1'])
  })

  it('is known in full after such a purge, which is the last that drops them all', async () => {
    for (const target of ['/a?x=1&utm=1', '/a?x=2&utm=1']) await keep(target)
    urls.purge(key('/a?x=1&utm=2'))
    for (const target of ['/a?x=1&utm=1', '/a?x=2&utm=1']) await keep(target)
    urls.purge(key('/a?x=1&utm=2'))
    expect(port.peek(key('/a?x=1&utm=1'))).to.equal(undefined)
    expect(port.peek(key('/a?x=2&utm=1'))).to.deep.equal({ target: '/a?x=2&utm=1' })
  })

  it('is not known in full any more once there were more ways to vary than are remembered', async () => {
    await keep('/a?x=1&utm=1')
    urls.purge(key('/a?x=1&utm=2'))
    await keep('/a?x=1&utm=1', undefined, 'params, except=("x")')
    for (let way = 2; way <= 5; way++) await keep(`/a?x=${way}&utm=1`, undefined, `params=("p${way}")`)
    urls.purge(key('/a?x=1&z=9'))
    expect(port.peek(key('/a?x=1&utm=1'))).to.equal(undefined)
  })

  it('is each tenant’s own', async () => {
    for (const tenant of ['t', 'u']) {
      await keep('/a?utm=1', tenant)
      urls.purge(key('/a?utm=2', tenant))
      await keep('/a?utm=1', tenant)
    }
    urls.purge(key('/a?utm=2', 't'))
    expect(port.peek(key('/a?utm=1', 't'))).to.equal(undefined)
    expect(port.peek(key('/a?utm=1', 'u'))).to.deep.equal({ target: '/a?utm=1' })
  })

  it('costs nothing for paths of which no answer says anything', async () => {
    await keep('/a?utm=1')
    const { entries } = cache.stats()
    for (let i = 0; i < 10; i++) urls.purge(key(`/other/${i}`))
    expect(cache.stats().entries).to.equal(entries)
  })
})
