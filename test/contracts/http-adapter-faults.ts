import { strict as assert } from 'node:assert'
import type { Plugin } from '../../src/index.ts'
import { ask, askAll, assertHit, assertMiss, statusOf, until } from './http-adapter-client.ts'
import type { ContractPolicy, ContractRoute, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const fail = (): never => {
  throw new Error('on purpose')
}

/** What fails, in the policy of the mount or in that of the route. */
const FAILING: readonly (readonly [what: string, mount: ContractPolicy, route?: ContractPolicy])[] = [
  ['key', { key: fail }],
  ['tags of the mount', { tags: fail }],
  ['tags of the route', {}, { tags: fail }],
  ['bypass of the mount', { bypass: fail }],
  ['bypass of the route', {}, { bypass: fail }],
  ['key that is no string', { key: (() => Promise.resolve('a')) as never }],
  ['key that is null', { key: (() => null) as never }],
  ['tags that are no list', { tags: (() => 'a') as never }],
  ['tags of the route that are no list', {}, { tags: (() => 'a') as never }],
  ['tag that is none', { tags: () => [''] }],
]

/** What fails in a policy, in a hook or in the cache is never felt by a request. */
export function faultRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const single = (cache?: ContractPolicy): ContractRoute[] => [
    { path: '/page', handler: countedPage().handler, ...(cache && { cache }) },
  ]

  describe('a failing part', () => {
    for (const [what, mount, cache] of FAILING) {
      it(
        `(${what}) lets every request through, shares nothing and is reported`,
        on(single(cache), { mount }, async ({ origin, errors }) => {
          const answers = await askAll(origin, '/page', 4)
          for (const { status } of answers) assert.equal(status, 200)
          assert.equal(new Set(answers.map(({ text }) => text)).size, 4)
          assertMiss(await ask(origin, '/page'))
          assert.ok(errors.length >= 1)
        }),
      )
    }

    it(
      '(a promise for bypass) keeps the request away: nobody knows yet what it will say',
      on(single(), { mount: { bypass: (() => Promise.resolve(true)) as never } }, async ({ origin }) => {
        await ask(origin, '/page')
        assertMiss(await ask(origin, '/page'))
      }),
    )

    const throwing: Plugin = {
      name: 'throwing',
      start(host) {
        host.hook('store', fail)
        for (const signal of ['hit', 'miss', 'stored', 'error'] as const) host.on(signal, fail)
      },
    }
    it(
      '(hooks and listeners) is not felt',
      on(single(), { cache: { plugins: [throwing] } }, async ({ origin, cache }) => {
        assert.equal((await ask(origin, '/page')).status, 200)
        assert.equal((await ask(origin, '/page')).status, 200)
        assert.ok(cache.stats().hookErrors > 0)
      }),
    )

    it(
      '(a hook that never ends) holds no answer',
      on(
        single(),
        {
          cache: {
            plugins: [{ name: 'stuck', start: (host) => host.hook('store', () => new Promise(() => {})) }],
          },
        },
        async ({ origin, clock }) => {
          assert.equal((await ask(origin, '/page')).text, 'run 1')
          const waiting = ask(origin, '/page')
          await until(() => {
            clock.advance(100)
            return true
          }, 'time passes')
          clock.advance(10_000)
          assert.equal((await waiting).status, 200)
        },
      ),
    )

    it(
      '(the handler) is answered by the error handler, and its answer is not stored',
      on(
        [{ path: '/page', handler: () => Promise.reject(new Error('failed')) }],
        { mount: { ttl: '1m' }, onError: (_, response) => response.head(500).send('sorry') },
        async ({ origin }) => {
          for (let i = 0; i < 2; i++) {
            const answer = await ask(origin, '/page')
            assert.equal(answer.status, 500)
            assert.equal(answer.text, 'sorry')
            assert.equal(statusOf(answer), 'cache; fwd=uri-miss; detail=status')
          }
        },
      ),
    )

    let attempts = 0
    it(
      '(the handler, after it said how long its page may live) leaves no error behind',
      on(
        [
          {
            path: '/page',
            handler(_, response) {
              response.head(200, FRESH)
              attempts += 1
              if (attempts === 1) throw new Error('failed')
              response.send('page')
            },
          },
        ],
        {},
        async ({ origin }) => {
          assert.equal((await ask(origin, '/page')).status, 500)
          assert.equal((await ask(origin, '/page')).text, 'page')
          assertHit(await ask(origin, '/page'))
        },
      ),
    )
  })

  describe('a cache', () => {
    it(
      'that is off lets everything through',
      on(single(), { cache: { enabled: false } }, async ({ origin }) => {
        await ask(origin, '/page')
        const answer = await ask(origin, '/page')
        assert.equal(answer.text, 'run 2')
        assert.equal(statusOf(answer), 'cache; fwd=bypass; detail=disabled')
      }),
    )

    it(
      'can be switched off and on',
      on(single(), {}, async ({ origin, cache }) => {
        await ask(origin, '/page')
        await cache.reconfigure({ enabled: false })
        assertMiss(await ask(origin, '/page'))
        await cache.reconfigure({ enabled: true })
        assertHit(await ask(origin, '/page'))
      }),
    )

    it(
      'that is closed lets everything through',
      on(
        [...single(), { path: '/page', method: 'POST', handler: (_, response) => response.send('done') }],
        {},
        async ({ origin, cache }) => {
          await ask(origin, '/page')
          await cache.close()
          for (let i = 0; i < 2; i++) {
            const answer = await ask(origin, '/page')
            assert.equal(answer.status, 200)
            assertMiss(answer)
          }
          assert.equal((await ask(origin, '/page', { method: 'POST' })).text, 'done')
        },
      ),
    )

    it(
      'that is full serves as if it were empty',
      on(single(), { cache: { maxBytes: 1 } }, async ({ origin }) => {
        await ask(origin, '/page')
        const answer = await ask(origin, '/page')
        assert.equal(answer.text, 'run 2')
      }),
    )
  })
}
