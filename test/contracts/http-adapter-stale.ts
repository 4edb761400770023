import { strict as assert } from 'node:assert'
import { ask, askAll, assertHit, assertMiss, gate, statusOf, until } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractHead,
  ContractHeaders,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { countedPage, FRESH, failingPage, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const MINUTE = 60_000

/** Answers that are served although they are stale (RFC 5861). */
export function staleRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const at = (page: { handler: ContractHandler }) => [{ path: '/page', handler: page.handler }]

  describe('stale-while-revalidate', () => {
    const ways = {
      'in the answer': { headers: { 'cache-control': 'max-age=60, stale-while-revalidate=60' }, mount: {} },
      'in the policy': {
        headers: { 'cache-control': 'max-age=60' },
        mount: { staleWhileRevalidate: '1m' },
      },
    } as const
    for (const [where, { headers, mount }] of Object.entries(ways)) {
      it(`${where} serves the stale answer at once and makes a new one behind it, once`, async () => {
        const held = gate()
        let runs = 0
        const handler: ContractHandler = async (_request, response) => {
          runs += 1
          const run = runs
          if (run === 2) await held.opened
          response.head(200, headers).send(`run ${run}`)
        }
        await on(at({ handler }), { mount }, async ({ origin, clock }) => {
          await ask(origin, '/page')
          clock.advance(MINUTE)
          for (const answer of await askAll(origin, '/page', 5)) {
            assertHit(answer)
            assert.equal(answer.text, 'run 1')
          }
          await until(() => runs === 2, 'it was made anew')
          assert.equal((await ask(origin, '/page')).text, 'run 1')
          held.open()
          let { text } = await ask(origin, '/page')
          while (text === 'run 1') text = (await ask(origin, '/page')).text
          assert.equal(text, 'run 2')
          assert.equal(runs, 2)
          clock.advance(2 * MINUTE)
          assertMiss(await ask(origin, '/page'))
        })()
      })
    }

    const varied = countedPage({ 'cache-control': 'max-age=60, stale-while-revalidate=60', vary: 'x-a' })
    it(
      'makes the variant anew that was asked for',
      on(at(varied), {}, async ({ origin, clock }) => {
        const get = (value: string) => ask(origin, '/page?q=%2F', { headers: { 'x-a': value } })
        await get('1')
        await get('2')
        clock.advance(MINUTE)
        assert.equal((await get('2')).text, 'run 2')
        await until(() => varied.runs() === 3, 'it was made anew')
        assert.equal((await get('1')).text, 'run 1')
      }),
    )

    const failing = failingPage({ 'cache-control': 'max-age=60, stale-while-revalidate=600' })
    it(
      'goes on with the stale answer while a new one fails, and does not ask for it all the time',
      on(at(failing), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        failing.failure = 'throws'
        for (let i = 0; i < 5; i++) assertHit(await ask(origin, '/page'))
        await until(() => failing.runs === 2, 'it was tried')
        for (let i = 0; i < 5; i++) assert.equal((await ask(origin, '/page')).text, 'run 1')
        assert.equal(failing.runs, 2)
        failing.failure = undefined
        clock.advance(1_000)
        await ask(origin, '/page')
        await until(() => failing.runs === 3, 'it was tried again')
      }),
    )
  })

  describe('a handler that fails', () => {
    const CASES: readonly (readonly [control: string, failure: number | 'throws', served: boolean])[] = [
      ['max-age=60, stale-if-error=600', 500, true],
      ['max-age=60, stale-if-error=600', 503, true],
      ['max-age=60, stale-if-error=600', 'throws', true],
      ['max-age=60, s-maxage=60, stale-if-error=600', 'throws', true],
      ['max-age=60', 'throws', true],
      ['max-age=60, stale-if-error=0', 'throws', false],
      ['max-age=60, must-revalidate', 'throws', false],
      ['max-age=60, proxy-revalidate', 'throws', false],
      ['s-maxage=60', 'throws', false],
      ['max-age=60, stale-if-error=600', 404, false],
      ['max-age=60, stale-if-error=600', 403, false],
      ['max-age=60, stale-if-error=600', 501, false],
    ]
    for (const [control, failure, served] of CASES) {
      const page = failingPage({ 'cache-control': control })
      it(
        `(${failure}) is ${served ? '' : 'not '}answered for by the stale answer that says ${control}`,
        on(at(page), {}, async ({ origin, clock }) => {
          await ask(origin, '/page')
          clock.advance(MINUTE)
          page.failure = failure
          const answer = await ask(origin, '/page')
          assert.equal(answer.status, served ? 200 : failure === 'throws' ? 500 : failure)
          if (!served) return
          assert.equal(answer.text, 'run 1')
          assert.match(statusOf(answer), /fwd=stale; fwd-status=50\d; detail=stale-if-error/)
          assert.equal(answer.headers.age, '60')
        }),
      )
    }

    let dropped: (() => Promise<void>) | undefined
    it(
      'is not answered for by an answer that it has purged itself',
      on(
        [
          {
            path: '/page',
            handler: async (_, response) => {
              await dropped?.()
              const status = dropped === undefined ? 200 : 503
              response.head(status, { 'cache-control': 'max-age=60, stale-if-error=600' }).send('page')
            },
          },
        ],
        {},
        async ({ origin, clock, purge }) => {
          dropped = undefined
          await ask(origin, '/page')
          clock.advance(MINUTE)
          dropped = () => purge({ url: `${origin}/page` })
          assert.equal((await ask(origin, '/page')).status, 503)
        },
      ),
    )

    const over = failingPage({ 'cache-control': 'max-age=60' })
    it(
      'is answered for during the time that the policy names',
      on(at(over), { mount: { staleIfError: '5m' } }, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        over.failure = 'throws'
        clock.advance(4 * MINUTE)
        assert.equal((await ask(origin, '/page')).status, 200)
        clock.advance(MINUTE)
        assert.equal((await ask(origin, '/page')).status, 500)
      }),
    )

    it('leaves nothing of its answer in the one that takes its place, and the layers before the cache are heard', async () => {
      let runs = 0
      let visits = 0
      const handler: ContractHandler = (_request, response) => {
        runs += 1
        const failed: ContractHeaders = {
          'x-failed': '1',
          'x-both': 'failed',
          'content-type': 'text/html',
          'set-cookie': 'a=1',
        }
        const made: ContractHeaders = {
          'cache-control': 'max-age=60',
          'x-both': 'made',
          'content-type': 'text/plain',
        }
        if (runs === 1) response.head(200, made).send('made')
        else response.head(503, failed).send('a long text about what has failed')
      }
      const before = [
        (_request: unknown, head: ContractHead) => {
          visits += 1
          head.set('x-live', `${visits}`)
          head.cookie(`visit=${visits}`)
        },
      ]
      await on(at({ handler }), { before }, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        const { status, headers, text } = await ask(origin, '/page')
        assert.deepEqual([status, text, headers['content-length']], [200, 'made', '4'])
        assert.equal(headers['x-failed'], undefined)
        assert.deepEqual([headers['x-both'], headers['x-live']], ['made', '2'])
        assert.match(String(headers['content-type']), /text\/plain/)
        assert.deepEqual(headers['set-cookie'], ['visit=2'])
      })()
    })

    it('is not answered for by what another answer has taken the place of, though that was not kept', async () => {
      const answers: readonly [number, ContractHeaders][] = [
        [200, { 'cache-control': 'max-age=60, stale-if-error=600' }],
        [200, { 'cache-control': 'no-store' }],
        [503, {}],
      ]
      let runs = 0
      const handler: ContractHandler = (_request, response) => {
        const [status, headers] = answers[runs++] ?? [500, {}]
        response.head(status, headers).send(`run ${runs}`)
      }
      await on(at({ handler }), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        assert.equal((await ask(origin, '/page')).text, 'run 2')
        assert.equal((await ask(origin, '/page')).status, 503)
      })()
    })

    const asked = failingPage({ 'cache-control': 'max-age=60, stale-if-error=600' })
    it(
      'is not answered for where the client wants it confirmed',
      on(at(asked), {}, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        asked.failure = 'throws'
        const headers = { 'cache-control': 'no-cache' }
        assert.equal((await ask(origin, '/page', { headers })).status, 500)
      }),
    )
  })

  describe('a handler that is slow', () => {
    it('is answered for by the stale answer, and its own comes in behind', async () => {
      const held = gate()
      let runs = 0
      const handler: ContractHandler = async (_request, response) => {
        runs += 1
        if (runs > 1) await held.opened
        response.head(200, { 'cache-control': 'max-age=60' }).send(`run ${runs}`)
      }
      await on(at({ handler }), { mount: { softTimeout: 100 } }, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        const slow = ask(origin, '/page')
        await until(() => runs === 2, 'the handler runs')
        clock.advance(100)
        const answer = await slow
        assert.equal(answer.text, 'run 1')
        assert.match(statusOf(answer), /; hit; .*detail=slow/)
        held.open()
        let { text } = await ask(origin, '/page')
        while (text === 'run 1') text = (await ask(origin, '/page')).text
        assert.equal(text, 'run 2')
        assert.equal(runs, 2)
      })()
    })

    for (const failure of [503, 'throws'] as const) {
      const failing = failingPage(FRESH)
      it(
        `${failure === 'throws' ? failure : `answers ${failure}`} in time is answered for as well, and does not run twice`,
        on(at(failing), { mount: { softTimeout: 100 } }, async ({ origin, clock, cache }) => {
          await ask(origin, '/page')
          clock.advance(MINUTE)
          failing.failure = failure
          const answer = await ask(origin, '/page')
          assert.equal(answer.text, 'run 1')
          assert.match(statusOf(answer), /; hit; .*detail=stale-if-error/)
          assert.equal(failing.runs, 2)
          // Nothing is stale that was purged.
          await cache.clear()
          assert.equal((await ask(origin, '/page')).status, failure === 'throws' ? 500 : failure)
        }),
      )
    }

    const refusing = failingPage(FRESH)
    it(
      'refuses in time is believed',
      on(at(refusing), { mount: { softTimeout: 100 } }, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        refusing.failure = 403
        assert.equal((await ask(origin, '/page')).status, 403)
      }),
    )

    const quick = countedPage()
    it(
      'gives its own answer if it is quick enough',
      on(at(quick), { mount: { softTimeout: 100 } }, async ({ origin, clock }) => {
        await ask(origin, '/page')
        clock.advance(MINUTE)
        assert.equal((await ask(origin, '/page')).text, 'run 2')
      }),
    )
  })
}
