import { strict as assert } from 'node:assert'
import { setImmediate as turn } from 'node:timers/promises'
import type { Plugin } from '../../src/index.ts'
import { ask, until } from './http-adapter-client.ts'
import type { HttpAdapterDriver } from './http-adapter-driver.ts'
import { FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

const RELOADS = 100

/** A swap of the configuration under load fails no request and leaves one generation behind. */
export function reloadRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const use = driver.plugin ?? 'http-response'

  describe('a change of the configuration', () => {
    const alive = new Set<number>()
    const counting: Plugin = {
      name: 'counting',
      start(host) {
        const { generation } = host
        alive.add(generation)
        return () => void alive.delete(generation)
      },
    }
    it(
      `${RELOADS} times under load fails no request and leaves one generation alive`,
      on(
        [
          {
            path: '/page',
            async handler(request, response) {
              await turn()
              response
                .head(200, request.url.endsWith('0') ? { 'cache-control': 'private' } : FRESH)
                .send(`page ${request.url}`)
            },
          },
        ],
        { cache: { plugins: [counting] } },
        async ({ origin, cache, errors }) => {
          const first = cache.stats().generation
          const failures: string[] = []
          let asked = 0
          let reloading = true
          const client = async (who: number) => {
            for (let i = 0; reloading; i++) {
              const path = `/page?${(who + i) % 10}`
              const answer = await ask(origin, path)
              asked += 1
              if (answer.status !== 200 || answer.text !== `page ${path}`)
                failures.push(`${answer.status} ${answer.text}`)
            }
          }
          const clients = [1, 2, 3, 4].map(client)
          for (let i = 0; i < RELOADS; i++) {
            const asking = asked
            await cache.reconfigure({
              ttl: 1_000 + i,
              maxEntries: 100 + i,
              plugins: [counting, { use, options: { collapseTimeout: 1_000 + i } }],
            })
            await until(() => asked > asking, 'a request was answered')
          }
          reloading = false
          await Promise.all(clients)
          assert.deepEqual(failures, [])
          assert.ok(asked >= RELOADS)
          assert.equal(cache.stats().generation >= first + RELOADS, true)
          await until(() => alive.size === 1, 'all generations but one are stopped')
          assert.deepEqual(errors, [])
        },
      ),
    )

    it(
      'reaches the mounts that extend it',
      on(
        [{ path: '/page', handler: (_, response) => response.head(200, {}).send('page') }],
        {},
        async ({ origin, cache }) => {
          const cached = async () => {
            await ask(origin, '/page')
            return / hit/.test(String((await ask(origin, '/page')).headers['cache-status']))
          }
          assert.equal(await cached(), false)
          await cache.reconfigure({ plugins: [{ use, options: { ttl: '1m' } }] })
          assert.equal(await cached(), true)
          await cache.reconfigure({ plugins: [{ use, options: { ttl: '1m', cacheStatus: false } }] })
          assert.equal((await ask(origin, '/page')).headers['cache-status'], undefined)
        },
      ),
    )

    it(
      'that is wrong changes nothing',
      on(
        [{ path: '/page', handler: (_, response) => response.head(200, FRESH).send('page') }],
        {},
        async ({ origin, cache }) => {
          await ask(origin, '/page')
          const { generation } = cache.stats()
          await assert.rejects(cache.reconfigure({ plugins: [{ use, options: { tll: '1m' } }] }), {
            code: 'HITHERTO_PLUGIN_START',
          })
          assert.equal(cache.stats().generation, generation)
          assert.match(String((await ask(origin, '/page')).headers['cache-status']), / hit/)
        },
      ),
    )
  })
}
