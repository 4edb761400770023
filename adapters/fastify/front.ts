import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import {
  createServer as createSecureServer,
  type Server as SecureServer,
  type ServerOptions as SecureServerOptions,
} from 'node:https'
import type { FastifyInstance, FastifyServerFactory } from 'fastify'
import { FrontDoor, type FrontListener, type HttpPolicy } from '../../plugins/http-response/index.ts'
import { type Cache, CallOptionError } from '../../src/index.ts'

/** The door of one server; closed until its cache plugin opens it, and again when the server closes. */
interface Entrance {
  door: FrontDoor | undefined
  /** What its cache plugins know, each of its own routes. */
  readonly routes: (() => FrontRoutes)[]
}

/** By server, and by the listener that all servers of one Fastify instance share. */
const entrances = new WeakMap<object, Entrance>()

/**
 * Front mode: a `serverFactory` whose server sends stored answers before Fastify sees the request. Those come through
 * whose plugin or route says `front: true`; everything else goes to Fastify. No hook runs for such an answer, no
 * authentication and no log: docs/guides/http-front.md says when that is safe.
 *
 * @param factory makes the server in the place of Fastify, as `serverFactory` does
 * @throws CallOptionError for HTTP/2 and for `rewriteUrl`, when the server is made
 * @example
 * const app = fastify({ serverFactory: frontServer() })
 * await app.register(cachePlugin, { cache, front: true })
 */
export function frontServer(factory?: FastifyServerFactory): FastifyServerFactory
export function frontServer(
  factory: FastifyServerFactory = serverOf as FastifyServerFactory,
  ...more: unknown[]
): FastifyServerFactory {
  // Fastify calls a factory with its handler and options.
  if (more.length > 0) {
    throw new CallOptionError(
      'frontServer',
      'is to be called: fastify({ serverFactory: frontServer() }), with parentheses.',
    )
  }
  if (typeof factory !== 'function') {
    throw new CallOptionError('frontServer', 'expected nothing, or a function that makes a server.')
  }
  return (handler, options) => {
    refuse(options)
    const entrance = entrances.get(handler) ?? { door: undefined, routes: [] }
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      if (entrance.door?.answer(request, response) !== true) handler(request, response)
    }
    const server = factory(listener as typeof handler, options)
    entrances.set(handler, entrance)
    entrances.set(server, entrance)
    return server
  }
}

/** What would make a request another one than it is in front. */
function refuse(options: Record<string, unknown>): void {
  if (options.http2) throw new CallOptionError('frontServer', 'serves HTTP/1 only. Leave http2 out.')
  if (options.rewriteUrl === undefined || options.rewriteUrl === null) return
  throw new CallOptionError(
    'frontServer',
    'cannot be used with rewriteUrl: the URL that a page is stored for is not the one that is asked for. Leave one of them out.',
  )
}

/** As Fastify makes it, which leaves all of this to a `serverFactory`. */
function serverOf(handler: FrontListener, options: Record<string, unknown>): Server | SecureServer {
  const { https, http, keepAliveTimeout, requestTimeout, connectionTimeout, maxRequestsPerSocket } = options
  const server = https
    ? createSecureServer((https === true ? {} : https) as SecureServerOptions, handler)
    : createServer((http ?? {}) as ServerOptions, handler)
  server.keepAliveTimeout = keepAliveTimeout as number
  server.requestTimeout = requestTimeout as number
  server.setTimeout(connectionTimeout as number)
  if ((maxRequestsPerSocket as number) > 0) server.maxRequestsPerSocket = maxRequestsPerSocket as number
  return server
}

/** What a server knows of its routes when it is ready. */
export interface FrontRoutes {
  readonly policies: readonly HttpPolicy[]
  /** The path of a route that its URL and `Accept-Version` alone do not lead to, if there is one. */
  readonly constrained: string | undefined
}

/**
 * Opens the front of a server when it is ready, if its routes want one.
 *
 * @throws CallOptionError when ready, for a server and routes that do not go together
 */
export function openFront(fastify: FastifyInstance, cache: Cache, routes: () => FrontRoutes): void {
  const entrance = entrances.get(fastify.server)
  entrance?.routes.push(routes)
  fastify.addHook('onReady', (done) => {
    const error = unfit(entrance, routes())
    if (error === undefined && entrance !== undefined && wantsFront(routes()))
      entrance.door = new FrontDoor(cache)
    done(error)
  })
  // From then on Fastify refuses requests.
  fastify.addHook('preClose', (done) => {
    if (entrance !== undefined) entrance.door = undefined
    done()
  })
}

function wantsFront({ policies }: FrontRoutes): boolean {
  return policies.some(({ front }) => front !== undefined)
}

function unfit(entrance: Entrance | undefined, own: FrontRoutes): CallOptionError | undefined {
  if (!wantsFront(own)) {
    if (entrance === undefined || entrance.routes.some((routes) => wantsFront(routes()))) return undefined
    const fix = 'Say front: true to the cache plugin or to a route, or leave it out.'
    return new CallOptionError('frontServer', `has nothing to answer. ${fix}`)
  }
  if (entrance === undefined)
    return new CallOptionError(
      'front',
      'needs a server that it can stand before: fastify({ serverFactory: frontServer() }).',
    )
  if (entrance.door !== undefined)
    return new CallOptionError('front', 'is for one cache of a server. Say it in one cache plugin only.')
  const { constrained } = own
  if (constrained === undefined) return undefined
  return new CallOptionError(
    'front',
    `cannot tell which route a request means: ${constrained} has a constraint other than its version. Leave one of them out.`,
  )
}
