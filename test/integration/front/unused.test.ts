import { once } from 'node:events'
import { createServer, IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import express, { type Express } from 'express'
import { type CacheMiddleware, type ExpressCacheOptions, httpCache } from '../../../adapters/express/index.ts'
import { httpResponse } from '../../../plugins/http-response/index.ts'
import { type Cache, createCache } from '../../../src/index.ts'
import { type Answer, ask } from '../../contracts/http-adapter-client.ts'

interface App {
  readonly cache: Cache
  readonly app: Express
  readonly pages: CacheMiddleware
  readonly warnings: readonly string[]
  /** A server for it, and a client. */
  listen(listener: RequestListener): Promise<(path?: string) => Promise<Answer>>
}

async function onExpress(
  options: Partial<ExpressCacheOptions>,
  test: (app: App) => Promise<void>,
): Promise<void> {
  const warnings: string[] = []
  const logger = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} }
  const cache = await createCache({ plugins: [httpResponse], logger })
  const app = express()
  const pages = httpCache({ cache, ttl: '1m', ...options })
  app.use(pages)
  app.get('/front', httpCache({ cache, front: true }), (_req, res) => void res.send('page'))
  app.use((_req, res) => void res.send('page'))
  const servers: ReturnType<typeof createServer>[] = []
  const listen: App['listen'] = async (listener) => {
    const server = createServer(listener).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return (path = '/') => ask(`http://127.0.0.1:${port}`, path, { headers: { host: 'test.example' } })
  }
  try {
    await test({ cache, app, pages, warnings, listen })
  } finally {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
    await cache.close()
  }
}

/** A request put to the application by hand, as test tools and warm-ups do; resolves with what is sent. */
function injected(app: Express): Promise<string> {
  const socket = new PassThrough() as unknown as Socket
  const request = Object.assign(new IncomingMessage(socket), { method: 'GET', url: '/' })
  request.headers = { host: 'test.example' }
  const response = new ServerResponse(request)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.assignSocket(socket)
  return new Promise((resolve) => {
    response.on('finish', () => setImmediate(() => resolve(Buffer.concat(chunks).toString())))
    app(request, response)
  })
}

describe('front mode on Express without a front', () => {
  it('is said, once, with what to do about it', () =>
    onExpress({ front: true }, async ({ app, listen, cache, warnings }) => {
      const get = await listen(app)
      await get()
      expect(warnings).to.deep.equal([])
      for (let i = 0; i < 3; i++) await get()
      for (let i = 0; i < 3; i++) await get('/other')
      await cache.reconfigure({})
      for (let i = 0; i < 3; i++) await get()
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.match(/^HITHERTO_FRONT_UNUSED: .*createServer\(pages\.front\(app\)\)/)
    }))

  it('is said where a single route wants it', () =>
    onExpress({}, async ({ app, listen, warnings }) => {
      const get = await listen(app)
      for (let i = 0; i < 3; i++) await get()
      expect(warnings).to.deep.equal([])
      for (let i = 0; i < 3; i++) await get('/front')
      expect(warnings).to.have.length(1)
    }))

  it('is said of each namespace that no server leads to', () =>
    onExpress({ front: true }, async ({ app, cache, pages, listen, warnings }) => {
      const other = express().use(httpCache({ cache: cache.namespace('other'), ttl: '1m', front: true }))
      other.use((_req, res) => void res.send('page'))
      const get = await listen(pages.front(other))
      await listen(app)
      for (let i = 0; i < 3; i++) await get()
      expect(warnings).to.have.length(1)
    }))

  it('is not said where there is one, of another mount or server, and after a reload', () =>
    onExpress({ front: true }, async ({ app, cache, listen, warnings }) => {
      await listen(httpCache({ cache }).front(app))
      const behind = await listen(app)
      for (let i = 0; i < 3; i++) await behind()
      await cache.reconfigure({})
      for (let i = 0; i < 3; i++) await behind()
      expect(warnings).to.deep.equal([])
    }))

  it('is not said of requests that came over no connection', () =>
    onExpress({ front: true }, async ({ app, warnings }) => {
      await injected(app)
      expect(await injected(app)).to.match(/; hit/)
      expect(warnings).to.deep.equal([])
    }))
})
