import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express, { type Express } from 'express'
import { httpCache } from '../../../adapters/express/index.ts'
import { type Cache, createCache } from '../../../src/index.ts'
import { ask, statusOf } from '../../contracts/http-adapter-client.ts'

type Get = (path: string, headers?: Record<string, string>) => ReturnType<typeof ask>

/** Serves an application on a server and asks it. */
async function served(
  build: (app: Express, cache: Cache) => unknown,
  test: (get: Get, server: Server) => Promise<void>,
): Promise<void> {
  const cache = await createCache()
  const app = express()
  app.set('env', 'test')
  build(app, cache)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await test((path, headers = {}) => ask(`http://127.0.0.1:${port}`, path, { headers }), server)
  } finally {
    server.closeAllConnections()
    server.close()
    await cache.close()
  }
}

describe('Express: the URL of a page', () => {
  it('is told from others that a layer before the cache leads to another place', () =>
    served(
      (app, cache) => {
        app.use((req, _res, next) => {
          if (req.headers['x-mobile'] !== undefined) req.url = '/mobile'
          next()
        })
        app.use(httpCache({ cache, ttl: '1m' }))
        app.get('/mobile', (_req, res) => void res.send('mobile'))
        app.get('/page', (_req, res) => void res.send('desktop'))
      },
      async (get) => {
        expect((await get('/page', { 'x-mobile': '1' })).text).to.equal('mobile')
        expect((await get('/page')).text).to.equal('desktop')
        const again = await get('/page', { 'x-mobile': '1' })
        expect([again.text, /hit/.test(statusOf(again))]).to.deep.equal(['mobile', true])
      },
    ))

  it('reaches the page wherever it was led to, when it is purged', () => {
    let pages: ReturnType<typeof httpCache> | undefined
    let runs = 0
    return served(
      (app, cache) => {
        pages = httpCache({ cache, ttl: '1m' })
        app.use((req, _res, next) => {
          req.url = '/other'
          next()
        })
        app.use(pages)
        app.get('/other', (_req, res) => void res.send(`run ${++runs}`))
      },
      async (get, server) => {
        const { port } = server.address() as AddressInfo
        expect((await get('/page')).text).to.equal('run 1')
        expect((await get('/page')).text).to.equal('run 1')
        await pages?.purge({ url: `http://127.0.0.1:${port}/page` })
        expect((await get('/page')).text).to.equal('run 2')
      },
    )
  })

  it('counts by what the policy says of its query, also where its path is led elsewhere', () => {
    let pages: ReturnType<typeof httpCache> | undefined
    return served(
      (app, cache) => {
        pages = httpCache({ cache, ttl: '1m', allowQuery: [] })
        app.use((req, _res, next) => {
          req.url = req.url.replace(/^\/(?:en|v1)/, '')
          next()
        })
        app.use(pages)
        app.use((_req, res) => void res.send('page'))
      },
      async (get) => {
        await get('/en/a?utm=1')
        expect(statusOf(await get('/en/a?utm=2'))).to.match(/; hit/)
        await get('/v1[x')
        await pages?.purge({ prefix: '/' })
        expect(statusOf(await get('/en/a'))).to.match(/; fwd/)
      },
    )
  })

  it('has one page, whichever router it is asked through', () =>
    served(
      (app, cache) => {
        const inner = express.Router()
        inner.use(httpCache({ cache, ttl: '1m', cacheStatus: 'debug' }))
        inner.get(['/', '/page'], (req, res) => void res.send(req.originalUrl))
        app.use('/inner', inner)
      },
      async (get) => {
        for (const path of ['/inner', '/inner?a=1', '/inner/', '/inner/page?b=2']) {
          expect((await get(path)).text).to.equal(path)
          const hit = statusOf(await get(path))
          expect(hit).to.match(/; hit/)
          expect(hit).to.include(`${JSON.stringify(path).slice(1, -1)}\\",null]`)
        }
      },
    ))

  it('is another one over TLS: a redirect from http to https is not sent to those who are there', () =>
    served(
      (app, cache) => {
        app.use(httpCache({ cache, ttl: '1m', vary: [] }))
        app.get('/', (req, res) => {
          if (!req.secure) return res.redirect(301, 'https://example.com/')
          res.send('secure')
        })
      },
      async (get, server) => {
        expect((await get('/')).status).to.equal(301)
        server.on('connection', (socket) => Object.assign(socket, { encrypted: true }))
        server.closeAllConnections()
        expect((await get('/')).text).to.equal('secure')
        expect(statusOf(await get('/'))).to.match(/; hit/)
      },
    ))
})

describe('Express: a mount behind another one', () => {
  for (const option of ['tenant', 'key'] as const) {
    it(`with a ${option} of its own, which comes too late, keeps its answers out and says so`, async () => {
      const errors: unknown[] = []
      const cache = await createCache({ onError: (error) => void errors.push(error) })
      const who = (req: express.Request) => String(req.headers['x-site'])
      await served(
        (app) => {
          app.use(httpCache({ cache }))
          app.get(
            '/',
            httpCache({ cache, ttl: '1m', [option]: who }),
            (req, res) => void res.send(`for ${who(req)}`),
          )
        },
        async (get) => {
          for (const site of ['a', 'b', 'a'])
            expect((await get('/', { 'x-site': site })).text).to.equal(`for ${site}`)
        },
      )
      expect(errors.map((error) => (error as { code?: string }).code)).to.include('HITHERTO_OPTION_INVALID')
      expect(String(errors[0])).to.include(`${option}: comes too late`)
    })
  }

  it('with the same function for its tenants says nothing new', async () => {
    const cache = await createCache()
    const common = { cache, tenant: (req: express.Request) => String(req.headers['x-site']) }
    await served(
      (app) => {
        app.use(httpCache(common))
        app.get('/', httpCache({ ...common, ttl: '1m' }), (_req, res) => void res.send('page'))
      },
      async (get) => {
        await get('/', { 'x-site': 'a' })
        expect(statusOf(await get('/', { 'x-site': 'a' }))).to.match(/; hit/)
      },
    )
  })

  it('with another cache keeps its answers out and says so', async () => {
    const errors: unknown[] = []
    const outer = await createCache({ onError: (error) => void errors.push(error) })
    let runs = 0
    await served(
      (app, cache) => {
        app.use(httpCache({ cache: outer }))
        app.get('/', httpCache({ cache, ttl: '1m' }), (_req, res) => void res.send(`run ${++runs}`))
      },
      async (get) => {
        expect([(await get('/')).text, (await get('/')).text]).to.deep.equal(['run 1', 'run 2'])
      },
    )
    expect(String(errors[0])).to.include('cache: is another one')
  })
})

describe('Express: layers before the cache that change bytes in place', () => {
  it('change those of each answer, and not what is stored', () =>
    served(
      (app, cache) => {
        app.use((_req, res, next) => {
          const { end } = res
          res.end = function (this: typeof res, body: Buffer) {
            for (let at = 0; at < body.length; at++) body[at] = (body[at] as number) + 1
            return (end as (body: Buffer) => typeof res).call(this, body)
          } as typeof end
          next()
        })
        app.use(httpCache({ cache, ttl: '1m' }))
        app.get('/', (_req, res) => void res.end(Buffer.from('abc')))
      },
      async (get) => {
        for (let i = 0; i < 4; i++) expect((await get('/')).text).to.equal('bcd')
      },
    ))
})
