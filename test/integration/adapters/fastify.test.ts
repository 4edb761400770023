import { connect } from 'node:http2'
import { PassThrough, Readable } from 'node:stream'
import { expect } from 'chai'
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type RouteHandlerMethod,
} from 'fastify'
import { type CachePluginOptions, cachePlugin } from '../../../adapters/fastify/index.ts'
import { createCache } from '../../../src/index.ts'
import { type Answer, ask, statusOf, turns } from '../../contracts/http-adapter-client.ts'
import { rejection } from '../../fixtures/cache-under-test.ts'
import { listening } from './fastify-driver.ts'

/** The second answer is the first one, from the cache. */
async function expectKept(get: Get): Promise<void> {
  await get()
  expect(statusOf(await get())).to.match(/; hit/)
}

type Get = (path?: string, headers?: Record<string, string>, method?: string) => Promise<Answer>

/** Builds a server, in which `mount` registers the plugin, and asks it. */
async function served(
  build: (app: FastifyInstance, mount: (options?: CachePluginOptions) => Promise<void>) => Promise<unknown>,
  test: (get: Get, app: FastifyInstance) => Promise<void>,
): Promise<void> {
  const app = fastify({ forceCloseConnections: true })
  await build(app, async (options) => void (await app.register(cachePlugin, { ttl: '1m', ...options })))
  const server = await listening(app)
  try {
    await test(
      (path = '/', headers = {}, method = 'GET') => ask(server.origin, path, { headers, method }),
      app,
    )
  } finally {
    await server.close()
  }
}

async function expectReplayed(get: () => Promise<Answer>): Promise<Answer> {
  const miss = await get()
  const hit = await get()
  expect(statusOf(miss)).to.match(/fwd=uri-miss; stored/)
  expect(statusOf(hit)).to.match(/; hit/)
  expect(hit.status).to.equal(miss.status)
  expect(hit.body.equals(miss.body)).to.equal(true)
  for (const name of ['content-type', 'vary', 'location'])
    expect(hit.headers[name], name).to.equal(miss.headers[name])
  return hit
}

async function expectNotStored(get: () => Promise<Answer>): Promise<Answer> {
  await get()
  const second = await get()
  expect(statusOf(second)).to.not.match(/; hit/)
  return second
}

/** As those of undici and node-fetch: no instance of the global class, but the same to Fastify. */
class PackagedResponse {
  readonly [Symbol.toStringTag] = 'Response'
  readonly bodyUsed = false
  readonly status: number
  readonly headers: Headers
  readonly body: ReadableStream | null

  constructor(body: string | null, init: ResponseInit) {
    const { status, headers, body: stream } = new Response(body, init)
    this.status = status
    this.headers = headers
    this.body = stream
  }
}

describe('Fastify: the ways in which a reply is sent', () => {
  const ways: Record<string, RouteHandlerMethod> = {
    'an object': async () => ({ a: [1, 'é'] }),
    'a string': async () => 'é',
    'a Buffer': async () => Buffer.from([0, 255, 128]),
    'bytes of another kind': async () => new Uint8Array([1, 2, 3]),
    nothing: (_, reply) => void reply.send(),
    null: (_, reply) => void reply.send(null),
    'a stream': async () => Readable.from([Buffer.from('a'), Buffer.from('b')]),
    'a stream of strings': (_, reply) => {
      const stream = new PassThrough({ encoding: 'latin1' })
      stream.write('é', 'latin1')
      stream.end('b')
      reply.type('text/plain').send(stream)
    },
    'a web stream': (_, reply) => void reply.send(new Blob(['web']).stream()),
    'a Response': async () => new Response('web', { status: 203, headers: { 'x-web': '1' } }),
    'a Response without a body': async () => new Response(null, { status: 200, headers: { 'x-web': '1' } }),
    'a Response of a package': async () =>
      new PackagedResponse('web', { status: 203, headers: { 'x-web': '1' } }),
    'a redirect': (_, reply) => void reply.redirect('/elsewhere', 301),
    'a header that is a date': (_, reply) => void reply.header('x-date', new Date(0)).send('dated'),
    'a header that is true': (_, reply) => void reply.header('x-flag', true).send('flagged'),
  }
  for (const [way, handler] of Object.entries(ways)) {
    it(`${way} is replayed byte by byte`, () =>
      served(
        async (app, mount) => {
          await mount()
          app.get('/', handler)
        },
        async (get) => void (await expectReplayed(get)),
      ))
  }

  it('a Response of a package is judged by its own head, and its Location is out of date', () => {
    let version = 1
    return served(
      async (app, mount) => {
        await mount()
        app.get('/page', async () => `version ${version}`)
        app.get(
          '/secret',
          async () => new PackagedResponse('web', { headers: { 'cache-control': 'no-store' } }),
        )
        app.post('/', async () => {
          version += 1
          return new PackagedResponse(null, { status: 201, headers: { location: '/page' } })
        })
      },
      async (get) => {
        expect(statusOf(await get('/secret'))).to.match(/detail=no-store/)
        await get('/page')
        expect((await get('/', {}, 'POST')).status).to.equal(201)
        expect((await get('/page')).text).to.equal('version 2')
      },
    )
  })

  it('a payload that is too long is not said to be stored, though nothing tells its length but itself', () =>
    served(
      async (app, mount) => {
        await mount({ maxBodySize: 1_000 })
        app.get('/', async () => 'é'.repeat(501))
        app.get('/short', async () => 'é'.repeat(500))
      },
      async (get) => {
        expect(statusOf(await get())).to.match(/; fwd=uri-miss; detail=too-large$/)
        await expectReplayed(() => get('/short'))
      },
    ))

  it('trailers are not stored, so neither is the answer, but for those of the layers before the cache', () =>
    served(
      async (app, mount) => {
        app.addHook('onRequest', async (_, reply) => void reply.trailer('x-live', async () => 'live'))
        await mount()
        app.get('/', (_, reply) => void reply.trailer('x-sum', async () => '1').send('body'))
        app.get('/removed', (_, reply) => {
          reply.trailer('x-sum', async () => '1').removeTrailer('x-sum')
          reply.send('body')
        })
        app.get('/plain', (_, reply) => void reply.send('body'))
      },
      async (get) => {
        const answer = await expectNotStored(get)
        expect(answer.headers.trailer).to.equal('x-live x-sum')
        expect(statusOf(answer)).to.match(/detail=trailers/)
        for (const path of ['/plain', '/removed'])
          expect((await expectReplayed(() => get(path))).headers.trailer).to.equal('x-live')
      },
    ))

  const unseen: Record<string, [RouteHandlerMethod, string]> = {
    'a hijacked reply': [
      (_, reply) => {
        reply.hijack()
        reply.raw.end('raw')
      },
      'raw',
    ],
  }
  for (const [way, [handler, text]] of Object.entries(unseen)) {
    it(`${way} passes through and is not stored; nobody waits for it`, () =>
      served(
        async (app, mount) => {
          await mount()
          app.get('/', handler)
        },
        async (get, app) => {
          expect((await Promise.all([get(), get(), get()])).map((answer) => answer.text)).to.deep.equal([
            text,
            text,
            text,
          ])
          expect((await expectNotStored(get)).text).to.equal(text)
          const { coalesced } = app.cache.stats()
          await Promise.all([get(), get()])
          expect(app.cache.stats().coalesced).to.equal(coalesced)
        },
      ))
  }

  it('a stream that fails at once takes nothing away from the layers before the cache', () => {
    let runs = 0
    return served(
      async (app, mount) => {
        app.addHook('onRequest', (_request, reply, done) => {
          reply.header('vary', 'Origin')
          done()
        })
        await mount({ ttl: 0, staleIfError: '1m' })
        app.get('/', (_request, reply) => {
          if (runs++ === 0) return void reply.send('page')
          const source = new Readable({ read() {} })
          reply.send(source)
          setImmediate(() => source.destroy(new Error('at once')))
        })
      },
      async (get) => {
        await get()
        const stale = await get()
        expect(statusOf(stale)).to.match(/detail=stale-if-error/)
        expect([stale.text, stale.headers.vary]).to.deep.equal(['page', 'Origin'])
      },
    )
  })

  it('a stream that fails at once is answered by the error, and said so once', () =>
    served(
      async (app, mount) => {
        await mount()
        app.get(
          '/',
          (_, reply) => void reply.send(new Readable({ read: () => {} }).destroy(new Error('torn'))),
        )
        app.get('/later', (_, reply) => {
          reply.send(
            new Readable({
              read() {
                this.destroy(new Error('torn'))
              },
            }),
          )
        })
      },
      async (get) => {
        for (const path of ['/', '/later']) {
          const answer = await expectNotStored(() => get(path))
          expect(answer.status).to.equal(500)
          expect(answer.headers['cache-status']).to.equal('cache; fwd=uri-miss; detail=status')
        }
      },
    ))
})

describe('Fastify: hooks around the cache', () => {
  it('that change the payload give the same bytes on hits as on misses, wherever they were registered', () =>
    served(
      async (app, mount) => {
        app.addHook('onSend', async (_, __, payload) => `[${payload}]`)
        await mount()
        app.addHook('onSend', async (_, __, payload) => `(${payload})`)
        app.get('/', async () => 'page')
      },
      async (get) => {
        expect((await get()).text).to.equal('([page])')
        const hit = await get()
        expect(statusOf(hit)).to.match(/hit/)
        expect(hit.text).to.equal('([page])')
      },
    ))

  it('run on hits with their side effects', () => {
    const ran: string[] = []
    return served(
      async (app, mount) => {
        for (const place of ['before', 'after']) {
          if (place === 'after') await mount()
          for (const hook of ['onRequest', 'preHandler', 'onSend', 'onResponse'] as const) {
            app.addHook(hook as 'onRequest', async () => void ran.push(`${place} ${hook}`))
          }
        }
        app.get('/', async () => 'page')
      },
      async (get) => {
        await get()
        await turns()
        ran.length = 0
        await get()
        await turns()
        // A hit is an answer in onRequest: request hooks registered later, and those of later stages, do not run.
        expect(ran).to.deep.equal([
          'before onRequest',
          'before onSend',
          'after onSend',
          'before onResponse',
          'after onResponse',
        ])
      },
    )
  })

  it('that fail on a hit are answered as errors, not with the page', () => {
    let runs = 0
    return served(
      async (app, mount) => {
        app.addHook('onSend', async (_, reply, payload) => {
          runs += 1
          if (runs === 2) throw new Error('failed')
          return reply.statusCode === 500 ? 'sorry' : payload
        })
        await mount()
        app.get('/', async () => 'page')
      },
      async (get) => {
        await get()
        const failed = await get()
        expect([failed.status, failed.text]).to.deep.equal([500, 'sorry'])
        expect((await get()).text).to.equal('page')
      },
    )
  })

  it('that write to the raw response (helmet) are live, and never stored', () => {
    let nonce = 0
    return served(
      async (app, mount) => {
        app.addHook('onRequest', (_, reply, done) => {
          reply.raw.setHeader('content-security-policy', `nonce-${++nonce}`)
          done()
        })
        await mount()
        app.get('/', async () => 'page')
      },
      async (get) => {
        await get()
        const hit = await get()
        expect([statusOf(hit).includes('hit'), hit.headers['content-security-policy']]).to.deep.equal([
          true,
          'nonce-2',
        ])
      },
    )
  })

  it('do not hide a cookie that the handler adds to theirs', () =>
    served(
      async (app, mount) => {
        app.addHook('onRequest', (_, reply, done) => {
          reply.header('set-cookie', 'a=1').header('set-cookie', 'b=2')
          done()
        })
        await mount()
        app.get('/', (_, reply) => void reply.header('set-cookie', 'user=42').send('mine'))
      },
      async (get) => {
        expect((await expectNotStored(get)).headers['set-cookie']).to.deep.equal(['a=1', 'b=2', 'user=42'])
      },
    ))

  it('that set a cookie nearer to the handler keep the answer out', () =>
    served(
      async (app, mount) => {
        app.addHook('onSend', async (_, reply, payload) => {
          reply.header('set-cookie', 'user=42')
          return payload
        })
        await mount()
        app.get('/', async () => 'mine')
      },
      async (get) => void (await expectNotStored(get)),
    ))

  it('see the conditions of the client after the handler has answered', () => {
    const seen: unknown[] = []
    return served(
      async (app, mount) => {
        await mount()
        app.addHook('onSend', async (request, _, payload) => {
          seen.push(request.headers['if-none-match'])
          return payload
        })
        app.get('/', async (request) => String(request.headers['if-none-match']))
      },
      async (get) => {
        expect((await get('/', { 'if-none-match': '"x"' })).text).to.equal('undefined')
        expect(seen).to.deep.equal(['"x"'])
      },
    )
  })

  const LATE: readonly (readonly [what: string, change: (reply: FastifyReply) => unknown, kept: boolean])[] =
    [
      ['says no-store', (reply) => reply.header('cache-control', 'no-store'), false],
      ['says private', (reply) => reply.header('cache-control', 'private'), false],
      ['says no-cache', (reply) => reply.header('cache-control', 'no-cache'), false],
      ['says Vary: *', (reply) => reply.header('vary', '*'), false],
      ['sets a cookie', (reply) => reply.header('set-cookie', 'sid=1'), false],
      ['sets another status', (reply) => reply.code(403), false],
      ['sends 304 in its place', (reply) => reply.code(304), true],
      ['says the same again', (reply) => reply.header('cache-control', 'max-age=60'), true],
      ['adds to Vary', (reply) => reply.header('vary', 'accept-encoding'), true],
      ['sets a field of its own', (reply) => reply.header('x-a', '1'), true],
    ]
  for (const [what, change, kept] of LATE) {
    for (const [form, payload] of [
      ['text', () => 'page'],
      ['a stream', () => Readable.from(['page'])],
    ] as const) {
      it(`of a route, after the cache: one that ${what} keeps ${form} ${kept ? 'in' : 'out'}`, () =>
        served(
          async (app, mount) => {
            await mount()
            await app.register(async (inner) => {
              inner.addHook('onSend', async (_, reply, sent) => {
                await turns(1)
                change(reply)
                return sent
              })
              inner.get('/', (_, reply) => void reply.header('cache-control', 'max-age=60').send(payload()))
            })
          },
          async (get) => {
            await get()
            expect(statusOf(await get())).to.match(kept ? /hit/ : /fwd=uri-miss/)
          },
        ))
    }
  }

  it('after the cache that speak to browsers do not speak to the cache, where a field for it has spoken', () =>
    served(async (app, mount) => {
      await mount({})
      app.addHook('onSend', async (_, reply, payload) => {
        reply.header('cache-control', 'no-cache')
        return payload
      })
      app.get('/', (_, reply) => void reply.header('cdn-cache-control', 'max-age=60').send('page'))
    }, expectKept))

  it('do not see cookies of layers before the cache, written with the head, as theirs', () =>
    served(async (app, mount) => {
      app.addHook('onRequest', async (_, { raw }) => {
        const { writeHead } = raw
        raw.writeHead = function (this: typeof raw, ...args: unknown[]) {
          raw.setHeader('set-cookie', 'sid=1')
          return writeHead.apply(this, args as never)
        } as typeof writeHead
      })
      await mount()
      app.addHook('onSend', async (_, __, payload) => payload)
      app.get('/', async () => 'page')
    }, expectKept))

  it('that fail after the cache has seen the answer leave nothing of it on the error page', () =>
    served(
      async (app, mount) => {
        await mount()
        app.addHook('onSend', async (_, reply, payload) => {
          if (reply.statusCode === 200) throw new Error('after the cache')
          return payload
        })
        app.get('/', (_, reply) => void reply.header('cache-control', 'max-age=60').send('page'))
      },
      async (get) => {
        const { status, headers } = await get('/')
        expect(status).to.equal(500)
        expect(headers.etag).to.equal(undefined)
      },
    ))

  it('may be the error handler and the handler of what is not found', () =>
    served(
      async (app, mount) => {
        await mount()
        app.setErrorHandler((_error, _request, reply) => void reply.code(503).send('sorry'))
        app.setNotFoundHandler(
          (_request, reply) => void reply.code(404).header('cache-control', 'max-age=60').send('nothing'),
        )
        app.get('/', async () => {
          throw new Error('failed')
        })
      },
      async (get) => {
        const failed = await expectNotStored(get)
        expect([failed.status, failed.text]).to.deep.equal([503, 'sorry'])
        expect((await expectReplayed(() => get('/nowhere'))).status).to.equal(404)
      },
    ))
})

describe('Fastify: routes', () => {
  it('with HEAD of their own, with the automatic one and with both methods in one are answered from a GET', () =>
    served(
      async (app, mount) => {
        await mount()
        app.get('/auto', async () => 'page')
        app.get(
          '/stream',
          (_, reply) => void reply.type('text/plain').send(Readable.from([Buffer.from('page')])),
        )
        app.route({
          method: ['GET', 'HEAD'],
          url: '/both',
          exposeHeadRoute: false,
          handler: async () => 'page',
        })
        app.head('/own', async (_, reply) => reply.code(200).header('x-own', '1').send())
        app.get('/own', { exposeHeadRoute: false }, async () => 'page')
      },
      async (get) => {
        for (const path of ['/auto', '/stream', '/both', '/own']) {
          const page = await get(path)
          const head = await get(path, {}, 'HEAD')
          expect(statusOf(head), path).to.match(/hit/)
          expect(head.body.length).to.equal(0)
          expect(head.headers['content-length']).to.equal('4')
          expect(head.headers['content-type']).to.equal(page.headers['content-type'])
          const { etag } = head.headers
          const unchanged = await get(path, { 'if-none-match': String(etag) }, 'HEAD')
          expect(unchanged.status, path).to.equal(304)
          expect(unchanged.body.length).to.equal(0)
        }
      },
    ))

  it('with config.cache false are never cached, and their writes still outdate', () =>
    served(
      async (app, mount) => {
        await mount()
        app.get('/off', { config: { cache: false } }, async () => 'page')
        app.get('/', async () => 'page')
        app.post('/', { config: { cache: false } }, async () => 'written')
      },
      async (get) => {
        expect(statusOf(await expectNotStored(() => get('/off')))).to.equal('cache; fwd=bypass')
        await expectReplayed(get)
        await get('/', {}, 'POST')
        expect(statusOf(await get())).to.match(/fwd=/)
      },
    ))

  it('told apart by constraints do not share answers', () => {
    const custom = {
      name: 'tier',
      storage: () => {
        const stores: [unknown, unknown][] = []
        return {
          get: (key: unknown) =>
            (stores.find(([value]) => (value as { is: string }).is === key)?.[1] ?? null) as never,
          set: (key: unknown, store: unknown) => void stores.push([key, store]),
        }
      },
      deriveConstraint: (request: { headers: Record<string, unknown> }) =>
        request.headers['x-tier'] as string,
      validate: () => {},
    }
    return served(
      async (app, mount) => {
        app.addConstraintStrategy(custom as never)
        await mount({ key: (request) => request.url })
        app.get('/version', { constraints: { version: '1.0.0' } }, async () => 'one')
        app.get('/version', { constraints: { version: '2.0.0' } }, async () => 'two')
        app.get('/tier', { constraints: { tier: { is: 'gold' } } }, async () => 'gold')
        app.get('/tier', { constraints: { tier: { is: 'iron' } } }, async () => 'iron')
      },
      async (get) => {
        for (let i = 0; i < 2; i++) {
          expect((await get('/version', { 'accept-version': '1.x' })).text).to.equal('one')
          expect((await get('/version', { 'accept-version': '2.x' })).text).to.equal('two')
          expect((await get('/tier', { 'x-tier': 'gold' })).text).to.equal('gold')
          expect((await get('/tier', { 'x-tier': 'iron' })).text).to.equal('iron')
        }
        expect(statusOf(await get('/tier', { 'x-tier': 'iron' }))).to.match(/hit/)
        expect(statusOf(await get('/tier', { 'x-tier': 'iron' }, 'HEAD'))).to.match(/hit/)
      },
    )
  })

  it('in plugins of their own, registered before or after, are cached', () =>
    served(
      async (app, mount) => {
        await mount()
        await app.register(async (child) => void child.get('/page', async (request) => request.url), {
          prefix: '/child',
        })
        app.get('/inject', async () => 'injected')
      },
      async (get, app) => {
        expect((await expectReplayed(() => get('/child/page'))).text).to.equal('/child/page')
        await app.inject('/inject')
        const hit = await app.inject('/inject')
        expect([hit.body, String(hit.headers['cache-status']).split(';', 2)[1]]).to.deep.equal([
          'injected',
          ' hit',
        ])
      },
    ))

  it('whose URL is rewritten are known by what they are found with', async () => {
    const app = fastify({
      forceCloseConnections: true,
      rewriteUrl: (request) => `/${request.headers['x-site'] ?? 'main'}`,
    })
    await app.register(cachePlugin, { ttl: '1m' })
    for (const site of ['main', 'other']) app.get(`/${site}`, async () => site)
    const server = await listening(app)
    for (let i = 0; i < 2; i++) {
      expect((await ask(server.origin, '/')).text).to.equal('main')
      expect((await ask(server.origin, '/', { headers: { 'x-site': 'other' } })).text).to.equal('other')
    }
    await server.close()
  })
})

describe('Fastify: over HTTP/2', () => {
  it('pages are stored once, by authority, and bodies are whole', async () => {
    const app = fastify({ http2: true })
    await app.register(cachePlugin, { ttl: '1m' })
    app.get('/', async (request) => `for ${request.host}`)
    app.get(
      '/stream',
      (_, reply) =>
        void reply.header('set-cookie', []).send(Readable.from([Buffer.from('a'), Buffer.from('b')])),
    )
    app.post('/', async () => 'written')
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const client = connect(origin)
    const get = (path: string, more = {}) =>
      new Promise<{ status: unknown; cache: string; text: string }>((resolve, reject) => {
        const stream = client.request({ ':path': path, ...more })
        let head: Record<string, unknown> = {}
        let text = ''
        stream.setEncoding('utf8')
        stream.on('response', (headers) => {
          head = headers
        })
        stream.on('data', (chunk) => {
          text += chunk
        })
        stream.on('error', reject)
        stream.on('end', () =>
          resolve({ status: head[':status'], cache: String(head['cache-status']), text }),
        )
        stream.end()
      })
    const first = await get('/')
    expect(first.cache).to.match(/stored/)
    const hit = await get('/')
    expect([hit.status, hit.text]).to.deep.equal([200, first.text])
    expect(hit.cache).to.match(/hit/)
    const other = await get('/', { ':authority': 'other.example' })
    expect([other.text, /fwd=/.test(other.cache)]).to.deep.equal(['for other.example', true])
    await get('/stream')
    const streamed = await get('/stream')
    expect([streamed.text, /hit/.test(streamed.cache)]).to.deep.equal(['ab', true])
    await get('/', { ':method': 'POST' })
    expect((await get('/')).cache).to.match(/fwd=/)
    client.close()
    await app.close()
  })
})

describe('Fastify: registering', () => {
  it('gives the server its cache, which closes with it', async () => {
    const app = fastify()
    await app.register(cachePlugin, { cache: { name: 'own' } })
    await app.ready()
    expect(app.cache.stats().entries).to.equal(0)
    await app.close()
    expect((await rejection(app.cache.get('a'))).name).to.equal('ClosedError')
  })

  it('leaves a cache that it was given open', async () => {
    const cache = await createCache()
    const app = fastify()
    await app.register(cachePlugin, { cache, decorateAs: 'pages' })
    await app.ready()
    expect((app as unknown as { pages: unknown }).pages).to.equal(cache)
    await app.close()
    expect(await cache.get('a')).to.equal(undefined)
    await cache.close()
  })

  it('takes a namespace, whose pages are its own', async () => {
    const cache = await createCache()
    const apps = ['a', 'b'].map((tenant) => ({ tenant, app: fastify() }))
    for (const { tenant, app } of apps) {
      await app.register(cachePlugin, { cache: cache.namespace(tenant), ttl: '1m' })
      app.get('/', async () => tenant)
    }
    for (const outcome of ['fwd=', 'hit']) {
      for (const { tenant, app } of apps) {
        const answer = await app.inject('/')
        expect(answer.body).to.equal(tenant)
        expect(answer.headers['cache-status']).to.include(outcome)
      }
    }
    for (const { app } of apps) await app.close()
    await cache.close()
  })

  const wrong: [string, Record<string, unknown>, string, RegExp][] = [
    ['an unknown option', { tll: '5m' }, 'HITHERTO_OPTION_INVALID', /tll.*ttl/],
    ['a wrong option', { ttl: 'soon' }, 'HITHERTO_OPTION_INVALID', /ttl/],
    ['a wrong tag', { tags: [''] }, 'HITHERTO_TAG_INVALID', /./],
    ['a promise for a cache', { cache: createCache() }, 'HITHERTO_NOT_A_CACHE', /promise/],
    ['something else for a cache', { cache: 5 }, 'HITHERTO_NOT_A_CACHE', /5/],
    [
      'an unknown option of its own cache',
      { cache: { strategi: 'lru' } },
      'HITHERTO_CONFIG_INVALID',
      /strategi/,
    ],
    [
      'a name that is taken',
      { decorateAs: 'taken' },
      'HITHERTO_DECORATION_TAKEN',
      /fastify\.taken.*decorateAs/,
    ],
    ['a name that Fastify has', { decorateAs: 'register' }, 'HITHERTO_DECORATION_TAKEN', /register/],
    ['a name that is none', { decorateAs: 5 }, 'HITHERTO_OPTION_INVALID', /decorateAs/],
  ]
  for (const [what, options, code, message] of wrong) {
    it(`refuses ${what} with a coded error`, async () => {
      const app = fastify()
      app.decorate('taken', 1)
      const error = await rejection(app.register(cachePlugin, options as never))
      expect(error.code, error.message).to.equal(code)
      expect(error.message).to.match(message)
      await app.close()
    })
  }

  it('refuses to be registered where the name cache is taken', async () => {
    const app = fastify()
    app.decorate('cache', {} as never)
    expect((await rejection(app.register(cachePlugin))).code).to.equal('HITHERTO_DECORATION_TAKEN')
    await app.close()
  })

  it('refuses to be registered twice, under another name too', async () => {
    for (const second of [{}, { decorateAs: 'second' }]) {
      const app = fastify()
      await app.register(cachePlugin)
      expect((await rejection(app.register(cachePlugin, second))).code).to.equal('HITHERTO_DECORATION_TAKEN')
      await app.close()
    }
  })

  it('refuses a route with a wrong policy when the route is declared', async () => {
    const app = fastify()
    await app.register(cachePlugin)
    expect(() => app.get('/', { config: { cache: { tll: '5m' } as never } }, async () => 'page')).to.throw(
      /tll.*ttl/,
    )
    expect(() => app.get('/b', { config: { cache: { ttl: -1 } } }, async () => 'page')).to.throw(/ttl/)
    await app.close()
  })

  it('gives a miss the ETag that its hits will carry, where the answer is whole and has none of its own', () =>
    served(
      async (app, mount) => {
        await mount()
        app.get('/', async () => ({ whole: true }))
        app.get('/own', async (_, reply) => reply.header('etag', '"own"').send('page'))
        app.get('/private', async (_, reply) => reply.header('cache-control', 'private').send('page'))
      },
      async (get) => {
        const miss = await get()
        const hit = await get()
        expect(miss.headers.etag).to.match(/^W\/"/)
        expect(hit.headers.etag).to.equal(miss.headers.etag)
        expect((await get('/own')).headers.etag).to.equal('"own"')
        expect((await get('/private')).headers.etag).to.equal(undefined)
      },
    ))

  it('has types that know the cache, cacheTags and config.cache', () =>
    served(
      async (app, mount) => {
        await mount({ key: (request: FastifyRequest) => request.url, bypass: ({ ip }) => ip === '::1' })
        app.get(
          '/',
          { config: { cache: { ttl: '5m', tags: (request) => [request.url] } } },
          async (_, reply) =>
            reply
              .cacheTags('a', 'b')
              .code(200)
              .send(await app.cache.getOrSet('a', async () => 'value')),
        )
      },
      async (get) => {
        expect((await expectReplayed(get)).text).to.equal('value')
      },
    ))
})
