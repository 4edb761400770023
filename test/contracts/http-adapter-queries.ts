import { strict as assert } from 'node:assert'
import { type Ask, ask, assertHit, assertMiss, statusOf } from './http-adapter-client.ts'
import type { ContractHandler, ContractRoute, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const MOUNT = { mount: { query: true } }

/** The option `query`: QUERY with its content in the key (RFC 10008). */
export function queryRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const echo: ContractHandler = ({ body }, response) => {
    response.head(200, { ...FRESH, etag: `"${String(body).length}"` }).send(`found: ${String(body)}`)
  }
  const routes = (): ContractRoute[] => [
    { method: 'QUERY', path: '/page', handler: echo },
    { method: 'GET', path: '/page', handler: countedPage().handler },
    { method: 'POST', path: '/page', handler: (_, response) => response.head(204).send() },
  ]
  const query = (body: string, more: Record<string, string> = {}): Ask => ({
    method: 'QUERY',
    body,
    headers: { 'content-type': 'text/plain', 'content-length': String(Buffer.byteLength(body)), ...more },
  })

  describe('QUERY', () => {
    it(
      'passes by default, and outdates nothing',
      on(routes(), {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (let i = 0; i < 2; i++) {
          const answer = await ask(origin, '/page', query('a'))
          assert.match(statusOf(answer), /fwd=method/)
          assert.equal(answer.text, 'found: a')
        }
        assertHit(await ask(origin, '/page'))
      }),
    )

    it(
      'is kept for its own content',
      on(routes(), MOUNT, async ({ origin }) => {
        const long = 'x'.repeat(60_000)
        for (const body of ['a', 'b', long]) {
          const miss = await ask(origin, '/page', query(body))
          assertMiss(miss)
          assert.equal(miss.text, `found: ${body}`)
          const hit = await ask(origin, '/page', query(body))
          assertHit(hit)
          assert.equal(hit.text, `found: ${body}`)
        }
        assertMiss(await ask(origin, '/page'))
        assertMiss(await ask(origin, '/page?a', query('a')))
        assertMiss(await ask(origin, '/page', query('a', { 'content-type': 'text/plain; charset=latin1' })))
        assertMiss(await ask(origin, '/page', query('a', { 'content-language': 'de' })))
      }),
    )

    it(
      'is answered with 304 and with parts like a GET',
      on(routes(), MOUNT, async ({ origin }) => {
        await ask(origin, '/page', query('abc'))
        assert.equal((await ask(origin, '/page', query('abc', { 'if-none-match': '"3"' }))).status, 304)
        const part = await ask(origin, '/page', query('abc', { range: 'bytes=7-' }))
        assert.equal(part.status, 206)
        assert.equal(part.text, 'abc')
      }),
    )

    it(
      'of the same content waits for the first one',
      on(routes(), MOUNT, async ({ origin }) => {
        const answers = await Promise.all(
          Array.from({ length: 5 }, () => ask(origin, '/page', query('same'))),
        )
        for (const answer of answers) assert.equal(answer.text, 'found: same')
      }),
    )

    let runs = 0
    const swr: ContractHandler = (_, response) => {
      runs += 1
      response.head(200, { 'cache-control': 'max-age=1, stale-while-revalidate=60' }).send(`run ${runs}`)
    }
    it(
      'gets no stale answer that nothing would make anew',
      on([{ method: 'QUERY', path: '/page', handler: swr }], MOUNT, async ({ origin, clock }) => {
        runs = 0
        await ask(origin, '/page', query('a'))
        clock.advance(2_000)
        assert.equal((await ask(origin, '/page', query('a'))).text, 'run 2')
      }),
    )

    it(
      'is outdated by a write, and purged with its URL',
      on(routes(), MOUNT, async ({ origin, purge }) => {
        const clear = [
          () => ask(origin, '/page', { method: 'POST' }),
          () => purge({ url: `${origin}/page` }),
          () => purge({ prefix: '/pa' }),
        ]
        for (const cleared of clear) {
          await ask(origin, '/page', query('a'))
          assertHit(await ask(origin, '/page', query('a')))
          await cleared()
          assertMiss(await ask(origin, '/page', query('a')))
        }
      }),
    )

    it(
      'passes where its content is too long or its length unknown',
      on(routes(), MOUNT, async ({ origin }) => {
        const long = 'x'.repeat(70_000)
        const chunked = {
          method: 'QUERY',
          body: 'a',
          headers: { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' },
        }
        for (const [asking, text] of [
          [query(long), `found: ${long}`],
          [chunked, 'found: a'],
        ] as const) {
          for (let i = 0; i < 2; i++) {
            const answer = await ask(origin, '/page', asking)
            assert.match(statusOf(answer), /fwd=method/)
            assert.equal(answer.text, text)
          }
        }
      }),
    )
  })
}
