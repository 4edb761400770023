import { strict as assert } from 'node:assert'
import { Readable } from 'node:stream'
import { ask, askAll, assertMiss, gate, turns, until } from './http-adapter-client.ts'
import type { ContractHandler, ContractResponse, HttpAdapterDriver } from './http-adapter-driver.ts'
import { FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** Half an answer is none (RFC 9111, 3.3). */
export function tornBodyRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)

  describe('a body that does not come to its end', () => {
    const torn: readonly (readonly [string, ContractHandler])[] = [
      [
        'because its stream fails',
        (_, response) => {
          const source = new Readable({ read() {} })
          source.push('half of')
          setImmediate(() => setImmediate(() => source.destroy(new Error('torn'))))
          response.head(200, FRESH).pipe(source)
        },
      ],
      [
        'because the handler cuts the connection',
        async (_, response) => {
          response.head(200, FRESH).write('half of')
          await new Promise((resolve) => setImmediate(resolve))
          response.destroy()
        },
      ],
      [
        'because the handler fails after it has begun',
        async (_, response) => {
          response.head(200, FRESH).write('half of')
          await new Promise((resolve) => setImmediate(resolve))
          response.destroy()
          throw new Error('too late')
        },
      ],
    ]
    for (const [why, handler] of torn) {
      let runs = 0
      it(
        `${why} is not stored`,
        on(
          [
            {
              path: '/page',
              handler(request, response) {
                runs += 1
                return runs === 1 ? handler(request, response) : response.head(200, FRESH).send('whole')
              },
            },
          ],
          {},
          async ({ origin, clock }) => {
            await ask(origin, '/page').catch(() => {})
            clock.advance(31_000)
            const next = await ask(origin, '/page')
            assertMiss(next)
            assert.equal(next.text, 'whole')
          },
        ),
      )
    }

    const begun = gate()
    it(
      'because the client leaves is not stored',
      on(
        [
          {
            path: '/page',
            handler(request, response) {
              if (request.url !== '/page?slow') return response.head(200, FRESH).send('other')
              const source = new Readable({ read() {} })
              source.push('half of')
              begun.open()
              response.head(200, FRESH).pipe(source)
            },
          },
        ],
        {},
        async ({ origin, cache, clock }) => {
          const client = new AbortController()
          const torn = ask(origin, '/page?slow', { signal: client.signal }).catch(() => {})
          await begun.opened
          client.abort()
          await torn
          await turns()
          clock.advance(31_000)
          await ask(origin, '/page')
          assert.equal(cache.stats().entries, 1)
        },
      ),
    )

    it('because its stream is let go of when the client leaves is given up at once', () => {
      const runs: ContractResponse[] = []
      const held = gate()
      const handler: ContractHandler = async (_, response) => {
        runs.push(response)
        if (runs.length > 1) {
          await held.opened
          return response.head(200, FRESH).send('whole')
        }
        const source = new Readable({ read() {} })
        source.push('half of')
        response.head(200, { ...FRESH, 'content-length': '100' }).pipe(source)
      }
      return on([{ path: '/page', handler }], {}, async ({ origin, cache }) => {
        const client = new AbortController()
        const torn = ask(origin, '/page', { signal: client.signal }).catch(() => {})
        await until(() => runs.length === 1, 'the first runs')
        await turns()
        client.abort()
        await torn
        await until(() => runs[0]?.gone === true, 'the client has left')
        await turns()
        // Nobody waits for an answer of which the last one was given up.
        const others = askAll(origin, '/page', 2)
        await until(() => runs.length === 3, 'the others run side by side')
        held.open()
        await others
        assert.equal(cache.stats().coalesced, 0)
      })()
    })

    const left = gate()
    let failures = 0
    it(
      'because the handler fails when its client has left is not stored, nor is the error page behind it',
      on(
        [
          {
            path: '/page',
            async handler(_request, response) {
              if (failures++ > 0) return void response.head(200, FRESH).send('whole')
              left.open()
              await until(() => response.gone, 'the client has left')
              response.head(200, FRESH).write('half of')
              throw new Error('too late')
            },
          },
        ],
        {},
        async ({ origin, cache, clock }) => {
          const client = new AbortController()
          const torn = ask(origin, '/page', { signal: client.signal }).catch(() => {})
          await left.opened
          client.abort()
          await torn
          await turns(100)
          clock.advance(31_000)
          assert.equal(cache.stats().entries, 0)
          assert.equal((await ask(origin, '/page')).text, 'whole')
        },
      ),
    )
  })
}
