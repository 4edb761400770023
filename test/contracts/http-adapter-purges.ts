import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss, gate, statusOf, turns } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractPurge,
  ContractRoute,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** Purging from code: by URL, tag, group, prefix and pattern, hard and soft. */
export function purgeRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const anywhere = (): ContractRoute[] => [{ path: '*', handler: countedPage().handler }]

  describe('a purge', () => {
    const ways: [name: string, what: (origin: string) => ContractPurge, gone: string[], kept: string[]][] = [
      ['of a URL', (origin) => ({ url: `${origin}/a?p=1` }), ['/a?p=1'], ['/a', '/a?p=2', '/b']],
      ['of a URL on any host', () => ({ url: '/a?p=1' }), ['/a?p=1'], ['/a', '/a?p=2', '/b']],
      ['of a prefix', (origin) => ({ prefix: `${origin}/a/` }), ['/a/1', '/a/2?p'], ['/a', '/b/a/1']],
      ['of a prefix on any host', () => ({ prefix: '/a/' }), ['/a/1', '/a/2?p'], ['/a', '/b/a/1']],
      ['of a pattern', () => ({ pattern: '/*/1' }), ['/a/1', '/b/a/1'], ['/a', '/a/2']],
      ['of a pattern with a host', (origin) => ({ pattern: `${origin}/a*` }), ['/a', '/a/1'], ['/b']],
    ]
    for (const [name, what, gone, kept] of ways) {
      it(
        `${name} drops what it names and nothing else`,
        on(anywhere(), {}, async ({ origin, purge }) => {
          for (const path of [...gone, ...kept]) await ask(origin, path)
          await purge(what(origin))
          for (const path of gone) assertMiss(await ask(origin, path), path)
          for (const path of kept) assertHit(await ask(origin, path), path)
        }),
      )

      it(
        `${name} leaves what it names as stale if it is soft`,
        on(anywhere(), { mount: { staleWhileRevalidate: '1m' } }, async ({ origin, purge }) => {
          for (const path of [...gone, ...kept]) await ask(origin, path)
          await purge({ ...what(origin), soft: true })
          for (const path of gone) assert.match(statusOf(await ask(origin, path)), /; hit; ttl=(-|0)/, path)
          for (const path of kept) assert.match(statusOf(await ask(origin, path)), /; hit; ttl=[1-9]/, path)
        }),
      )

      it(`${name} reaches answers in the making`, async () => {
        for (const soft of [false, true]) {
          const { opened, open } = gate()
          let begun = 0
          const held: ContractHandler = async (_, response) => {
            begun += 1
            await opened
            response.head(200, { 'cache-control': 'public, max-age=60' }).send('page')
          }
          await on([{ path: '*', handler: held }], {}, async ({ origin, purge }) => {
            const [path = ''] = gone
            // The second one runs beside the first: requests with credentials never wait.
            const asked = [ask(origin, path), ask(origin, path, { headers: { cookie: 'a=1' } })]
            while (begun < 2) await turns()
            await purge({ ...what(origin), soft })
            open()
            await Promise.all(asked)
            assertMiss(await ask(origin, path), String(soft))
          })()
        }
      })
    }

    const spellings: readonly (readonly [what: ContractPurge, host: string, port: number, other: number])[] =
      [
        [{ url: 'http://h.example/a' }, 'h.example', 80, 443],
        [{ url: 'http://h.example:80/a' }, 'h.example', 80, 443],
        [{ url: 'https://h.example:443/a', soft: true }, 'h.example', 443, 80],
        [{ url: 'https://[::1]/a' }, '[::1]', 443, 80],
        [{ prefix: 'http://h.example:80/' }, 'h.example', 80, 443],
        [{ pattern: 'https://*.example/*' }, 'h.example', 443, 80],
        [{ pattern: 'http://h*:80/a' }, 'h.example', 80, 8080],
      ]
    for (const [what, host, port, other] of spellings) {
      it(
        `of ${JSON.stringify(what)} reaches that host in every spelling of its default port`,
        on(anywhere(), {}, async ({ origin, purge }) => {
          const meant = [host, `${host}:`, `${host}:${port}`]
          const others = [`${host}:${other}`, 'other.test']
          const asked = (hosts: string[]) =>
            Promise.all(hosts.map((each) => ask(origin, '/a', { headers: { host: each } })))
          await asked([...meant, ...others])
          await purge(what)
          for (const answer of await asked(meant)) assertMiss(answer)
          for (const answer of await asked(others)) assertHit(answer)
        }),
      )
    }

    it(
      'on another host drops nothing',
      on(anywhere(), {}, async ({ origin, purge }) => {
        await ask(origin, '/a')
        for (const there of ['http://a.example', 'https://b.example:8080']) {
          await purge({ url: `${there}/a` })
          await purge({ prefix: `${there}/` })
          await purge({ pattern: `${there}/*` })
        }
        assertHit(await ask(origin, '/a'))
      }),
    )

    it(
      'of a URL drops all its variants, and the pages under keys of their own',
      on(
        [
          { path: '/vary', handler: countedPage({ ...FRESH, vary: 'x-kind' }).handler },
          { path: '/own', handler: countedPage({ 'cache-control': 'private, max-age=60' }).handler },
        ],
        { mount: { principal: ({ headers }) => headers['x-user'] as string | undefined } },
        async ({ origin, purge }) => {
          const asks = [
            () => ask(origin, '/vary', { headers: { 'x-kind': 'a' } }),
            () => ask(origin, '/vary', { headers: { 'x-kind': 'b' } }),
            () => ask(origin, '/own', { headers: { 'x-user': 'a' } }),
          ]
          const purges: ContractPurge[][] = [
            [{ url: `${origin}/vary` }, { url: `${origin}/own` }],
            [{ url: '/vary' }, { url: '/own' }],
            [{ pattern: '*' }],
            [{ prefix: `${origin}/` }],
          ]
          for (const purged of purges) {
            for (const again of asks) {
              await again()
              assertHit(await again())
            }
            for (const what of purged) await purge(what)
            for (const again of asks) assertMiss(await again(), JSON.stringify(purged))
          }
        },
      ),
    )

    it(
      'of a URL knows which parameters count',
      on(anywhere(), { mount: { dropQuery: ['utm'], sortQuery: true } }, async ({ origin, purge }) => {
        for (const url of [`${origin}/a?b=2&utm=y&a=1`, '/a?utm=z&b=2&a=1']) {
          await ask(origin, '/a?a=1&b=2&utm=x')
          assertHit(await ask(origin, '/a?b=2&a=1'))
          await purge({ url })
          assertMiss(await ask(origin, '/a?a=1&b=2'), url)
        }
      }),
    )

    it(
      'may be of one tenant',
      on(
        anywhere(),
        { mount: { tenant: ({ headers }) => String(headers['x-tenant']) } },
        async ({ origin, purge }) => {
          const at = (tenant: string) => ask(origin, '/a', { headers: { 'x-tenant': tenant } })
          for (const what of [{ url: `${origin}/a` }, { url: '/a' }, { prefix: '/' }, { pattern: '*' }]) {
            await at('one')
            await at('two')
            await purge({ ...what, tenant: 'one' })
            assertHit(await at('two'), JSON.stringify(what))
            assertMiss(await at('one'), JSON.stringify(what))
            await purge(what)
            assertMiss(await at('one'), JSON.stringify(what))
            assertMiss(await at('two'), JSON.stringify(what))
          }
        },
      ),
    )

    const tagged: ContractHandler = ({ url }, response) => {
      response.tag(url.slice(1))
      response.head(200, FRESH).send(url)
    }
    for (const soft of [false, true]) {
      it(
        `by tag drops values, and ${soft ? 'leaves pages as stale' : 'pages'}`,
        on(
          [{ path: '*', handler: tagged }],
          { mount: { staleWhileRevalidate: '1m' } },
          async ({ origin, purge, cache }) => {
            await cache.set('value', 1, { tags: ['a'] })
            await ask(origin, '/a')
            await ask(origin, '/b')
            await purge({ tags: ['a'], soft })
            assert.equal(await cache.get('value'), undefined)
            assert.match(statusOf(await ask(origin, '/a')), soft ? /; hit; ttl=(-|0)/ : /; fwd=/)
            assertHit(await ask(origin, '/b'))
            await purge({ tags: ['b'], soft: true })
            await cache.invalidate({ tags: ['b'] })
            assertMiss(await ask(origin, '/b'))
          },
        ),
      )
    }

    it(
      'that is soft makes a page anew behind the stale one',
      on(
        [{ path: '/page', handler: countedPage().handler }],
        { mount: { staleWhileRevalidate: '1m' } },
        async ({ origin, purge }) => {
          await ask(origin, '/page')
          await purge({ url: '/page', soft: true })
          assert.equal((await ask(origin, '/page')).text, 'run 1')
          await turns(50)
          const renewed = await ask(origin, '/page')
          assert.equal(renewed.text, 'run 2')
          assert.match(statusOf(renewed), /; hit; ttl=60/)
        },
      ),
    )

    it(
      'that is soft holds after a reload, and for pages that may not be served stale',
      on(
        [{ path: '/page', handler: countedPage({ 'cache-control': 'max-age=60, must-revalidate' }).handler }],
        {},
        async ({ origin, purge, cache }) => {
          await ask(origin, '/page')
          await purge({ prefix: '/', soft: true })
          await cache.reconfigure({ ttl: '5m' })
          assertMiss(await ask(origin, '/page'))
        },
      ),
    )

    it(
      'says what is wrong with it',
      on(anywhere(), {}, async ({ purge }) => {
        for (const wrong of [
          undefined,
          {},
          { url: '/a', prefix: '/' },
          { url: 'a' },
          { url: '/a#b' },
          { url: 7 },
          { pattern: 'a*' },
          { groups: ['a'] },
          { tags: 'a' },
          { url: '/a', soft: 1 },
        ]) {
          await assert.rejects(
            purge(wrong as unknown as ContractPurge),
            { name: /Error$/ },
            JSON.stringify(wrong),
          )
        }
      }),
    )

    it(
      'is made by no HTTP method',
      on([{ path: '/page', handler: countedPage().handler }], {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (const method of ['PURGE', 'BAN', 'PURGEALL'])
          await ask(origin, '/page', { method }).catch(() => {})
        assertHit(await ask(origin, '/page'))
      }),
    )
  })
}
