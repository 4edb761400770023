import type { IncomingHttpHeaders } from 'node:http'
import type { Application, Request } from 'express'
import {
  contentDigest,
  type Framework,
  type HttpRequest,
  isRedispatched,
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
  readonly refreshing: boolean
  readonly framework: Framework<Request> = framework

  constructor(req: Request) {
    const { method, headers } = req
    this.raw = req
    this.method = method
    this.target = req.originalUrl
    this.host = headers.host ?? ''
    this.headers = headers
    this.refreshing = isRedispatched(req)
  }
}

const framework: Framework<Request> = {
  redispatch: (req) => redispatch(req, req.originalUrl, outermost(req.app)),
  content: contentDigest,
  trustsForwarded,
  routePattern: (req) => (req.route === undefined ? undefined : `${req.baseUrl}${String(req.route.path)}`),
}

/** Whether the nearest hop may speak for the client (`trust proxy`); where it may not, Express takes no notice of it. */
function trustsForwarded({ app, socket }: Request): boolean {
  const trust: unknown = app.get('trust proxy fn')
  return typeof trust !== 'function' || Boolean(trust(socket.remoteAddress, 0))
}

/** The application that the server calls: a mounted one would see a URL without the path it is mounted at. */
function outermost(app: Application): Application {
  let at = app
  while ((at as { parent?: Application }).parent !== undefined)
    at = (at as { parent?: Application }).parent as Application
  return at
}
