import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { httpCache } from '../../adapters/express/index.ts'
import { cachePlugin, frontServer } from '../../adapters/fastify/index.ts'
import { type CacheOptions, createCache } from '../../src/index.ts'
import { bodyOf, PAGE_ROUTE, type Pages } from './http-page.ts'

/** Starts a server of pages and returns its port. */
export type Start = (pages: Pages) => Promise<number>

type Fields = Readonly<Record<string, string>>

/** Options of a cache's mount, beside the cache; and of the cache. */
export interface Cached {
  readonly observe?: boolean
  readonly cache?: CacheOptions
}

/** Connections outlast the turns of all others. */
const KEEP_ALIVE = 600_000

// Peers say more about themselves elsewhere.
process.env.NODE_ENV = 'production'

/** Node's own server: what a framework adds to shows against it. */
export function raw(fields: Fields): Start {
  return async (pages) => {
    const body = bodyOf(pages)
    const lines = [...Object.entries(fields).flat(), 'content-length', String(body.byteLength)]
    return listening(createServer((_, response) => response.writeHead(200, lines).end(body)))
  }
}

export function expressRoute(fields: Fields): Start {
  return async (pages) => {
    const app = expressApp()
    app.get(PAGE_ROUTE, expressHandler(fields, pages))
    return listening(createServer(app))
  }
}

/** What Express asks for a middleware that does nothing but send. */
export function expressMiddleware(fields: Fields): Start {
  return async (pages) => {
    const app = expressApp()
    const body = bodyOf(pages)
    const lines = [...Object.entries(fields).flat(), 'content-length', String(body.byteLength)]
    app.use((_, response) => {
      response.writeHead(200, lines)
      response.end(body)
    })
    return listening(createServer(app))
  }
}

export function expressHitherto(fields: Fields, options: Cached = {}): Start {
  return async (pages) => {
    const { cache, ...own } = options
    const app = expressApp()
    app.use(httpCache({ cache: await createCache(cache), ...own }))
    app.get(PAGE_ROUTE, expressHandler(fields, pages))
    return listening(createServer(app))
  }
}

/** Front mode: what is stored is sent before Express runs. */
export function expressFront(fields: Fields): Start {
  return async (pages) => {
    const app = expressApp()
    const cached = httpCache({ cache: await createCache(), front: true })
    app.use(cached)
    app.get(PAGE_ROUTE, expressHandler(fields, pages))
    return listening(createServer(cached.front(app)))
  }
}

/** It has no types of its own. */
type Apicache = { middleware(duration: string): RequestHandler }

export function expressApicache(fields: Fields): Start {
  return async (pages) => {
    const app = expressApp()
    const apicache = createRequire(import.meta.url)('apicache') as Apicache
    app.use(apicache.middleware('1 hour'))
    app.get(PAGE_ROUTE, expressHandler(fields, pages))
    return listening(createServer(app))
  }
}

export function fastifyRoute(fields: Fields): Start {
  return async (pages) => {
    const app = fastify({ keepAliveTimeout: KEEP_ALIVE })
    app.get(PAGE_ROUTE, fastifyHandler(fields, pages))
    return fastifyListening(app)
  }
}

export function fastifyHitherto(fields: Fields, options: Cached = {}): Start {
  return async (pages) => {
    const { cache, ...own } = options
    const app = fastify({ keepAliveTimeout: KEEP_ALIVE })
    await app.register(cachePlugin, { cache: await createCache(cache), ...own })
    app.get(PAGE_ROUTE, fastifyHandler(fields, pages))
    return fastifyListening(app)
  }
}

/** Front mode: what is stored is sent before Fastify runs. */
export function fastifyFront(fields: Fields): Start {
  return async (pages) => {
    const app = fastify({ keepAliveTimeout: KEEP_ALIVE, serverFactory: frontServer() })
    await app.register(cachePlugin, { cache: await createCache(), front: true })
    app.get(PAGE_ROUTE, fastifyHandler(fields, pages))
    return fastifyListening(app)
  }
}

function expressApp(): Express {
  const app = express()
  app.disable('x-powered-by')
  return app
}

function expressHandler(fields: Fields, pages: Pages): RequestHandler {
  const body = bodyOf(pages)
  return (_: Request, response: Response) => {
    response.set(fields)
    response.send(body)
  }
}

function fastifyHandler(fields: Fields, pages: Pages): (request: unknown, reply: FastifyReply) => void {
  const body = bodyOf(pages)
  return (_, reply) => {
    reply.headers(fields)
    reply.send(body)
  }
}

async function listening(server: Server): Promise<number> {
  server.keepAliveTimeout = KEEP_ALIVE
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function fastifyListening(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}
