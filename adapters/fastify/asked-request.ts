import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  contentDigest,
  type Framework,
  type HeaderFields,
  type HttpPolicy,
  type HttpRequest,
  type HttpSurface,
  isEncrypted,
  isRedispatched,
  redispatch,
} from '../../plugins/http-response/index.ts'
import type { RouteContexts } from './route-context.ts'
import { routeName } from './route-identity.ts'

/** One request at the cache. A class, so that V8 never puts it straight into its old space (pretenuring): see `Visit`. */
export class Call {
  readonly surface: HttpSurface
  readonly policy: HttpPolicy<FastifyRequest>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly contexts: RouteContexts
  /** What the cache sees of the request. */
  readonly asked: AskedRequest

  /** @param config of the matched route */
  constructor(
    surface: HttpSurface,
    policy: HttpPolicy<FastifyRequest>,
    contexts: RouteContexts,
    config: object | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    this.surface = surface
    this.policy = policy
    this.request = request
    this.reply = reply
    this.contexts = contexts
    this.asked = new AskedRequest(request, config)
  }
}

class AskedRequest implements HttpRequest<FastifyRequest> {
  readonly raw: FastifyRequest
  readonly method: string
  readonly target: string
  readonly host: string
  readonly headers: HeaderFields
  readonly secure: boolean
  readonly route: string | undefined
  readonly refreshing: boolean
  readonly framework: Framework<FastifyRequest> = framework

  constructor(request: FastifyRequest, config: object | undefined) {
    const { raw } = request
    const { headers, method = request.method, url = request.url } = raw
    this.raw = request
    this.method = method
    this.target = url
    // HTTP/2 has no host header: `:authority` takes its place.
    this.host = headers.host ?? (headers[':authority'] as string | undefined) ?? ''
    this.headers = headers as HeaderFields
    this.secure = isEncrypted(raw)
    // Constraints of other routes can lead a request past the one of its URL: Accept-Version does for all of them.
    this.route = request.is404 ? NOT_FOUND : routeName(config)
    this.refreshing = isRedispatched(raw)
  }
}

/** The name of no route. */
const NOT_FOUND = '404'

const framework: Framework<FastifyRequest> = {
  redispatch: ({ raw, originalUrl, server }) => redispatch(raw, originalUrl, server.routing),
  content: ({ raw }) => contentDigest(raw),
  routePattern: ({ routeOptions }) => routeOptions.url,
}
