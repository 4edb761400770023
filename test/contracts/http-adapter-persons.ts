import { strict as assert } from 'node:assert'
import { ask, assertHit, assertMiss } from './http-adapter-client.ts'
import type { ContractHeaders, ContractRequest, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const PRIVATE: ContractHeaders = { 'cache-control': 'private, max-age=60' }

/** Answers for one user, or for the users of one tenant: kept only for these. */
export function personRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const at = (headers: ContractHeaders) => [{ path: '/page', handler: countedPage(headers).handler }]
  const principal = ({ headers }: ContractRequest) => headers['x-user'] as string | undefined
  const as = (user?: string, more: Record<string, string> = {}) => ({
    headers: { ...(user !== undefined && { 'x-user': user }), ...more },
  })

  describe('a private answer, where the principal is known', () => {
    it(
      'is kept for its user alone',
      on(at(PRIVATE), { mount: { principal } }, async ({ origin }) => {
        assert.equal((await ask(origin, '/page', as('ann'))).text, 'run 1')
        assert.equal((await ask(origin, '/page', as('bob'))).text, 'run 2')
        assert.equal((await ask(origin, '/page', as('ann'))).text, 'run 1')
        assert.equal((await ask(origin, '/page', as('bob'))).text, 'run 2')
        assert.equal((await ask(origin, '/page', as())).text, 'run 3')
        assert.equal((await ask(origin, '/page', as())).text, 'run 4')
      }),
    )

    it(
      'may be asked for with credentials',
      on(at(FRESH), { mount: { principal } }, async ({ origin }) => {
        const cookie = { cookie: 'session=1' }
        await ask(origin, '/page', as('ann', cookie))
        assertHit(await ask(origin, '/page', as('ann', cookie)))
        assertMiss(await ask(origin, '/page', as('bob', cookie)))
        assertMiss(await ask(origin, '/page', as(undefined, cookie)))
      }),
    )

    for (const headers of [
      { 'cache-control': 'private, no-store, max-age=60' },
      { ...PRIVATE, 'set-cookie': 'a=1' },
      { ...PRIVATE, vary: '*' },
      { 'cache-control': 'private, s-maxage=60' },
    ]) {
      it(
        `that says ${JSON.stringify(headers)} is kept for nobody`,
        on(at(headers), { mount: { principal } }, async ({ origin }) => {
          await ask(origin, '/page', as('ann'))
          assertMiss(await ask(origin, '/page', as('ann')))
        }),
      )
    }

    let published = false
    it(
      'makes room for a newer one that is for everybody, once it is stale',
      on(
        [
          {
            path: '/page',
            handler: (_, response) => {
              const control = published
                ? 'public, max-age=600'
                : 'private, max-age=60, stale-while-revalidate=600'
              response.head(200, { 'cache-control': control }).send(published ? 'public' : 'draft')
            },
          },
        ],
        { mount: { principal } },
        async ({ origin, clock }) => {
          published = false
          assert.equal((await ask(origin, '/page', as('ann'))).text, 'draft')
          published = true
          clock.advance(61_000)
          assert.equal((await ask(origin, '/page', as('bob'))).text, 'public')
          const answer = await ask(origin, '/page', as('ann'))
          assertHit(answer)
          assert.equal(answer.text, 'public')
        },
      ),
    )

    it(
      'is confirmed for its user by HEAD, too',
      on(at({ ...PRIVATE, etag: '"v1"' }), { mount: { principal } }, async ({ origin, clock }) => {
        await ask(origin, '/page', as('ann'))
        clock.advance(61_000)
        await ask(origin, '/page', { method: 'HEAD', ...as('ann') })
        assertHit(await ask(origin, '/page', as('ann')))
        assertMiss(await ask(origin, '/page', as('bob')))
      }),
    )

    it(
      'is outdated by a write to its URL',
      on(
        [
          ...at(PRIVATE),
          { method: 'POST', path: '/page', handler: (_request, response) => response.send('') },
        ],
        { mount: { principal } },
        async ({ origin }) => {
          await ask(origin, '/page', as('ann'))
          await ask(origin, '/page', { method: 'POST', ...as('bob') })
          assert.equal((await ask(origin, '/page', as('ann'))).text, 'run 2')
        },
      ),
    )

    it(
      'leaves what is for everybody to everybody',
      on(at({ 'cache-control': 'public, max-age=60' }), { mount: { principal } }, async ({ origin }) => {
        await ask(origin, '/page', as('ann'))
        assertHit(await ask(origin, '/page', as('bob')))
        assertHit(await ask(origin, '/page', as()))
      }),
    )
  })

  describe('tenants', () => {
    const tenant = ({ headers }: ContractRequest) => headers['x-tenant'] as string
    const of = (name: string) => ({ headers: { 'x-tenant': name } })
    it(
      'share nothing, not even writes',
      on(
        [...at(FRESH), { method: 'POST', path: '/page', handler: (_request, response) => response.send('') }],
        { mount: { tenant } },
        async ({ origin }) => {
          assert.equal((await ask(origin, '/page', of('a'))).text, 'run 1')
          assert.equal((await ask(origin, '/page', of('b'))).text, 'run 2')
          await ask(origin, '/page', { method: 'POST', ...of('a') })
          assertHit(await ask(origin, '/page', of('b')))
          assert.equal((await ask(origin, '/page', of('a'))).text, 'run 3')
        },
      ),
    )

    it(
      'are known, or the cache steps aside',
      on(at(FRESH), { mount: { tenant } }, async ({ origin, errors }) => {
        await ask(origin, '/page')
        assertMiss(await ask(origin, '/page'))
        assert.equal(errors.length, 2)
      }),
    )
  })
}
