import { strict as assert } from 'node:assert'
import { Readable } from 'node:stream'
import { type Answer, ask, assertHit, assertMiss } from './http-adapter-client.ts'
import type { HttpAdapterDriver } from './http-adapter-driver.ts'
import { type CountedPage, countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** How stored answers meet the conditions of clients, and HEAD (RFC 9111, 4.3.2; RFC 9110, 13 and 15.4.5). */
export function validationRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const single = (page: CountedPage) => [{ path: '/page', handler: page.handler }]

  describe('conditional requests', () => {
    const tagged = () =>
      countedPage({
        ...FRESH,
        etag: '"v1"',
        vary: 'accept',
        'content-location': '/page.txt',
        'content-language': 'en',
        'last-modified': 'Mon, 01 Dec 2025 00:00:00 GMT',
      })
    const notModified = (answer: Answer, message?: string) => {
      assert.equal(answer.status, 304, message)
      assert.equal(answer.body.length, 0)
    }

    it(
      'are answered with 304 from what is stored',
      on(single(tagged()), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(2_000)
        for (const field of ['"v1"', 'W/"v1"', '*', '"v0", "v1"', ' "v1"', '"a,b", W/"v1"']) {
          const answer = await ask(origin, '/page', { headers: { 'if-none-match': field } })
          notModified(answer, field)
          assertHit(answer)
        }
      }),
    )

    it(
      'get the fields of a 304 and no others',
      on(single(tagged()), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(2_000)
        const { headers } = await ask(origin, '/page', { headers: { 'if-none-match': '"v1"' } })
        assert.equal(headers.etag, '"v1"')
        assert.equal(headers['cache-control'], 'max-age=60')
        assert.equal(headers.vary, 'accept')
        assert.equal(headers['content-location'], '/page.txt')
        assert.equal(headers.age, '2')
        assert.ok(headers.date)
        for (const name of [
          'content-type',
          'content-length',
          'content-language',
          'last-modified',
          'transfer-encoding',
        ]) {
          assert.equal(headers[name], undefined, name)
        }
      }),
    )

    it(
      'get the whole where nothing matches',
      on(single(tagged()), {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (const field of ['"v2"', 'v1', 'W/"v2", "v3"', '"V1"', '']) {
          const answer = await ask(origin, '/page', { headers: { 'if-none-match': field } })
          assert.equal(answer.status, 200, field)
          assert.equal(answer.text, 'run 1')
        }
      }),
    )

    it(
      'compare dates only where no entity tag is given',
      on(single(tagged()), {}, async ({ origin }) => {
        await ask(origin, '/page')
        const since = (date: string, more = {}) =>
          ask(origin, '/page', { headers: { 'if-modified-since': date, ...more } })
        notModified(await since('Mon, 01 Dec 2025 00:00:00 GMT'))
        notModified(await since('Tue, 02 Dec 2025 00:00:00 GMT'))
        assert.equal((await since('Sun, 30 Nov 2025 00:00:00 GMT')).status, 200)
        assert.equal((await since('yesterday')).status, 200)
        assert.equal((await since('Tue, 02 Dec 2025 00:00:00 GMT', { 'if-none-match': '"v2"' })).status, 200)
      }),
    )

    it(
      'with credentials are the handler’s, where its last answer to some could not be kept',
      on(
        [
          {
            path: '/page',
            handler: ({ headers }, response) => {
              const fields = { 'cache-control': 'private', etag: '"v1"' }
              if (headers['if-none-match'] === '"v1"') response.head(304, fields).send()
              else response.head(200, fields).send('page')
            },
          },
        ],
        {},
        async ({ origin }) => {
          const headers = { cookie: 'sid=1', 'if-none-match': '"v1"' }
          await ask(origin, '/page', { headers })
          assert.equal((await ask(origin, '/page', { headers })).status, 304)
        },
      ),
    )

    const whole = tagged()
    it(
      'that miss get the whole answer or 304, and it is stored whole',
      on(single(whole), {}, async ({ origin }) => {
        const miss = await ask(origin, '/page', {
          headers: { 'if-none-match': '"v1"', 'if-modified-since': 'Tue, 02 Dec 2025 00:00:00 GMT' },
        })
        // A handler that sends its head before its body commits the cache to the whole.
        assert.ok(miss.status === 304 || (miss.status === 200 && miss.text === 'run 1'))
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.equal(hit.text, 'run 1')
      }),
    )

    it(
      'of another page never match',
      on(
        [
          { path: '/a', handler: countedPage({ ...FRESH, etag: '"a"' }).handler },
          { path: '/b', handler: countedPage({ ...FRESH, etag: '"b"' }).handler },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/a')
          await ask(origin, '/b')
          const answer = await ask(origin, '/b', { headers: { 'if-none-match': '"a"' } })
          assert.equal(answer.status, 200)
          assert.equal(answer.headers.etag, '"b"')
        },
      ),
    )

    it(
      'find a weak tag made from the bytes where the handler gave no validator',
      on(
        [{ path: '/page', handler: (_, response) => response.head(200, FRESH).pipe(bytes('same')) }],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          const { headers } = await ask(origin, '/page')
          assert.match(headers.etag ?? '', /^W\/"[\w-]+"$/)
          notModified(await ask(origin, '/page', { headers: { 'if-none-match': headers.etag as string } }))
        },
      ),
    )

    it(
      'find no such tag where etag is off',
      on(
        [{ path: '/page', handler: (_, response) => response.head(200, FRESH).pipe(bytes('same')) }],
        { mount: { etag: false } },
        async ({ origin }) => {
          await ask(origin, '/page')
          assert.equal((await ask(origin, '/page')).headers.etag, undefined)
        },
      ),
    )
  })

  describe('HEAD', () => {
    const page = countedPage({ ...FRESH, etag: '"v1"', 'x-made': 'here' })
    it(
      'is answered from a stored GET, with its head and without its body',
      on(single(page), {}, async ({ origin, clock }) => {
        const miss = await ask(origin, '/page')
        clock.advance(1_000)
        const head = await ask(origin, '/page', { method: 'HEAD' })
        assertHit(head)
        assert.equal(head.status, 200)
        assert.equal(head.body.length, 0)
        assert.equal(head.headers.age, '1')
        for (const name of ['content-type', 'etag', 'x-made', 'cache-control'])
          assert.equal(head.headers[name], miss.headers[name], name)
        assert.equal(head.headers['content-length'], String(miss.body.length))
        assert.equal(page.runs(), 1)
      }),
    )

    it(
      'can be conditional',
      on(single(countedPage({ ...FRESH, etag: '"v1"' })), {}, async ({ origin }) => {
        await ask(origin, '/page')
        const head = await ask(origin, '/page', { method: 'HEAD', headers: { 'if-none-match': '"v1"' } })
        assert.equal(head.status, 304)
        assertHit(head)
        assert.notEqual(head.headers['content-length'], '0')
      }),
    )

    const later = countedPage()
    it(
      'that misses runs the handler and leaves nothing for a GET',
      on(single(later), {}, async ({ origin }) => {
        const head = await ask(origin, '/page', { method: 'HEAD' })
        assertMiss(head)
        assert.equal(head.status, 200)
        assert.equal(head.body.length, 0)
        const get = await ask(origin, '/page')
        assertMiss(get)
        assert.equal(get.text, 'run 2')
        assertHit(await ask(origin, '/page'))
      }),
    )

    it(
      'of an empty or a moved page has its status',
      on(single(countedPage({ ...FRESH, location: '/new' }, 301)), {}, async ({ origin }) => {
        await ask(origin, '/page')
        const head = await ask(origin, '/page', { method: 'HEAD' })
        assertHit(head)
        assert.equal(head.status, 301)
        assert.equal(head.headers.location, '/new')
      }),
    )
  })
}

function bytes(text: string): Readable {
  return Readable.from([Buffer.from(text)])
}
