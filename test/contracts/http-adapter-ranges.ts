import { strict as assert } from 'node:assert'
import { Readable } from 'node:stream'
import { ask, assertHit, assertMiss } from './http-adapter-client.ts'
import type { ContractHandler, ContractHeaders, HttpAdapterDriver } from './http-adapter-driver.ts'
import { FRESH, failingPage, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const BODY = '0123456789'.repeat(50)
const MODIFIED = 'Mon, 01 Dec 2025 00:00:00 GMT'

/** Parts of a stored whole (RFC 9110, 14). */
export function rangeRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const page = (headers: ContractHeaders = {}) => {
    const seen: (string | undefined)[] = []
    const handler: ContractHandler = (request, response) => {
      seen.push(request.headers.range, request.headers['if-range'] as string | undefined)
      response.head(200, { ...FRESH, 'content-type': 'text/plain', etag: '"v1"', ...headers }).send(BODY)
    }
    return { seen, handler }
  }
  const single = (headers?: ContractHeaders) => [{ path: '/page', handler: page(headers).handler }]
  const part = (origin: string, range: string, more = {}) =>
    ask(origin, '/page', { headers: { range, ...more } })

  describe('ranges', () => {
    it(
      'are cut from the stored whole',
      on(single(), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(2_000)
        for (const [range, from, to] of [
          ['bytes=0-4', 0, 4],
          ['bytes=490-', 490, 499],
          ['bytes=-7', 493, 499],
          ['bytes=480-9999', 480, 499],
        ] as const) {
          const answer = await part(origin, range)
          assertHit(answer, range)
          assert.equal(answer.status, 206)
          assert.equal(answer.text, BODY.slice(from, to + 1))
          assert.equal(answer.headers['content-range'], `bytes ${from}-${to}/500`)
          assert.equal(answer.headers['content-length'], String(to - from + 1))
          assert.match(answer.headers['content-type'] ?? '', /^text\/plain/)
          assert.equal(answer.headers.etag, '"v1"')
          assert.equal(answer.headers.age, '2')
          assert.equal(answer.headers['cache-control'], 'max-age=60, no-transform')
        }
      }),
    )

    it(
      'may be several, each with its type and place',
      on(single(), {}, async ({ origin }) => {
        const whole = await ask(origin, '/page')
        const answer = await part(origin, 'bytes=0-1, 200-203, -2')
        assertHit(answer)
        assert.equal(answer.status, 206)
        const [, boundary = ''] =
          /^multipart\/byteranges; boundary=(\w+)$/.exec(answer.headers['content-type'] ?? '') ?? []
        assert.notEqual(boundary, '')
        assert.equal(answer.headers['content-range'], undefined)
        assert.equal(answer.headers['content-length'], String(answer.body.length))
        const type = whole.headers['content-type']
        const expected = [
          ['0-1', '01'],
          ['200-203', '0123'],
          ['498-499', '89'],
        ].map(
          ([place, bytes]) =>
            `--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: bytes ${place}/500\r\n\r\n${bytes}\r\n`,
        )
        assert.equal(answer.text, `${expected.join('')}--${boundary}--\r\n`)
      }),
    )

    it(
      'beyond the end get 416 and the length',
      on(single(), {}, async ({ origin }) => {
        await ask(origin, '/page')
        const answer = await part(origin, 'bytes=500-')
        assertHit(answer)
        assert.equal(answer.status, 416)
        assert.equal(answer.headers['content-range'], 'bytes */500')
        assert.equal(answer.headers['content-length'], '0')
        assert.equal(answer.headers['cache-control'], 'no-store')
        for (const name of ['content-type', 'etag']) assert.equal(answer.headers[name], undefined, name)
      }),
    )

    it(
      'that are not understood get the whole',
      on(single(), {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (const range of ['bytes=4-2', 'bytes=a-b', 'lines=1-2', 'bytes 0-4', 'bytes=']) {
          const answer = await part(origin, range)
          assertHit(answer, range)
          assert.equal(answer.status, 200, range)
          assert.equal(answer.text, BODY)
        }
      }),
    )

    it(
      'do not change what is stored',
      on(single(), {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (const range of ['bytes=0-4', 'bytes=0-1, -2', 'bytes=900-']) await part(origin, range)
        const whole = await ask(origin, '/page')
        assertHit(whole)
        assert.equal(whole.status, 200)
        assert.equal(whole.text, BODY)
        assert.equal(whole.headers['content-range'], undefined)
      }),
    )

    it(
      'are ignored for HEAD',
      on(single(), {}, async ({ origin }) => {
        await ask(origin, '/page')
        const head = await ask(origin, '/page', { method: 'HEAD', headers: { range: 'bytes=0-4' } })
        assertHit(head)
        assert.equal(head.status, 200)
        assert.equal(head.headers['content-length'], '500')
      }),
    )

    it(
      'come after If-None-Match',
      on(single(), {}, async ({ origin }) => {
        await ask(origin, '/page')
        assert.equal((await part(origin, 'bytes=0-4', { 'if-none-match': '"v1"' })).status, 304)
        assert.equal((await part(origin, 'bytes=0-4', { 'if-none-match': '"v0"' })).status, 206)
      }),
    )

    it(
      'of another version get the whole (If-Range)',
      on(single({ 'last-modified': MODIFIED }), {}, async ({ origin }) => {
        await ask(origin, '/page')
        const status = async (condition: string) =>
          (await part(origin, 'bytes=0-4', { 'if-range': condition })).status
        assert.equal(await status('"v1"'), 206)
        assert.equal(await status(MODIFIED), 206)
        assert.equal(await status('"v0"'), 200)
        assert.equal(await status('W/"v1"'), 200)
        assert.equal(await status('Tue, 02 Dec 2025 00:00:00 GMT'), 200)
      }),
    )

    const asked = page()
    it(
      'are kept from the handler on a miss, and the whole is stored',
      on([{ path: '/page', handler: asked.handler }], {}, async ({ origin }) => {
        const miss = await part(origin, 'bytes=10-14', { 'if-range': '"v1"' })
        assertMiss(miss)
        assert.deepEqual(asked.seen, [undefined, undefined])
        // A handler that sends its head before its body commits the cache to the whole.
        if (miss.status === 206) {
          assert.equal(miss.text, '01234')
          assert.equal(miss.headers['content-range'], 'bytes 10-14/500')
          assert.equal(miss.headers['content-length'], '5')
        } else {
          assert.equal(miss.status, 200)
          assert.equal(miss.text, BODY)
        }
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.equal(hit.text, BODY)
      }),
    )

    const streamed: ContractHandler = (_request, response) =>
      response.head(200, FRESH).pipe(Readable.from([Buffer.from(BODY)]))
    it(
      'of a stream that misses get the whole, of a stored one the part',
      on([{ path: '/page', handler: streamed }], {}, async ({ origin }) => {
        const miss = await part(origin, 'bytes=10-14')
        assert.equal(miss.status, 200)
        assert.equal(miss.text, BODY)
        const hit = await part(origin, 'bytes=10-14')
        assertHit(hit)
        assert.equal(hit.status, 206)
        assert.equal(hit.text, '01234')
      }),
    )

    const partial: ContractHandler = ({ headers }, response) => {
      const cacheControl = { 'cache-control': 'no-store' }
      if (headers.range === undefined) return response.head(200, cacheControl).send(BODY)
      response.head(206, { ...cacheControl, 'content-range': 'bytes 1-2/500' }).send('12')
    }
    it(
      "are the handler's where its last answer could not be kept",
      on([{ path: '/page', handler: partial }], {}, async ({ origin }) => {
        await ask(origin, '/page')
        const answer = await part(origin, 'bytes=1-2')
        assertMiss(answer)
        assert.equal(answer.status, 206)
        assert.equal(answer.text, '12')
      }),
    )

    const failing = failingPage({ 'cache-control': 'max-age=1, stale-if-error=60', etag: '"v1"' })
    it(
      'are cut from a stale answer that stands in, and from one that was confirmed',
      on([{ path: '/page', handler: failing.handler }], {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(2_000)
        failing.failure = 503
        const stale = await part(origin, 'bytes=0-2')
        assert.equal(stale.status, 206)
        assert.equal(stale.text, 'run')
        failing.failure = 304
        const confirmed = await part(origin, 'bytes=4-')
        assert.equal(confirmed.status, 206)
        assert.equal(confirmed.text, '1')
      }),
    )

    it(
      'are not cut where the handler refuses them, nor from errors',
      on(
        [
          ...single({ 'accept-ranges': 'none' }),
          { path: '/gone', handler: (_, response) => response.head(410, FRESH).send(BODY) },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          assert.equal((await part(origin, 'bytes=0-4')).status, 200)
          await ask(origin, '/gone')
          const gone = await ask(origin, '/gone', { headers: { range: 'bytes=0-4' } })
          assertHit(gone)
          assert.equal(gone.status, 410)
          assert.equal(gone.text, BODY)
        },
      ),
    )
  })
}
