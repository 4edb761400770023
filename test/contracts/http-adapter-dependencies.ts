import { strict as assert } from 'node:assert'
import type { Cache } from '../../src/index.ts'
import { ask, assertHit, assertMiss, gate } from './http-adapter-client.ts'
import type { ContractHandler, ContractHeaders, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, type Served, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** What makes a page outdated: its tags and what it was made from, at any time. */
export function dependencyRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)

  describe('a page', () => {
    const tagged: ContractHandler = (_, response) => {
      response.tag('cities', 'city:1')
      response.head(200, FRESH).send('page')
    }
    for (const tag of ['cities', 'city:1']) {
      it(
        `is dropped when the tag ${tag} that its handler named is invalidated`,
        on([{ path: '/page', handler: tagged }], {}, async ({ origin, cache }) => {
          await ask(origin, '/page')
          assertHit(await ask(origin, '/page'))
          await cache.invalidate({ tags: ['city:2'] })
          assertHit(await ask(origin, '/page'))
          await cache.invalidate({ tags: [tag] })
          assertMiss(await ask(origin, '/page'))
        }),
      )
    }

    it(
      'is dropped by clear',
      on([{ path: '/page', handler: countedPage().handler }], {}, async ({ origin, cache }) => {
        await ask(origin, '/page')
        await cache.clear()
        assertMiss(await ask(origin, '/page'))
      }),
    )

    it(
      'may name tags to no effect where it is not stored',
      on(
        [
          {
            path: '/page',
            handler: tagging({ 'cache-control': 'no-store' }),
          },
          {
            path: '/page',
            method: 'POST',
            handler: tagging({}),
          },
        ],
        {},
        async ({ origin }) => {
          assert.equal((await ask(origin, '/page')).text, 'x')
          assert.equal((await ask(origin, '/page', { method: 'HEAD' })).status, 200)
          assert.equal((await ask(origin, '/page', { method: 'POST' })).text, 'x')
        },
      ),
    )
  })

  describe('a page made from cached values', () => {
    /** Handler, inside it a cached function, inside that another one. */
    const nested =
      (use: { cache?: Cache }): ContractHandler =>
      async (_, response) => {
        const cache = use.cache as Cache
        const country = await cache.getOrSet(
          'country',
          async () => {
            const city = await cache.getOrSet('city', async () => 'Rome', { tags: ['city:rome'], ttl: '1h' })
            return `${city}, Italy`
          },
          { tags: ['country:it'], ttl: '1h' },
        )
        // After other asynchronous work the page still knows what it was made from.
        await new Promise((resolve) => setImmediate(resolve))
        response.head(200, FRESH).send(country)
      }

    const outdating: readonly (readonly [string, (cache: Cache) => Promise<unknown>])[] = [
      ['the tag of the innermost value', (cache) => cache.invalidate({ tags: ['city:rome'] })],
      ['the tag of the value around it', (cache) => cache.invalidate({ tags: ['country:it'] })],
      ['the innermost key', (cache) => cache.delete('city')],
      ['the key around it', (cache) => cache.invalidate({ keys: ['country'] })],
      ['the innermost key by a new value', (cache) => cache.set('city', 'Roma')],
    ]
    for (const [what, outdate] of outdating) {
      for (const warm of [false, true]) {
        const use: { cache?: Cache } = {}
        it(
          `is dropped with ${what}${warm ? ', if the values were hits' : ''}`,
          on(
            [
              { path: '/page', handler: nested(use) },
              { path: '/warm', handler: nested(use) },
            ],
            {},
            async (server) => {
              use.cache = server.cache
              if (warm) await ask(server.origin, '/warm')
              await ask(server.origin, '/page')
              assertHit(await ask(server.origin, '/page'))
              await outdate(server.cache)
              assertMiss(await ask(server.origin, '/page'))
            },
          ),
        )
      }
    }

    const use: { cache?: Cache } = {}
    it(
      'stays when something else changes',
      on([{ path: '/page', handler: nested(use) }], {}, async (server) => {
        use.cache = server.cache
        await ask(server.origin, '/page')
        await server.cache.invalidate({ tags: ['city:paris'] })
        await server.cache.delete('other')
        assertHit(await ask(server.origin, '/page'))
      }),
    )
  })

  describe('an invalidation while the handler runs', () => {
    const changes: readonly (readonly [string, (server: Served) => Promise<unknown>])[] = [
      ['of a tag it named', ({ cache }) => cache.invalidate({ tags: ['a'] })],
      ['of everything', ({ cache }) => cache.clear()],
      ['by a write to its URL', ({ origin }) => ask(origin, '/page', { method: 'POST' })],
    ]
    for (const [what, change] of changes) {
      let runs = 0
      let goOn = gate()
      let begun = gate()
      const handler: ContractHandler = async (_, response) => {
        runs += 1
        response.tag('a')
        const text = `run ${runs}`
        begun.open()
        if (runs === 1) await goOn.opened
        response.head(200, FRESH).send(text)
      }
      it(
        `${what} refuses to store what it answers`,
        on(
          [
            { path: '/page', handler },
            { path: '/page', method: 'POST', handler: (_, response) => response.send('done') },
          ],
          {},
          async (server) => {
            ;[goOn, begun] = [gate(), gate()]
            const old = ask(server.origin, '/page')
            await begun.opened
            await change(server)
            goOn.open()
            assert.equal((await old).text, 'run 1')
            const next = await ask(server.origin, '/page')
            assertMiss(next)
            assert.equal(next.text, 'run 2')
            assertHit(await ask(server.origin, '/page'))
          },
        ),
      )
    }
  })
}

function tagging(headers: ContractHeaders): ContractHandler {
  return (_, response) => {
    response.tag('a')
    response.head(200, headers).send('x')
  }
}
