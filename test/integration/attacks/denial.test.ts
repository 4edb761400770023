import { expect } from 'chai'
import { ask, rawExchange, until } from '../../contracts/http-adapter-client.ts'
import type { ContractHandler } from '../../contracts/index.ts'
import { attack, everywhere, family } from './target.ts'

/** A handler that promises a minute to its pages before it looks at the request, as many do, and then refuses some. */
const picky =
  (refuse: (headers: Readonly<Record<string, unknown>>) => number | undefined): ContractHandler =>
  (request, response) => {
    response.head(200, { 'cache-control': 'public, max-age=60' })
    const status = refuse(request.headers)
    if (status === undefined) response.send('the page')
    else response.head(status, { 'cache-control': 'public, max-age=60' }).send('refused')
  }

family('attacks: an error in place of the page (CPDoS)', () => {
  for (const status of [400, 413, 431, 417, 421, 422, 500]) {
    attack(
      `a header that the handler refuses with ${status} does not take the page away`,
      everywhere(picky((headers) => (headers['x-oversized'] === undefined ? undefined : status))),
      async ({ raw }) => {
        expect((await raw('/', [`X-Oversized: ${'x'.repeat(8_000)}`])).status).to.equal(status)
        const page = await raw('/')
        expect([page.status, page.body]).to.deep.equal([200, 'the page'])
      },
    )
  }

  attack(
    'an error thrown after the head was prepared does not take the page away',
    everywhere((request, response) => {
      response.head(200, { 'cache-control': 'public, max-age=60' })
      if (request.headers['x-meta'] !== undefined)
        throw Object.assign(new Error('bad'), { status: 400, statusCode: 400 })
      response.send('the page')
    }),
    async ({ raw }) => {
      expect((await raw('/', ['X-Meta: \x01'.replace('\x01', '%01')])).status).to.equal(400)
      expect((await raw('/')).status).to.equal(200)
    },
  )

  const malformed: readonly (readonly [string, readonly string[]])[] = [
    ['a header larger than the server takes', [`X-Oversized: ${'x'.repeat(40_000)}`]],
    ['a control character in a header', ['X-Meta: a\x00b']],
    ['a line break in a header', ['X-Meta: a\rb']],
    ['a folded header', ['X-Fold: a', ' b']],
    ['a space before the colon', ['X-Space : a']],
    ['two lengths', ['Content-Length: 1', 'Content-Length: 2']],
    ['a length and chunks', ['Content-Length: 1', 'Transfer-Encoding: chunked']],
    ['an unknown coding', ['Transfer-Encoding: x']],
    ['an expectation nobody meets', ['Expect: the-unexpected']],
    ['an upgrade', ['Connection: upgrade', 'Upgrade: x']],
    [
      'hop-by-hop fields of all kinds',
      ['Connection: close, cookie, host, x-user', 'TE: trailers', 'Trailer: x', 'Keep-Alive: 1'],
    ],
  ]
  for (const [what, fields] of malformed) {
    attack(`${what} leaves the page as it was`, everywhere(picky(() => undefined)), async ({ raw }) => {
      await raw('/', fields).catch(() => {})
      const page = await raw('/')
      expect([page.status, page.body]).to.deep.equal([200, 'the page'])
      await raw('/', fields).catch(() => {})
      expect((await raw('/')).body).to.equal('the page')
    })
  }

  for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
    attack(
      `${name} stores nothing and takes nothing from the cache`,
      everywhere((request, response) =>
        response.send(request.headers[name.toLowerCase()] === undefined ? 'the page' : 'not allowed'),
      ),
      async ({ raw }) => {
        expect((await raw('/', [`${name}: POST`])).body).to.equal('not allowed')
        expect((await raw('/')).body).to.equal('the page')
        expect((await raw('/', [`${name}: DELETE`])).body).to.equal('not allowed')
        expect((await raw('/')).hit).to.equal(true)
      },
    )
  }

  attack(
    'an empty answer to a strange request does not become the page (Next.js, CVE-2025-49826)',
    everywhere((request, response) =>
      request.headers['x-strange'] === undefined ? response.send('the page') : response.head(204).send(),
    ),
    async ({ raw }) => {
      expect((await raw('/', ['X-Strange: 1'])).status).to.equal(204)
      expect((await raw('/')).body).to.equal('the page')
    },
  )
})

family('attacks: methods and bodies', () => {
  const methods: ContractHandler = (request, response) => response.send(`${request.method}`)
  const routes = () =>
    ['GET', 'POST', 'PUT', 'OPTIONS', 'PROPFIND'].flatMap((method) =>
      method === 'PROPFIND' ? [] : [{ path: '*', method, handler: methods }],
    )

  attack('HEAD leaves no empty page', routes, async ({ raw }) => {
    await raw('/', [], 'HEAD')
    expect((await raw('/')).body).to.equal('GET')
  })

  attack('no other method reads what GET stored', routes, async ({ raw }) => {
    await raw('/')
    for (const method of ['POST', 'PUT', 'OPTIONS']) {
      const answer = await raw('/', ['Content-Length: 0'], method)
      expect([answer.hit, answer.body], method).to.deep.equal([false, method])
      await raw('/')
    }
  })

  attack('what a POST answers is not stored', routes, async ({ raw }) => {
    await raw('/', ['Content-Length: 0', 'Cache-Control: max-age=600'], 'POST')
    expect((await raw('/')).body).to.equal('GET')
  })

  attack(
    'PURGE is not open to anybody',
    () => [{ path: '*', handler: methods }],
    async ({ raw }) => {
      await raw('/')
      for (const method of ['PURGE', 'BAN', 'DELETE', 'POST']) {
        await raw('/', ['Content-Length: 0'], method)
        expect((await raw('/')).hit, method).to.equal(true)
      }
    },
  )

  attack(
    'a body on a GET changes nothing for others',
    everywhere((_, response) => response.send('the page')),
    async ({ origin, raw }) => {
      const fat = `GET / HTTP/1.1\r\nHost: victim.example\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"evil": 1}`
      const answer = await rawExchange(origin, fat)
      expect(answer).to.match(/fwd=bypass; detail=request-body|HTTP\/1.1 400/)
      expect((await raw('/')).hit).to.equal(false)
      expect(await rawExchange(origin, fat)).to.not.match(/; hit/)
    },
  )
})

family('attacks: conditions and ranges', () => {
  const tagged: ContractHandler = ({ url }, response) =>
    response.head(200, { etag: `"${url}"` }).send(`page ${url}`)

  attack('the tag of one page never makes a 304 of another', everywhere(tagged), async ({ raw }) => {
    await raw('/a')
    await raw('/b')
    expect((await raw('/b', ['If-None-Match: "/a"'])).body).to.equal('page /b')
    expect((await raw('/c', ['If-None-Match: "/a", "/b"'])).body).to.equal('page /c')
  })

  attack('conditions never leave a page without a body behind', everywhere(tagged), async ({ raw }) => {
    for (const field of [
      'If-None-Match: *',
      'If-None-Match: "/a"',
      'If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT',
      'If-Match: "x"',
      'If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT',
    ]) {
      await raw('/a', [field])
      const page = await raw('/a')
      expect([page.status, page.body], field).to.deep.equal([200, 'page /a'])
    }
  })

  attack(
    'a part never becomes the whole, and a stored whole is not torn',
    everywhere((request, response) =>
      request.headers.range === undefined
        ? response.send('the whole')
        : response
            .head(206, { 'content-range': 'bytes 0-2/9', 'cache-control': 'public, max-age=60' })
            .send('the'),
    ),
    async ({ raw }) => {
      for (const field of ['Range: bytes=0-2', 'Range: bytes=5-2', 'Range: x', 'Range: bytes=0-0,1-1,2-2']) {
        await raw('/', [field])
        expect((await raw('/')).body, field).to.equal('the whole')
      }
      const part = await raw('/', ['Range: bytes=0-2', 'If-Range: "x"'])
      expect([200, 206]).to.include(part.status)
    },
  )
})

family('attacks: those who wait', () => {
  let begun = 0
  const release: (() => void)[] = []
  const personal: ContractHandler = async (request, response) => {
    begun += 1
    const who = String(request.headers['x-user'])
    await new Promise<void>((resolve) => release.push(resolve))
    response.head(200, { 'cache-control': 'private' }).send(who)
  }
  attack(
    'two users are never given one private answer, however they arrive',
    everywhere(personal),
    async ({ origin }) => {
      begun = 0
      release.length = 0
      const users = Array.from({ length: 8 }, (_, i) => `user-${i}`)
      const answers = users.map((user) => ask(origin, '/', { headers: { 'x-user': user } }))
      for (let done = 0; done < users.length; ) {
        await until(() => release.length > 0, 'a handler waits')
        release.splice(0).forEach((go) => {
          done += 1
          go()
        })
      }
      for (const [i, answer] of (await Promise.all(answers)).entries()) expect(answer.text).to.equal(users[i])
      expect(begun).to.equal(8)
    },
  )

  let runs = 0
  let hold: (() => void) | undefined
  const held: ContractHandler = async (_, response) => {
    runs += 1
    await new Promise<void>((resolve) => {
      hold = resolve
    })
    response.send('the page')
  }
  attack(
    'a client that asks in ways of its own does not send all others to the handler',
    everywhere(held),
    async ({ origin, cache }) => {
      for (const headers of [
        { cookie: 'a=1' },
        { authorization: 'x' },
        { 'cache-control': 'no-store' },
        { 'x-http-method-override': 'GET' },
        { 'if-match': '"x"' },
      ]) {
        const odd = ask(origin, '/', { headers: headers as Record<string, string> })
        await until(() => hold !== undefined, 'the handler runs')
        hold?.()
        hold = undefined
        await odd
      }
      runs = 0
      const before = cache.stats().coalesced
      const crowd = Array.from({ length: 10 }, () => ask(origin, '/'))
      await until(() => cache.stats().coalesced - before === 9, 'nine wait for one')
      hold?.()
      hold = undefined
      await Promise.all(crowd)
      expect(runs).to.equal(1)
    },
  )
})
