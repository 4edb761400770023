import { expect } from 'chai'
import type { ContractHeaders } from '../../contracts/index.ts'
import { attack, everywhere, family, greet, isHit } from './target.ts'

/** Paths that look like files, on a handler that ignores what follows the account. */
const DECEPTIVE = [
  '/account',
  '/account/x.css',
  '/account.js',
  '/account;x.css',
  '/account%2fx.css',
  '/account%0ax.css',
  '/account%3fx.css',
  '/account%23x.css',
  '/account%00.png',
  '/static/..%2faccount',
  '/robots.txt',
  '/favicon.ico',
  '/account?cachebuster=1.css',
]

/** Ways to say that an answer is not for everybody. */
const SPELLINGS: readonly ContractHeaders[] = [
  { 'cache-control': 'private' },
  { 'cache-control': 'PRIVATE' },
  { 'cache-control': 'Private, max-age=60' },
  { 'cache-control': 'private=""' },
  { 'cache-control': 'private="set-cookie"' },
  { 'cache-control': 'private=set-cookie' },
  { 'cache-control': 'private="' },
  { 'cache-control': 'max-age=60,private' },
  { 'cache-control': 'max-age=60;private' },
  { 'cache-control': 'max-age=60 private' },
  { 'cache-control': 'max-age=60,,,private,' },
  { 'cache-control': '\tprivate' },
  { 'cache-control': 'public, private' },
  { 'cache-control': ['public, max-age=60', 'private'] },
  { 'cache-control': 'no-store' },
  { 'cache-control': 'NO-STORE' },
  { 'cache-control': 'no-store=1' },
  { 'cache-control': '"no-store"' },
  { 'cache-control': 'x="a, no-store' },
  { 'cache-control': 'no-cache' },
  { 'cache-control': 'no-cache="cookie"' },
  { 'cache-control': 'public, max-age=60, no-cache' },
  { pragma: 'no-cache' },
  { 'cache-control': 'public', 'set-cookie': 'session=1' },
  { vary: '*' },
  { vary: 'accept, *' },
  { vary: 'accept encoding' },
]

family('attacks: private answers (web cache deception)', () => {
  for (const path of DECEPTIVE) {
    attack(`the account of one is not shown to another at ${path}`, everywhere(greet), async ({ raw }) => {
      for (const field of ['Cookie: session=', 'Authorization: Bearer ']) {
        const mine = await raw(path, [`${field}mine`])
        if (mine.status !== 200) continue
        expect(mine.body).to.include('mine')
        expect((await raw(path, [`${field}theirs`])).body).to.include('theirs')
        const nobody = await raw(path)
        expect(nobody.body).to.not.match(/mine|theirs/)
      }
    })
  }

  attack(
    'a page made for nobody is not taken for the page of somebody',
    everywhere(greet),
    async ({ raw }) => {
      await raw('/')
      expect((await raw('/', ['Cookie: session=mine'])).body).to.equal('hello session=mine')
      expect((await raw('/', ['authorization: Bearer mine'])).body).to.equal('hello Bearer mine')
    },
  )

  attack('credentials count in any spelling and number', everywhere(greet), async ({ raw }) => {
    const fields = [
      ['COOKIE: a=mine'],
      ['cookie:a=mine'],
      ['Cookie: ', 'Cookie: a=mine'],
      ['AuThOrIzAtIoN: mine'],
      ['Authorization: mine', 'Authorization: theirs'],
    ]
    for (const lines of fields) {
      await raw('/page', lines)
      const nobody = await raw('/page')
      expect(nobody.body, lines.join()).to.equal('hello nobody')
    }
  })

  attack('an empty Cookie is a cookie', everywhere(greet), async ({ raw }) => {
    await raw('/', ['Cookie:'])
    expect((await raw('/')).hit).to.equal(false)
  })

  for (const headers of SPELLINGS) {
    let visitors = 0
    attack(
      `an answer with ${JSON.stringify(headers)} is not shared (Hono, CVE-2026-24472; undici, CVE-2026-13697)`,
      everywhere((_, response) => response.head(200, headers).send(`visitor ${++visitors}`)),
      async ({ get }) => {
        const first = await get()
        const second = await get()
        expect(isHit(second)).to.equal(false)
        expect(second.text).to.not.equal(first.text)
      },
    )
  }

  for (const name of ['authorization', 'cookie', 'x-user']) {
    attack(
      `what says Vary: ${name} is kept for each apart, even if it says public (Hono, CVE-2026-44457)`,
      everywhere((request, response) =>
        response
          .head(200, { 'cache-control': 'public, max-age=60', vary: name })
          .send(String(request.headers[name])),
      ),
      async ({ raw }) => {
        for (let i = 0; i < 2; i++) {
          for (const who of ['mine', 'theirs'])
            expect((await raw('/', [`${name}: ${who}`])).body).to.equal(who)
          expect((await raw('/')).body).to.equal('undefined')
        }
      },
    )
  }

  attack(
    'an image made for one account is not shown to another (Next.js, CVE-2025-57752)',
    everywhere((request, response) =>
      response.head(200, { 'content-type': 'image/png' }).send(Buffer.from(String(request.headers.cookie))),
    ),
    async ({ raw }) => {
      await raw('/_next/image?url=/me.png&w=64', ['Cookie: session=mine'])
      expect((await raw('/_next/image?url=/me.png&w=64', ['Cookie: session=theirs'])).body).to.equal(
        'session=theirs',
      )
      expect((await raw('/_next/image?url=/me.png&w=64')).body).to.equal('undefined')
    },
  )

  attack(
    'a request header cannot make a private page cacheable (Next.js, CVE-2024-46982)',
    everywhere((request, response) =>
      response
        .head(200, { 'cache-control': 'private, no-cache' })
        .send(`${request.headers['x-now-route-matches']} ${Math.random()}`),
    ),
    async ({ raw }) => {
      const first = await raw('/?__nextDataReq=1', [
        'X-Now-Route-Matches: 1',
        'Cache-Control: public, max-age=600',
        'CDN-Cache-Control: max-age=600',
      ])
      expect((await raw('/?__nextDataReq=1')).body).to.not.equal(first.body)
    },
  )

  for (const status of [401, 403, 407, 500, 502, 503, 206, 304, 429]) {
    let visits = 0
    attack(
      `status ${status} is not stored as the page, whatever it says`,
      everywhere((_, response) => {
        visits += 1
        if (visits % 2 === 1)
          response
            .head(status, { 'cache-control': 'public, max-age=60', 'content-range': 'bytes 0-1/9' })
            .send(status === 304 ? undefined : 'no')
        else response.send('the page')
      }),
      async ({ get }) => {
        visits = 0
        expect((await get()).status).to.equal(status)
        const next = await get()
        expect([next.status, next.text]).to.deep.equal([200, 'the page'])
      },
    )
  }
})
