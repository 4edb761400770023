import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Cache, CacheEnvironment, CacheOptions, Plugin } from '../../src/index.ts'

/** What the suite needs to see of a request; the requests of frameworks have it under the same names. */
export interface ContractRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Of text/plain, as the framework's parser behind the cache gives it. */
  readonly body?: unknown
}

export type ContractHeaders = Readonly<Record<string, string | readonly string[]>>

/** How a handler of the suite answers, in the framework's own words. */
export interface ContractResponse {
  /** Status and headers of what follows; without it 200 and none. */
  head(status: number, headers?: ContractHeaders): this
  /** The whole body at once; without one, an empty answer. */
  send(body?: string | Buffer): void
  /** The body from a stream. */
  pipe(source: Readable): void
  /** A piece of the body; false when the receiver cannot keep up. */
  write(chunk: string | Buffer): boolean
  /** The end of a body that was written in pieces. */
  end(): void
  /** Resolves when the receiver can take more. */
  drained(): Promise<void>
  /** Whether the client has left. */
  readonly gone: boolean
  /** The framework's `cacheTags`. */
  tag(...tags: string[]): void
  /** Cuts the connection. */
  destroy(): void
}

/** A route handler; it may answer later than it returns. A throw or a rejection is the framework's to answer. */
export type ContractHandler = (request: ContractRequest, response: ContractResponse) => void | Promise<void>

/** The options of a mount or a route, as the adapter takes them. */
export interface ContractPolicy {
  readonly ttl?: number | string
  readonly staleWhileRevalidate?: number | string
  readonly staleIfError?: number | string
  readonly softTimeout?: number | string
  readonly keep?: number | string
  readonly negativeTtl?: number | string | Readonly<Record<string, number | string>>
  readonly explicitErrors?: boolean
  readonly shareCookies?: boolean
  readonly tags?: readonly string[] | ((request: ContractRequest) => readonly string[])
  readonly key?: (request: ContractRequest) => string
  readonly vary?: readonly string[]
  readonly languages?: readonly string[]
  readonly observe?: boolean | 'warn'
  readonly exempt?: readonly string[]
  readonly bypass?: (request: ContractRequest) => boolean
  readonly requestDirectives?: boolean
  readonly heuristic?: boolean
  readonly cacheStatus?: boolean | 'brief' | 'debug'
  readonly tenant?: (request: ContractRequest) => string
  readonly principal?: (request: ContractRequest) => string | undefined
  readonly sortQuery?: boolean
  readonly allowQuery?: readonly string[]
  readonly dropQuery?: readonly string[]
  readonly targets?: readonly string[]
  readonly sendTags?: boolean
  readonly fieldNames?: boolean
  readonly etag?: boolean
  readonly compress?: boolean
  readonly query?: boolean
  readonly maxBodySize?: number | string
  readonly collapseTimeout?: number | string
}

/** Which pages are purged, as the adapter takes it. */
export type ContractPurge = (
  | { readonly url: string }
  | { readonly tags: readonly string[] }
  | { readonly groups: readonly string[]; readonly host: string }
  | { readonly prefix: string }
  | { readonly pattern: string }
) & { readonly soft?: boolean; readonly tenant?: string }

export interface ContractRoute {
  /** Default GET. A GET route also answers HEAD, as the framework does it. */
  readonly method?: string
  /** A literal path, or `*` for every path. */
  readonly path: string
  readonly handler: ContractHandler
  /** The route's own policy inside the mount. */
  readonly cache?: ContractPolicy
}

/** What a layer around the handlers may do: set a header, add a Set-Cookie. */
export interface ContractHead {
  set(name: string, value: string | readonly string[]): void
  cookie(value: string): void
}

/** A middleware or request hook. */
export type ContractLayer = (request: ContractRequest, head: ContractHead) => void

export interface ServeOptions {
  /** Options of the cache. */
  readonly cache?: CacheOptions & CacheEnvironment
  /** The policy of the mount. */
  readonly mount?: ContractPolicy
  /** Registered before the cache: runs for every request. */
  readonly before?: readonly ContractLayer[]
  /** Registered after the cache: runs when the handler does. */
  readonly after?: readonly ContractLayer[]
  /** Answers what a handler threw; without one, the framework does. */
  readonly onError?: ContractHandler
}

/** A server under test. */
export interface ContractServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string
  readonly cache: Cache
  /** The adapter's purge. */
  purge(what: ContractPurge): Promise<void>
  /** Closes connections, server and cache. */
  close(): Promise<void>
}

/** One framework's words for what the suite asks of an adapter. */
export interface HttpAdapterDriver {
  readonly name: string
  /** The HTTP plugin, where its name in the catalogue would load another copy of it. Default `'http-response'`. */
  readonly plugin?: Plugin
  serve(routes: readonly ContractRoute[], options: ServeOptions): Promise<ContractServer>
}
