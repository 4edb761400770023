import { type CacheDirectives, requestDirectives } from './cache-control.ts'
import { fieldValue, hasField } from './fields.ts'
import { ageOf, type Freshness } from './freshness.ts'
import type { ResponseControl } from './response-control.ts'
import { isServerError, isStorableStatus, isUnderstood } from './status-codes.ts'
import type { RequestView, ResponseHead } from './types.ts'
import { varyNames } from './vary.ts'

/** A response that might be stored. */
export interface StoreCandidate {
  readonly request: RequestView
  readonly response: ResponseHead
  readonly control: ResponseControl
  readonly freshness: Freshness
  /** The response was sent to its end: nothing was cut off or aborted. */
  readonly complete: boolean
}

export interface StoreOptions {
  /** Whether the request's own `no-store` counts. Default true. */
  readonly requestDirectives?: boolean
  /** Whether a stored response can be validated with the handler: then `no-cache` and stale ones with a validator are kept. Default false. */
  readonly validation?: boolean
  /** Whether an error that names its own lifetime is kept, where RFC 9111, 3 lets it be. Default false. */
  readonly explicitErrors?: boolean
  /** Whether it would be kept for one user alone: then `private` and credentials are no reason against it. Default false. */
  readonly forOneUser?: boolean
  /** Whether a response with Set-Cookie is kept, without that field or with it. Default false. */
  readonly setCookie?: boolean
}

/** Why a response was not stored; fit for the `detail` of Cache-Status. */
export type StoreRefusal =
  | 'method'
  | 'method-override'
  | 'request-body'
  | 'incomplete'
  | 'request-no-store'
  | 'no-store'
  | 'private'
  | 'no-cache'
  | 'set-cookie'
  | 'vary-any'
  | 'trailers'
  | 'event-stream'
  | 'status'
  | 'must-understand'
  | 'authorization'
  | 'cookie'
  | 'no-freshness'
  /** Not by a rule of RFC 9111: see observed-vary.ts. */
  | 'all-headers'
  | 'many-headers'
  /** Longer than is kept: see body-length.ts. */
  | 'too-large'
  | 'stale'

export type Storability = { readonly store: true } | { readonly store: false; readonly reason: StoreRefusal }

type Predicate = (candidate: StoreCandidate, options: StoreOptions) => boolean

/** Only GET fills: a HEAD answer has no body to give to a GET, and other methods are not asked twice. */
export function isFillingMethod(method: string): boolean {
  return method === 'GET'
}

/** A header by which some frameworks turn a GET into another method, after the cache has seen it. */
export function overridesMethod(request: RequestView): boolean {
  return METHOD_OVERRIDES.some((name) => hasField(request.headers, name))
}

/** A GET with content: no part of the key, yet a handler may have answered it (RFC 9110, 9.3.1). */
export function hasRequestBody(request: RequestView): boolean {
  if (request.contentInKey === true) return false
  const length = fieldValue(request.headers, 'content-length')
  return hasField(request.headers, 'transfer-encoding') || (length !== undefined && length !== '0')
}

/**
 * RFC 9111, 5.2.2.5. Beside a well-formed must-understand, no-store is meant for caches that do not know the
 * directive, and a cache that understands the status ignores it (5.2.2.3).
 */
export function forbidsStoring(directives: CacheDirectives, status: number): boolean {
  if (!directives.noStore) return false
  return directives.malformed || !directives.mustUnderstand || !isUnderstood(status)
}

/**
 * RFC 9111, 3.5: a response to a request with Authorization is stored only if it says so itself. A malformed
 * field says nothing. A route's policy is not asked.
 */
export function allowsAuthorized(directives: CacheDirectives): boolean {
  if (directives.malformed) return false
  return directives.public || directives.sMaxAge !== undefined || directives.mustRevalidate
}

/**
 * A Cookie is the credential of most sites, though no RFC says so to caches. s-maxage is not enough: it is
 * written in good faith on pages that greet their visitor by name.
 */
export function allowsCookie(directives: CacheDirectives): boolean {
  return directives.public && !directives.malformed
}

/**
 * The statuses that may be stored at all. RFC 9111, 3 lets any final status with its own lifetime be stored, and
 * the public cache tests call storing a 5xx optimal (none of the required ones needs it). It is off by default
 * all the same: a framework's error handler keeps a `Cache-Control: max-age` that was set before the handler
 * failed, and what looks like the response's own word is then the word of the page it failed to be. 401, 403
 * and their kin are never stored (see status-codes.ts). The lifetime of a route's policy does not reach errors at
 * all (see policy.ts); a negative ttl does (see negative.ts).
 */
export function isAllowedStatus(status: number, freshness: Freshness, options: StoreOptions): boolean {
  const explicit = options.explicitErrors === true && EXPLICIT.has(freshness.rule)
  if (!isStorableStatus(status)) return explicit && status === 400
  return !isServerError(status) || explicit || freshness.rule === 'negative'
}

/** The response has something the handler can confirm (RFC 9111, 4.3.1). */
export function hasValidator(response: ResponseHead): boolean {
  return hasField(response.headers, 'etag') || hasField(response.headers, 'last-modified')
}

/** Can this response ever be reused, from the moment it arrived? */
function isEverReusable({ freshness }: StoreCandidate): boolean {
  const limit = freshness.lifetime + Math.max(freshness.staleWhileRevalidate, freshness.staleIfError)
  return ageOf(freshness, freshness.responseTime) < limit
}

function canValidate(candidate: StoreCandidate, options: StoreOptions): boolean {
  return options.validation === true && hasValidator(candidate.response)
}

/** Without a word about caching there is no wish to be stored; Express alone gives an ETag to everything it sends. */
function isSilent({ freshness, control }: StoreCandidate): boolean {
  return freshness.rule === 'none' && !control.directives.noCache
}

/** A cookie is set for one visitor; RFC 9111, 7.3 leaves the decision to the cache. */
function setsCookie({ response, control }: StoreCandidate, options: StoreOptions): boolean {
  if (options.setCookie === true || control.directives.withheld.includes('set-cookie')) return false
  return hasField(response.headers, 'set-cookie')
}

function isEventStream({ response }: StoreCandidate): boolean {
  return /^text\/event-stream[ \t]*(?:;|$)/i.test(fieldValue(response.headers, 'content-type') ?? '')
}

const METHOD_OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'] as const

const EXPLICIT: ReadonlySet<Freshness['rule']> = new Set(['s-maxage', 'max-age', 'expires'])

/** Each refusal with the condition that brings it about, in the order in which they are asked. */
const REFUSALS: readonly (readonly [StoreRefusal, Predicate])[] = [
  ['method', ({ request }) => !isFillingMethod(request.method)],
  ['method-override', ({ request }) => overridesMethod(request)],
  ['request-body', ({ request }) => hasRequestBody(request)],
  ['incomplete', ({ complete }) => !complete],
  // RFC 9111, 5.2.1.5
  [
    'request-no-store',
    ({ request }, options) =>
      options.requestDirectives !== false && requestDirectives(request.headers).noStore,
  ],
  ['no-store', ({ control, response }) => forbidsStoring(control.directives, response.status)],
  // 5.2.2.7: this is a shared cache
  ['private', ({ control }, { forOneUser }) => control.directives.private && forOneUser !== true],
  [
    'no-cache',
    (candidate, options) => candidate.control.directives.noCache && !canValidate(candidate, options),
  ],
  ['set-cookie', setsCookie],
  // 4.1: a stored `Vary: *` never matches
  ['vary-any', ({ response }) => varyNames(response.headers) === '*'],
  // RFC 9110, 6.5: what comes behind the body may say whether it is good, and hits would be without it
  ['trailers', ({ response }) => hasField(response.headers, 'trailer')],
  // Not by a rule of RFC 9111: it has no end, and what was an event for one is none for who comes later
  ['event-stream', isEventStream],
  ['status', ({ response, freshness }, options) => !isAllowedStatus(response.status, freshness, options)],
  // 5.2.2.3
  [
    'must-understand',
    ({ control, response }) => control.directives.mustUnderstand && !isUnderstood(response.status),
  ],
  [
    'authorization',
    ({ request, control }, { forOneUser }) =>
      forOneUser !== true &&
      hasField(request.headers, 'authorization') &&
      !allowsAuthorized(control.directives),
  ],
  [
    'cookie',
    ({ request, control }, { forOneUser }) =>
      forOneUser !== true && hasField(request.headers, 'cookie') && !allowsCookie(control.directives),
  ],
  ['no-freshness', isSilent],
  ['stale', (candidate, options) => !isEverReusable(candidate) && !canValidate(candidate, options)],
]

/**
 * Whether a shared cache may store this response (RFC 9111, 3), and if not, the first rule against it.
 *
 * @example
 * const verdict = storability({ request, response, control, freshness, complete: true })
 * if (!verdict.store) log(verdict.reason) // 'private'
 */
export function storability(candidate: StoreCandidate, options: StoreOptions = {}): Storability {
  for (const [reason, refuses] of REFUSALS) {
    if (refuses(candidate, options)) return { store: false, reason }
  }
  return { store: true }
}
