import type { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import type { Application, Request } from 'express'
import {
  contentDigest,
  type Framework,
  type HttpRequest,
  isEncrypted,
  isRedispatched,
  type Listener,
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
  }
}

/** A router that is mounted at a path sees the rest of the URL, with a slash before it in any case. */
function rewritten({ originalUrl, baseUrl, url }: Request): string | undefined {
  if (url === originalUrl) return undefined
  const seen = baseUrl + url
  return seen === originalUrl || baseUrl + url.slice(1) === originalUrl ? undefined : seen
}

const framework: Framework<Request> = {
  redispatch: (req) => redispatch(req, req.originalUrl, serverOf(req) ?? outermost(req.app)),
  content: contentDigest,
  trustsForwarded,
  routePattern: (req) => (req.route === undefined ? undefined : `${req.baseUrl}${String(req.route.path)}`),
}

/** Whether the nearest hop may speak for the client (`trust proxy`); where it may not, Express takes no notice of it. */
function trustsForwarded({ app, socket }: Request): boolean {
  const trust: unknown = app.get('trust proxy fn')
  return typeof trust !== 'function' || Boolean(trust(socket.remoteAddress, 0))
}

/** What is called for each request of a connection: whatever leads to the application is in its way once more. */
function serverOf({ socket }: Request): Listener | undefined {
  const { server } = socket as { readonly server?: EventEmitter }
  if (server === undefined || server.listenerCount('request') === 0) return undefined
  return (request, response) => void server.emit('request', request, response)
}

/** The application that the server calls, where there is no server: a mounted one would see a URL without the path it is mounted at. */
function outermost(app: Application): Application {
  let at = app
  while ((at as { parent?: Application }).parent !== undefined)
    at = (at as { parent?: Application }).parent as Application
  return at
}
