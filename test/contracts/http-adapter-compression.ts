import { strict as assert } from 'node:assert'
import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import { type Answer, type Ask, ask, assertHit, assertMiss, turns } from './http-adapter-client.ts'
import type { ContractHandler, ContractHeaders, HttpAdapterDriver } from './http-adapter-driver.ts'
import { FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const SMALL = 'a line of text, again and again\n'.repeat(60)
const LARGE = SMALL.repeat(200)
const MOUNT = { mount: { compress: true } }

/** The option `compress`: stored bodies in other codings (RFC 9110, 8.4 and 12.5.3). */
export function compressionRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const page = (body: string | Buffer = SMALL, headers: ContractHeaders = {}) => {
    const handler: ContractHandler = (_, response) =>
      response.head(200, { ...FRESH, 'content-type': 'text/plain', etag: '"v1"', ...headers }).send(body)
    return [{ path: '/page', handler }]
  }
  const wanting = (codings: string, more: Record<string, string> = {}): Ask => ({
    headers: { 'accept-encoding': codings, ...more },
  })
  /** The first wish for a coding may be answered plain. */
  const coded = async (origin: string, asking: Ask): Promise<Answer> => {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await ask(origin, '/page', asking)
      assertHit(answer)
      if (answer.headers['content-encoding'] !== undefined) return answer
      await turns(10)
    }
    return assert.fail('it was never compressed')
  }

  describe('compression', () => {
    it(
      'is off by default',
      on(page(), {}, async ({ origin }) => {
        for (let i = 0; i < 3; i++) {
          const answer = await ask(origin, '/page', wanting('gzip, br'))
          assert.equal(answer.headers['content-encoding'], undefined)
          assert.equal(answer.headers.vary, undefined)
        }
      }),
    )

    for (const [name, body] of [
      ['a small body', SMALL],
      ['a large one', LARGE],
    ] as const) {
      it(
        `of ${name} is what the client wants most`,
        on(page(body), MOUNT, async ({ origin }) => {
          const miss = await ask(origin, '/page', wanting('gzip'))
          assertMiss(miss)
          assert.equal(miss.text, body)
          assert.match(String(miss.headers.vary), /accept-encoding/i)
          for (const [codings, coding, decode] of [
            ['gzip', 'gzip', zlib.gunzipSync],
            ['br', 'br', zlib.brotliDecompressSync],
            ['gzip;q=0.5, br', 'br', zlib.brotliDecompressSync],
            ['br;q=0.1, gzip;q=1, *;q=0', 'gzip', zlib.gunzipSync],
          ] as const) {
            const answer = await coded(origin, wanting(codings))
            assert.equal(answer.headers['content-encoding'], coding, codings)
            assert.equal(answer.headers['content-length'], String(answer.body.length))
            assert.ok(answer.body.length < body.length)
            assert.equal(decode(answer.body).toString(), body)
            assert.match(String(answer.headers.vary), /accept-encoding/i)
            assert.equal(answer.headers.etag, 'W/"v1"')
            assert.match(answer.headers['content-type'] ?? '', /^text\/plain/)
          }
          for (const codings of ['', 'identity', 'gzip;q=0, br;q=0', 'deflate', 'gzip;q=x']) {
            const answer = await ask(origin, '/page', wanting(codings))
            assertHit(answer)
            assert.equal(answer.headers['content-encoding'], undefined, codings)
            assert.match(String(answer.headers.vary), /accept-encoding/i)
            assert.equal(answer.headers.etag, '"v1"')
            assert.equal(answer.text, body)
          }
        }),
      )
    }

    let runs = 0
    const counted: ContractHandler = (_, response) => {
      runs += 1
      response.head(200, { ...FRESH, 'content-type': 'text/plain' }).send(`${runs} ${SMALL}`)
    }
    it(
      'is done once for each coding, and again for a new body',
      on([{ path: '/page', handler: counted }], MOUNT, async ({ origin, cache }) => {
        runs = 0
        await ask(origin, '/page')
        assert.equal(zlib.gunzipSync((await coded(origin, wanting('gzip'))).body).toString(), `1 ${SMALL}`)
        const { stored } = cache.stats()
        for (let i = 0; i < 5; i++) await coded(origin, wanting('gzip'))
        assert.equal(cache.stats().stored, stored)
        await ask(origin, '/page', { headers: { 'cache-control': 'no-cache' } })
        assert.equal(zlib.gunzipSync((await coded(origin, wanting('gzip'))).body).toString(), `2 ${SMALL}`)
      }),
    )

    it(
      'goes with the page',
      on(page(), MOUNT, async ({ origin, cache, purge }) => {
        await ask(origin, '/page')
        await coded(origin, wanting('gzip'))
        await coded(origin, wanting('br'))
        assert.equal(cache.stats().entries, 3)
        await purge({ prefix: '/' })
        assert.equal(cache.stats().entries, 0)
      }),
    )

    for (const [name, body, headers] of [
      ['is encoded already', zlib.gzipSync(SMALL), { 'content-encoding': 'gzip' }],
      ['is named identity by its handler', SMALL, { 'content-encoding': 'identity' }],
      ['must not be transformed', SMALL, { 'cache-control': 'max-age=60, no-transform' }],
      ['is a picture', SMALL, { 'content-type': 'image/png' }],
      ['is tiny', 'tiny', {}],
    ] as const) {
      it(
        `leaves alone what ${name}`,
        on(page(body, headers), MOUNT, async ({ origin }) => {
          await ask(origin, '/page')
          for (let i = 0; i < 3; i++) {
            const answer = await ask(origin, '/page', wanting('gzip, br'))
            assertHit(answer)
            assert.deepEqual(answer.body, Buffer.from(body))
            assert.equal(answer.headers.vary, undefined)
            assert.equal(answer.headers.etag, '"v1"')
            await turns()
          }
        }),
      )
    }

    it(
      'is not done for a client that forbids it',
      on(page(), MOUNT, async ({ origin }) => {
        await ask(origin, '/page')
        const answer = await ask(origin, '/page', wanting('gzip', { 'cache-control': 'no-transform' }))
        assertHit(answer)
        assert.equal(answer.text, SMALL)
      }),
    )

    it(
      'and conditional requests know each other',
      on(page(), MOUNT, async ({ origin }) => {
        await ask(origin, '/page')
        await coded(origin, wanting('gzip'))
        for (const tag of ['"v1"', 'W/"v1"']) {
          const variant = await ask(origin, '/page', wanting('gzip', { 'if-none-match': tag }))
          assert.equal(variant.status, 304)
          assert.equal(variant.headers.etag, 'W/"v1"')
          assert.match(String(variant.headers.vary), /accept-encoding/i)
          assert.equal(variant.headers['content-encoding'], undefined)
          const plain = await ask(origin, '/page', { headers: { 'if-none-match': tag } })
          assert.equal(plain.status, 304)
          assert.equal(plain.headers.etag, '"v1"')
        }
        // RFC 9110, 8.6: a length would have to be that of the variant.
        const head = { ...wanting('gzip', { 'if-none-match': '"v1"' }), method: 'HEAD' }
        const unmodified = await ask(origin, '/page', head)
        assert.equal(unmodified.status, 304)
        assert.equal(unmodified.headers['content-length'], undefined)
        assert.equal((await ask(origin, '/page', wanting('gzip', { 'if-none-match': '"v2"' }))).status, 200)
      }),
    )

    it(
      'leaves ranges to the plain body',
      on(page(), MOUNT, async ({ origin }) => {
        await ask(origin, '/page')
        const variant = await coded(origin, wanting('gzip'))
        assert.equal(variant.headers['accept-ranges'], 'none')
        const part = await ask(origin, '/page', wanting('gzip', { range: 'bytes=2-5' }))
        assert.equal(part.status, 206)
        assert.equal(part.text, SMALL.slice(2, 6))
        assert.equal(part.headers['content-encoding'], undefined)
        assert.equal(part.headers['content-range'], `bytes 2-5/${SMALL.length}`)
        assert.match(String(part.headers.vary), /accept-encoding/i)
        const resumed = wanting('gzip', { range: 'bytes=2-5', 'if-range': String(variant.headers.etag) })
        const whole = await ask(origin, '/page', resumed)
        assert.equal(whole.status, 200)
        assert.equal(whole.headers['content-encoding'], 'gzip')
      }),
    )

    it(
      'has the head of a GET for HEAD',
      on(page(), MOUNT, async ({ origin }) => {
        await ask(origin, '/page')
        const get = await coded(origin, wanting('gzip'))
        const head = await ask(origin, '/page', { ...wanting('gzip'), method: 'HEAD' })
        assert.equal(head.body.length, 0)
        for (const name of ['content-encoding', 'content-length', 'etag', 'vary'])
          assert.equal(head.headers[name], get.headers[name], name)
      }),
    )

    it(
      'is of what the handler confirmed, and of a stream',
      on(
        [
          {
            path: '/page',
            handler: ({ headers }, response) => {
              const head = { 'cache-control': 'no-cache', 'content-type': 'text/plain', etag: '"v1"' }
              if (headers['if-none-match'] === '"v1"') return response.head(304, head).send()
              response.head(200, head).pipe(Readable.from([Buffer.from(SMALL)]))
            },
          },
        ],
        MOUNT,
        async ({ origin }) => {
          assert.match(String((await ask(origin, '/page', wanting('gzip'))).headers.vary), /accept-encoding/i)
          const answer = await ask(origin, '/page', wanting('gzip'))
          assert.equal(answer.headers['content-encoding'], 'gzip')
          assert.equal(zlib.gunzipSync(answer.body).toString(), SMALL)
        },
      ),
    )

    it(
      'is a matter of each route',
      on(
        [
          { ...(page()[0] as { path: string; handler: ContractHandler }), cache: { compress: true } },
          { path: '/other', handler: (_, response) => response.head(200, FRESH).send(SMALL) },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          await coded(origin, wanting('gzip'))
          await ask(origin, '/other')
          const other = await ask(origin, '/other', wanting('gzip'))
          assertHit(other)
          assert.equal(other.headers['content-encoding'], undefined)
        },
      ),
    )
  })
}
