import { expect } from 'chai'
import { ask, rawExchange, until } from '../../contracts/http-adapter-client.ts'
import type { ContractHandler, ContractHeaders } from '../../contracts/index.ts'
import { attack, everywhere, family } from './target.ts'

const PUBLIC = { 'cache-control': 'public, max-age=60' }

/** As the raw requests say. */
const VICTIM = { headers: { host: 'victim.example' } }

/** The first visitor gets what goes wrong, all others the page. */
function onceWrong(wrong: ContractHandler): ContractHandler {
  let visits = 0
  return (request, response) => {
    visits += 1
    return visits === 1 ? wrong(request, response) : response.head(200, PUBLIC).send('the page')
  }
}

family('attacks: answers that are not whole', () => {
  attack(
    'an answer that breaks off is not stored as the page',
    () => [
      {
        path: '*',
        handler: onceWrong((_, response) => {
          response.head(200, { ...PUBLIC, 'content-length': '8' }).write('the ')
          setImmediate(() => response.destroy())
        }),
      },
    ],
    async ({ origin, raw, clock }) => {
      await ask(origin, '/', VICTIM).catch(() => {})
      expect((await raw('/')).body).to.equal('the page')
      // What is left of the first answer is waited for until then, in case that its client alone has gone.
      clock.advance(60_000)
      expect((await raw('/')).body).to.equal('the page')
    },
  )

  attack(
    'an answer that says it is longer than it is is not stored as the page',
    () => [
      {
        path: '*',
        handler: onceWrong((_, response) => {
          response.head(200, { ...PUBLIC, 'content-length': '80' }).write('the ')
          response.end()
        }),
      },
    ],
    async ({ origin, raw }) => {
      const leaving = AbortSignal.timeout(300)
      await ask(origin, '/', { ...VICTIM, signal: leaving }).catch(() => {})
      expect((await raw('/')).body).to.equal('the page')
    },
  )

  for (const [what, said] of [
    ['what a handler leaves out', 'the '],
    ['what a handler ends with nothing', ''],
  ] as const) {
    let begun = false
    let ended = false
    attack(
      `${what} because its client has left is not stored as the page`,
      () => {
        begun = false
        ended = false
        return [
          {
            path: '*',
            handler: onceWrong(async (_, response) => {
              response.head(200, PUBLIC)
              if (said !== '') response.write(said)
              begun = true
              await until(() => response.gone, 'the client has left')
              response.end()
              ended = true
            }),
          },
        ]
      },
      async ({ origin, raw }) => {
        const leaving = new AbortController()
        const left = ask(origin, '/', { ...VICTIM, signal: leaving.signal })
        await until(() => begun, 'the handler runs')
        leaving.abort()
        await left.catch(() => {})
        await until(() => ended, 'the handler has noticed')
        for (let i = 0; i < 2; i++) expect((await raw('/')).body).to.equal('the page')
      },
    )
  }
})

/** Lifetimes that are none, or over, in ways that some cache has read as long ones. */
const NO_LIFETIME: readonly ContractHeaders[] = [
  { 'cache-control': 'max-age=60, max-age=0' },
  { 'cache-control': 'max-age=0, max-age=60' },
  { 'cache-control': ['max-age=60', 'max-age=0'] },
  { 'cache-control': 's-maxage=0, max-age=60' },
  { 'cache-control': 'max-age=x' },
  { 'cache-control': 'max-age=-1' },
  { 'cache-control': 'max-age=1.5' },
  { 'cache-control': 'max-age=' },
  { 'cache-control': 'max-age="60' },
  { expires: '0' },
  { expires: 'Thu, 01 Jan 1970 00:00:00 GMT' },
]

// The only attacks without the ttl of the mount: that replaces the lifetime of pages, whatever they say of it, as
// docs/guides/http.md has it. So they say nothing of an application that gives all its pages a ttl.
family('attacks: lifetimes, where no ttl replaces them', () => {
  for (const headers of NO_LIFETIME) {
    let visitors = 0
    attack(
      `an answer with ${JSON.stringify(headers)} is not shared where the handler decides`,
      everywhere((_, response) => response.head(200, headers).send(`visitor ${++visitors}`)),
      async ({ get }) => {
        const first = await get()
        expect((await get()).text).to.not.equal(first.text)
      },
      { mount: { ttl: undefined as never } },
    )
  }
})

family('attacks: credentials and what answers say', () => {
  for (const control of ['max-age=60', 's-maxage=60', 'must-revalidate, max-age=60', 'x-public, max-age=60'])
    attack(
      `what was made for a cookie and says ${control} is not given to others`,
      everywhere(({ headers }, response) =>
        response.head(200, { 'cache-control': control }).send(`for ${headers.cookie ?? 'nobody'}`),
      ),
      async ({ raw }) => {
        await raw('/', ['Cookie: mine'])
        expect((await raw('/')).body).to.equal('for nobody')
        expect((await raw('/', ['Cookie: theirs'])).body).to.equal('for theirs')
      },
    )

  attack(
    'of a stored page parts are made, and nothing else of it',
    everywhere((_, response) => response.head(200, { ...PUBLIC, etag: '"1"' }).send('the page')),
    async ({ raw, origin }) => {
      await raw('/')
      const part = await raw('/', ['Range: bytes=4-7'])
      expect([part.status, part.body, part.hit]).to.deep.equal([206, 'page', true])
      const other = await raw('/', ['Range: bytes=4-7', 'If-Range: "other"'])
      expect([other.status, other.body]).to.deep.equal([200, 'the page'])
      expect((await raw('/')).body).to.equal('the page')
      const head = 'HEAD / HTTP/1.1\r\nHost: victim.example\r\nConnection: close\r\n\r\n'
      expect(await rawExchange(origin, head)).to.match(/\r\n\r\n$/)
    },
  )
})
