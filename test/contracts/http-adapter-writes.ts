import { strict as assert } from 'node:assert'
import {
  ask,
  askForHead,
  assertHit,
  assertMiss,
  gate,
  statusOf,
  turns,
  until,
} from './http-adapter-client.ts'
import type { ContractPolicy, HttpAdapterDriver } from './http-adapter-driver.ts'
import { countedPage, FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** Requests that change something outdate what is stored for their URL (RFC 9111, 4.4). */
export function writeRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)

  describe('a write', () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      let version = 1
      it(
        `with ${method} outdates its URL before its answer arrives`,
        on(
          [
            { path: '/page', handler: (_, response) => response.head(200, FRESH).send(`version ${version}`) },
            { path: '/page', method, handler: (_, response) => response.send(`now ${++version}`) },
          ],
          {},
          async ({ origin }) => {
            await ask(origin, '/page')
            assert.match(statusOf(await ask(origin, '/page', { method })), /fwd=method$/)
            const after = await ask(origin, '/page')
            assertMiss(after)
            assert.equal(after.text, `version ${version}`)
          },
        ),
      )
    }

    for (const [how, cache] of [
      ['drops parameters', { dropQuery: ['utm_*'] }],
      ['sorts them', { sortQuery: true }],
      ['has tenants', { tenant: ({ headers }) => String(headers['x-site']) }],
    ] as const satisfies readonly (readonly [string, ContractPolicy])[]) {
      it(
        `outdates its URL although only the route that is read ${how}`,
        on(
          [
            { path: '/page', handler: countedPage().handler, cache },
            { path: '/page', method: 'POST', handler: (_, response) => response.send('written') },
          ],
          {},
          async ({ origin }) => {
            const path = '/page?b=1&a=2&utm_x=1'
            const headers = { 'x-site': 'a' }
            await ask(origin, path, { headers })
            await ask(origin, path, { method: 'POST', headers })
            assertMiss(await ask(origin, path, { headers }))
          },
        ),
      )
    }

    const said = gate()
    it(
      'that is still being answered has outdated its URL when its head arrives',
      on(
        [
          { path: '/page', handler: countedPage().handler },
          {
            path: '/page',
            method: 'POST',
            async handler(_, response) {
              response.head(200).write('written')
              await said.opened
              response.end()
            },
          },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          const { rest } = await askForHead(origin, '/page', 'POST')
          assertMiss(await ask(origin, '/page'))
          said.open()
          assert.equal((await rest).text, 'written')
          assertHit(await ask(origin, '/page'))
        },
      ),
    )

    it(
      'outdates all variants of its URL',
      on(
        [
          { path: '/page', handler: countedPage({ ...FRESH, vary: 'x-variant' }).handler },
          { path: '/page', method: 'POST', handler: (_, response) => response.send() },
        ],
        {},
        async ({ origin }) => {
          const variants = ['a', 'b'].map((variant) => ({ headers: { 'x-variant': variant } }))
          for (const variant of variants) await ask(origin, '/page', variant)
          for (const variant of variants) assertHit(await ask(origin, '/page', variant))
          await ask(origin, '/page', { method: 'POST' })
          for (const variant of variants) assertMiss(await ask(origin, '/page', variant))
        },
      ),
    )

    it(
      'outdates a page that a policy keeps under a key of its own',
      on(
        [
          { path: '/page', handler: countedPage().handler },
          { path: '/page', method: 'POST', handler: (_, response) => response.send() },
        ],
        { mount: { key: () => 'one for all' } },
        async ({ origin }) => {
          await ask(origin, '/page')
          assertHit(await ask(origin, '/page'))
          await ask(origin, '/page', { method: 'POST' })
          assertMiss(await ask(origin, '/page'))
        },
      ),
    )

    for (const name of ['location', 'content-location']) {
      it(
        `outdates what its answer names in ${name}, on this host only`,
        on(
          [
            { path: '/page', handler: countedPage().handler },
            { path: '/other', handler: countedPage().handler },
            {
              path: '/here',
              method: 'POST',
              handler: (_, response) => response.head(201, { [name]: '/page' }).send(),
            },
            {
              path: '/there',
              method: 'POST',
              handler: (_, response) =>
                response.head(201, { [name]: 'http://elsewhere.example/other' }).send(),
            },
          ],
          {},
          async ({ origin }) => {
            await ask(origin, '/page')
            await ask(origin, '/other')
            await ask(origin, '/here', { method: 'POST' })
            await ask(origin, '/there', { method: 'POST' })
            assertMiss(await ask(origin, '/page'))
            assertHit(await ask(origin, '/other'))
          },
        ),
      )
    }

    it(
      'that failed outdates nothing',
      on(
        [
          { path: '/page', handler: countedPage().handler },
          { path: '/page', method: 'POST', handler: (_, response) => response.head(422).send('no') },
          { path: '/page', method: 'PUT', handler: () => Promise.reject(new Error('failed')) },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          assert.equal((await ask(origin, '/page', { method: 'POST' })).status, 422)
          assert.equal((await ask(origin, '/page', { method: 'PUT' })).status, 500)
          assertHit(await ask(origin, '/page'))
        },
      ),
    )

    const answered = gate()
    const arrived = gate()
    it(
      'whose client has left outdates its URL all the same',
      on(
        [
          { path: '/page', handler: countedPage().handler },
          {
            path: '/page',
            method: 'POST',
            async handler(_, response) {
              arrived.open()
              await until(() => response.gone, 'the client has left')
              response.send('done')
              answered.open()
            },
          },
        ],
        {},
        async ({ origin }) => {
          await ask(origin, '/page')
          const client = new AbortController()
          const write = ask(origin, '/page', { method: 'POST', signal: client.signal }).catch(() => {})
          await arrived.opened
          client.abort()
          await write
          await answered.opened
          await turns()
          assertMiss(await ask(origin, '/page'))
        },
      ),
    )

    it(
      'outdates pages also while the cache is off',
      on(
        [
          { path: '/page', handler: countedPage().handler },
          { path: '/page', method: 'POST', handler: (_, response) => response.send() },
        ],
        {},
        async ({ origin, cache }) => {
          await ask(origin, '/page')
          await cache.reconfigure({ enabled: false })
          await ask(origin, '/page', { method: 'POST' })
          await cache.reconfigure({ enabled: true })
          assertMiss(await ask(origin, '/page'))
        },
      ),
    )
  })
}
