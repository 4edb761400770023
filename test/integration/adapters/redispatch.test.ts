import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import express, { Router } from 'express'
import { fastify } from 'fastify'
import { httpCache } from '../../../adapters/express/index.ts'
import { cachePlugin } from '../../../adapters/fastify/index.ts'
import { createCache } from '../../../src/index.ts'
import { fakeClock } from '../../contracts/index.ts'

/** A page that says which run it was, stale after a minute and then served while it is made anew. */
const SWR = 'max-age=60, stale-while-revalidate=600'

/** Asks until the answer is another one; the event loop goes on meanwhile. */
async function nextAnswer(get: () => Promise<string>, old: string): Promise<string> {
  for (let i = 0; i < 2_000; i++) {
    const answer = await get()
    if (answer !== old) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
  return old
}

/** Serves with a listener, and asks it for one path. */
async function served(
  listener: RequestListener,
  path: string,
  test: (get: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await test(async () => (await fetch(`http://127.0.0.1:${port}${path}`)).text())
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('a new answer behind a stale one', () => {
  it('is made through whatever leads to the application, also where that is no mount of Express', async () => {
    const clock = fakeClock()
    const inner = express()
    inner.use(httpCache({ cache: await createCache({ clock }) }))
    let runs = 0
    inner.get('/page', (req, res) => {
      res.set('cache-control', SWR).send(`${(req as { locale?: string }).locale} ${++runs}`)
    })
    const outer = express()
    outer.use('/inner', (req, res, next) => inner(req, res, next))
    const listener: RequestListener = (req, res) => outer(Object.assign(req, { locale: 'en' }), res)
    await served(listener, '/inner/page', async (get) => {
      expect(await get()).to.equal('en 1')
      clock.advance(60_000)
      expect(await nextAnswer(get, 'en 1')).to.equal('en 2')
    })
  })

  it('is made in the application where a listener before it has taken the URL for another one', async () => {
    const clock = fakeClock()
    const app = express()
    app.use(httpCache({ cache: await createCache({ clock }) }))
    let runs = 0
    app.get('/a', (_req, res) => void res.set('cache-control', SWR).send(`run ${++runs}`))
    const listener: RequestListener = (req, res) => {
      if (!req.url?.startsWith('/base')) return void res.writeHead(404).end()
      req.url = req.url.slice(5)
      app(req, res)
    }
    await served(listener, '/base/a', async (get) => {
      await get()
      clock.advance(60_000)
      // The first one finds out.
      await get()
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
      clock.advance(2_000)
      expect(await nextAnswer(get, 'run 1')).to.equal('run 2')
    })
  })

  it('is made by Express in the application that the server calls, through all that stands before the cache', async () => {
    const clock = fakeClock()
    const cache = await createCache({ clock })
    const before: string[] = []
    let runs = 0
    const router = Router()
    router.get('/page', (req, res) => {
      runs += 1
      res.set('cache-control', SWR).send(`${req.originalUrl} ${req.hostname} ${req.ip} ${runs}`)
    })
    const inner = express()
    inner.use(httpCache({ cache }))
    inner.use('/router', router)
    const app = express()
    app.use((req, _res, next) => {
      before.push(req.url)
      next()
    })
    app.use('/inner', inner)
    const server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const get = async () => (await fetch(`http://127.0.0.1:${port}/inner/router/page?q=1`)).text()
    try {
      const first = await get()
      expect(first).to.match(/^\/inner\/router\/page\?q=1 127.0.0.1 .*127.0.0.1 1$/)
      clock.advance(60_000)
      expect(await get()).to.equal(first)
      expect(await nextAnswer(get, first)).to.equal(first.replace(/1$/, '2'))
      expect(runs).to.equal(2)
      expect(new Set(before)).to.deep.equal(new Set(['/inner/router/page?q=1']))
    } finally {
      server.close()
      server.closeAllConnections()
      await cache.close()
    }
  })

  it('is made by Fastify on the route of the first, inside its plugin and its constraints', async () => {
    const clock = fakeClock()
    const cache = await createCache({ clock })
    const app = fastify()
    const hooked: string[] = []
    app.addHook('onRequest', async (request) => void hooked.push(request.url))
    await app.register(cachePlugin, { cache })
    const runs = { a: 0, b: 0 }
    await app.register(
      async (scope) => {
        for (const name of ['a', 'b'] as const) {
          scope.get('/page', { constraints: { host: `${name}.example` } }, async (request, reply) => {
            runs[name] += 1
            reply.header('cache-control', SWR)
            return `${name} ${request.host} ${request.ip} ${runs[name]}`
          })
        }
      },
      { prefix: '/scope' },
    )
    const get = async (name: string) =>
      (await app.inject({ url: '/scope/page', headers: { host: `${name}.example` } })).payload
    const first = await get('a')
    await get('b')
    clock.advance(60_000)
    expect(await get('a')).to.equal(first)
    expect(await nextAnswer(() => get('a'), first)).to.equal(first.replace(/1$/, '2'))
    expect(runs).to.deep.equal({ a: 2, b: 1 })
    expect(new Set(hooked)).to.deep.equal(new Set(['/scope/page']))
    await app.close()
    await cache.close()
  })

  it('is made by Fastify for requests over HTTP/2', async () => {
    const clock = fakeClock()
    const cache = await createCache({ clock })
    const app = fastify({ http2: true })
    await app.register(cachePlugin, { cache } as never)
    let runs = 0
    app.get('/page', async (request, reply) => {
      runs += 1
      reply.header('cache-control', SWR).header('vary', 'x-a')
      return `${request.host} ${request.headers['x-a']} ${runs}`
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const session = connect(`http://127.0.0.1:${port}`)
    const get = () => text(session.request({ ':path': '/page', 'x-a': '1' }))
    const first = await get()
    clock.advance(60_000)
    expect(await get()).to.equal(first)
    expect(await nextAnswer(get, first)).to.equal(`127.0.0.1:${port} 1 2`)
    session.close()
    await app.close()
    await cache.close()
  })

  it('is given up after a minute where the handler never answers, and tried again', async () => {
    const clock = fakeClock()
    const cache = await createCache({ clock })
    const app = express()
    let runs = 0
    app.use(httpCache({ cache }))
    app.get('/page', (_req, res) => {
      runs += 1
      if (runs === 1) res.set('cache-control', SWR).send('first')
    })
    const server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const get = async () => (await fetch(`http://127.0.0.1:${port}/page`)).text()
    try {
      await get()
      clock.advance(60_000)
      for (let i = 0; i < 3; i++) expect(await get()).to.equal('first')
      expect(runs).to.equal(2)
      clock.advance(60_000)
      for (let i = 0; i < 3; i++) await get()
      clock.advance(60_000)
      for (let i = 0; i < 3; i++) expect(await get()).to.equal('first')
      expect(runs).to.equal(3)
    } finally {
      // Given up, and given the time to end that a handler has whose client has left.
      for (let i = 0; i < 2; i++) {
        clock.advance(60_000)
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
      server.close()
      server.closeAllConnections()
      await cache.close()
    }
  })
})
