import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss, statusOf } from './http-adapter-client.ts'
import type { HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** How stored answers are told, aged and kept apart (RFC 9111, 4 and 5; RFC 9211). */
export function answerRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const single = (page: { handler: ReturnType<typeof countedPage>['handler'] }) => [
    { path: '/page', handler: page.handler },
  ]

  describe('hits and misses', () => {
    const page = countedPage({ ...FRESH, 'x-made': 'here', link: ['</a>; rel=next', '</b>; rel=prev'] })
    it(
      'give the same status, headers and bytes, and say which they are',
      on(single(page), {}, async ({ origin, clock }) => {
        const miss = await ask(origin, '/page')
        assert.equal(statusOf(miss), 'cache; fwd=uri-miss; stored')
        assert.equal(miss.headers.age, undefined)
        clock.advance(5_400)
        const hit = await ask(origin, '/page')
        assert.equal(statusOf(hit), 'cache; hit; ttl=54')
        assert.equal(hit.headers.age, '5')
        assert.equal(hit.status, miss.status)
        assert.deepEqual(hit.body, miss.body)
        for (const name of ['content-type', 'cache-control', 'x-made', 'link']) {
          assert.deepEqual(hit.headers[name], miss.headers[name], name)
        }
        assert.equal(page.runs(), 1)
      }),
    )

    const dated = countedPage({
      ...FRESH,
      date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      'last-modified': 'Mon, 01 Dec 2025 00:00:00 GMT',
      etag: '"v1"',
    })
    it(
      'keep Date, ETag and Last-Modified as the handler wrote them',
      on(single(dated), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(3_000)
        const { headers } = await ask(origin, '/page')
        assert.equal(headers.date, 'Thu, 01 Jan 2026 00:00:00 GMT')
        assert.equal(headers['last-modified'], 'Mon, 01 Dec 2025 00:00:00 GMT')
        assert.equal(headers.etag, '"v1"')
        assert.equal(headers.age, '3')
      }),
    )

    it(
      'say when the answer was made, where the handler did not',
      on(single(countedPage()), {}, async ({ origin, clock }) => {
        const made = new Date(clock.wall()).toUTCString()
        await ask(origin, '/page')
        clock.advance(7_000)
        assert.equal((await ask(origin, '/page')).headers.date, made)
      }),
    )

    const short = countedPage({ 'cache-control': 'max-age=10' })
    it(
      'run the handler again once the lifetime is over',
      on(single(short), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(9_999)
        assertHit(await ask(origin, '/page'))
        clock.advance(1)
        assertMiss(await ask(origin, '/page'))
        assert.equal(short.runs(), 2)
      }),
    )

    it(
      'are called by the name of the cache, or not at all',
      on(single(countedPage()), { cache: { name: 'edge' } }, async ({ origin }) => {
        assert.match(statusOf(await ask(origin, '/page')), /^edge; fwd=/)
        assert.match(statusOf(await ask(origin, '/page')), /^edge; hit/)
      }),
    )

    it(
      'say nothing where cacheStatus is off',
      on(single(countedPage()), { mount: { cacheStatus: false } }, async ({ origin }) => {
        assert.equal((await ask(origin, '/page')).headers['cache-status'], undefined)
        const hit = await ask(origin, '/page')
        assert.equal(hit.headers['cache-status'], undefined)
        assert.equal(hit.headers.age, '0')
      }),
    )

    const upstream = countedPage({ ...FRESH, 'cache-status': 'origin; hit; ttl=9' })
    it(
      'come after what caches nearer to the origin said',
      on(single(upstream), {}, async ({ origin }) => {
        const miss = await ask(origin, '/page')
        assert.equal(miss.headers['cache-status'], 'origin; hit; ttl=9, cache; fwd=uri-miss; stored')
        const hit = await ask(origin, '/page')
        assert.equal(hit.headers['cache-status'], 'origin; hit; ttl=9, cache; hit; ttl=60')
      }),
    )

    const spoken = countedPage({ ...FRESH, vary: 'accept-language', 'content-language': 'de' })
    it(
      'compare languages by what is wanted, and find the one that is wanted most',
      on(single(spoken), {}, async ({ origin }) => {
        const get = (language: string) => ask(origin, '/page', { headers: { 'accept-language': language } })
        await get('en, de')
        for (const same of ['EN,de', 'en;q=1.0, de', 'fr;q=0.5, de', 'de']) assertHit(await get(same), same)
        for (const other of ['de, fr', 'en', 'de;q=0.5, en', '*']) assertMiss(await get(other), other)
      }),
    )

    it(
      'keep URLs, queries and hosts apart',
      on(single(countedPage()), {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (const path of ['/page?', '/page?a', '/page?a=1', '/page?a=1&a=1', '/page?A=1', '/page?a=%31']) {
          assertMiss(await ask(origin, path), path)
        }
        assertMiss(await ask(origin, '/page', { headers: { host: 'other.example' } }))
        assertHit(await ask(origin, '/page'))
      }),
    )
  })
}
