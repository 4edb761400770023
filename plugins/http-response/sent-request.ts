import type { Framework, HttpRequest } from './keys.ts'
import type { ObservedHeaders } from './observed-headers.ts'
import type { HeaderFields } from './rules/index.ts'

/**
 * The request with the headers that the client sent, whatever the layers behind the cache do to them: by these it will
 * be looked for. A class: see `Visit`.
 */
export class SentRequest implements HttpRequest {
  readonly raw: unknown
  readonly method: string
  readonly target: string
  readonly host: string
  readonly route: string | undefined
  readonly framework: Framework<unknown> | undefined
  readonly refreshing: boolean | undefined
  readonly contentDigest: string | undefined
  readonly contentInKey: boolean | undefined
  readonly #headers: HeaderFields
  readonly #observed: ObservedHeaders | undefined

  constructor(request: HttpRequest, observed: ObservedHeaders | undefined) {
    this.raw = request.raw
    this.method = request.method
    this.target = request.target
    this.host = request.host
    this.route = request.route
    this.framework = request.framework
    this.refreshing = request.refreshing
    this.contentDigest = request.contentDigest
    this.contentInKey = request.contentInKey
    this.#headers = observed === undefined ? { ...request.headers } : request.headers
    this.#observed = observed
  }

  get headers(): HeaderFields {
    return this.#observed === undefined ? this.#headers : this.#observed.given
  }
}
