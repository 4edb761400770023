import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss, statusOf, turns } from './http-adapter-client.ts'
import type { ContractHandler, ContractRoute, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** Cache-Groups and Cache-Group-Invalidation (RFC 9875). */
export function groupRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)

  describe('cache groups (RFC 9875)', () => {
    const grouped = (names: string): ContractHandler =>
      countedPage({ ...FRESH, 'cache-groups': names }).handler
    const write: ContractRoute = {
      method: 'POST',
      path: '/write',
      handler: (_, response) => response.head(400, { 'cache-group-invalidation': '"scripts"' }).send(),
    }
    const routes = (): ContractRoute[] => [
      { path: '/a', handler: grouped('"scripts", "all"') },
      { path: '/b', handler: grouped('"styles"') },
      write,
    ]

    it(
      'are invalidated by the answer to an unsafe method, before it is sent',
      on(routes(), {}, async ({ origin }) => {
        await ask(origin, '/a')
        await ask(origin, '/b')
        assert.equal((await ask(origin, '/a')).headers['cache-groups'], '"scripts", "all"')
        await ask(origin, '/write', { method: 'POST' })
        assertMiss(await ask(origin, '/a'))
        assertHit(await ask(origin, '/b'))
      }),
    )

    it(
      'are of one host',
      on(routes(), {}, async ({ origin }) => {
        await ask(origin, '/a')
        await ask(origin, '/write', { method: 'POST', headers: { host: 'other.example' } })
        assertHit(await ask(origin, '/a'))
      }),
    )

    it(
      'are not invalidated by safe methods',
      on(
        [
          ...routes(),
          {
            path: '/read',
            handler: (_, response) => response.head(200, { 'cache-group-invalidation': '"scripts"' }).send(),
          },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/a')
          await ask(origin, '/read')
          await ask(origin, '/read', { method: 'HEAD' })
          assertHit(await ask(origin, '/a'))
        },
      ),
    )

    it(
      'are purged from code, hard and soft',
      on(routes(), { mount: { staleWhileRevalidate: '1m' } }, async ({ origin, purge }) => {
        const host = origin.slice('http://'.length)
        await ask(origin, '/a')
        await purge({ groups: ['scripts'], host: 'other.example' })
        assertHit(await ask(origin, '/a'))
        await purge({ groups: ['all'], host, soft: true })
        assert.match(statusOf(await ask(origin, '/a')), /; hit; ttl=(-|0)/)
        await turns(50)
        await purge({ groups: ['scripts'], host })
        assertMiss(await ask(origin, '/a'))
      }),
    )

    it(
      'that are too many keep an answer out of the cache',
      on(
        [{ path: '/a', handler: grouped(Array.from({ length: 200 }, (_, i) => `"g${i}"`).join(', ')) }],
        {},
        async ({ origin }) => {
          await ask(origin, '/a')
          assertMiss(await ask(origin, '/a'))
        },
      ),
    )
  })
}
