import { expect } from 'chai'
import fc from 'fast-check'
import { ask, rawExchange } from '../../contracts/http-adapter-client.ts'
import { attack, echo, everywhere, family } from './target.ts'

/** Targets that some cache or framework has taken for one and the same. */
const CONFUSABLE: readonly (readonly [string, string, string])[] = [
  ['an encoded question mark', '/page?a', '/page%3Fa'],
  ['an encoded slash', '/a/b', '/a%2Fb'],
  ['the case of an encoding', '/a%2fb', '/a%2Fb'],
  ['an encoded letter', '/page', '/p%61ge'],
  ['dot segments', '/page', '/x/../page'],
  ['encoded dot segments (Nitro, GHSA-5w89-w975-hf9q)', '/api/page', '/api/..%2fpage'],
  ['a dot', '/page', '/./page'],
  ['case (Nuxt, GHSA-mm7m-92g8-7m47)', '/page', '/Page'],
  ['a trailing slash', '/page', '/page/'],
  ['a double slash', '/page', '//page'],
  ['a semicolon', '/page', '/page;x'],
  ['a session in the path', '/page;jsessionid=1', '/page;jsessionid=2'],
  ['an empty query', '/page', '/page?'],
  ['a payload in the query (Nuxt, CVE-2025-27415)', '/', '/?/_payload.json'],
  ['a raw fragment (Hono, CVE-2026-84363)', '/page?a#b', '/page?a'],
  ['another raw fragment', '/page#x', '/page'],
  ['the order of parameters', '/page?a=1&b=2', '/page?b=2&a=1'],
  ['a parameter given twice', '/page?a=1', '/page?a=1&a=2'],
  ['the order of a parameter given twice', '/page?a=1&a=2', '/page?a=2&a=1'],
  ['a parameter in brackets', '/page?a=1', '/page?a[]=1'],
  ['another separator', '/page?a=1&b=2', '/page?a=1;b=2'],
  ['an empty value', '/page?a', '/page?a='],
  ['plus and space', '/page?a=1+2', '/page?a=1%202'],
  ['a tracking parameter', '/page', '/page?utm_source=x'],
  ['a null byte', '/page', '/page%00'],
  ['__proto__', '/page', '/page?__proto__=1'],
  ['constructor', '/__proto__', '/constructor'],
  ['delimiters of a key', '/a","b', '/a","b"'],
  ['a key in a target', '/', '/["GET",null,"victim.example","/",null]'],
  ['the absolute form', '/page', 'http://victim.example/page'],
  ['the absolute form of another host (h3, CVE-2026-33131)', '/page', 'http://evil.example/page'],
  ['the absolute form with user information', 'http://victim.example/page', 'http://x@victim.example/page'],
  ['Unicode that normalises alike (Litestar)', '/%EF%AC%81', '/fi'],
  ['composed and decomposed letters', '/%C3%A9', '/e%CC%81'],
  ['a weak hash of parameters (Next.js, CVE-2026-44582)', '/page?_rsc=abcde', '/page?_rsc=edcba'],
  ['bytes beyond ASCII', '/\xe9', '/\xe8'],
]

family('attacks: two targets for one key', () => {
  for (const [what, first, second] of CONFUSABLE) {
    attack(`${what}: ${first} is not ${second}`, everywhere(echo), async ({ raw }) => {
      for (const [warm, probe] of [
        [first, second],
        [second, first],
      ] as const) {
        const before = await raw(warm)
        const answer = await raw(probe)
        if (before.status === 200 && answer.status === 200) expect(answer.body).to.not.equal(before.body)
        expect((await raw(probe)).body).to.equal(answer.body)
      }
    })
  }

  attack('no two of many targets are taken for one', everywhere(echo), async ({ raw }) => {
    const piece = fc.constantFrom(
      'a',
      'A',
      '/',
      '.',
      '..',
      '%2f',
      '%2F',
      '%61',
      ';',
      '?',
      '&',
      '=',
      '#',
      '"',
      '[',
      ']',
      ',',
      '%',
      '__proto__',
      '+',
      '%20',
      '\\',
      '|',
    )
    const target = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('')}`)
    await fc.assert(
      fc.asyncProperty(
        target,
        fc.constantFrom('victim.example', 'VICTIM.example', 'victim.example:80', 'evil.example'),
        async (path, host) => {
          for (let i = 0; i < 2; i++) {
            const answer = await raw(path, [`Host: ${host}`])
            if (answer.status !== 200) continue
            // Only the letters of the host are all the same.
            expect(answer.body.toLowerCase()).to.equal(`${host} ${path}`.toLowerCase())
            expect(answer.body.slice(host.length)).to.equal(` ${path}`)
          }
        },
      ),
      { numRuns: 100, seed: 42 },
    )
  })
})

family('attacks: hosts', () => {
  attack('one host does not get the page of another', everywhere(echo), async ({ raw }) => {
    for (const host of [
      'victim.example',
      'evil.example',
      'victim.example:8080',
      'victim.example.',
      '[::1]',
      '',
    ]) {
      const answer = await raw('/', [`Host: ${host}`])
      expect(answer.hit).to.equal(false)
      if (answer.status === 200) expect(answer.body).to.equal(`${host} /`)
    }
    expect((await raw('/', ['Host: victim.example'])).hit).to.equal(true)
  })

  attack(
    'of two Host fields the cache reads the one that the handler reads',
    everywhere(echo),
    async ({ raw }) => {
      await raw('/')
      const fields = ['Host: victim.example', 'Host: evil.example']
      for (const lines of [fields, fields.toReversed()]) {
        const answer = await raw('/', lines)
        const first = lines[0]?.slice('Host: '.length)
        if (answer.status === 200) expect(answer.body).to.equal(`${first} /`)
      }
      expect((await raw('/')).body).to.equal('victim.example /')
      expect((await raw('/', ['Host: evil.example'])).body).to.equal('evil.example /')
    },
  )

  attack('a request without a host is not every host', everywhere(echo), async ({ origin, raw }) => {
    await raw('/')
    const answer = await rawExchange(origin, 'GET / HTTP/1.0\r\n\r\n')
    expect(answer).to.not.match(/; hit/)
    expect(answer).to.not.match(/victim/)
  })
})

family('controls: the cache does cache', () => {
  attack('the same URL', everywhere(echo), async ({ raw }) => {
    await raw('/page?a=1')
    expect((await raw('/page?a=1')).hit).to.equal(true)
  })
  attack('the same URL in other letters of the host', everywhere(echo), async ({ raw }) => {
    await raw('/page')
    expect((await raw('/page', ['Host: Victim.EXAMPLE'])).hit).to.equal(true)
  })
  attack('whatever else the client says', everywhere(echo), async ({ raw }) => {
    await raw('/page')
    const fields = [
      'User-Agent: x',
      'Accept: */*',
      'Accept-Encoding: gzip',
      'Referer: http://a/',
      'X-Forwarded-For: 1.2.3.4',
    ]
    expect((await raw('/page', fields)).hit).to.equal(true)
  })
  attack('HEAD from GET', everywhere(echo), async ({ origin, get }) => {
    await get('/page')
    expect((await ask(origin, '/page', { method: 'HEAD' })).headers['cache-status']).to.match(/hit/)
  })
  attack(
    'permanent redirects',
    everywhere((_, response) => response.head(301, { location: '/new' }).send()),
    async ({ raw }) => {
      await raw('/old')
      const answer = await raw('/old')
      expect([answer.status, answer.hit]).to.deep.equal([301, true])
    },
  )
  attack(
    'pages for everybody, to those with credentials too',
    everywhere((_, response) =>
      response.head(200, { 'cache-control': 'public, max-age=60' }).send('for all'),
    ),
    async ({ raw }) => {
      await raw('/')
      expect((await raw('/', ['Cookie: a=1', 'Authorization: Basic eDp5'])).hit).to.equal(true)
    },
  )
})
