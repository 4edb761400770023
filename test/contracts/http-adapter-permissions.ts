import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss, statusOf } from './http-adapter-client.ts'
import type { ContractHeaders, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const LAST_MONTH = 'Mon, 01 Dec 2025 00:00:00 GMT'
const NEXT_YEAR = 'Fri, 01 Jan 2027 00:00:00 GMT'

/** Response headers, and whether such an answer is reused. */
const ANSWERS: readonly (readonly [ContractHeaders, boolean])[] = [
  [{ 'cache-control': 'max-age=60' }, true],
  [{ 'cache-control': 's-maxage=60' }, true],
  [{ 'cache-control': 's-maxage=60, max-age=0' }, true],
  [{ 'cache-control': 'public, max-age=60' }, true],
  [{ expires: NEXT_YEAR }, true],
  [{ 'last-modified': LAST_MONTH }, true],
  [{}, false],
  [{ 'cache-control': 'public' }, false],
  [{ 'cache-control': 'max-age=0' }, false],
  [{ 'cache-control': 'max-age=-1' }, false],
  [{ 'cache-control': 'max-age=1e3' }, false],
  [{ 'cache-control': 'max-age=60, max-age=0' }, false],
  [{ 'cache-control': 's-maxage=0, max-age=60' }, false],
  [{ expires: LAST_MONTH }, false],
  [{ expires: '0' }, false],
  [{ expires: NEXT_YEAR, 'cache-control': 'max-age=0' }, false],
  [{ 'cache-control': 'no-store, max-age=60' }, false],
  [{ 'cache-control': 'no-cache, max-age=60' }, false],
  [{ 'cache-control': 'no-cache="x-user", max-age=60' }, false],
  [{ 'cache-control': 'private="x-user", max-age=60' }, false],
  [{ 'cache-control': 'private=x-user, max-age=60' }, false],
  [{ 'cache-control': 'private, max-age=60' }, false],
  [{ 'cache-control': 'PRIVATE, max-age=60' }, false],
  [{ 'cache-control': 'private="", max-age=60' }, false],
  [{ 'cache-control': 'private;max-age=60' }, false],
  [{ 'cache-control': ['max-age=60', 'private'] }, false],
  [{ pragma: 'no-cache', 'last-modified': LAST_MONTH }, false],
  [{ 'cache-control': 'max-age=60', age: '60' }, false],
  [{ 'cache-control': 'max-age=60', vary: '*' }, false],
  [{ 'cache-control': 'max-age=60', vary: ['accept', '*'] }, false],
  [{ 'cache-control': 'max-age=60', 'set-cookie': 'a=1' }, false],
  [{ 'cache-control': 'public, max-age=60', 'set-cookie': ['a=1', 'b=2'] }, false],
]

/** Statuses with a lifetime of their own, and whether they are reused. */
const STATUSES: readonly (readonly [number, boolean])[] = [
  ...[200, 203, 204, 301, 302, 307, 308, 404, 410].map((status) => [status, true] as const),
  ...[400, 401, 403, 406, 412, 416, 429, 431, 500, 501, 502, 503].map((status) => [status, false] as const),
]

/** Credentials of a request, what the answer says, and whether it is stored and given to others with them. */
const CREDENTIALS: readonly (readonly [header: string, control: string, shared: boolean])[] = [
  ['authorization', 'max-age=60', false],
  ['authorization', 'public, max-age=60', true],
  ['authorization', 's-maxage=60', true],
  ['authorization', 'must-revalidate, max-age=60', true],
  ['authorization', 'public; max-age=60', false],
  ['cookie', 'max-age=60', false],
  ['cookie', 's-maxage=60', false],
  ['cookie', 'must-revalidate, max-age=60', false],
  ['cookie', 'public, max-age=60', true],
]

/** What may be stored and who may get it (RFC 9111, 3, 3.5 and 4.1). */
export function permissionRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const single = (page: ReturnType<typeof countedPage>) => [{ path: '/page', handler: page.handler }]

  describe('an answer', () => {
    for (const [headers, reused] of ANSWERS) {
      it(
        `with ${JSON.stringify(headers)} is ${reused ? 'reused' : 'not reused'}`,
        on(single(countedPage(headers)), {}, async ({ origin }) => {
          assertMiss(await ask(origin, '/page'))
          const second = await ask(origin, '/page')
          assert.equal(second.text, reused ? 'run 1' : 'run 2')
          ;(reused ? assertHit : assertMiss)(second)
        }),
      )
    }

    for (const [status, reused] of STATUSES) {
      it(
        `with status ${status} is ${reused ? 'reused' : 'not reused'}, whatever it says`,
        on(single(countedPage({ 'cache-control': 'public, max-age=60' }, status)), {}, async ({ origin }) => {
          await ask(origin, '/page')
          const second = await ask(origin, '/page')
          assert.equal(second.status, status)
          ;(reused ? assertHit : assertMiss)(second)
        }),
      )
    }

    it(
      'that is kept from nobody but has a cookie says why it was not stored',
      on(single(countedPage({ ...FRESH, 'set-cookie': 'a=1' })), {}, async ({ origin }) => {
        const miss = await ask(origin, '/page')
        assert.equal(statusOf(miss), 'cache; fwd=uri-miss; detail=set-cookie')
        assert.deepEqual(miss.headers['set-cookie'], ['a=1'])
      }),
    )

    it(
      'is stored without the fields of one connection and those that Connection names',
      on(
        [
          {
            path: '/page',
            handler: (_, response) =>
              response
                .head(200, {
                  ...FRESH,
                  'proxy-authenticate': 'Basic',
                  'x-hop': '1',
                  'x-stays': '1',
                  connection: 'close, x-hop',
                })
                .send('page'),
          },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          const { headers } = await ask(origin, '/page')
          assert.equal(headers['x-stays'], '1')
          assert.equal(headers['x-hop'], undefined)
          assert.equal(headers['proxy-authenticate'], undefined)
        },
      ),
    )
  })

  describe('Vary', () => {
    it(
      'keeps variants apart, the absent field from the empty one too',
      on(single(countedPage({ ...FRESH, vary: 'X-Variant, Accept-Language' })), {}, async ({ origin }) => {
        const variants = [
          {},
          { 'x-variant': '' },
          { 'x-variant': 'a' },
          { 'x-variant': 'b' },
          { 'x-variant': 'a', 'accept-language': 'en' },
        ]
        for (const headers of variants)
          assertMiss(await ask(origin, '/page', { headers }), JSON.stringify(headers))
        for (const [index, headers] of variants.entries()) {
          const answer = await ask(origin, '/page', { headers })
          assertHit(answer, JSON.stringify(headers))
          assert.equal(answer.text, `run ${index + 1}`)
        }
      }),
    )

    it(
      'says vary-miss for a variant that is not stored',
      on(single(countedPage({ ...FRESH, vary: 'x-variant' })), {}, async ({ origin }) => {
        await ask(origin, '/page')
        assert.match(
          statusOf(await ask(origin, '/page', { headers: { 'x-variant': 'a' } })),
          /fwd=vary-miss; stored/,
        )
      }),
    )

    let names = 'x-one'
    it(
      'follows what the latest answers name',
      on(
        [
          {
            path: '/page',
            handler: (request, response) =>
              void response
                .head(200, { ...FRESH, vary: names })
                .send(`${request.headers['x-one']} ${request.headers['x-two']}`),
          },
        ],
        {},
        async ({ origin }) => {
          const get = (one: string, two: string) =>
            ask(origin, '/page', { headers: { 'x-one': one, 'x-two': two } })
          await get('a', 'a')
          names = 'x-one, x-two'
          await get('b', 'a')
          const other = await get('b', 'b')
          assert.equal(other.text, 'b b')
          assert.equal((await get('b', 'a')).text, 'b a')
          assertHit(await get('b', 'b'))
        },
      ),
    )

    it(
      'keeps no more than its bound of variants of one page',
      on(single(countedPage({ ...FRESH, vary: 'x-variant' })), {}, async ({ origin, cache }) => {
        for (let variant = 0; variant < 150; variant++)
          await ask(origin, '/page', { headers: { 'x-variant': String(variant) } })
        assert.ok(cache.stats().entries <= 65, `${cache.stats().entries} entries`)
        assertHit(await ask(origin, '/page', { headers: { 'x-variant': '149' } }))
        assertMiss(await ask(origin, '/page', { headers: { 'x-variant': '0' } }))
      }),
    )
  })

  describe('a request with credentials', () => {
    for (const [header, control, shared] of CREDENTIALS) {
      it(
        `in ${header} ${shared ? 'shares' : 'does not share'} an answer that says ${control}`,
        on(single(countedPage({ 'cache-control': control })), {}, async ({ origin }) => {
          const mine = { headers: { [header]: 'mine' } }
          await ask(origin, '/page', mine)
          const others = await ask(origin, '/page', { headers: { [header]: 'theirs' } })
          ;(shared ? assertHit : assertMiss)(others)
          ;(shared ? assertHit : assertMiss)(await ask(origin, '/page'))
          // What was made for somebody without credentials is for those who have some only if it says so.
          ;(shared ? assertHit : assertMiss)(await ask(origin, '/page', mine))
        }),
      )
    }
  })

  describe('what the client asks for', () => {
    const asking = (control: string | Record<string, string>) => ({
      headers: typeof control === 'string' ? { 'cache-control': control } : control,
    })
    for (const control of [
      'no-cache',
      'no-store',
      'max-age=0',
      'max-age=5',
      'min-fresh=55',
      { pragma: 'no-cache' },
    ] as const) {
      const page = countedPage()
      it(
        `is kept: ${JSON.stringify(control)} does not get an answer that is ten seconds old`,
        on(single(page), {}, async ({ origin, clock }) => {
          await ask(origin, '/page')
          clock.advance(10_000)
          const answer = await ask(origin, '/page', asking(control))
          assert.match(statusOf(answer), /fwd=request/)
          assert.equal(page.runs(), 2)
        }),
      )
      const other = countedPage()
      it(
        `is not kept where requestDirectives is off: ${JSON.stringify(control)}`,
        on(single(other), { mount: { requestDirectives: false } }, async ({ origin, clock }) => {
          await ask(origin, '/page', asking(control))
          clock.advance(10_000)
          assertHit(await ask(origin, '/page', asking(control)))
          assert.equal(other.runs(), 1)
        }),
      )
    }

    const refreshed = countedPage()
    it(
      'may renew what is stored for the others, but no-store leaves no trace',
      on(single(refreshed), {}, async ({ origin }) => {
        await ask(origin, '/page', asking('no-store'))
        assertMiss(await ask(origin, '/page'))
        await ask(origin, '/page', asking('no-cache'))
        const answer = await ask(origin, '/page')
        assertHit(answer)
        assert.equal(answer.text, 'run 3')
      }),
    )

    const cached = countedPage()
    it(
      'is 504 for only-if-cached where nothing is stored',
      on(single(cached), {}, async ({ origin }) => {
        assert.equal((await ask(origin, '/page', asking('only-if-cached'))).status, 504)
        assert.equal(cached.runs(), 0)
        await ask(origin, '/page')
        assertHit(await ask(origin, '/page', asking('only-if-cached')))
      }),
    )

    for (const headers of [{ 'if-match': '"v1"' }, { 'if-unmodified-since': LAST_MONTH }]) {
      const page = countedPage()
      it(
        `with ${JSON.stringify(headers)} is the handler's to answer, and is not stored`,
        on(single(page), {}, async ({ origin }) => {
          assert.match(statusOf(await ask(origin, '/page', { headers })), /fwd=partial$/)
          assertMiss(await ask(origin, '/page'))
          assert.equal(page.runs(), 2)
        }),
      )
    }
  })
}
