import { expect } from 'chai'
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express'
import { httpCache } from '../../../adapters/express/index.ts'
import { type Cache, createCache } from '../../../src/index.ts'
import { type Answer, ask, statusOf } from '../../contracts/http-adapter-client.ts'
import { thrown } from '../../fixtures/cache-under-test.ts'
import { listening } from './express-driver.ts'

const FRESH = { 'cache-control': 'max-age=60' }

/** Builds an application around a mounted cache, and asks it. */
async function served(
  build: (app: Express, cache: Cache, mount: RequestHandler) => void,
  test: (
    get: (path?: string, headers?: Record<string, string>) => Promise<Answer>,
    cache: Cache,
  ) => Promise<void>,
): Promise<void> {
  const cache = await createCache()
  const app = express()
  app.set('env', 'test')
  app.disable('x-powered-by')
  build(app, cache, httpCache({ cache, ttl: '1m' }))
  const server = await listening(app, cache)
  try {
    await test((path = '/', headers = {}) => ask(server.origin, path, { headers }), cache)
  } finally {
    await server.close()
  }
}

/** Asks twice and expects the second answer to be the first one, from the cache. */
async function expectReplayed(get: () => Promise<Answer>, headers: readonly string[] = []): Promise<Answer> {
  const miss = await get()
  const hit = await get()
  expect(statusOf(miss)).to.match(/fwd=uri-miss; stored/)
  expect(statusOf(hit)).to.match(/; hit/)
  expect(hit.status).to.equal(miss.status)
  expect(hit.body.equals(miss.body)).to.equal(true)
  for (const name of ['content-type', 'vary', ...headers])
    expect(hit.headers[name], name).to.deep.equal(miss.headers[name])
  return hit
}

async function expectNotStored(get: () => Promise<Answer>): Promise<Answer> {
  await get()
  const second = await get()
  expect(statusOf(second)).to.match(/fwd=/)
  return second
}

describe('Express: the ways in which a head is sent', () => {
  const ways: Record<string, RequestHandler> = {
    'writeHead(status, headers)': (_, res) =>
      void res.writeHead(201 - 1, { 'x-a': '1', 'x-b': ['2', '3'] }).end('body'),
    'writeHead(status, reason, headers)': (_, res) =>
      void res.writeHead(200, 'Fine', { 'x-a': '1' }).end('body'),
    'writeHead(status, undefined, headers)': (_, res) =>
      void res.writeHead(200, undefined, { 'x-a': '1' }).end('body'),
    'writeHead(status, flat list)': (_, res) =>
      void res.writeHead(200, ['X-A', '1', 'X-B', '2', 'X-B', '3']).end('body'),
    'writeHead(status, flat list) after setHeader': (_, res) => {
      res.setHeader('x-a', '0')
      res.writeHead(200, ['X-A', '1', 'X-B', '2', 'X-B', '3']).end('body')
    },
    'setHeader and end': (_, res) => void res.setHeader('x-a', '1').end('body'),
    'setHeaders with Headers': (_, res) => void res.setHeaders(new Headers({ 'x-a': '1' })).end('body'),
    'a header that is a number': (_, res) => void res.setHeader('x-a', 1).end('body'),
    flushHeaders: (_, res) => {
      res.setHeader('x-a', '1')
      res.flushHeaders()
      setImmediate(() => res.end('body'))
    },
    'early hints first': (_, res) => {
      res.writeEarlyHints({ link: '</a.css>; rel=preload' })
      res.set('x-a', '1').send('body')
    },
  }
  for (const [way, handler] of Object.entries(ways)) {
    it(`${way} is stored with all its fields`, () =>
      served(
        (app, _, mount) => app.use(mount).get('/', handler),
        async (get) => {
          const hit = await expectReplayed(get, ['x-a', 'x-b'])
          expect(hit.headers['x-a']).to.equal('1')
          expect(hit.text).to.equal('body')
        },
      ))
  }
})

describe('Express: the ways in which a body is sent', () => {
  const ways: Record<string, RequestHandler> = {
    'res.json': (_, res) => void res.json({ a: [1, 'é'] }),
    'res.send with a Buffer': (_, res) => void res.send(Buffer.from([0, 255, 128])),
    'res.send with null': (_, res) => void res.send(null),
    'res.redirect': (_, res) => res.redirect(301, '/elsewhere'),
    'res.sendFile': (_, res) => res.sendFile(import.meta.filename),
    'end with a callback alone': (_, res) => void res.end(() => {}),
    'end with a string, an encoding and a callback': (_, res) => void res.end('c3a9', 'hex', () => {}),
    'base64 with spaces in it': (_, res) => void res.end('w6 k=\n', 'base64'),
    'a string in Latin-1': (_, res) => void res.end('é', 'latin1'),
    'write with callbacks, strings and bytes': (_, res) => {
      res.write('a', () => {})
      res.write('62', 'hex', () => {})
      res.write(new Uint8Array([99]))
      res.end(Buffer.from('d'))
    },
    'a body in one piece and an end of its own': (_, res) => {
      res.write('all of it')
      setImmediate(() => res.end())
    },
  }
  for (const [way, handler] of Object.entries(ways)) {
    it(`${way} is replayed byte by byte`, () =>
      served(
        (app, _, mount) => app.use(mount).get('/', handler),
        async (get) => {
          await expectReplayed(
            get,
            ['location', 'etag'].filter((name) => name !== 'etag' || way.startsWith('res.')),
          )
        },
      ))
  }

  it('trailers are not stored, so neither is the answer', () =>
    served(
      (app, _, mount) =>
        app.use(mount).get('/', (_req, res) => {
          res.setHeader('trailer', 'x-sum')
          res.write('body')
          res.addTrailers({ 'x-sum': '1' })
          res.end()
        }),
      async (get) => void (await expectNotStored(get)),
    ))

  it('what comes after the end is no part of it', () =>
    served(
      (app, _, mount) =>
        app.use(mount).get('/', (_req, res) => {
          res.on('error', () => {})
          res.end('first')
          res.end('second')
        }),
      async (get) => {
        expect((await expectReplayed(get)).text).to.equal('first')
      },
    ))
})

describe('Express: an answer that fails while it is sent', () => {
  const failures: Record<string, RequestHandler> = {
    'write of something that is no chunk': (_, res) =>
      void res
        .status(200)
        .type('text')
        .write(123 as never),
    'end with something that is no chunk': (_, res) => void res.status(200).end({} as never),
    'a reason phrase with a line break': (_, res) => void res.writeHead(200, 'bad\nreason').end('never sent'),
    'a header with a line break': (_, res) => void res.writeHead(200, { 'x-a': 'a\nb' }).end('never sent'),
    'a status that is none': (_, res) => void res.writeHead(99_999).end('never sent'),
  }
  for (const [what, handler] of Object.entries(failures)) {
    it(`(${what}) is not replaced by its error page`, () =>
      served(
        (app, _, mount) => app.use(mount).get('/', handler),
        async (get) => {
          const answer = await expectNotStored(get)
          expect(answer.status).to.equal(500)
          expect(statusOf(answer)).to.not.match(/stored/)
        },
      ))
  }

  it('and is followed by a page of the error handler is not stored together with it', () => {
    let failures = 0
    const failsOnce: RequestHandler = (_req, res, next) => {
      const { end } = res
      res.end = function (this: Response, ...args: unknown[]) {
        if (++failures === 1) throw new Error('a layer before the cache')
        return end.apply(this, args as never)
      } as Response['end']
      next()
    }
    return served(
      (app, _, mount) => {
        app
          .use(failsOnce)
          .use(mount)
          .get('/', (_req, res) => void res.end('page'))
        app.use((_error: Error, _req: Request, res: Response, _next: NextFunction) => void res.end('instead'))
      },
      async (get) => {
        expect((await get()).text).to.equal('instead')
        const next = await get()
        expect([next.text, statusOf(next).includes('hit')]).to.deep.equal(['page', false])
      },
    )
  })

  it('after half a body, to which the error handler adds its page, leaves neither behind', () =>
    served(
      (app, _, mount) => {
        app.use(mount)
        app.get('/', (_req, res) => {
          res.write('half of')
          throw new Error('too late')
        })
        app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
          res.status(500).end(' and an error')
        })
      },
      async (get) => {
        expect((await expectNotStored(get)).text).to.equal('half of and an error')
      },
    ))

  it('in an encoding that nobody knows leaves no page behind', () =>
    served(
      (app, _, mount) => {
        app.use(mount).get('/', (_req, res) => void res.end('page', 'klingon' as never))
        app.use(
          (_error: Error, _req: Request, res: Response, _next: NextFunction) =>
            void res.status(500).end('sorry'),
        )
      },
      async (get) => {
        const answers = [await get(), await get()]
        for (const answer of answers) expect(statusOf(answer)).to.not.match(/hit/)
      },
    ))

  it('with a status in a string is what that status is', () =>
    served(
      (app, _, mount) =>
        app.use(mount).get('/', (_req, res) => {
          res.writeHead('401' as never, { 'cache-control': 'public, max-age=60' })
          res.end('who are you?')
        }),
      async (get) => {
        expect((await expectNotStored(get)).status).to.equal(401)
      },
    ))

  it('by next(error) goes to the error handler of the application', () =>
    served(
      (app, _, mount) => {
        app.use(mount)
        app.get('/', (_req, _res, next) => next(new Error('failed')))
        app.use(
          (_error: Error, _req: Request, res: Response, _next: NextFunction) =>
            void res.status(503).send('sorry'),
        )
      },
      async (get) => {
        const answer = await expectNotStored(get)
        expect([answer.status, answer.text]).to.deep.equal([503, 'sorry'])
      },
    ))
})

/** As the package on-headers does it: listens for the head of the response, whoever sends it. */
function whenHeadIsSent(res: Response, listener: () => void): void {
  const { writeHead } = res
  let fired = false
  res.writeHead = function (this: Response, ...args: unknown[]) {
    if (!fired) {
      fired = true
      listener()
    }
    return writeHead.apply(this, args as never)
  } as Response['writeHead']
}

/** As session packages do it: sets its cookie with the head, and holds the end back until it has saved. */
function session(): { handler: RequestHandler; cookies: () => number } {
  let cookies = 0
  const handler: RequestHandler = (_req, res, next) => {
    whenHeadIsSent(res, () => void res.appendHeader('set-cookie', `sid=${++cookies}`))
    const { end } = res
    res.end = function (this: Response, ...args: unknown[]) {
      setImmediate(() => end.apply(this, args as never))
      return this
    } as Response['end']
    next()
  }
  return { handler, cookies: () => cookies }
}

/** As compression packages do it: encodes what the client accepts, on the way out. */
const shout: RequestHandler = (req, res, next) => {
  const accepted = req.headers['accept-encoding'] === 'loud'
  whenHeadIsSent(res, () => {
    res.vary('accept-encoding')
    if (!accepted) return
    res.setHeader('content-encoding', 'loud')
    res.removeHeader('content-length')
  })
  const { write, end } = res
  const loud = (chunk: unknown) =>
    accepted && chunk !== undefined ? Buffer.from(String(chunk).toUpperCase()) : chunk
  res.write = function (this: Response, chunk: unknown, ...rest: unknown[]) {
    if (!res.headersSent) res.writeHead(res.statusCode)
    return write.apply(this, [loud(chunk), ...rest] as never)
  } as Response['write']
  res.end = function (this: Response, chunk?: unknown) {
    if (!res.headersSent) res.writeHead(res.statusCode)
    return end.call(this, loud(chunk) as never, 'utf8' as never)
  } as Response['end']
  next()
}

describe('Express: middleware that wraps the response', () => {
  it('before the cache (a session): its cookie is new each time, never stored, and keeps no page out', () => {
    const { handler } = session()
    return served(
      (app, _, mount) =>
        app
          .use(handler)
          .use(mount)
          .get('/', (_req, res) => void res.send('page')),
      async (get) => {
        expect((await get()).headers['set-cookie']).to.deep.equal(['sid=1'])
        const hit = await get()
        expect(statusOf(hit)).to.match(/hit/)
        expect(hit.headers['set-cookie']).to.deep.equal(['sid=2'])
      },
    )
  })

  it('before the cache (one that sets a cookie at the end): the same', () => {
    let cookies = 0
    const atEnd: RequestHandler = (_req, res, next) => {
      const { end } = res
      res.end = function (this: Response, ...args: unknown[]) {
        res.appendHeader('set-cookie', `end=${++cookies}`)
        return end.apply(this, args as never)
      } as Response['end']
      next()
    }
    return served(
      (app, _, mount) =>
        app
          .use(atEnd)
          .use(mount)
          .get('/', (_req, res) => void res.send('page')),
      async (get) => {
        expect((await get()).headers['set-cookie']).to.deep.equal(['end=1'])
        const hit = await get()
        expect(statusOf(hit)).to.match(/hit/)
        expect(hit.headers['set-cookie']).to.deep.equal(['end=2'])
      },
    )
  })

  for (const word of ['no-store', 'private', 'no-cache']) {
    it(`before the cache (one that says ${word} as the head is sent): the answer is not stored`, () =>
      served(
        (app, _, mount) =>
          app
            .use((_req, res, next) => {
              whenHeadIsSent(res, () => res.setHeader('cache-control', word))
              next()
            })
            .use(mount)
            .get('/', (_req, res) => void res.set('cache-control', 'max-age=60').send('page')),
        async (get) => {
          await get()
          expect(statusOf(await get())).to.match(/fwd=uri-miss/)
        },
      ))
  }

  it('after the cache (a session): an answer that gets a cookie with its head is not stored', () => {
    const { handler } = session()
    return served(
      (app, _, mount) =>
        app
          .use(mount)
          .use(handler)
          .get('/', (_req, res) => void res.send('page')),
      async (get) => {
        expect((await expectNotStored(get)).headers['set-cookie']).to.deep.equal(['sid=2'])
      },
    )
  })

  for (const [sent, handler] of Object.entries<RequestHandler>({
    'res.send': (_req, res) => void res.send('page'),
    'res.end': (_req, res) => void res.end('page'),
    'res.write': (_req, res) => {
      res.write('pa')
      res.end('ge')
    },
    writeHead: (_req, res) => void res.writeHead(200).end('page'),
    flushHeaders: (_req, res) => {
      res.flushHeaders()
      res.end('page')
    },
  })) {
    it(`after the cache (one that only listens for the head): its cookie is seen when the handler uses ${sent}`, () => {
      let cookies = 0
      const atHead: RequestHandler = (_req, res, next) => {
        whenHeadIsSent(res, () => void res.appendHeader('set-cookie', `user=${++cookies}`))
        next()
      }
      return served(
        (app, _, mount) => app.use(mount).use(atHead).get('/', handler),
        async (get) => {
          expect((await expectNotStored(get)).headers['set-cookie']).to.deep.equal(['user=2'])
        },
      )
    })
  }

  it('before the cache (compression): the page is stored plain and encoded for each client anew', () =>
    served(
      (app, _, mount) =>
        app
          .use(shout)
          .use(mount)
          .get('/', (_req, res) => void res.send('page')),
      async (get) => {
        const loud = await get('/', { 'accept-encoding': 'loud' })
        expect([loud.text, loud.headers['content-encoding']]).to.deep.equal(['PAGE', 'loud'])
        const plain = await get('/')
        expect(statusOf(plain)).to.match(/hit/)
        expect([plain.text, plain.headers['content-encoding']]).to.deep.equal(['page', undefined])
        const again = await get('/', { 'accept-encoding': 'loud' })
        expect([again.text, again.headers['content-encoding']]).to.deep.equal(['PAGE', 'loud'])
      },
    ))

  it('after the cache (compression): each encoding is stored as a variant of its own', () =>
    served(
      (app, _, mount) =>
        app
          .use(mount)
          .use(shout)
          .get('/', (_req, res) => void res.send('page')),
      async (get) => {
        for (let i = 0; i < 2; i++) {
          const loud = await get('/', { 'accept-encoding': 'loud' })
          expect([loud.text, loud.headers['content-encoding']]).to.deep.equal(['PAGE', 'loud'])
          const plain = await get('/')
          expect([plain.text, plain.headers['content-encoding']]).to.deep.equal(['page', undefined])
          expect(statusOf(plain)).to.match(i === 0 ? /vary-miss/ : /hit/)
        }
      },
    ))

  it('after the cache (one that holds everything back to the end) is seen as it sends', () => {
    const minify: RequestHandler = (_req, res, next) => {
      const { writeHead, end } = res
      const held: string[] = []
      res.writeHead = function (this: Response) {
        return this
      } as Response['writeHead']
      res.write = ((chunk: string) => held.push(chunk) > 0) as Response['write']
      res.end = function (this: Response, chunk?: string) {
        if (chunk !== undefined) held.push(String(chunk))
        res.setHeader('x-minified', '1')
        res.removeHeader('content-length')
        res.writeHead = writeHead
        return end.call(this, held.join('').replaceAll(' ', ''), 'utf8')
      } as Response['end']
      next()
    }
    return served(
      (app, _, mount) =>
        app
          .use(mount)
          .use(minify)
          .get('/', (_req, res) => {
            res.write('a b')
            res.end(' c')
          }),
      async (get) => {
        const hit = await expectReplayed(get, ['x-minified'])
        expect([hit.text, hit.headers['x-minified']]).to.deep.equal(['abc', '1'])
      },
    )
  })

  it('that counts bytes or time runs once for each answer', () => {
    const heads: string[] = []
    const counting =
      (name: string): RequestHandler =>
      (_req, res, next) => {
        const { writeHead } = res
        res.writeHead = function (this: Response, ...args: unknown[]) {
          heads.push(name)
          return writeHead.apply(this, args as never)
        } as Response['writeHead']
        next()
      }
    return served(
      (app, _, mount) =>
        app
          .use(counting('before'))
          .use(mount)
          .use(counting('after'))
          .get('/', (_req, res) => void res.send('page')),
      async (get) => {
        await get()
        expect(heads).to.deep.equal(['after', 'before'])
        await get()
        expect(heads).to.deep.equal(['after', 'before', 'before'])
      },
    )
  })
})

describe('Express: headers of the layers before', () => {
  const layer =
    (set: (res: Response) => void): RequestHandler =>
    (_req, res, next) => {
      set(res)
      next()
    }

  it('does not lose sight of a cookie that is appended to the list that stood there', () =>
    served(
      (app, _, mount) =>
        app
          .use(layer((res) => void res.setHeader('set-cookie', ['a=1'])))
          .use(mount)
          .get('/', (_req, res) => void res.appendHeader('set-cookie', 'user=42').end('mine')),
      async (get) => {
        expect((await expectNotStored(get)).headers['set-cookie']).to.deep.equal(['a=1', 'user=42'])
      },
    ))

  it('reads a Cache-Control that the handler has added to as a whole', () =>
    served(
      (app, _, mount) =>
        app
          .use(layer((res) => void res.setHeader('cache-control', 'private')))
          .use(mount)
          .get('/', (_req, res) => void res.append('cache-control', 'max-age=60').send('mine')),
      async (get) => void (await expectNotStored(get)),
    ))

  it('takes a header away on a hit that the handler has taken away', () =>
    served(
      (app, _, mount) =>
        app
          .use(layer((res) => void res.setHeader('x-frame-options', 'DENY')))
          .use(mount)
          .get('/', (_req, res) => {
            res.removeHeader('x-frame-options')
            res.send('embeddable')
          }),
      async (get) => {
        expect((await expectReplayed(get)).headers['x-frame-options']).to.equal(undefined)
      },
    ))

  it('sees the same Vary said again in any way', async () => {
    const ways: RequestHandler[] = [
      (_req, res) => void res.vary('Origin').send('page'),
      (_req, res) => void res.writeHead(200, { Vary: 'Origin' }).end('page'),
      (_req, res) => void res.set('VARY', 'origin').end('page'),
    ]
    for (const handler of ways) {
      await served(
        (app, _, mount) =>
          app
            .use(layer((res) => void res.vary('Origin')))
            .use(mount)
            .get('/', handler),
        async (get) => {
          await get('/', { origin: 'a' })
          expect(statusOf(await get('/', { origin: 'b' }))).to.match(/vary-miss/)
          expect(statusOf(await get('/', { origin: 'a' }))).to.match(/hit/)
        },
      )
    }
  })

  it('gives the handler its conditions back when it has answered, for loggers', async () => {
    let seen: unknown
    await served(
      (app, _, mount) =>
        app
          .use((req, res, next) => {
            res.on('finish', () => {
              seen = req.headers['if-none-match']
            })
            next()
          })
          .use(mount)
          .get('/', (req, res) => void res.send(String(req.headers['if-none-match']))),
      async (get) => {
        expect((await get('/', { 'if-none-match': '"x"' })).text).to.equal('undefined')
        expect(seen).to.equal('"x"')
      },
    )
  })
})

describe('Express: where it is mounted', () => {
  it('a router below a path is known by the whole URL', () =>
    served(
      (app, _, mount) => {
        const router = () =>
          Router()
            .use(mount)
            .get('/page', (req, res) => void res.send(req.originalUrl))
        app.use('/a', router()).use('/b', router())
      },
      async (get) => {
        expect((await get('/a/page')).text).to.equal('/a/page')
        expect((await get('/b/page')).text).to.equal('/b/page')
        const hit = await get('/a/page')
        expect([hit.text, / hit/.test(statusOf(hit))]).to.deep.equal(['/a/page', true])
      },
    ))

  it('a route without one is not cached', () =>
    served(
      (app, _, mount) =>
        app
          .get('/cached', mount, (_req, res) => void res.send('a'))
          .get('/', (_req, res) => void res.send('b')),
      async (get) => {
        await get('/')
        expect((await get('/')).headers['cache-status']).to.equal(undefined)
        await get('/cached')
        expect(statusOf(await get('/cached'))).to.match(/hit/)
      },
    ))

  it('three layers add up', () =>
    served(
      (app, cache) =>
        app
          .use(httpCache({ cache, tags: ['outer'] }))
          .use(httpCache({ cache, ttl: '1m', vary: ['x-v'] }))
          .get('/', httpCache({ cache, tags: ['inner'] }), (_req, res) => void res.send('page')),
      async (get, cache) => {
        for (const tag of ['outer', 'inner']) {
          await get()
          const hit = await get()
          expect([statusOf(hit).includes('hit'), hit.headers.vary]).to.deep.equal([true, 'x-v'])
          await cache.invalidate({ tags: [tag] })
          expect(statusOf(await get())).to.match(/fwd=/)
          await cache.clear()
        }
      },
    ))

  it('namespaces of one cache do not share pages', () =>
    served(
      (app, cache) => {
        for (const tenant of ['a', 'b']) {
          const mount = httpCache({ cache: cache.namespace(tenant), ttl: '1m', key: () => 'home' })
          app.get(`/${tenant}`, mount, (_req, res) => void res.send(`of ${tenant}`))
        }
      },
      async (get, cache) => {
        for (const tenant of ['a', 'b']) expect((await get(`/${tenant}`)).text).to.equal(`of ${tenant}`)
        for (const tenant of ['a', 'b']) expect(statusOf(await get(`/${tenant}`))).to.match(/hit/)
        await cache.namespace('a').clear()
        expect(statusOf(await get('/a'))).to.match(/fwd=/)
        expect(statusOf(await get('/b'))).to.match(/hit/)
        await cache.reconfigure({ ttl: 5 })
        expect((await get('/b')).text).to.equal('of b')
        expect((await get('/a')).text).to.equal('of a')
      },
    ))

  it('refuses wrong options when it is mounted, with the nearest names', async () => {
    const cache = await createCache()
    const wrong: [unknown, string, RegExp][] = [
      [undefined, 'HITHERTO_OPTION_INVALID', /httpCache\(\{ cache \}\)/],
      [null, 'HITHERTO_OPTION_INVALID', /httpCache\(\{ cache \}\)/],
      [{}, 'HITHERTO_NOT_A_CACHE', /got undefined/],
      [{ cache: createCache() }, 'HITHERTO_NOT_A_CACHE', /promise/],
      [{ cache: { get() {} } }, 'HITHERTO_NOT_A_CACHE', /an object/],
      [{ cache, tll: '5m' }, 'HITHERTO_OPTION_INVALID', /tll.*ttl/],
      [{ cache, tag: ['a'] }, 'HITHERTO_OPTION_INVALID', /tag.*tags/],
      [{ cache, ttl: '5 minuts' }, 'HITHERTO_OPTION_INVALID', /ttl/],
      [{ cache, ttl: -1 }, 'HITHERTO_OPTION_INVALID', /ttl/],
      [{ cache, tags: 'a' }, 'HITHERTO_TAG_INVALID', /./],
      [{ cache, tags: [''] }, 'HITHERTO_TAG_INVALID', /./],
      [{ cache, key: 'a' }, 'HITHERTO_OPTION_INVALID', /key.*function/],
      [{ cache, bypass: true }, 'HITHERTO_OPTION_INVALID', /bypass.*function/],
      [{ cache, vary: 'accept' }, 'HITHERTO_OPTION_INVALID', /vary/],
      [{ cache, vary: ['accept language'] }, 'HITHERTO_OPTION_INVALID', /vary/],
      [{ cache, etag: 'weak' }, 'HITHERTO_OPTION_INVALID', /etag/],
      [{ cache, maxBodySize: 'huge' }, 'HITHERTO_OPTION_INVALID', /maxBodySize/],
      [{ cache, collapseTimeout: 'never' }, 'HITHERTO_OPTION_INVALID', /collapseTimeout/],
    ]
    for (const [options, code, message] of wrong) {
      const error = thrown(() => httpCache(options as never))
      expect(error.code, error.message).to.equal(code)
      expect(error.message).to.match(message)
    }
    await cache.close()
  })

  it('has types that know cacheTags and the options', async () => {
    const cache = await createCache()
    const handler: RequestHandler = (req, res) => void res.cacheTags('a', 'b').status(200).send(req.url)
    expect(handler).to.be.a('function')
    httpCache({
      cache,
      ttl: '5m',
      key: (req) => req.originalUrl,
      tags: (req) => [req.path],
      bypass: (req) => req.ip === '::1',
    })
    // @ts-expect-error the name of the option is ttl
    expect(() => httpCache({ cache, tll: '5m' })).to.throw()
    // @ts-expect-error a key is a string
    httpCache({ cache, key: () => 5 })
    await cache.close()
  })

  it('throws what is wrong with a tag where cacheTags is called', () =>
    served(
      (app, _, mount) => app.use(mount).get('/', (_req, res) => void res.cacheTags('').send('page')),
      async (get) => {
        expect((await get()).status).to.equal(500)
      },
    ))

  it('does nothing to requests that it never sees', () =>
    served(
      (app, _, mount) => app.get('/', (_req, res) => void res.set(FRESH).send('page')).use(mount),
      async (get) => {
        await get()
        expect((await get()).headers.age).to.equal(undefined)
      },
    ))
})
