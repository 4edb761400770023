import { strict as assert } from 'node:assert'
import { ask, askForHead, assertHit, turns, until } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractHeaders,
  ContractResponse,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { FRESH, type Served, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** A handler that begins its answer at once and ends it when it is told to. */
class OpenPage {
  readonly runs: ContractResponse[] = []
  readonly #headers: ContractHeaders

  constructor(headers: ContractHeaders) {
    this.#headers = headers
  }

  readonly handler: ContractHandler = (_, response) => {
    this.runs.push(response)
    response.head(200, this.#headers).write('begun')
  }

  end(): void {
    for (const response of this.runs) response.end()
  }
}

/** Answers whose end is not in sight. */
export function streamRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const at = ({ handler }: OpenPage) => [{ path: '/page', handler }]
  const waiting = ({ cache }: Served, count: number) =>
    until(() => cache.stats().coalesced >= count, `${count} requests wait`)

  describe('a stream', () => {
    const events = new OpenPage({ ...FRESH, 'content-type': 'text/event-stream' })
    it(
      'of events is waited for by nobody, and not stored',
      on(at(events), {}, async ({ origin, cache }) => {
        const heads = await Promise.all([1, 2, 3].map(() => askForHead(origin, '/page', 'GET')))
        assert.equal(events.runs.length, 3)
        events.end()
        for (const { rest } of heads)
          assert.match(String((await rest).headers['cache-status']), /detail=event-stream/)
        assert.equal(cache.stats().entries, 0)
      }),
    )

    const endless = new OpenPage(FRESH)
    it(
      'of unknown length is waited for no longer than half a second from its head, and the next one not at all',
      on(at(endless), {}, async (server) => {
        const { origin, clock } = server
        const first = await askForHead(origin, '/page', 'GET')
        const others = [1, 2].map(() => askForHead(origin, '/page', 'GET'))
        await waiting(server, 2)
        clock.advance(499)
        await turns()
        assert.equal(endless.runs.length, 1)
        clock.advance(1)
        const begun = await Promise.all([...others, askForHead(origin, '/page', 'GET')])
        assert.equal(endless.runs.length, 4)
        endless.end()
        for (const { rest } of [first, ...begun]) assert.equal((await rest).text, 'begun')
      }),
    )

    const late = new OpenPage(FRESH)
    it(
      'that ends after all is stored, and waited for again',
      on(at(late), {}, async (server) => {
        const { origin, clock } = server
        const first = await askForHead(origin, '/page', 'GET')
        clock.advance(600)
        late.end()
        await first.rest
        assertHit(await ask(origin, '/page'))
        clock.advance(60_000)
        const second = await askForHead(origin, '/page', 'GET')
        const other = ask(origin, '/page')
        await waiting(server, 1)
        late.runs.at(-1)?.end()
        await second.rest
        assertHit(await other)
        assert.equal(late.runs.length, 2)
      }),
    )

    const measured = new OpenPage({ ...FRESH, 'content-length': '10' })
    it(
      'of known length is waited for',
      on(at(measured), {}, async (server) => {
        const { origin, clock } = server
        const first = askForHead(origin, '/page', 'GET')
        await until(() => measured.runs.length === 1, 'the first runs')
        const other = ask(origin, '/page')
        await waiting(server, 1)
        clock.advance(600)
        await turns()
        assert.equal(measured.runs.length, 1)
        measured.runs[0]?.write('ended')
        measured.end()
        await (await first).rest
        assertHit(await other)
      }),
    )
  })
}
