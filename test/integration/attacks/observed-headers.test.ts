import { inspect } from 'node:util'
import { expect } from 'chai'
import { ask, gate, turns } from '../../contracts/http-adapter-client.ts'
import type { ContractHandler, ContractRequest } from '../../contracts/index.ts'
import { READ_BY_HANDLERS } from './read-by-handlers.ts'
import { attack, everywhere, family, isHit } from './target.ts'

type Headers = Readonly<Record<string, unknown>>

interface NodeRequest {
  readonly headers: Headers
  readonly rawHeaders: readonly string[]
  readonly headersDistinct: Readonly<Record<string, readonly string[]>>
}

/** Ways to come by a header without asking for it by its name. */
const DETOURS: readonly (readonly [string, (request: NodeRequest) => unknown])[] = [
  ['a copy', ({ headers }) => ({ ...headers })['x-site']],
  ['Object.entries', ({ headers }) => Object.entries(headers).join()],
  ['for and in', ({ headers }) => namesOf(headers).join()],
  ['JSON.stringify', ({ headers }) => JSON.stringify(headers)],
  ['util.inspect', ({ headers }) => inspect(headers)],
  ['util.inspect of its lines', ({ rawHeaders }) => inspect(rawHeaders)],
  ['new Headers', ({ headers }) => new Headers(headers as Record<string, string>).get('x-site')],
  ['its presence', ({ headers }) => ('x-site' in headers ? 'evil' : 'own')],
  ['Object.hasOwn', ({ headers }) => (Object.hasOwn(headers, 'x-site') ? 'evil' : 'own')],
  ['its descriptor', ({ headers }) => Object.getOwnPropertyDescriptor(headers, 'x-site')?.value],
  ['headersDistinct', ({ headersDistinct }) => headersDistinct['x-site']?.join()],
  ['rawHeaders', ({ rawHeaders }) => rawHeaders[rawHeaders.findIndex((text) => /^x-site$/i.test(text)) + 1]],
]

function namesOf(headers: Headers): string[] {
  const names: string[] = []
  for (const name in headers) names.push(`${name}: ${headers[name]}`)
  return names
}

family('attacks: request headers that the handler reads without a word', () => {
  for (const name of READ_BY_HANDLERS) {
    attack(
      `${name} poisons no page of others`,
      everywhere(({ headers }, response) => response.send(`<a href="//${headers[name] ?? 'own'}">`)),
      async ({ raw }) => {
        await raw('/', [`${name}: evil`])
        expect((await raw('/')).body).to.include('own')
        expect((await raw('/', [`${name}: good`])).body).to.include('good')
      },
    )
  }
  for (const [how, read] of DETOURS) {
    attack(
      `a header read by ${how} poisons no page of others`,
      everywhere((request, response) => response.send(`from ${read(nodeRequest(request))}`)),
      async ({ raw }) => {
        expect((await raw('/', ['X-Site: evil'])).body).to.include('evil')
        const page = await raw('/')
        expect(page.status).to.equal(200)
        expect(page.body).to.not.include('evil')
      },
    )
  }

  attack(
    'two lines of a field are not taken for one with a comma, by a handler that sees lines',
    everywhere((request, response) => {
      const { headersDistinct } = nodeRequest(request)
      response.send(`from ${headersDistinct['x-site']?.join(' and ') ?? 'nobody'}`)
    }),
    async ({ raw }) => {
      expect((await raw('/', ['X-Site: a, b'])).body).to.include('from a, b')
      expect((await raw('/', ['X-Site: a', 'X-Site: b'])).body).to.include('from a and b')
    },
  )
  attack(
    'a permanent redirect to where a header says is not sent to others',
    everywhere(({ headers }, response) =>
      response.head(301, { location: `https://${headers['x-forwarded-host'] ?? 'own'}/` }).send('moved'),
    ),
    async ({ raw }) => {
      await raw('/', ['X-Forwarded-Host: evil.example'])
      expect((await raw('/')).head).to.include('https://own/')
    },
  )
  attack(
    'a redirect from http to https is not sent to those who came by https',
    everywhere(({ headers }, response) => {
      if (headers['x-forwarded-proto'] === 'https') response.send('the page')
      else response.head(301, { location: 'https://victim.example/' }).send()
    }),
    async ({ raw }) => {
      expect((await raw('/', ['X-Forwarded-Proto: http'])).status).to.equal(301)
      expect((await raw('/', ['X-Forwarded-Proto: https'])).body).to.equal('the page')
    },
  )
  attack(
    'a page confirmed by its version is not that of an attacker who asked first',
    everywhere(({ headers }, response) => {
      response.head(200, { 'cache-control': 'no-cache', etag: '"v1"' })
      // As handlers do that want to save work: nothing but the version is looked at.
      if (headers['if-none-match'] === '"v1"') response.head(304, { etag: '"v1"' }).send()
      else response.send(`<script src="//${headers['x-forwarded-host'] ?? 'own'}/a.js">`)
    }),
    async ({ raw }) => {
      await raw('/', ['X-Forwarded-Host: evil'])
      await raw('/', ['X-Forwarded-Host: evil'])
      for (let i = 0; i < 3; i++) expect((await raw('/')).body).to.include('//own/')
      expect((await raw('/', ['X-Forwarded-Host: evil'])).body).to.include('//evil/')
    },
  )
})

const nodeRequest = (request: ContractRequest): NodeRequest =>
  ((request as { raw?: unknown }).raw ?? request) as NodeRequest

/*
 * What observing itself could be tricked by, and what a layer behind the cache does to the headers.
 */
family('attacks: what is observed', () => {
  attack(
    'a header that decides whether another is read',
    everywhere(({ headers }, response) => {
      const found = headers['x-a'] === undefined ? 'nothing' : headers['x-b']
      response.head(200).send(`${found}`)
    }),
    async ({ raw }) => {
      await raw('/', ['X-A: 1', 'X-B: evil'])
      expect((await raw('/')).body).to.equal('nothing')
      if (!(await raw('/', ['X-A: 2', 'X-B: evil'])).body.includes('evil'))
        throw new Error('not the own page')
      expect((await raw('/', ['X-B: other'])).body).to.equal('nothing')
    },
  )

  attack(
    'credentials that a layer behind the cache takes off the request are credentials',
    everywhere(({ headers }, response) => response.send(`hello ${headers['x-user'] ?? 'nobody'}`)),
    async ({ raw }) => {
      expect((await raw('/', ['Authorization: mine'])).body).to.equal('hello mine')
      expect((await raw('/')).body).to.equal('hello nobody')
    },
    {
      after: [
        ({ headers }) => {
          if (headers.authorization === undefined) return
          headers['x-user'] = headers.authorization
          delete headers.authorization
        },
      ],
    },
  )

  attack(
    'a header written by a layer behind the cache is not the header of a client',
    everywhere(({ headers }, response) => response.send(`${headers['x-user']}`)),
    async ({ raw }) => {
      expect((await raw('/')).body).to.equal('by the layer')
      expect((await raw('/', ['X-User: by the layer'])).body).to.equal('by the layer, from by the layer')
    },
    {
      after: [
        ({ headers }) => {
          const from = headers['x-user']
          headers['x-user'] = from === undefined ? 'by the layer' : `by the layer, from ${from}`
        },
      ],
    },
  )

  attack(
    'what a HEAD is told does not get into the page of others',
    everywhere(({ method, headers }, response) => {
      const hint =
        method === 'HEAD' && headers['x-hint'] !== undefined ? { link: `<//evil>` } : { link: '<//own>' }
      response.head(200, { 'cache-control': 'no-cache', etag: '"v1"', ...hint }).send('page')
    }),
    async ({ raw }) => {
      await raw('/')
      await raw('/', ['X-Hint: 1'], 'HEAD')
      expect((await raw('/')).head).to.not.include('evil')
    },
  )

  attack(
    'a thousand values of a header do not keep the page from everybody else',
    everywhere(({ headers }, response) => response.send(`theme ${headers['x-theme']}`)),
    async ({ get, cache, flood }) => {
      await flood((i) => get('/', { headers: { 'x-theme': `${i}` } }))
      expect(cache.stats().entries).to.be.at.most(65)
      await get()
      const page = await get()
      expect([isHit(page), page.text]).to.deep.equal([true, 'theme undefined'])
    },
  )

  attack(
    'names of headers chosen by the client do not grow without end',
    everywhere(({ headers }, response) => response.send(`${headers[`${headers['x-name']}`]}`)),
    async ({ get, cache }) => {
      for (let i = 0; i < 100; i++)
        await get('/', { headers: { 'x-name': `x-${i}`, [`x-${i}`]: `evil ${i}` } })
      expect(cache.stats().entries).to.be.lessThan(17 * 65)
      expect((await get('/', { headers: { 'x-name': 'x-5', 'x-5': 'mine' } })).text).to.equal('mine')
    },
  )

  let opened = gate()
  let begun = gate()
  const slow: ContractHandler = async ({ headers }, response) => {
    const host = headers['x-site'] ?? 'own'
    begun.open()
    if (headers['x-site'] !== undefined) await opened.opened
    response.send(`//${host}`)
  }
  attack(
    'those who wait for an attacker are not given his page',
    everywhere(slow),
    async ({ origin, cache }) => {
      opened = gate()
      begun = gate()
      const evil = ask(origin, '/', { headers: { 'x-site': 'evil' } })
      await begun.opened
      const others = Array.from({ length: 5 }, () => ask(origin, '/'))
      while (cache.stats().coalesced < 5) await turns(1)
      opened.open()
      expect((await evil).text).to.equal('//evil')
      for (const { text } of await Promise.all(others)) expect(text).to.equal('//own')
    },
  )

  attack(
    'a leader that never answers holds the others for a bounded time',
    everywhere(slow),
    async ({ origin, cache, clock }) => {
      opened = gate()
      begun = gate()
      const evil = ask(origin, '/', { headers: { 'x-site': 'evil' } })
      await begun.opened
      const other = ask(origin, '/')
      while (cache.stats().coalesced < 1) await turns(1)
      clock.advance(5_000)
      expect((await other).text).to.equal('//own')
      opened.open()
      await evil
    },
  )

  attack('a leader that leaves does not hold the others', everywhere(slow), async ({ origin, cache }) => {
    opened = gate()
    begun = gate()
    const leaving = new AbortController()
    const evil = ask(origin, '/', { headers: { 'x-site': 'evil' }, signal: leaving.signal })
    await begun.opened
    const other = ask(origin, '/')
    while (cache.stats().coalesced < 1) await turns(1)
    leaving.abort()
    await evil.catch(() => {})
    expect((await other).text).to.equal('//own')
    opened.open()
  })
})

family('attacks: cookies on pages for everybody', () => {
  attack(
    'a cookie that the handler reads poisons no page that says public',
    everywhere(({ headers }, response) => {
      const theme = /theme=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? 'plain'
      response.head(200, { 'cache-control': 'public, max-age=60' }).send(`theme ${theme}`)
    }),
    async ({ raw }) => {
      await raw('/', ['Cookie: theme=evil'])
      expect((await raw('/')).body).to.equal('theme plain')
      expect((await raw('/', ['Cookie: theme=dark'])).body).to.equal('theme dark')
    },
  )
  attack(
    'what was made from one token and says s-maxage is not given to another',
    everywhere(({ headers }, response) =>
      response.head(200, { 'cache-control': 's-maxage=60' }).send(`for ${headers.authorization ?? 'nobody'}`),
    ),
    async ({ raw }) => {
      await raw('/', ['Authorization: mine'])
      expect((await raw('/', ['Authorization: theirs'])).body).to.equal('for theirs')
      expect((await raw('/')).body).to.equal('for nobody')
    },
  )
  for (const [what, cookies] of [
    ['a cookie', 'session=1'],
    ['several cookies', ['a=1', 'b=2; HttpOnly']],
  ] as const) {
    attack(
      `${what} set on a page that says public is not set for others`,
      everywhere((_, response) =>
        response.head(200, { 'cache-control': 'public, max-age=60', 'set-cookie': cookies }).send('page'),
      ),
      async ({ raw }) => {
        await raw('/')
        expect((await raw('/')).hit).to.equal(false)
      },
    )
  }
})
