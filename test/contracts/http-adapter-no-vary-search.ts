import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss, gate } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractPurge,
  ContractRequest,
  ContractRoute,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** No-Vary-Search: one answer for all URLs that its handler says are the same. */
export function noVarySearchRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const saying = (field: string, more = {}): ContractHandler => {
    let runs = 0
    return ({ url }, response) => {
      runs += 1
      response.head(200, { ...FRESH, ...more, 'no-vary-search': field }).send(`${url} ${runs}`)
    }
  }
  const at = (field: string, more = {}): ContractRoute[] => [
    { path: '/page', handler: saying(field, more) },
    { path: '/other', handler: saying(field, more) },
    { method: 'POST', path: '/page', handler: (_, response) => response.head(204).send() },
  ]

  describe('No-Vary-Search', () => {
    const cases: [field: string, stored: string, same: string[], other: string[]][] = [
      [
        'params=("utm")',
        '/page?a=1&utm=x',
        ['/page?a=1', '/page?utm=y&a=1'],
        ['/page', '/page?a=2', '/other?a=1'],
      ],
      ['params, except=("a")', '/page?a=1&b=2', ['/page?c=3&a=1', '/page?a=1'], ['/page', '/page?a=2&b=2']],
      ['except=("a")', '/page?a=1&b=2', ['/page?a=1'], ['/page?b=2']],
      ['key-order', '/page?b=2&a=1', ['/page?a=1&b=2'], ['/page?a=1', '/page?a=2&b=1']],
      ['params', '/page?a', ['/page', '/page?b'], ['/other']],
      ['x y z', '/page?a', [], ['/page', '/page?b']],
    ]
    for (const [field, stored, same, other] of cases) {
      it(
        `${field} tells which URLs are the same`,
        on(at(field), {}, async ({ origin }) => {
          await ask(origin, stored)
          for (const path of same) {
            const answer = await ask(origin, path)
            assertHit(answer, path)
            assert.equal(answer.text, `${stored} 1`)
            assert.equal(answer.headers['no-vary-search'], field)
          }
          for (const path of other) assertMiss(await ask(origin, path), path)
        }),
      )
    }

    it(
      'leaves the variants of Vary apart',
      on(at('params', { vary: 'x-kind' }), {}, async ({ origin }) => {
        const kind = (kind: string) => ({ headers: { 'x-kind': kind } })
        await ask(origin, '/page?a', kind('a'))
        assertHit(await ask(origin, '/page?b', kind('a')))
        assertMiss(await ask(origin, '/page?c', kind('b')))
        assertHit(await ask(origin, '/page?d', kind('b')))
      }),
    )

    it(
      'gives way to an answer of the URL itself, and to newer ones',
      on(at('params=("utm")'), {}, async ({ origin, clock }) => {
        await ask(origin, '/page?utm=1')
        await ask(origin, '/page?utm=2', { headers: { 'cache-control': 'no-cache' } })
        assert.equal((await ask(origin, '/page?utm=1')).text, '/page?utm=1 1')
        assert.equal((await ask(origin, '/page?utm=3')).text, '/page?utm=2 2')
        clock.advance(61_000)
        assertMiss(await ask(origin, '/page?utm=3'))
      }),
    )

    it(
      'lets each of several writes reach the answers that it means, and no others once it is known which there are',
      on(at('params=("utm")'), {}, async ({ origin }) => {
        for (const [round, a] of [1, 2, 1, 2, 1].entries()) {
          for (const each of [1, 2]) await ask(origin, `/page?a=${each}&utm=1`)
          await ask(origin, `/page?a=${a}&utm=9`, { method: 'POST' })
          assertMiss(await ask(origin, `/page?a=${a}&utm=1`), `${round}`)
          if (round > 0) assertHit(await ask(origin, `/page?a=${3 - a}&utm=3`), `${round}`)
        }
      }),
    )

    it('reaches answers by a write whose way to vary has been forgotten for newer ones', async () => {
      let run = 0
      const changing: ContractHandler = ({ url }, response) => {
        run += 1
        response.head(200, { ...FRESH, 'no-vary-search': `params=("utm" "p${run}")` }).send(`${url} ${run}`)
      }
      await on([{ path: '/page', handler: changing }, ...at('').slice(2)], {}, async ({ origin }) => {
        for (let a = 1; a <= 6; a++) await ask(origin, `/page?a=${a}&utm=1`)
        await ask(origin, '/page?a=1&utm=9', { method: 'POST' })
        assertMiss(await ask(origin, '/page?a=1&utm=1'))
      })()
    })

    const drops: [string, (origin: string) => ContractPurge | undefined][] = [
      ['a write', () => undefined],
      ['a purge', (origin) => ({ url: `${origin}/page?utm=9` })],
      ['a purge on any host', () => ({ url: '/page?utm=9' })],
      ['a soft purge', (origin) => ({ url: `${origin}/page?utm=9`, soft: true })],
    ]
    for (const [name, what] of drops) {
      it(
        `does not hide an answer from ${name} of another URL that is the same`,
        on(
          at('params=("utm")', { 'cache-control': 'max-age=60, must-revalidate' }),
          {},
          async ({ origin, purge }) => {
            await ask(origin, '/page?utm=1')
            await ask(origin, '/other?utm=1')
            const purged = what(origin)
            if (purged === undefined) await ask(origin, '/page?utm=9', { method: 'POST' })
            else await purge(purged)
            assertMiss(await ask(origin, '/page?utm=9'))
            assert.notEqual((await ask(origin, '/page?utm=1')).text, '/page?utm=1 1')
            assertHit(await ask(origin, '/other?utm=9'))
          },
        ),
      )

      const principal = ({ headers }: ContractRequest) => headers['x-user'] as string | undefined
      const apart = { mount: { observe: false, principal } } as const
      for (const [whose, headers, more] of [
        ['a forwarded host', { 'x-forwarded-host': 'a.example' }, {}],
        ['one user', { 'x-user': 'ann' }, { 'cache-control': 'private, max-age=60' }],
      ] as const) {
        it(
          `does not hide an answer for ${whose} from ${name} of another URL that is the same`,
          on(at('params=("utm")', more), apart, async ({ origin, purge }) => {
            await ask(origin, '/page?utm=1', { headers })
            assertHit(await ask(origin, '/page?utm=2', { headers }))
            const purged = what(origin)
            if (purged === undefined) await ask(origin, '/page?utm=9', { method: 'POST' })
            else await purge(purged)
            assert.notEqual((await ask(origin, '/page?utm=1', { headers })).text, '/page?utm=1 1')
          }),
        )
      }

      // The first of its path that is made, or the second: before it, nobody knows what is the same, or nothing stands for it.
      for (const before of [[], ['/page?a=1&utm=1']]) {
        const held = { until: gate(), begun: gate() }
        const slow: ContractHandler = async ({ url }, response) => {
          if (url.includes('held')) {
            held.begun.open()
            await held.until.opened
          }
          response.head(200, { ...FRESH, 'no-vary-search': 'params=("utm")' }).send(url)
        }
        const routes = [{ path: '/page', handler: slow }, ...at('').slice(2)]
        it(
          `keeps no answer that was being made during ${name} of one that is the same, after ${before.length} others`,
          on(routes, {}, async ({ origin, purge }) => {
            for (const url of before) await ask(origin, url)
            const making = ask(origin, '/page?utm=held')
            await held.begun.opened
            const purged = what(origin)
            if (purged === undefined) await ask(origin, '/page?utm=9', { method: 'POST' })
            else await purge(purged)
            held.until.open()
            await making
            assertMiss(await ask(origin, '/page?utm=1'))
            assertHit(await ask(origin, '/page?utm=2'))
          }),
        )
      }
    }
  })
}
