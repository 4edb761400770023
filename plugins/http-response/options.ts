import {
  type ByteSize,
  CallOptionError,
  cacheTtl,
  type Duration,
  describe,
  nearestNames,
  parseByteSize,
  tagList,
} from '../../src/domain/index.ts'
import { asciiLower, isToken } from './rules/index.ts'

/** What a route, or a whole application, says of its answers. `R` is the framework's request. */
export interface HttpCacheOptions<R = unknown> {
  /**
   * The lifetime of pages, in place of what their own headers say. It acts as a targeted cache-control field
   * (RFC 9213): never a licence to share what is private. Default: the headers decide.
   */
  readonly ttl?: Duration
  /** What every answer depends on, beside what it was made from. A route's come on top of its mount's. */
  readonly tags?: readonly string[] | ((request: R) => readonly string[])
  /** What tells pages apart, in place of the URL. */
  readonly key?: (request: R) => string
  /** Request headers that the answers depend on, as if the handler had sent them in Vary. A route's come on top. */
  readonly vary?: readonly string[]
  /** Requests that neither read nor fill the cache: of a mount, and of its route too. */
  readonly bypass?: (request: R) => boolean
  /** Whether Cache-Control and Pragma of the request count. Default true. */
  readonly requestDirectives?: boolean
  /** Whether Last-Modified may give a lifetime when nothing else does (RFC 9111, 4.2.2). Default true. */
  readonly heuristic?: boolean
  /** Whether answers say what the cache did with them, in Cache-Status (RFC 9211). Default true. */
  readonly cacheStatus?: boolean
  /** Whether stored answers without a validator get a weak ETag made from their bytes. Default true. */
  readonly etag?: boolean
  /** Longer bodies pass through unstored. Default 5mb. */
  readonly maxBodySize?: ByteSize
  /** How long a request waits for another one's answer before it goes on by itself. Default 5s. */
  readonly collapseTimeout?: Duration
}

/** The options of one mount, checked and complete. */
export interface HttpPolicy<R = unknown> {
  readonly ttl: number | undefined
  readonly tags: readonly string[] | ((request: R) => readonly string[])
  readonly key: ((request: R) => string) | undefined
  readonly vary: readonly string[]
  readonly bypass: ((request: R) => boolean) | undefined
  readonly requestDirectives: boolean
  readonly heuristic: boolean
  readonly cacheStatus: boolean
  readonly etag: boolean
  readonly maxBodySize: number
  readonly collapseTimeout: number
}

/** What holds where nothing was said. */
export const DEFAULT_POLICY: HttpPolicy = {
  ttl: undefined,
  tags: [],
  key: undefined,
  vary: [],
  bypass: undefined,
  requestDirectives: true,
  heuristic: true,
  cacheStatus: true,
  etag: true,
  maxBodySize: 5 * 1024 * 1024,
  collapseTimeout: 5_000,
}

/**
 * Options over what they extend: a route over its mount, a mount over the plugin's own. What an answer depends on and
 * what keeps it out of the cache (`tags`, `vary`, `bypass`) adds up; of the rest, the nearest to the handler holds.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`; when mounted, not on a request
 */
export function httpPolicy<R>(
  options: HttpCacheOptions<R>,
  base: HttpPolicy<R> = DEFAULT_POLICY,
): HttpPolicy<R> {
  const known = Object.keys(DEFAULT_POLICY)
  for (const name of Object.keys(options)) if (!known.includes(name)) throw unknownOption(name, known)
  return {
    ttl: options.ttl === undefined ? base.ttl : cacheTtl(options.ttl, 'ttl'),
    tags: options.tags === undefined ? base.tags : bothTags(base.tags, listOrFunction(options.tags)),
    key: optionalFunction('key', options.key) ?? base.key,
    vary: options.vary === undefined ? base.vary : headerNames([...base.vary, ...headerList(options.vary)]),
    bypass: eitherBypass(base.bypass, optionalFunction('bypass', options.bypass)),
    requestDirectives: flag('requestDirectives', options.requestDirectives, base.requestDirectives),
    heuristic: flag('heuristic', options.heuristic, base.heuristic),
    cacheStatus: flag('cacheStatus', options.cacheStatus, base.cacheStatus),
    etag: flag('etag', options.etag, base.etag),
    maxBodySize: options.maxBodySize === undefined ? base.maxBodySize : bodySize(options.maxBodySize),
    collapseTimeout:
      options.collapseTimeout === undefined
        ? base.collapseTimeout
        : cacheTtl(options.collapseTimeout, 'collapseTimeout'),
  }
}

function unknownOption(name: string, known: readonly string[]): CallOptionError {
  const nearest = nearestNames(name, known)
  const hint = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `Known: ${known.join(', ')}.`
  return new CallOptionError(name, `there is no such option of the HTTP cache. ${hint}`)
}

type Tags<R> = HttpPolicy<R>['tags']
type Bypass<R> = HttpPolicy<R>['bypass']

/** The tags that the policy gives to the answer of this request. */
export function tagsOf<R>({ tags }: HttpPolicy<R>, request: R): readonly string[] {
  return typeof tags === 'function' ? tags(request) : tags
}

function bothTags<R>(outer: Tags<R>, inner: Tags<R>): Tags<R> {
  if (typeof outer !== 'function') {
    if (outer.length === 0) return inner
    if (typeof inner !== 'function') return [...outer, ...inner]
  }
  const of = (tags: Tags<R>, request: R) => (typeof tags === 'function' ? tags(request) : tags)
  return (request) => [...of(outer, request), ...of(inner, request)]
}

function eitherBypass<R>(outer: Bypass<R>, inner: Bypass<R>): Bypass<R> {
  if (outer === undefined || inner === undefined) return inner ?? outer
  return (request) => Boolean(outer(request)) || Boolean(inner(request))
}

function listOrFunction<T>(tags: readonly string[] | T): readonly string[] | T {
  return typeof tags === 'function' ? tags : tagList(tags)
}

function optionalFunction<F>(option: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw new CallOptionError(option, `expected a function of the request, got ${describe(value)}.`)
}

function flag(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw new CallOptionError(option, `expected true or false, got ${describe(value)}.`)
}

function headerList(names: unknown): readonly string[] {
  if (Array.isArray(names)) return names
  throw new CallOptionError('vary', `expected header names, got ${describe(names)}.`)
}

function headerNames(names: readonly unknown[]): readonly string[] {
  const checked = names.map((name) => {
    if (typeof name === 'string' && isToken(name)) return asciiLower(name)
    throw new CallOptionError(
      'vary',
      `expected header names such as 'accept-language', got ${describe(name)}.`,
    )
  })
  return [...new Set(checked)].sort()
}

function bodySize(value: ByteSize): number {
  const bytes = parseByteSize(value)
  if (bytes !== undefined) return bytes
  throw new CallOptionError(
    'maxBodySize',
    `expected bytes or a string such as '5mb', got ${describe(value)}.`,
  )
}
