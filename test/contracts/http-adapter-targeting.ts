import { strict as assert } from 'node:assert'
import { type Ask, ask, assertHit, assertMiss, statusOf } from './http-adapter-client.ts'
import type { ContractHeaders, ContractPolicy, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** Fields and options that speak to the cache alone: targets (RFC 9213), tags, queries, Cache-Status (RFC 9211). */
export function targetingRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const at = (headers: ContractHeaders) => [{ path: '/page', handler: countedPage(headers).handler }]

  describe('a field that speaks to this cache', () => {
    const CASES: readonly (readonly [ContractHeaders, boolean])[] = [
      [{ 'cdn-cache-control': 'max-age=60', 'cache-control': 'no-store' }, true],
      [{ 'cdn-cache-control': 'no-store', 'cache-control': 'max-age=60' }, false],
      [{ 'cdn-cache-control': 'private', 'cache-control': 'max-age=60' }, false],
      [{ 'cdn-cache-control': 'max-age="60"', 'cache-control': 'no-store' }, false],
      [{ 'hitherto-cache-control': 'max-age=60', 'cdn-cache-control': 'no-store' }, true],
      [{ 'hitherto-cache-control': 'no-store', 'cdn-cache-control': 'max-age=60' }, false],
    ]
    for (const [headers, reused] of CASES) {
      it(
        `${reused ? 'lets' : 'does not let'} ${JSON.stringify(headers)} be reused`,
        on(at(headers), {}, async ({ origin }) => {
          await ask(origin, '/page')
          assert.equal((await ask(origin, '/page')).text, reused ? 'run 1' : 'run 2')
        }),
      )
    }

    it(
      'is not sent on if it is the own one, and CDN-Cache-Control is',
      on(
        at({ 'hitherto-cache-control': 'max-age=60', 'cdn-cache-control': 'no-store' }),
        {},
        async ({ origin }) => {
          for (let i = 0; i < 2; i++) {
            const { headers } = await ask(origin, '/page')
            assert.equal(headers['hitherto-cache-control'], undefined)
            assert.equal(headers['cdn-cache-control'], 'no-store')
          }
        },
      ),
    )

    it(
      'is one of those in targets',
      on(
        at({ 'cdn-cache-control': 'no-store', 'cache-control': 'max-age=60' }),
        { mount: { targets: [] } },
        async ({ origin }) => {
          await ask(origin, '/page')
          assertHit(await ask(origin, '/page'))
        },
      ),
    )
  })

  describe('tags in Surrogate-Key and Cache-Tag', () => {
    const headers = { ...FRESH, 'surrogate-key': 'a  b', 'cache-tag': 'c, d e' }
    for (const tag of ['a', 'b', 'c', 'd e']) {
      it(
        `drop the page when ${tag} is invalidated`,
        on(at(headers), {}, async ({ origin, cache }) => {
          await ask(origin, '/page')
          await cache.invalidate({ tags: ['x'] })
          assertHit(await ask(origin, '/page'))
          await cache.invalidate({ tags: [tag] })
          assertMiss(await ask(origin, '/page'))
        }),
      )
    }

    const own = { handler: countedPage({ ...headers, 'hitherto-cache-control': 'max-age=60' }).handler }
    it(
      'are not sent on either where nothing is stored',
      on(
        [
          { ...own, path: '/page' },
          { ...own, method: 'POST', path: '/page' },
        ],
        { mount: { bypass: ({ url }) => url.endsWith('?bypassed') } },
        async ({ origin }) => {
          const ways: readonly (readonly [string, Ask])[] = [
            ['/page', { method: 'HEAD' }],
            ['/page', { method: 'POST' }],
            ['/page', { headers: { 'if-match': '*' } }],
            ['/page', { headers: { 'content-length': '1', 'content-type': 'text/plain' }, body: 'x' }],
            ['/page', { headers: { 'x-http-method-override': 'PUT' } }],
            ['/page?bypassed', {}],
          ]
          for (const [path, way] of ways) {
            const answer = await ask(origin, path, way)
            assert.equal(answer.headers['cache-control'], 'max-age=60')
            for (const name of ['hitherto-cache-control', 'surrogate-key', 'cache-tag'])
              assert.equal(answer.headers[name], undefined, JSON.stringify([name, path, way]))
          }
        },
      ),
    )

    for (const sendTags of [false, true]) {
      it(
        `are ${sendTags ? '' : 'not '}sent on where sendTags is ${sendTags}`,
        on(at(headers), { mount: { sendTags } }, async ({ origin }) => {
          for (let i = 0; i < 2; i++) {
            const answer = await ask(origin, '/page')
            assert.equal(answer.headers['surrogate-key'], sendTags ? 'a  b' : undefined)
            assert.equal(answer.headers['cache-tag'], sendTags ? 'c, d e' : undefined)
          }
        }),
      )
    }
  })

  describe('a query', () => {
    const CASES: readonly (readonly [ContractPolicy, string, string, boolean])[] = [
      [{}, '?a=1&b=2', '?b=2&a=1', false],
      [{ sortQuery: true }, '?a=1&b=2', '?b=2&a=1', true],
      [{ sortQuery: true }, '?a=1&a=2', '?a=2&a=1', false],
      [{ sortQuery: true }, '?a=%2F', '?a=/', false],
      [{ dropQuery: ['utm'] }, '?a=1&utm=x', '?a=1', true],
      [{ dropQuery: ['utm'] }, '?utm=x', '', true],
      [{ dropQuery: ['utm'] }, '?utm2=x', '', false],
      [{ allowQuery: ['a'] }, '?a=1&b=2', '?c=3&a=1', true],
      [{ allowQuery: ['a'] }, '?a=1', '?a=2', false],
    ]
    for (const [mount, one, other, same] of CASES) {
      it(
        `${one} is ${same ? '' : 'not '}the page of ${other || 'none'} under ${JSON.stringify(mount)}`,
        on(at(FRESH), { mount }, async ({ origin }) => {
          await ask(origin, `/page${one}`)
          assert.equal((await ask(origin, `/page${other}`)).text, same ? 'run 1' : 'run 2')
        }),
      )
    }
  })

  describe('Cache-Status', () => {
    const DETAILS: readonly (readonly [NonNullable<ContractPolicy['cacheStatus']>, RegExp, RegExp])[] = [
      [true, /^cache; fwd=uri-miss; stored$/, /^cache; hit; ttl=60$/],
      ['brief', /^cache; fwd=uri-miss$/, /^cache; hit$/],
      ['debug', /^cache; fwd=uri-miss; stored; key=".*\/page.*"$/, /^cache; hit; ttl=60; key=".*\/page.*"$/],
      [false, /^$/, /^$/],
    ]
    for (const [cacheStatus, miss, hit] of DETAILS) {
      it(
        `says as much as ${cacheStatus} lets it`,
        on(at(FRESH), { mount: { cacheStatus } }, async ({ origin }) => {
          assert.match(statusOf(await ask(origin, '/page')), miss)
          assert.match(statusOf(await ask(origin, '/page')), hit)
        }),
      )
    }
  })
}
