import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'
import { fastify } from 'fastify'
import { httpCache } from '../../../adapters/express/index.ts'
import { cachePlugin, frontServer } from '../../../adapters/fastify/index.ts'
import { type HttpCacheOptions, httpResponse } from '../../../plugins/http-response/index.ts'
import { type Cache, type CacheOptions, createCache } from '../../../src/index.ts'
import { type Answer, type Ask, ask } from '../../contracts/http-adapter-client.ts'

/** What must be equal between the front and the ordinary place. */
export function comparable({ status, headers, text }: Answer): object {
  if (status !== 304) return { status, text, headers }
  // A 304 may have the length of what it stands for (RFC 9110, 8.6): Fastify adds it to those that answer HEAD.
  const { 'content-length': _, ...others } = headers
  return { status, text, headers: others }
}

export interface Page {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a layer before the cache may do. */
export interface LayerTools {
  set(name: string, value: string): void
  /** Answers in place of the handler. */
  refuse(status: number): void
}

export type Layer = (request: IncomingMessage, tools: LayerTools) => void

export interface Parts {
  /** Makes the pages of the mount. */
  readonly page: (request: IncomingMessage) => Page
  readonly layers?: readonly Layer[]
  readonly mount?: HttpCacheOptions
  /** Options of paths that begin so, over those of the mount. */
  readonly routes?: Readonly<Record<string, HttpCacheOptions>>
  readonly cache?: CacheOptions
}

export interface Served {
  readonly cache: Cache
  /** Requests that the framework has seen. */
  readonly reached: number
  readonly warnings: readonly string[]
  /** Through the front. */
  get(path?: string, options?: Ask): Promise<Answer>
  /** The same application without it. */
  behind(path?: string, options?: Ask): Promise<Answer>
  /** Twice, so that the answer is stored and has been sent once; more often if layers add to it. */
  warm(path?: string, options?: Ask, times?: number): Promise<void>
  /** Whether the answer to this request did without the framework. */
  isInFront(path?: string, options?: Ask): Promise<boolean>
  readonly origin: string
  close(): Promise<void>
}

export interface Rig {
  readonly name: string
  serve(parts: Parts): Promise<Served>
}

interface Started {
  readonly front: Server
  readonly behind: Server
  close(): Promise<void>
}

const expressRig: Rig = {
  name: 'Express',
  serve: (parts) =>
    served(parts, async (cache, arrived) => {
      const app = express()
      app.set('env', 'test')
      app.use((_req, _res, next) => {
        arrived()
        next()
      })
      for (const layer of parts.layers ?? [])
        app.use((req, res, next) => {
          let refused = false
          layer(req, {
            set: (name, value) => void res.setHeader(name, value),
            refuse: (status) => {
              refused = true
              res.status(status).end()
            },
          })
          if (!refused) next()
        })
      const pages = httpCache({ cache, ...(parts.mount as HttpCacheOptions<Request>) })
      app.use(pages)
      const send = (req: Request, res: Response) => {
        const { status = 200, headers = {}, body = 'page' } = parts.page(req)
        res.status(status).set(headers).send(body)
      }
      for (const [path, options] of Object.entries(parts.routes ?? {}))
        app.use(path, httpCache({ cache, ...(options as HttpCacheOptions<Request>) }), send)
      app.use(send)
      const front = await listening(pages.front(app))
      const behind = await listening(app)
      return { front, behind, close: async () => void (await Promise.all([shut(front), shut(behind)])) }
    }),
}

const fastifyRig: Rig = {
  name: 'Fastify',
  serve: (parts) =>
    served(parts, async (cache, arrived) => {
      const app = fastify({ forceCloseConnections: true, serverFactory: frontServer() })
      app.addHook('onRequest', (_request, _reply, done) => {
        arrived()
        done()
      })
      for (const layer of parts.layers ?? [])
        app.addHook('onRequest', (request, reply, done) => {
          layer(request.raw, {
            set: (name, value) => void reply.header(name, value),
            refuse: (status) => void reply.code(status).send(),
          })
          if (!reply.sent) done()
        })
      await app.register(cachePlugin, { cache, ...(parts.mount as object) })
      app.addContentTypeParser('*', (_request, _payload, done) => done(null))
      const routes = { ...parts.routes, '': undefined }
      for (const [path, options] of Object.entries(routes))
        app.all(
          `${path}/*`,
          { config: options === undefined ? {} : { cache: options as object } },
          (request, reply) => {
            const { status = 200, headers = {}, body = 'page' } = parts.page(request.raw)
            reply
              .code(status)
              .headers(headers)
              .send(body === '' ? undefined : body)
          },
        )
      await app.listen({ port: 0, host: '127.0.0.1' })
      const behind = await listening((request, response) => app.routing(request, response))
      return {
        front: app.server,
        behind,
        close: async () => void (await Promise.all([app.close(), shut(behind)])),
      }
    }),
}

export const rigs: readonly Rig[] = [expressRig, fastifyRig]

async function served(
  parts: Parts,
  start: (cache: Cache, arrived: () => void) => Promise<Started>,
): Promise<Served> {
  const warnings: string[] = []
  const logger = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} }
  const cache = await createCache({ logger, plugins: [httpResponse], ...parts.cache })
  let reached = 0
  const { front, behind, close } = await start(cache, () => {
    reached += 1
  })
  const origin = originOf(front)
  const self: Served = {
    cache,
    warnings,
    origin,
    get reached() {
      return reached
    },
    get: (path = '/', options) => ask(origin, path, atOneHost(options)),
    behind: (path = '/', options) => ask(originOf(behind), path, atOneHost(options)),
    async warm(path = '/', options = {}, times = 2) {
      for (let i = 0; i < times; i++) await self.get(path, options)
    },
    async isInFront(path = '/', options = {}) {
      const before = reached
      await self.get(path, options)
      return reached === before
    },
    async close() {
      await close()
      await cache.close()
    },
  }
  return self
}

/** The two servers have ports of their own. */
function atOneHost(options: Ask = {}): Ask {
  return { ...options, headers: { host: 'test.example', ...options.headers } }
}

async function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function shut(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Runs a test on a server of its own in front mode, with this page unless the parts name another. */
export function servingOn(
  rig: Rig,
  page: Parts['page'],
): (parts: Partial<Parts>, test: (served: Served) => Promise<void>) => Promise<void> {
  return async (parts, test) => {
    const served = await rig.serve({ page, mount: { front: true }, ...parts })
    try {
      await test(served)
    } finally {
      await served.close()
    }
  }
}
