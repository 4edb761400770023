import { expect } from 'chai'
import type { Exchange } from '../../../../plugins/http-response/exchange.ts'
import { httpPolicy } from '../../../../plugins/http-response/options.ts'
import { httpResponse } from '../../../../plugins/http-response/plugin.ts'
import { purgePages } from '../../../../plugins/http-response/purge.ts'
import { cacheUnderTest } from '../../../fixtures/cache-under-test.ts'

const PAGES = 2_200
const FRESH = { 'cache-control': 'max-age=60, stale-while-revalidate=60' }

describe('a purge of many pages', () => {
  const filled = async () => {
    const under = await cacheUnderTest()
    const { surface } = under.cache.surface(httpResponse)
    const plan = (target: string) =>
      surface.plan({ method: 'GET', target, host: 'a.example', headers: {}, raw: undefined }, httpPolicy({}))
    const store = async (target: string) => {
      const made = (await plan(target)) as { exchange: Exchange }
      made.exchange.head(200, FRESH, FRESH)
      made.exchange.chunk(Buffer.from(target))
      await made.exchange.finish()
    }
    for (let i = 0; i < PAGES; i++) await store(`/${i % 2 === 0 ? 'even' : 'odd'}/${i}`)
    return { ...under, plan, store }
  }
  const kindsOf = async ({ plan }: Awaited<ReturnType<typeof filled>>) => {
    const kinds = { serve: 0, record: 0, pass: 0 }
    for (let i = 0; i < PAGES; i++) {
      const made = await plan(`/${i % 2 === 0 ? 'even' : 'odd'}/${i}`)
      if (made.kind === 'record') made.exchange.abandon()
      kinds[made.kind] += 1
    }
    return kinds
  }

  it('lets the event loop go on between slices, and misses none', async () => {
    const under = await filled()
    let turns = 0
    let done = false
    const count = (): void => {
      turns += 1
      if (!done) setImmediate(count)
    }
    setImmediate(count)
    await purgePages(under.cache, { prefix: '/even/' })
    done = true
    expect(turns).to.be.at.least(2)
    expect(await kindsOf(under)).to.deep.equal({ serve: PAGES / 2, record: PAGES / 2, pass: 0 })
  })

  it('that is soft keeps all that can be served stale', async () => {
    const under = await filled()
    await purgePages(under.cache, { prefix: '/even/', soft: true })
    expect((await kindsOf(under)).serve).to.equal(PAGES)
    under.clock.advance(59_000)
    expect((await kindsOf(under)).serve).to.equal(PAGES)
    under.clock.advance(2_000)
    expect((await kindsOf(under)).serve).to.equal(PAGES / 2)
  })

  it('leaves pages alone that are stored meanwhile and are not meant', async () => {
    const under = await filled()
    const purged = purgePages(under.cache, { prefix: '/even/' })
    await under.store('/odd/new')
    await purged
    expect((await under.plan('/odd/new')).kind).to.equal('serve')
  })

  it('by tag, group or URL looks at none of them', async () => {
    const under = await filled()
    let turns = 0
    const immediate = setImmediate(() => {
      turns += 1
    })
    await purgePages(under.cache, { url: 'http://a.example/even/0' })
    await purgePages(under.cache, { tags: ['a'] })
    await purgePages(under.cache, { groups: ['a'], host: 'a.example' })
    clearImmediate(immediate)
    expect(turns).to.equal(0)
    expect((await kindsOf(under)).record).to.equal(1)
  })

  it('is refused by a cache that is closed', async () => {
    const { cache } = await cacheUnderTest()
    await cache.close()
    const error = await purgePages(cache, { prefix: '/' }).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('code', 'HITHERTO_CACHE_CLOSED')
  })
})
