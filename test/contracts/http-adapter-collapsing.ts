import { strict as assert } from 'node:assert'
import { ask, askAll, assertHit, assertMiss, gate, statusOf, turns, until } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractHeaders,
  ContractRoute,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { FRESH, type Served, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** A handler that answers when it is told to, and counts who is inside. */
class SlowPage {
  begun = 0
  readonly #gates: ReturnType<typeof gate>[] = []
  readonly #headers: ContractHeaders

  constructor(headers: ContractHeaders = FRESH) {
    this.#headers = headers
  }

  readonly handler: ContractHandler = async (_, response) => {
    const own = gate()
    this.#gates.push(own)
    const run = ++this.begun
    await own.opened
    response.head(200, this.#headers).send(`run ${run}`)
  }

  get routes(): readonly ContractRoute[] {
    return [{ path: '/page', handler: this.handler }]
  }

  /** Lets the run answer; without a number all of them. */
  answer(run?: number): void {
    for (const [index, each] of this.#gates.entries()) if (run === undefined || index === run - 1) each.open()
  }
}

/** Misses of one page at the same time: one handler for all who may share its answer, and nobody held for ever. */
export function collapsingRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const waiting = ({ cache }: Served, count: number) =>
    until(() => cache.stats().coalesced >= count, `${count} requests wait`)

  describe('requests for one page at the same time', () => {
    const shared = new SlowPage()
    it(
      'run the handler once and share its answer',
      on(shared.routes, {}, async (server) => {
        const answers = askAll(server.origin, '/page', 20)
        await waiting(server, 19)
        shared.answer()
        const all = await answers
        assert.equal(shared.begun, 1)
        assert.deepEqual([...new Set(all.map(({ text }) => text))], ['run 1'])
        assert.equal(all.filter((answer) => /; hit;.*detail=collapsed/.test(statusOf(answer))).length, 19)
        assert.doesNotMatch(statusOf(await ask(server.origin, '/page')), /collapsed/)
      }),
    )

    const secret = new SlowPage({ 'cache-control': 'private' })
    it(
      'go on in parallel where the answer is not for sharing, and do not wait again for a while',
      on(secret.routes, {}, async (server) => {
        const answers = askAll(server.origin, '/page', 4)
        await waiting(server, 3)
        secret.answer(1)
        await until(() => secret.begun === 4, 'all handlers run side by side')
        secret.answer()
        assert.equal(new Set((await answers).map(({ text }) => text)).size, 4)
        const next = askAll(server.origin, '/page', 3)
        await until(() => secret.begun === 7, 'the next ones do not wait for one another')
        secret.answer()
        await next
        server.clock.advance(11_000)
        const later = askAll(server.origin, '/page', 2)
        await waiting(server, 4)
        assert.equal(secret.begun, 8)
        secret.answer(8)
        await until(() => secret.begun === 9, 'the second goes on')
        secret.answer()
        await later
      }),
    )

    const varied = new SlowPage({ ...FRESH, vary: 'x-variant' })
    it(
      'share only the variant that is theirs',
      on(varied.routes, {}, async (server) => {
        const one = ask(server.origin, '/page', { headers: { 'x-variant': '1' } })
        await until(() => varied.begun === 1, 'the first runs')
        const two = ask(server.origin, '/page', { headers: { 'x-variant': '2' } })
        await waiting(server, 1)
        varied.answer(1)
        await until(() => varied.begun === 2, 'the second has to run itself')
        varied.answer()
        const [first, second] = [await one, await two]
        assert.equal(first.text, 'run 1')
        assert.equal(second.text, 'run 2')
        // RFC 9211, 2.6
        assert.doesNotMatch(statusOf(first), /collapsed/)
        assert.match(statusOf(second), /; fwd=vary-miss; stored; collapsed=\?0/)
      }),
    )

    for (const header of ['authorization', 'cookie']) {
      const personal = new SlowPage()
      it(
        `never wait for one another with ${header}`,
        on(personal.routes, {}, async (server) => {
          const answers = Promise.all(
            ['a', 'b'].map((who) => ask(server.origin, '/page', { headers: { [header]: who } })),
          )
          await until(() => personal.begun === 2, 'both run')
          personal.answer()
          const [a, b] = await answers
          assert.notEqual(a?.text, b?.text)
          assert.equal(server.cache.stats().coalesced, 0)
        }),
      )

      const mixed = new SlowPage()
      it(
        `still share among those without ${header} when somebody with it was not answered from the cache`,
        on(mixed.routes, {}, async (server) => {
          const personalAnswer = ask(server.origin, '/page', { headers: { [header]: 'a' } })
          await until(() => mixed.begun === 1, 'the personal one runs')
          mixed.answer(1)
          await personalAnswer
          const answers = askAll(server.origin, '/page', 5)
          await waiting(server, 4)
          mixed.answer()
          await answers
          assert.equal(mixed.begun, 2)
        }),
      )
    }

    const hanging = new SlowPage()
    it(
      'wait no longer than collapseTimeout for one that hangs',
      on(hanging.routes, { mount: { collapseTimeout: '2s' } }, async (server) => {
        const answers = askAll(server.origin, '/page', 3)
        await waiting(server, 2)
        server.clock.advance(1_999)
        await turns()
        assert.equal(hanging.begun, 1)
        server.clock.advance(1)
        await until(() => hanging.begun === 3, 'the others go on')
        hanging.answer(2)
        hanging.answer(3)
        await until(() => server.cache.stats().stored > 0, 'an answer is stored')
        assertHit(await ask(server.origin, '/page'))
        hanging.answer()
        await answers
      }),
    )

    const aborted = new SlowPage()
    it(
      'go on when the client of the one that runs leaves, and its answer is kept if it still comes',
      on(aborted.routes, {}, async (server) => {
        const client = new AbortController()
        const leader = ask(server.origin, '/page', { signal: client.signal }).catch(() => {})
        await until(() => aborted.begun === 1, 'the leader runs')
        const other = ask(server.origin, '/page')
        await waiting(server, 1)
        client.abort()
        await leader
        await until(() => aborted.begun === 2, 'the other goes on')
        aborted.answer(1)
        await until(() => server.cache.stats().stored === 1, 'the answer of the leader is kept')
        const hit = await ask(server.origin, '/page')
        assertHit(hit)
        assert.equal(hit.text, 'run 1')
        aborted.answer()
        assert.equal((await other).text, 'run 2')
      }),
    )

    const failing: ContractHandler = async (_, response) => {
      failures += 1
      if (failures === 1) {
        await failed.opened
        throw new Error('the handler failed')
      }
      response.head(200, FRESH).send('well')
    }
    let failures = 0
    const failed = gate()
    it(
      'go on when the one that runs fails; nobody else gets its error',
      on([{ path: '/page', handler: failing }], {}, async (server) => {
        const leader = ask(server.origin, '/page')
        await until(() => failures === 1, 'the leader runs')
        const others = askAll(server.origin, '/page', 3)
        await waiting(server, 3)
        failed.open()
        assert.equal((await leader).status, 500)
        for (const answer of await others) assert.equal(answer.text, 'well')
      }),
    )

    const older = new SlowPage()
    it(
      'that are answered later but began earlier do not replace the newer answer',
      on(older.routes, {}, async (server) => {
        const refresh = { headers: { 'cache-control': 'no-cache' } }
        const first = ask(server.origin, '/page', refresh)
        await until(() => older.begun === 1, 'the first runs')
        server.clock.advance(10)
        const second = ask(server.origin, '/page', refresh)
        await until(() => older.begun === 2, 'the second runs')
        older.answer(2)
        await second
        older.answer(1)
        await first
        const hit = await ask(server.origin, '/page')
        assertHit(hit)
        assert.equal(hit.text, 'run 2')
      }),
    )

    const gone = new SlowPage()
    it(
      'that have left while they waited harm nobody',
      on(gone.routes, {}, async (server) => {
        const leader = ask(server.origin, '/page')
        await until(() => gone.begun === 1, 'the leader runs')
        const client = new AbortController()
        const waiter = ask(server.origin, '/page', { signal: client.signal }).catch(() => {})
        await waiting(server, 1)
        client.abort()
        await waiter
        gone.answer()
        assert.equal((await leader).text, 'run 1')
        assertHit(await ask(server.origin, '/page'))
        assert.equal(gone.begun, 1)
      }),
    )

    const heads = new SlowPage()
    it(
      'with HEAD neither lead nor wait',
      on(heads.routes, {}, async (server) => {
        const head = ask(server.origin, '/page', { method: 'HEAD' })
        await until(() => heads.begun === 1, 'HEAD runs')
        const get = ask(server.origin, '/page')
        await until(() => heads.begun === 2, 'GET runs too')
        heads.answer()
        assertMiss(await head)
        assertMiss(await get)
        assertHit(await ask(server.origin, '/page'))
      }),
    )
  })
}
