import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { httpCache } from '../../../adapters/express/index.ts'
import { httpResponse } from '../../../plugins/http-response/index.ts'
import { createCache } from '../../../src/index.ts'
import type {
  ContractHeaders,
  ContractLayer,
  ContractPolicy,
  ContractResponse,
  ContractRoute,
  HttpAdapterDriver,
} from '../../contracts/index.ts'

/** How handlers answer: with Express's own `res.send`, or as a plain `node:http` handler does. */
export type ExpressStyle = 'send' | 'raw'

/** @param front whether stored answers may be sent before Express runs */
export function expressDriver(style: ExpressStyle, front = false): HttpAdapterDriver {
  const how = style === 'send' ? 'Express, res.send' : 'Express, writeHead and end'
  return {
    plugin: httpResponse,
    name: front ? `${how}, in front` : how,
    async serve(routes, { cache: options = {}, mount, before = [], after = [], onError }) {
      const cache = await createCache(options)
      const app = express()
      app.set('env', 'test') // Express writes each thrown error to stderr otherwise
      app.disable('x-powered-by')
      for (const layer of before) app.use(middleware(layer))
      const pages = httpCache({ cache, ...inFront(front, mount) })
      app.use(pages)
      app.use(express.text())
      for (const layer of after) app.use(middleware(layer))
      for (const route of routes)
        addRoute(app, route, style, route.cache && httpCache({ cache, ...route.cache }))
      if (onError !== undefined) {
        app.use((_error: unknown, req: Request, res: Response, _next: NextFunction) => {
          void onError(req, responseOf(res, style))
        })
      }
      return {
        ...(await listening(front ? pages.front(app) : app, cache)),
        purge: (what) => pages.purge(what),
      }
    },
  }
}

const OF_THE_REQUEST = ['key', 'tenant', 'principal', 'bypass'] as const

/** Options with front mode, if it is wanted and can be had. */
export function inFront(
  front: boolean,
  options: ContractPolicy = {},
): ContractPolicy & { readonly front?: boolean } {
  return front ? { front: !OF_THE_REQUEST.some((name) => name in options), ...options } : options
}

/** Serves an application until it is closed, with the cache it belongs to. */
export async function listening<C extends { close(): Promise<void> }>(
  app: RequestListener,
  cache: C,
): Promise<{ origin: string; cache: C; close(): Promise<void> }> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    cache,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await cache.close()
    },
  }
}

function addRoute(
  app: Express,
  route: ContractRoute,
  style: ExpressStyle,
  own: RequestHandler | undefined,
): void {
  const method = (route.method ?? 'GET').toLowerCase() as 'get'
  const answers = (req: Request) =>
    req.method === method.toUpperCase() || (method === 'get' && req.method === 'HEAD')
  const handler: RequestHandler = (req, res) => route.handler(req, responseOf(res, style))
  if (route.path === '*') app.use((req, res, next) => (answers(req) ? handler(req, res, next) : next()))
  else app[method](route.path, ...(own === undefined ? [] : [own]), handler)
}

function middleware(layer: ContractLayer): RequestHandler {
  return (req, res, next) => {
    layer(req, {
      set: (name, value) => void res.setHeader(name, value as string | string[]),
      cookie: (value) => void res.appendHeader('set-cookie', value),
    })
    next()
  }
}

function responseOf(res: Response, style: ExpressStyle): ContractResponse {
  let head: [number, Record<string, string | string[]>] = [200, {}]
  // A raw handler gives its whole head to writeHead, with the first bytes.
  const begin = () => {
    if (style === 'raw' && !res.headersSent) res.writeHead(...head)
  }
  const response: ContractResponse = {
    head(status: number, headers: ContractHeaders = {}) {
      head = [status, headers as Record<string, string | string[]>]
      if (style === 'send') {
        res.status(status)
        for (const [name, value] of Object.entries(headers)) res.set(name, value as string | string[])
      }
      return response
    },
    send(body?: string | Buffer) {
      begin()
      if (style === 'raw' || body === undefined) res.end(body)
      else res.send(body)
    },
    pipe(source) {
      begin()
      source.on('error', () => res.destroy())
      source.pipe(res)
    },
    write(chunk) {
      begin()
      return res.write(chunk)
    },
    end() {
      begin()
      res.end()
    },
    drained: () => new Promise((resolve) => res.once('drain', resolve)),
    get gone() {
      return res.destroyed
    },
    tag: (...tags) => void res.cacheTags(...tags),
    destroy: () => void res.destroy(),
  }
  return response
}
