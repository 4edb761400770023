import { strict as assert } from 'node:assert'
import { type Answer, ask, assertHit, assertMiss } from './http-adapter-client.ts'
import type {
  ContractHandler,
  ContractRequest,
  ContractRoute,
  HttpAdapterDriver,
} from './http-adapter-driver.ts'
import { FRESH, serving } from './http-adapter-pages.ts'
import type { TestRunner } from './runner.ts'

/** The option `languages`: one answer for each language that the handler has, and not for each Accept-Language. */
export function languageRules({ describe, it }: TestRunner, driver: HttpAdapterDriver): void {
  const on = serving(driver)
  const named: ContractHandler = ({ headers }, response) => {
    response.head(200, { ...FRESH, vary: 'Accept-Language' }).send(`in ${headers['accept-language']}`)
  }
  const silent: ContractHandler = ({ headers }, response) => {
    response.head(200, FRESH).send(`in ${headers['accept-language']}`)
  }
  const routes: ContractRoute[] = [
    { path: '/named', handler: named },
    { path: '/silent', handler: silent },
    {
      path: '/lines',
      handler(request, response) {
        const { headersDistinct } = messageOf(request)
        response.head(200, FRESH).send(`in ${headersDistinct['accept-language']?.join('|')}`)
      },
    },
    {
      path: '/raw',
      handler: (request, response) => response.head(200, FRESH).send(rawOf(request)),
      cache: { observe: false },
    },
    { method: 'POST', path: '/named', handler: named },
  ]
  const MOUNT = { mount: { languages: ['en', 'de', 'pt-BR'] } }
  const asking = (origin: string, path: string, language?: string | readonly string[]): Promise<Answer> =>
    ask(origin, path, language === undefined ? {} : { headers: { 'accept-language': language } })

  describe('the languages of the handlers', () => {
    for (const path of ['/named', '/silent', '/lines']) {
      it(
        `have one answer each, and it is what the handler made of that one (${path})`,
        on(routes, MOUNT, async ({ origin }) => {
          for (const [first, text, others] of [
            ['de-AT, en', 'in de', ['de', 'DE', 'fr, de;q=0.5, en;q=0.1', ['de-CH', 'en']]],
            [undefined, 'in en', ['en', 'fr', '*', '', 'en-GB, de']],
            ['pt-br', 'in pt-BR', ['pt-BR', 'PT-BR-x-any, de']],
          ] as const) {
            const miss = await asking(origin, path, first)
            assertMiss(miss)
            assert.equal(miss.text, text)
            for (const other of others) {
              const hit = await asking(origin, path, other)
              assertHit(hit, String(other))
              assert.equal(hit.text, text)
            }
          }
        }),
      )
    }

    it(
      'are not guessed from a field that does not parse or shuts one out: it counts as it is',
      on(routes, MOUNT, async ({ origin }) => {
        await asking(origin, '/named', 'de')
        for (const field of ['de;q=x', 'en;q=0', 'de_AT']) {
          const miss = await asking(origin, '/named', field)
          assertMiss(miss)
          assert.equal(miss.text, `in ${field}`)
          assertHit(await asking(origin, '/named', field))
        }
      }),
    )

    it(
      'are what handlers of every request see, in all places where they look',
      on(routes, MOUNT, async ({ origin }) => {
        const post = { method: 'POST', headers: { 'accept-language': 'de-AT, en' } }
        assert.equal((await ask(origin, '/named', post)).text, 'in de')
        assert.equal((await asking(origin, '/raw', ['de-AT', 'en'])).text, 'Accept-Language de')
      }),
    )

    it(
      'are the affair of the handler where the option is not given',
      on(routes, {}, async ({ origin }) => {
        assert.equal((await asking(origin, '/silent', 'de-AT, en')).text, 'in de-AT, en')
        assertMiss(await asking(origin, '/silent', 'de-AT'))
      }),
    )
  })
}

interface Message {
  readonly rawHeaders: readonly string[]
  readonly headersDistinct: Readonly<Record<string, readonly string[] | undefined>>
}

/** Node's own request; frameworks have it as `raw`, or extend it. */
function messageOf(request: ContractRequest): Message {
  return ((request as { raw?: unknown }).raw ?? request) as Message
}

function rawOf(request: ContractRequest): string {
  const { rawHeaders } = messageOf(request)
  const lines = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && /^accept-language$/i.test(name) ? [`${name} ${rawHeaders[at + 1]}`] : [],
  )
  return lines.join('\n')
}
