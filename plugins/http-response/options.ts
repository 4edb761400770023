import { type ByteSize, type Duration, tagList } from '../../src/domain/index.ts'
import { type FrontOptions, frontHeaders } from './front-options.ts'
import {
  bodySize,
  choice,
  duration,
  flag,
  headerNames,
  knownOptions,
  languageTags,
  negativeTtls,
  optionalFunction,
  stringList,
} from './option-checks.ts'
import { checkedBypass, checkedTags, checkedText } from './policy-functions.ts'
import { type NegativeTtls, TARGETS } from './rules/index.ts'

/** How much Cache-Status says: all but the key, only hit or why not, or all. */
export type CacheStatusDetail = boolean | 'brief' | 'debug'

/** What a route, or a whole application, says of its answers. `R` is the framework's request. */
export interface HttpCacheOptions<R = unknown> {
  /**
   * The lifetime of pages, in place of what their own headers say. It acts as a targeted cache-control field
   * (RFC 9213): never a licence to share what is private. Default: the headers decide.
   */
  readonly ttl?: Duration
  /** How long a page that has just become stale is served while it is made anew (RFC 5861). Default: the headers decide. */
  readonly staleWhileRevalidate?: Duration
  /**
   * How long a stale answer takes the place of a 500, 502, 503 or 504 of its handler (RFC 5861). Default: the headers
   * decide, and where neither they nor `s-maxage` or `must-revalidate` speak of it, 1m (RFC 9111, 4.3.3). 0: never.
   */
  readonly staleIfError?: Duration
  /** A handler that takes longer than this is answered for by a stale answer, within `staleIfError`. Default: never. */
  readonly softTimeout?: Duration
  /** How long stale answers with a validator are kept, to be confirmed by the handler. Default 1h. */
  readonly keep?: Duration
  /**
   * Keeps 404, 405, 410, 414 and 500 to 504 for so long at most, or each status (or `'4xx'`, `'5xx'`) for its own time.
   * Default: errors of the handler are not kept, and what was not found only as its headers say.
   */
  readonly negativeTtl?: Duration | Readonly<Record<string, Duration>>
  /** Keeps 400 and 5xx that name their own lifetime, as RFC 9111 allows. Default false: error handlers keep that of the page. */
  readonly explicitErrors?: boolean
  /** What every answer depends on, beside what it was made from. A route's come on top of its mount's. */
  readonly tags?: readonly string[] | ((request: R) => readonly string[])
  /** Keeps Set-Cookie with the answer and sends it to everybody who gets it: for cookies that are the same for all. Default false. */
  readonly shareCookies?: boolean
  /** Whether Surrogate-Key and Cache-Tag, which are taken as tags, are sent on. Default false. */
  readonly sendTags?: boolean
  /** What tells pages apart, in place of the URL. */
  readonly key?: (request: R) => string
  /** Whose answers these are: tenants share nothing. */
  readonly tenant?: (request: R) => string
  /**
   * The user, where it is known before the cache: private answers are then kept, each for its own user. Without one
   * (undefined), nothing private is kept.
   */
  readonly principal?: (request: R) => string | undefined
  /** Whether the order of query parameters says nothing. Default false. */
  readonly sortQuery?: boolean
  /** The query parameters that answers depend on; all others are left out of the key. Default: all count. */
  readonly allowQuery?: readonly string[]
  /** Query parameters that no answer depends on (`utm_source`): left out of the key. */
  readonly dropQuery?: readonly string[]
  /** Request headers that the answers depend on, as if the handler had sent them in Vary. A route's come on top. */
  readonly vary?: readonly string[]
  /**
   * Whether stored answers are sent before the framework runs, where its server leads requests there: nothing that runs
   * before the cache then has a say. Its `headers` are what those layers set to the same value on every answer. Default false.
   */
  readonly front?: boolean | FrontOptions
  /**
   * The languages that the handlers have, the first one their default. The one that a request asks for (RFC 4647, 3.4)
   * takes the place of its Accept-Language, so that there is one answer for each of them and not for each spelling.
   * Default: the field counts as it is.
   */
  readonly languages?: readonly string[]
  /**
   * Whether the request headers that a handler reads tell its answers apart, also those that it does not name in Vary
   * (observed Vary): true; `'warn'` only says which they are, to the logger; false for handlers that cannot read through
   * a Proxy (`structuredClone`). Default true.
   */
  readonly observe?: boolean | 'warn'
  /** Request headers that no answer depends on, although something behind the cache reads them. A route's come on top. */
  readonly exempt?: readonly string[]
  /** Requests that neither read nor fill the cache: of a mount, and of its route too. */
  readonly bypass?: (request: R) => boolean
  /** Whether Cache-Control and Pragma of the request count. Default true. */
  readonly requestDirectives?: boolean
  /**
   * Fields that speak to this cache before Cache-Control (RFC 9213); the first one present counts. Default
   * Hitherto-Cache-Control, then CDN-Cache-Control.
   */
  readonly targets?: readonly string[]
  /**
   * Whether `private="..."` and `no-cache="..."` with field names hold back these fields only (RFC 9111, 5.2.2.4 and
   * 5.2.2.7). Default false: they hold back the whole answer, however they are spelled.
   */
  readonly fieldNames?: boolean
  /** Whether Last-Modified may give a lifetime when nothing else does (RFC 9111, 4.2.2). Default true. */
  readonly heuristic?: boolean
  /** Whether answers say what the cache did with them, in Cache-Status (RFC 9211), and how much. Default true. */
  readonly cacheStatus?: CacheStatusDetail
  /** Whether stored answers without a validator get a weak ETag made from their bytes. Default true. */
  readonly etag?: boolean
  /**
   * Sends stored bodies of text compressed (zstd where Node has it, brotli, gzip) to clients that want that. Default
   * false: they are sent as the handler made them.
   */
  readonly compress?: boolean
  /** Keeps answers to QUERY requests (RFC 10008), each for its own content. Default false. */
  readonly query?: boolean
  /** Longer bodies pass through unstored. Default 5mb. */
  readonly maxBodySize?: ByteSize
  /** How long a request waits for another one's answer before it goes on by itself. Default 5s. */
  readonly collapseTimeout?: Duration
}

/** The options of one mount, checked and complete. Times are milliseconds. */
export interface HttpPolicy<R = unknown> {
  readonly ttl: number | undefined
  readonly staleWhileRevalidate: number | undefined
  readonly staleIfError: number | undefined
  readonly softTimeout: number | undefined
  readonly keep: number
  readonly negativeTtl: NegativeTtls | undefined
  readonly explicitErrors: boolean
  readonly tags: readonly string[] | ((request: R) => readonly string[])
  readonly shareCookies: boolean
  readonly sendTags: boolean
  readonly key: ((request: R) => string) | undefined
  readonly tenant: ((request: R) => string) | undefined
  readonly principal: ((request: R) => string | undefined) | undefined
  readonly sortQuery: boolean
  readonly allowQuery: readonly string[] | undefined
  readonly dropQuery: readonly string[]
  readonly vary: readonly string[]
  /** The constant headers of the layers before the cache; undefined where nothing is answered in front. */
  readonly front: readonly string[] | undefined
  readonly languages: readonly string[] | undefined
  readonly observe: boolean | 'warn'
  readonly exempt: readonly string[]
  readonly bypass: ((request: R) => boolean) | undefined
  readonly requestDirectives: boolean
  readonly targets: readonly string[]
  readonly fieldNames: boolean
  readonly heuristic: boolean
  readonly cacheStatus: CacheStatusDetail
  readonly etag: boolean
  readonly compress: boolean
  readonly query: boolean
  readonly maxBodySize: number
  readonly collapseTimeout: number
}

/** What holds where nothing was said. */
export const DEFAULT_POLICY: HttpPolicy = {
  ttl: undefined,
  staleWhileRevalidate: undefined,
  staleIfError: undefined,
  softTimeout: undefined,
  keep: 3_600_000,
  negativeTtl: undefined,
  explicitErrors: false,
  tags: [],
  shareCookies: false,
  sendTags: false,
  key: undefined,
  tenant: undefined,
  principal: undefined,
  sortQuery: false,
  allowQuery: undefined,
  dropQuery: [],
  vary: [],
  front: undefined,
  languages: undefined,
  observe: true,
  exempt: [],
  bypass: undefined,
  requestDirectives: true,
  targets: TARGETS,
  fieldNames: false,
  heuristic: true,
  cacheStatus: true,
  etag: true,
  compress: false,
  query: false,
  maxBodySize: 5 * 1024 * 1024,
  collapseTimeout: 5_000,
}

const OBSERVE: readonly (boolean | 'warn')[] = [true, 'warn', false]
const STATUS_DETAILS: readonly CacheStatusDetail[] = [true, false, 'brief', 'debug']

/**
 * Options over what they extend: a route over its mount, a mount over the plugin's own. What an answer depends on and
 * what keeps it out of the cache (`tags`, `vary`, `exempt`, `bypass`) adds up; of the rest, the nearest to the handler holds.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`; when mounted, not on a request
 */
export function httpPolicy<R>(
  options: HttpCacheOptions<R>,
  base: HttpPolicy<R> = DEFAULT_POLICY,
): HttpPolicy<R> {
  knownOptions(options, Object.keys(DEFAULT_POLICY))
  const { negativeTtl, tags, allowQuery, dropQuery, vary, targets, maxBodySize } = options
  return {
    ttl: duration('ttl', options.ttl, base.ttl),
    staleWhileRevalidate: duration(
      'staleWhileRevalidate',
      options.staleWhileRevalidate,
      base.staleWhileRevalidate,
    ),
    staleIfError: duration('staleIfError', options.staleIfError, base.staleIfError),
    softTimeout: duration('softTimeout', options.softTimeout, base.softTimeout),
    keep: duration('keep', options.keep, base.keep),
    negativeTtl: negativeTtl === undefined ? base.negativeTtl : negativeTtls(negativeTtl),
    explicitErrors: flag('explicitErrors', options.explicitErrors, base.explicitErrors),
    tags: tags === undefined ? base.tags : bothTags(base.tags, listOrFunction(tags)),
    shareCookies: flag('shareCookies', options.shareCookies, base.shareCookies),
    sendTags: flag('sendTags', options.sendTags, base.sendTags),
    key: checkedText('key', optionalFunction('key', options.key)) ?? base.key,
    tenant: checkedText('tenant', optionalFunction('tenant', options.tenant)) ?? base.tenant,
    principal: checkedText('principal', optionalFunction('principal', options.principal)) ?? base.principal,
    sortQuery: flag('sortQuery', options.sortQuery, base.sortQuery),
    allowQuery: allowQuery === undefined ? base.allowQuery : stringList('allowQuery', allowQuery),
    dropQuery: dropQuery === undefined ? base.dropQuery : stringList('dropQuery', dropQuery),
    vary: vary === undefined ? base.vary : [...new Set([...base.vary, ...headerNames('vary', vary)])].sort(),
    languages: options.languages === undefined ? base.languages : languageTags(options.languages),
    front: frontHeaders(options.front, base.front),
    observe: choice('observe', options.observe, OBSERVE, base.observe),
    exempt:
      options.exempt === undefined
        ? base.exempt
        : [...new Set([...base.exempt, ...headerNames('exempt', options.exempt)])],
    bypass: eitherBypass(base.bypass, checkedBypass(optionalFunction('bypass', options.bypass))),
    requestDirectives: flag('requestDirectives', options.requestDirectives, base.requestDirectives),
    targets: targets === undefined ? base.targets : headerNames('targets', targets),
    fieldNames: flag('fieldNames', options.fieldNames, base.fieldNames),
    heuristic: flag('heuristic', options.heuristic, base.heuristic),
    cacheStatus: choice('cacheStatus', options.cacheStatus, STATUS_DETAILS, base.cacheStatus),
    etag: flag('etag', options.etag, base.etag),
    compress: flag('compress', options.compress, base.compress),
    query: flag('query', options.query, base.query),
    maxBodySize: maxBodySize === undefined ? base.maxBodySize : bodySize('maxBodySize', maxBodySize),
    collapseTimeout: duration('collapseTimeout', options.collapseTimeout, base.collapseTimeout),
  }
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
  return (request) => outer(request) || inner(request)
}

function listOrFunction<R>(tags: Tags<R>): Tags<R> {
  return typeof tags === 'function' ? checkedTags(tags) : tagList(tags)
}
