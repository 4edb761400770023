import type { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import type { Application, Request } from 'express'
import {
  contentDigest,
  type Framework,
  type HttpRequest,
  isEncrypted,
  isRedispatched,
  type Redispatched,
  redispatch,
} from '../../plugins/http-response/index.ts'

/** What the cache sees of a request. A class, so that V8 never puts it straight into its old space (pretenuring): see `Visit`. */
export class AskedRequest implements HttpRequest<Request> {
  readonly raw: Request
  readonly method: string
  /** The raw target: `url` loses the path under which a router is mounted. */
  readonly target: string
  readonly host: string
  readonly headers: IncomingHttpHeaders
  readonly secure: boolean
  /** Where the request is led to, if a layer before the cache has given it another URL than it came with. */
  readonly route: string | undefined
  readonly refreshing: boolean
  readonly framework: Framework<Request> = framework

  constructor(req: Request) {
    const { method, headers } = req
    this.raw = req
    this.method = method
    this.target = req.originalUrl
    this.host = headers.host ?? ''
    this.headers = headers
    this.secure = isEncrypted(req)
    this.route = rewritten(req)
    this.refreshing = isRedispatched(req)
    if (this.refreshing) returned.add(req)
  }
}

/**
 * A router that is mounted at a path sees the rest of the URL, with a slash before it in any case. In a list, so that it
 * can be taken for nothing else that stands in its place. A query that is as it came counts as the policy says.
 */
function rewritten({ originalUrl, baseUrl, url }: Request): string | undefined {
  if (url === originalUrl) return undefined
  const seen = baseUrl + url
  if (seen === originalUrl || baseUrl + url.slice(1) === originalUrl) return undefined
  const [path = '', query] = split(seen)
  return JSON.stringify(query === split(originalUrl)[1] ? [path] : [path, query])
}

function split(url: string): string[] {
  const at = url.indexOf('?')
  return at === -1 ? [url] : [url.slice(0, at), url.slice(at)]
}

const framework: Framework<Request> = {
  redispatch: askAgain,
  content: contentDigest,
  trustsForwarded,
  routePattern: (req) => (req.route === undefined ? undefined : `${req.baseUrl}${String(req.route.path)}`),
}

/** Whether the nearest hop may speak for the client (`trust proxy`); where it may not, Express takes no notice of it. */
function trustsForwarded({ app, socket }: Request): boolean {
  const trust: unknown = app.get('trust proxy fn')
  return typeof trust !== 'function' || Boolean(trust(socket.remoteAddress, 0))
}

/** Requests sent once more that have come back to a cache. */
const returned = new WeakSet<object>()
/** Servers on whose way they do not: what leads to the application makes another URL of theirs. */
const strange = new WeakSet<object>()

/** By the server, as whatever leads to the application is in a request's way; by the application where there is none. */
function askAgain(req: Request): Redispatched {
  const server = serverOf(req)
  if (server === undefined) return redispatch(req, req.originalUrl, outermost(req.app))
  const sent = redispatch(req, req.originalUrl, (request, response) => {
    server.emit('request', request, response)
  })
  void sent.ended.then(() => {
    if (!returned.has(sent.message)) strange.add(server)
  })
  return sent
}

/** With other listeners, those who count connections say, there is no telling what one without a connection means to them. */
function serverOf({ socket }: Request): EventEmitter | undefined {
  const { server } = socket as { readonly server?: EventEmitter }
  return server?.listenerCount('request') === 1 && !strange.has(server) ? server : undefined
}

/** The application that the server calls, where there is no server: a mounted one would see a URL without the path it is mounted at. */
function outermost(app: Application): Application {
  let at = app
  while ((at as { parent?: Application }).parent !== undefined)
    at = (at as { parent?: Application }).parent as Application
  return at
}
