import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss, statusOf } from './http-adapter-client.ts'
import type { ContractPolicy, HttpAdapterDriver } from './http-adapter-driver.ts'
import { type CountedPage, countedPage, type Served, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

type PolicyTest = (server: Served) => Promise<void>

/** What a mount and a route say of their answers, and what they cannot say. */
export function policyRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)

  /** The same test with the policy at the mount, and at the route inside a mount without one. */
  const both = (
    name: string,
    policy: ContractPolicy,
    page: () => CountedPage,
    test: (page: CountedPage) => PolicyTest,
  ) => {
    const mounted = page()
    it(
      `${name}, said at the mount`,
      on([{ path: '/page', handler: mounted.handler }], { mount: policy }, test(mounted)),
    )
    const routed = page()
    it(
      `${name}, said at the route`,
      on([{ path: '/page', handler: routed.handler, cache: policy }], {}, test(routed)),
    )
  }
  const silent = () => countedPage({})

  describe('a policy', () => {
    both(
      'gives pages a lifetime in place of their own',
      { ttl: '1m' },
      () => countedPage({ 'cache-control': 'max-age=5' }),
      () =>
        async ({ origin, clock }) => {
          assertMiss(await ask(origin, '/page'))
          clock.advance(59_000)
          assert.equal(statusOf(await ask(origin, '/page')), 'cache; hit; ttl=1')
          clock.advance(1_000)
          assertMiss(await ask(origin, '/page'))
        },
    )

    for (const control of ['no-store', 'private', 'no-cache', 'private, max-age=600']) {
      both(
        `never shares what is ${control}`,
        { ttl: '1m' },
        () => countedPage({ 'cache-control': control }),
        () =>
          async ({ origin }) => {
            await ask(origin, '/page')
            assertMiss(await ask(origin, '/page'))
          },
      )
    }

    for (const headers of [{ 'set-cookie': 'a=1' }, { vary: '*' }]) {
      both(
        `never shares what has ${JSON.stringify(headers)}`,
        { ttl: '1m' },
        () => countedPage(headers),
        () =>
          async ({ origin }) => {
            await ask(origin, '/page')
            assertMiss(await ask(origin, '/page'))
          },
      )
    }

    for (const status of [204, 302, 404, 410, 500, 503]) {
      both(
        `does not speak of status ${status}`,
        { ttl: '1m' },
        () => countedPage({}, status),
        () =>
          async ({ origin }) => {
            await ask(origin, '/page')
            assertMiss(await ask(origin, '/page'))
          },
      )
    }

    both('never shares answers to credentials', { ttl: '1m' }, silent, () => async ({ origin }) => {
      for (const header of ['authorization', 'cookie']) {
        await ask(origin, '/page', { headers: { [header]: 'mine' } })
        assertMiss(await ask(origin, '/page', { headers: { [header]: 'theirs' } }))
      }
    })

    both('gives tags', { ttl: '1m', tags: ['pages'] }, silent, () => async ({ origin, cache }) => {
      await ask(origin, '/page')
      assertHit(await ask(origin, '/page'))
      await cache.invalidate({ tags: ['pages'] })
      assertMiss(await ask(origin, '/page'))
    })

    both(
      'gives tags made from the request',
      { ttl: '1m', tags: (request) => [`url:${request.url}`] },
      silent,
      () =>
        async ({ origin, cache }) => {
          await ask(origin, '/page')
          await cache.invalidate({ tags: ['url:/other'] })
          assertHit(await ask(origin, '/page'))
          await cache.invalidate({ tags: ['url:/page'] })
          assertMiss(await ask(origin, '/page'))
        },
    )

    both(
      'names headers that answers depend on',
      { ttl: '1m', vary: ['X-Variant'] },
      silent,
      () =>
        async ({ origin }) => {
          const miss = await ask(origin, '/page', { headers: { 'x-variant': 'a' } })
          assert.equal(miss.headers.vary?.toLowerCase(), 'x-variant')
          assertMiss(await ask(origin, '/page', { headers: { 'x-variant': 'b' } }))
          const hit = await ask(origin, '/page', { headers: { 'x-variant': 'a' } })
          assert.equal(hit.text, 'run 1')
          assert.equal(hit.headers.vary?.toLowerCase(), 'x-variant')
        },
    )

    both(
      'keeps requests away',
      { ttl: '1m', bypass: (request) => request.headers['x-preview'] === '1' },
      silent,
      (page) =>
        async ({ origin }) => {
          await ask(origin, '/page', { headers: { 'x-preview': '1' } })
          assertMiss(await ask(origin, '/page'), 'a bypassing request leaves nothing behind')
          assertHit(await ask(origin, '/page'))
          assert.equal(page.runs(), 2)
        },
    )

    both('bounds the body', { ttl: '1m', maxBodySize: 4 }, silent, () => async ({ origin }) => {
      await ask(origin, '/page')
      assertMiss(await ask(origin, '/page'))
    })

    const strict = silent()
    it(
      'keeps requests away from what is stored',
      on(
        [{ path: '/page', handler: strict.handler }],
        { mount: { ttl: '1m', bypass: (request) => request.headers['x-preview'] === '1' } },
        async ({ origin }) => {
          await ask(origin, '/page')
          const answer = await ask(origin, '/page', { headers: { 'x-preview': '1' } })
          assert.equal(statusOf(answer), 'cache; fwd=bypass')
          assert.equal(answer.text, 'run 2')
          assert.equal((await ask(origin, '/page')).text, 'run 1')
        },
      ),
    )

    const keyed = silent()
    const other = silent()
    it(
      'tells pages apart by a key of its own',
      on(
        [
          { path: '/page', handler: keyed.handler },
          { path: '/other', handler: other.handler },
        ],
        { mount: { ttl: '1m', key: (request) => request.url.split('?')[0] ?? '' } },
        async ({ origin }) => {
          await ask(origin, '/page?a')
          assertHit(await ask(origin, '/page?b'))
          assertMiss(await ask(origin, '/other?a'))
          assertMiss(await ask(origin, '/page?a', { headers: { host: 'other.example' } }))
        },
      ),
    )
  })

  describe('a route inside a mount', () => {
    it(
      'keeps of the mount what it does not say itself',
      on(
        [{ path: '/page', handler: silent().handler, cache: { tags: ['route'] } }],
        { mount: { ttl: '1m', tags: ['mount'], vary: ['x-mount'] } },
        async ({ origin, cache }) => {
          for (const tag of ['route', 'mount']) {
            await ask(origin, '/page')
            assertHit(await ask(origin, '/page'), 'the lifetime of the mount')
            await cache.invalidate({ tags: [tag] })
            assertMiss(await ask(origin, '/page', { headers: { 'x-mount': '1' } }), `the tag of the ${tag}`)
          }
        },
      ),
    )

    it(
      'has the last word on the lifetime',
      on(
        [{ path: '/page', handler: silent().handler, cache: { ttl: '10s' } }],
        { mount: { ttl: '1m' } },
        async ({ origin, clock }) => {
          await ask(origin, '/page')
          clock.advance(10_000)
          assertMiss(await ask(origin, '/page'))
        },
      ),
    )

    it(
      'adds its headers to those that tell variants apart',
      on(
        [{ path: '/page', handler: silent().handler, cache: { vary: ['x-route'] } }],
        { mount: { ttl: '1m', vary: ['x-mount'] } },
        async ({ origin }) => {
          const get = (headers: Record<string, string>) => ask(origin, '/page', { headers })
          const first = await get({ 'x-mount': 'a', 'x-route': 'a' })
          assert.equal(first.headers.vary?.toLowerCase(), 'x-mount, x-route')
          assertMiss(await get({ 'x-mount': 'b', 'x-route': 'a' }))
          assertMiss(await get({ 'x-mount': 'a', 'x-route': 'b' }))
          assertHit(await get({ 'x-mount': 'a', 'x-route': 'a' }))
        },
      ),
    )

    it(
      'cannot let in what the mount keeps away',
      on(
        [{ path: '/page', handler: silent().handler, cache: { bypass: () => false } }],
        { mount: { ttl: '1m', bypass: () => true } },
        async ({ origin }) => {
          await ask(origin, '/page')
          assertMiss(await ask(origin, '/page'))
        },
      ),
    )
  })
}
