import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractHeaders,
  ContractLayer,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** The place in the chain: what comes before the cache runs for every request, what comes after only on a miss. */
export function chainRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const single = (headers: ContractHeaders = FRESH) => [
    { path: '/page', handler: countedPage(headers).handler },
  ]

  describe('a layer before the cache', () => {
    let nonce = 0
    const policy: ContractLayer = (_, head) =>
      head.set('content-security-policy', `script-src 'nonce-${++nonce}'`)
    it(
      'runs for hits too, and its headers are those of this request',
      on(single(), { before: [policy] }, async ({ origin }) => {
        for (const expected of [1, 2, 3]) {
          const answer = await ask(origin, '/page')
          assert.equal(answer.headers['content-security-policy'], `script-src 'nonce-${expected}'`)
        }
        assertHit(await ask(origin, '/page'))
      }),
    )

    const cors: ContractLayer = ({ headers }, head) => {
      if (headers.origin === undefined) return
      head.set('access-control-allow-origin', headers.origin)
      head.set('vary', 'origin')
    }
    it(
      'answers each origin although they share the page',
      on(single(), { before: [cors] }, async ({ origin }) => {
        for (const from of ['https://a.example', 'https://b.example', 'https://a.example']) {
          const answer = await ask(origin, '/page', { headers: { origin: from } })
          assert.equal(answer.headers['access-control-allow-origin'], from)
          assert.equal(answer.text, 'run 1')
        }
        const plain = await ask(origin, '/page')
        assertHit(plain)
        assert.equal(plain.headers['access-control-allow-origin'], undefined)
        assert.equal(plain.headers.vary, undefined)
      }),
    )

    const language: ContractLayer = ({ headers }, head) =>
      head.set('content-language', headers['x-site'] === 'fr' ? 'fr' : 'de')
    it(
      'does not decide what the page is, where the handler has said it, too',
      on(single({ ...FRESH, 'content-language': 'de' }), { before: [language] }, async ({ origin }) => {
        await ask(origin, '/page')
        const hit = await ask(origin, '/page', { headers: { 'x-site': 'fr' } })
        assertHit(hit)
        assert.equal(hit.headers['content-language'], 'de')
      }),
    )

    let failed = false
    const failing: ContractHandler = (_, response) =>
      response.head(failed ? 500 : 200, { ...FRESH, ...(failed && { vary: 'origin' }) }).send('page')
    it(
      'keeps its Vary where a stale answer takes the place of a failed one that has said it, too',
      on(
        [{ path: '/page', handler: failing }],
        { before: [(_, head) => head.set('vary', 'origin')] },
        async ({ origin, clock }) => {
          failed = false
          await ask(origin, '/page')
          clock.advance(61_000)
          failed = true
          const answer = await ask(origin, '/page')
          assert.deepEqual([answer.status, answer.headers.vary], [200, 'origin'])
        },
      ),
    )

    let visits = 0
    const session: ContractLayer = (_, head) => head.cookie(`visit=${++visits}`)
    it(
      'may set cookies: they are sent live, never stored, and do not keep the page out',
      on(single(), { before: [session] }, async ({ origin }) => {
        assert.deepEqual((await ask(origin, '/page')).headers['set-cookie'], ['visit=1'])
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.deepEqual(hit.headers['set-cookie'], ['visit=2'])
      }),
    )

    const twoCookies: ContractLayer = (_, head) => {
      head.cookie('session=1')
      head.cookie('csrf=2')
    }
    for (const before of [[session], [twoCookies]]) {
      it(
        `with ${before[0] === session ? 'one cookie' : 'several cookies'} does not hide one that the handler sets`,
        on(
          [
            {
              path: '/page',
              handler: (_, response) => {
                response.head(200, { ...FRESH, 'x-note': 'a cookie of the handler' })
                response.send('mine')
              },
            },
          ],
          { before, after: [(_, head) => head.cookie('user=42')] },
          async ({ origin }) => {
            assert.ok((await ask(origin, '/page')).headers['set-cookie']?.includes('user=42'))
            const second = await ask(origin, '/page')
            assertMiss(second)
            assert.ok(second.headers['set-cookie']?.includes('user=42'))
          },
        ),
      )
    }

    it(
      'shares list fields with the handler, member by member',
      on(
        single({ ...FRESH, vary: 'accept-language' }),
        { before: [setting({ vary: 'origin', link: '</live.css>; rel=preload' })] },
        async ({ origin }) => {
          const members = (value: string | undefined) => (value ?? '').split(', ').sort()
          await ask(origin, '/page')
          const hit = await ask(origin, '/page')
          assertHit(hit)
          assert.ok(members(hit.headers.vary).includes('accept-language'))
          assert.ok(members(hit.headers.vary).includes('origin'))
          assert.equal(hit.headers.link, '</live.css>; rel=preload')
          assertHit(await ask(origin, '/page', { headers: { origin: 'https://a.example' } }))
          assertMiss(await ask(origin, '/page', { headers: { 'accept-language': 'it' } }))
        },
      ),
    )

    it(
      'that says the same Vary as the handler does not take away its meaning',
      on(
        single({ ...FRESH, vary: 'origin' }),
        { before: [(_, head) => head.set('vary', 'origin')] },
        async ({ origin }) => {
          await ask(origin, '/page', { headers: { origin: 'https://a.example' } })
          assertMiss(await ask(origin, '/page', { headers: { origin: 'https://b.example' } }))
        },
      ),
    )

    for (const control of ['private', 'no-store', 'no-cache, max-age=60']) {
      it(
        `that tells clients ${control} is heard, where the handler says nothing else`,
        on(
          single({}),
          { before: [(_, head) => head.set('cache-control', control)], mount: { ttl: '1m' } },
          async ({ origin }) => {
            await ask(origin, '/page')
            assertMiss(await ask(origin, '/page'))
          },
        ),
      )
      it(
        `that tells clients ${control} does not hide that the handler says it too`,
        on(
          single({ 'cache-control': control }),
          { before: [(_, head) => head.set('cache-control', control)], mount: { ttl: '1m' } },
          async ({ origin }) => {
            await ask(origin, '/page')
            assertMiss(await ask(origin, '/page'))
          },
        ),
      )
    }

    it(
      'is overruled by the handler, on hits as on misses',
      on(
        single({ 'cache-control': 'public, max-age=60', 'x-who': 'handler' }),
        { before: [setting({ 'cache-control': 'no-store', 'x-who': 'layer' })] },
        async ({ origin }) => {
          for (let i = 0; i < 2; i++) {
            const { headers } = await ask(origin, '/page')
            assert.equal(headers['cache-control'], 'public, max-age=60')
            assert.equal(headers['x-who'], 'handler')
          }
          assertHit(await ask(origin, '/page'))
        },
      ),
    )
  })

  describe('a layer after the cache', () => {
    let runs = 0
    it(
      'runs only on a miss, and its headers are stored',
      on(single(), { after: [(_, head) => head.set('x-made', `run ${++runs}`)] }, async ({ origin }) => {
        await ask(origin, '/page')
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.equal(hit.headers['x-made'], 'run 1')
        assert.equal(runs, 1)
      }),
    )

    it(
      'that sets a cookie keeps the answer out',
      on(single(), { after: [(_, head) => head.cookie('user=42')] }, async ({ origin }) => {
        await ask(origin, '/page')
        assertMiss(await ask(origin, '/page'))
      }),
    )

    const chain: string[] = []
    it(
      'comes after those before',
      on(
        single(),
        { before: [() => chain.push('before')], after: [() => chain.push('after')] },
        async ({ origin }) => {
          await ask(origin, '/page')
          await ask(origin, '/page')
          assert.deepEqual(chain, ['before', 'after', 'before'])
        },
      ),
    )
  })
}

function setting(headers: ContractHeaders): ContractLayer {
  return (_, head) => {
    for (const [name, value] of Object.entries(headers)) head.set(name, value)
  }
}
