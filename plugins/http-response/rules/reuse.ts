import { type CacheDirectives, NO_DIRECTIVES, requestDirectives } from './cache-control.ts'
import { ageOf, type Freshness, mayServeWhileRevalidating } from './freshness.ts'
import type { RequestView } from './types.ts'

/** Why a stored response does not answer a request. */
export type MissReason =
  | 'method'
  | 'no-entry'
  | 'stale'
  | 'no-cache'
  | 'request-no-cache'
  | 'request-no-store'
  | 'request-max-age'
  | 'request-min-fresh'

/** Ages are milliseconds. */
export type ReuseDecision =
  | { readonly kind: 'hit'; readonly age: number }
  | { readonly kind: 'stale'; readonly age: number; readonly reason: 'stale-while-revalidate' | 'max-stale' }
  | { readonly kind: 'miss'; readonly reason: MissReason }
  /** The client wants a stored response or none: answer 504 (RFC 9111, 5.2.1.7). */
  | { readonly kind: 'gateway-timeout'; readonly reason: MissReason }

export interface ReuseOptions {
  /** Whether Cache-Control and Pragma of the request count. Default true. */
  readonly requestDirectives?: boolean
}

/** Methods that a stored response can answer. */
export function isReadingMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/**
 * Whether the selected stored response may answer this request now (RFC 9111, 4 and 5.2.1).
 *
 * @param stored what is known of the stored response that the key and the Vary selected; undefined if none
 * @param now wall-clock milliseconds
 */
export function decideReuse(
  request: RequestView,
  stored: Freshness | undefined,
  now: number,
  options: ReuseOptions = {},
): ReuseDecision {
  const asked = options.requestDirectives === false ? NO_DIRECTIVES : requestDirectives(request.headers)
  const decision = select(request, asked, stored, now)
  return decision.kind === 'miss' && asked.onlyIfCached ? { ...decision, kind: 'gateway-timeout' } : decision
}

function select(
  request: RequestView,
  asked: CacheDirectives,
  stored: Freshness | undefined,
  now: number,
): ReuseDecision {
  if (!isReadingMethod(request.method)) return { kind: 'miss', reason: 'method' }
  if (stored === undefined) return { kind: 'miss', reason: 'no-entry' }
  const age = ageOf(stored, now)
  const reason = stored.alwaysValidate ? 'no-cache' : refusedByRequest(asked, stored, age)
  if (reason !== undefined) return { kind: 'miss', reason }
  if (stored.lifetime > age) return { kind: 'hit', age }
  const stale = staleReason(asked, stored, age, now)
  return stale === undefined ? { kind: 'miss', reason: 'stale' } : { kind: 'stale', age, reason: stale }
}

/**
 * 5.2.1: what the client does not want. `max-age=0` refuses even what arrived this millisecond. A client that
 * sends no-store asks to leave no trace; a stored response would be permitted, but is not what it asked for.
 */
function refusedByRequest(asked: CacheDirectives, stored: Freshness, age: number): MissReason | undefined {
  if (asked === NO_DIRECTIVES) return undefined
  if (asked.noCache) return 'request-no-cache'
  if (asked.noStore) return 'request-no-store'
  if (asked.maxAge !== undefined && (asked.maxAge === 0 || age > asked.maxAge * 1000)) {
    // RFC 8246, 2: a reload asks for what cannot have changed.
    if (!stored.immutable || stored.lifetime <= age) return 'request-max-age'
  }
  if (asked.minFresh !== undefined && stored.lifetime - age < asked.minFresh * 1000)
    return 'request-min-fresh'
  return undefined
}

function staleReason(
  asked: CacheDirectives,
  stored: Freshness,
  age: number,
  now: number,
): 'stale-while-revalidate' | 'max-stale' | undefined {
  // 5.2.1.1: who sends max-age wants nothing stale, unless max-stale says otherwise.
  if (asked.maxAge === undefined && mayServeWhileRevalidating(stored, now)) return 'stale-while-revalidate'
  if (asked.maxStale === undefined || stored.staleForbidden) return undefined
  return age - stored.lifetime <= asked.maxStale * 1000 ? 'max-stale' : undefined
}
