import { strict as assert } from 'node:assert'
import { ask, askAll, assertHit, assertMiss, gate, statusOf, turns, until } from './http-adapter-client.ts'
import type { ContractHandler, ContractHeaders, HttpAdapterDriver } from './http-adapter-driver.ts'
import { serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** A page with a version of its own that answers conditions; what it was asked with is kept. */
interface VersionedPage {
  readonly handler: ContractHandler
  readonly asked: Record<'if-none-match' | 'if-modified-since', string | undefined>[]
  version: number
  /** What it says beside its version: of a whole answer, of a 304. */
  whole: ContractHeaders
  confirmation: ContractHeaders
}

function versionedPage(whole: ContractHeaders = { 'cache-control': 'max-age=60' }): VersionedPage {
  const page: VersionedPage = {
    asked: [],
    version: 1,
    whole,
    confirmation: {},
    handler({ headers }, response) {
      const etag = `"v${page.version}"`
      page.asked.push({
        'if-none-match': headers['if-none-match'],
        'if-modified-since': headers['if-modified-since'],
      })
      if (headers['if-none-match'] === etag) response.head(304, { etag, ...page.confirmation }).send()
      else response.head(200, { 'content-type': 'text/plain', etag, ...page.whole }).send(`${page.version}`)
    },
  }
  return page
}

const MINUTE = 60_000

/** A stale answer is confirmed by the handler, or replaced by what it answers (RFC 9111, 4.3). */
export function revalidationRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const at = (page: VersionedPage) => [{ path: '/page', handler: page.handler }]

  describe('a stale answer', () => {
    const kept = versionedPage()
    it(
      'that the handler confirms is served whole, and is fresh again',
      on(at(kept), {}, async ({ origin, clock }) => {
        const first = await ask(origin, '/page')
        clock.advance(MINUTE)
        const confirmed = await ask(origin, '/page')
        assert.deepEqual(kept.asked[1], { 'if-none-match': '"v1"', 'if-modified-since': undefined })
        assert.equal(confirmed.status, 200)
        assert.equal(confirmed.text, '1')
        assert.equal(confirmed.headers['content-type'], first.headers['content-type'])
        assert.equal(confirmed.headers.age, '0')
        assert.match(statusOf(confirmed), /fwd=stale; fwd-status=304; stored/)
        clock.advance(MINUTE - 1)
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.equal(hit.text, '1')
        assert.equal(kept.asked.length, 2)
      }),
    )

    const replaced = versionedPage()
    it(
      'that the handler does not confirm is replaced',
      on(at(replaced), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        replaced.version = 2
        assert.equal((await ask(origin, '/page')).text, '2')
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.equal(hit.text, '2')
      }),
    )

    const updated = versionedPage({ 'cache-control': 'max-age=60', 'x-a': '1', 'x-b': '1' })
    it(
      'gets the fields of the confirmation, but none that describe the bytes or are for one visitor',
      on(at(updated), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        updated.confirmation = {
          'x-a': '2',
          'cache-control': 'max-age=600',
          'content-encoding': 'gzip',
          'set-cookie': 'a=1',
        }
        const confirmed = await ask(origin, '/page')
        assert.deepEqual([confirmed.headers['x-a'], confirmed.headers['x-b']], ['2', '1'])
        assert.deepEqual(confirmed.headers['set-cookie'], ['a=1'])
        assert.equal(confirmed.headers['content-encoding'], undefined)
        clock.advance(9 * MINUTE)
        const hit = await ask(origin, '/page')
        assertHit(hit)
        assert.deepEqual([hit.headers['x-a'], hit.headers['x-b']], ['2', '1'])
        assert.equal(hit.headers['set-cookie'], undefined)
        assert.equal(hit.headers['content-encoding'], undefined)
      }),
    )

    const conditional = versionedPage()
    it(
      'is compared with the conditions of the client after it was confirmed',
      on(at(conditional), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        const same = await ask(origin, '/page', { headers: { 'if-none-match': 'W/"v1"' } })
        assert.equal(same.status, 304)
        assert.equal(same.headers.etag, '"v1"')
        clock.advance(MINUTE)
        const other = await ask(origin, '/page', { headers: { 'if-none-match': '"v0"' } })
        assert.equal(other.status, 200)
        assert.equal(other.text, '1')
        assert.deepEqual(
          conditional.asked.map((asked) => asked['if-none-match']),
          [undefined, '"v1"', '"v1"'],
        )
      }),
    )

    const withdrawn = versionedPage()
    it(
      'that the confirmation withdraws is served once more, and forgotten',
      on(at(withdrawn), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        withdrawn.confirmation = { 'cache-control': 'no-store' }
        assert.equal((await ask(origin, '/page')).text, '1')
        await ask(origin, '/page')
        assert.equal(withdrawn.asked.at(-1)?.['if-none-match'], undefined)
      }),
    )

    const alone = versionedPage()
    it(
      'is confirmed once for all who ask at the same time',
      on(at(alone), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        for (const { text } of await askAll(origin, '/page', 10)) assert.equal(text, '1')
        assert.equal(alone.asked.length, 2)
      }),
    )

    it('that is replaced passes on nothing of what it was made from', async () => {
      let runs = 0
      const handler: ContractHandler = (_request, response) => {
        runs += 1
        response.tag(`run-${runs}`)
        response.head(200, { 'cache-control': 'max-age=60', etag: `"${runs}"` }).send(`run ${runs}`)
      }
      await on([{ path: '/page', handler }], {}, async ({ origin, clock, cache }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        await ask(origin, '/page')
        await cache.invalidate({ tags: ['run-1'] })
        assertHit(await ask(origin, '/page'))
        await cache.invalidate({ tags: ['run-2'] })
        assertMiss(await ask(origin, '/page'))
      })()
    })

    const forgotten = versionedPage()
    it(
      'is not kept for ever to be confirmed',
      on(at(forgotten), { mount: { keep: '5m', staleIfError: 0 } }, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(6 * MINUTE)
        await ask(origin, '/page')
        assert.equal(forgotten.asked.at(-1)?.['if-none-match'], undefined)
      }),
    )

    it('depends on all that it was made from, also when it was confirmed', async () => {
      const page = versionedPage()
      const tagged: ContractHandler = (request, response) => {
        if (request.headers['if-none-match'] === undefined) response.tag('made-from')
        else response.tag('confirmed-by')
        return page.handler(request, response)
      }
      for (const tag of ['made-from', 'confirmed-by']) {
        await on([{ path: '/page', handler: tagged }], {}, async ({ origin, clock, cache }) => {
          await ask(origin, '/page')
          clock.advance(MINUTE)
          await ask(origin, '/page')
          assertHit(await ask(origin, '/page'))
          await cache.invalidate({ tags: [tag] })
          assertMiss(await ask(origin, '/page'), tag)
        })()
      }
    })
  })

  describe('an answer that says no-cache', () => {
    const page = versionedPage({ 'cache-control': 'no-cache' })
    it(
      'is confirmed for each request',
      on(at(page), {}, async ({ origin }) => {
        await ask(origin, '/page')
        for (let i = 0; i < 3; i++) assert.equal((await ask(origin, '/page')).text, '1')
        page.version = 2
        assert.equal((await ask(origin, '/page')).text, '2')
        assert.equal((await ask(origin, '/page')).text, '2')
        assert.deepEqual(
          page.asked.map((asked) => asked['if-none-match']),
          [undefined, '"v1"', '"v1"', '"v1"', '"v1"', '"v2"'],
        )
      }),
    )
  })

  describe('a HEAD that misses a stale answer', () => {
    const page = versionedPage()
    it(
      'renews it if it speaks of the same',
      on(
        at(page),
        { before: [(_request, head) => head.set('x-live', 'live')] },
        async ({ origin, clock }) => {
          await ask(origin, '/page')
          clock.advance(MINUTE)
          page.whole = { 'cache-control': 'max-age=60', 'x-a': '2' }
          await ask(origin, '/page', { method: 'HEAD' })
          let answer = await ask(origin, '/page')
          await until(() => page.asked.length >= 2, 'the HEAD was answered')
          answer = await ask(origin, '/page')
          assertHit(answer)
          assert.equal(answer.text, '1')
          assert.equal(answer.headers['x-a'], '2')
        },
      ),
    )

    const other = versionedPage()
    it(
      'drops it if it speaks of another',
      on(at(other), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        other.version = 2
        await ask(origin, '/page', { method: 'HEAD' })
        await ask(origin, '/page')
        assert.equal(other.asked.at(-1)?.['if-none-match'], undefined)
      }),
    )

    let left = 42
    const counting: ContractHandler = (_request, response) =>
      void response.head(200, { 'cache-control': 'max-age=60', 'content-length': '7' }).send(`${left} left`)
    it(
      'does not renew it by nothing but its length',
      on([{ path: '/page', handler: counting }], {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        left = 41
        await ask(origin, '/page', { method: 'HEAD' })
        await turns()
        assert.equal((await ask(origin, '/page')).text, '41 left')
      }),
    )

    const raced = versionedPage()
    const answers = gate()
    const late: ContractHandler = async (request, response) => {
      if (request.method !== 'HEAD') return raced.handler(request, response)
      const etag = `"v${raced.version}"`
      raced.asked.push({ 'if-none-match': undefined, 'if-modified-since': undefined })
      await answers.opened
      response.head(200, { 'cache-control': 'max-age=60', etag }).send()
    }
    it(
      'and is answered late does not put it in the place of a newer one',
      on([{ path: '/page', handler: late }], {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        const head = ask(origin, '/page', { method: 'HEAD' })
        await until(() => raced.asked.length === 2, 'the HEAD is under way')
        raced.version = 2
        assert.equal((await ask(origin, '/page')).text, '2')
        answers.open()
        await head
        await turns()
        const next = await ask(origin, '/page')
        assertHit(next)
        assert.equal(next.text, '2')
      }),
    )
  })
}
