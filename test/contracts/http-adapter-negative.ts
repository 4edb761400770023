import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss } from './http-adapter-client.ts'
import type { ContractHandler, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, failingPage, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** Answers that are no pages, kept for a time of their own. */
export function negativeRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const at = (page: { handler: ContractHandler }) => [{ path: '/page', handler: page.handler }]

  describe('a negative answer', () => {
    const CASES: readonly (readonly [ttl: string | Record<string, string>, status: number, kept: boolean])[] =
      [
        ['5s', 404, true],
        ['5s', 410, true],
        ['5s', 503, true],
        ['5s', 401, false],
        ['5s', 403, false],
        ['5s', 429, false],
        [{ 404: '5s' }, 404, true],
        [{ 404: '5s' }, 410, false],
        [{ '5xx': '5s' }, 500, true],
        [{ '5xx': '5s' }, 404, false],
      ]
    for (const [negativeTtl, status, kept] of CASES) {
      const page = countedPage({}, status)
      it(
        `with status ${status} is ${kept ? '' : 'not '}kept under ${JSON.stringify(negativeTtl)}`,
        on(at(page), { mount: { negativeTtl } }, async ({ origin, clock }) => {
          await ask(origin, '/page')
          const second = await ask(origin, '/page')
          assert.equal(second.status, status)
          assert.equal(second.text, kept ? 'run 1' : 'run 2')
          clock.advance(5_000)
          assertMiss(await ask(origin, '/page'))
        }),
      )
    }

    const long = failingPage({ 'cache-control': 'max-age=600' })
    it(
      'never lasts as long as the page it took the place of',
      on(at(long), { mount: { negativeTtl: '5s' } }, async ({ origin, clock }) => {
        long.failure = 500
        await ask(origin, '/page')
        assertHit(await ask(origin, '/page'))
        clock.advance(5_000)
        long.failure = undefined
        assert.equal((await ask(origin, '/page')).text, 'run 2')
      }),
    )
  })
}
