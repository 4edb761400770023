import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  contentDigest,
  type HeaderFields,
  type HttpPolicy,
  type HttpRequest,
  type HttpSurface,
  isRedispatched,
  type Redispatched,
  redispatch,
} from '../../plugins/http-response/index.ts'
import { routeName } from './route-identity.ts'

/** One request at the cache. A class, so that V8 never puts it straight into its old space (pretenuring): see `Visit`. */
export class Call {
  readonly surface: HttpSurface
  readonly policy: HttpPolicy<FastifyRequest>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** What the cache sees of the request. */
  readonly asked: AskedRequest

  /** @param config of the matched route */
  constructor(
    surface: HttpSurface,
    policy: HttpPolicy<FastifyRequest>,
    config: object | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    this.surface = surface
    this.policy = policy
    this.request = request
    this.reply = reply
    this.asked = new AskedRequest(request, config)
  }
}

class AskedRequest implements HttpRequest<FastifyRequest> {
  readonly raw: FastifyRequest
  readonly method: string
  readonly target: string
  readonly host: string
  readonly headers: HeaderFields
  readonly route: string | undefined
  readonly refreshing: boolean
  readonly content: (() => Promise<string | undefined>) | undefined
  readonly redispatch: () => Redispatched
  readonly routePattern: () => string | undefined

  constructor(request: FastifyRequest, config: object | undefined) {
    const { raw } = request
    const { headers, method = request.method, url = request.url } = raw
    this.raw = request
    this.method = method
    this.target = url
    // HTTP/2 has no host header: `:authority` takes its place.
    this.host = headers.host ?? (headers[':authority'] as string | undefined) ?? ''
    this.headers = headers as HeaderFields
    this.route = routeName(config)
    this.refreshing = isRedispatched(raw)
    this.content = method === 'QUERY' ? () => contentDigest(raw) : undefined
    this.redispatch = () => redispatch(raw, request.originalUrl, request.server.routing)
    this.routePattern = () => request.routeOptions.url
  }
}
