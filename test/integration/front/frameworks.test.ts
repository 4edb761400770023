import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express, { type Express } from 'express'
import { type FastifyInstance, fastify } from 'fastify'
import { type CacheMiddleware, httpCache } from '../../../adapters/express/index.ts'
import { cachePlugin, frontServer } from '../../../adapters/fastify/index.ts'
import { httpResponse } from '../../../plugins/http-response/index.ts'
import { createCache } from '../../../src/index.ts'
import { type Answer, ask } from '../../contracts/http-adapter-client.ts'

const FRESH = { 'cache-control': 'max-age=60' }

const silent = (): void => {}
const SILENT = { debug: silent, info: silent, warn: silent, error: silent }

type Ask = (path?: string) => Promise<Answer>

async function onExpress(
  build: (app: Express, pages: CacheMiddleware) => RequestListener | undefined,
  test: (get: Ask) => Promise<void>,
): Promise<void> {
  const cache = await createCache({ plugins: [httpResponse], logger: SILENT })
  const app = express()
  const pages = httpCache({ cache, front: true })
  const listener = build(app, pages) ?? pages.front(app)
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await test((path = '/') => ask(`http://127.0.0.1:${port}`, path))
  } finally {
    server.close()
    server.closeAllConnections()
    await cache.close()
  }
}

describe('Express in front mode', () => {
  it('leaves answers behind that a layer before the cache sends in another form', async () => {
    let seen = 0
    await onExpress(
      (app, pages) => {
        app.use((_req, res, next) => {
          seen += 1
          const { end } = res
          res.end = function (this: typeof res, body: Buffer) {
            const upper = body.toString().toUpperCase()
            res.setHeader('content-length', Buffer.byteLength(upper) + 1)
            return end.call(this, `${upper}!`, 'utf8')
          } as typeof end
          next()
        })
        app.use(pages)
        app.get('/', (_req, res) => void res.set(FRESH).send('page'))
        return undefined
      },
      async (get) => {
        for (let i = 0; i < 4; i++) expect((await get()).text).to.equal('PAGE!')
        expect(seen).to.equal(4)
      },
    )
  })

  it('leaves requests behind whose response has headers already', async () => {
    let [asked, reached] = [0, 0]
    await onExpress(
      (app, pages) => {
        app.use((_req, _res, next) => {
          reached += 1
          next()
        })
        app.use(pages)
        app.get('/', (_req, res) => void res.set(FRESH).send('page'))
        const front = pages.front(app)
        return (request, response) => {
          asked += 1
          if (asked > 3) response.setHeader('x-instance', 'a')
          front(request, response)
        }
      },
      async (get) => {
        for (let i = 0; i < 3; i++) await get()
        expect(reached).to.equal(2)
        expect((await get()).headers['x-instance']).to.equal('a')
        expect(reached).to.equal(3)
      },
    )
  })

  it('sends what Express says of itself, spelled as it spells it', async () => {
    await onExpress(
      (app, pages) => {
        app.use(pages)
        app.get('/', (_req, res) => void res.set(FRESH).send('page'))
        return undefined
      },
      async (get) => {
        for (let i = 0; i < 3; i++) expect((await get()).rawHeaders).to.include('X-Powered-By')
      },
    )
  })
})

async function onFastify(
  build: (app: FastifyInstance) => unknown,
  test: (get: Ask, app: FastifyInstance) => Promise<void>,
): Promise<void> {
  const cache = await createCache({ plugins: [httpResponse], logger: SILENT })
  const app = fastify({ serverFactory: frontServer() })
  await app.register(cachePlugin, { cache, front: true })
  await build(app)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    await test((path = '/') => ask(origin, path), app)
  } finally {
    await app.close()
    await cache.close()
  }
}

describe('Fastify in front mode', () => {
  it('leaves answers behind whose body a hook puts another one in place of', async () => {
    let n = 0
    await onFastify(
      (app) => {
        app.addHook('onSend', async () => String(++n))
        app.get('/', (_request, reply) => reply.headers(FRESH).send('p'))
      },
      async (get) => {
        for (let i = 1; i <= 4; i++) expect((await get()).text).to.equal(String(i))
      },
    )
  })

  it('leaves answers behind to which a hook adds a header', async () => {
    await onFastify(
      (app) => {
        let n = 0
        app.addHook('onSend', async (_request, reply) => void reply.raw.setHeader('x-n', String(++n)))
        app.get('/', (_request, reply) => reply.headers(FRESH).send('page'))
      },
      async (get) => {
        for (let i = 1; i <= 4; i++) expect((await get()).headers['x-n']).to.equal(String(i))
      },
    )
  })

  it('lets Fastify refuse requests when it closes', async () => {
    let last: Answer | undefined
    await onFastify(
      (app) => {
        app.get('/', (_request, reply) => reply.headers(FRESH).send('page'))
        app.addHook('preClose', async () => {
          last = await ask(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, '/')
        })
      },
      async (get) => {
        for (let i = 0; i < 3; i++) expect((await get()).status).to.equal(200)
      },
    )
    expect(last?.status).to.equal(503)
  })

  it('gives its server what Fastify is told about connections', () => {
    const app = fastify({
      keepAliveTimeout: 1_234,
      requestTimeout: 2_345,
      connectionTimeout: 3_456,
      maxRequestsPerSocket: 7,
      http: { maxHeaderSize: 9_000 },
      serverFactory: frontServer(),
    } as never)
    expect(app.server).to.include({
      keepAliveTimeout: 1_234,
      requestTimeout: 2_345,
      timeout: 3_456,
      maxRequestsPerSocket: 7,
    })
  })

  it('stands before the server that another factory makes', async () => {
    const made: unknown[] = []
    const factory = frontServer((handler) => {
      const server = createServer(handler)
      made.push(server)
      return server
    })
    const app = fastify({ serverFactory: factory })
    expect(made).to.deep.equal([app.server])
  })
})
