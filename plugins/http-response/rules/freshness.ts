import { correctedInitialAge, currentAge, dateValue } from './age.ts'
import { fieldLines } from './fields.ts'
import { parseHttpDate } from './http-date.ts'
import { applicablePolicy, type RoutePolicy } from './policy.ts'
import type { ResponseControl } from './response-control.ts'
import { isHeuristicallyCacheable } from './status-codes.ts'
import type { HeaderFields, ResponseHead, StoredTimes } from './types.ts'

/** Which rule gave the lifetime. `none`: the response says nothing about time, and nobody said it for it. */
export type FreshnessRule = 'policy' | 'negative' | 's-maxage' | 'max-age' | 'expires' | 'heuristic' | 'none'

/** A lifetime in milliseconds, and the rule that gave it. */
export interface FreshnessLifetime {
  readonly ms: number
  readonly rule: FreshnessRule
}

/** All that reuse needs to know of a stored response: plain numbers, made once when it is stored. Milliseconds. */
export interface Freshness {
  readonly lifetime: number
  readonly rule: FreshnessRule
  /** corrected_initial_age */
  readonly initialAge: number
  readonly responseTime: number
  /** Windows after the lifetime (RFC 5861). */
  readonly staleWhileRevalidate: number
  readonly staleIfError: number
  /** A request's max-stale is refused (RFC 9111, 4.2.4). */
  readonly staleForbidden: boolean
  /** While fresh it does not change (RFC 8246): asking for a younger one would be answered with the same. */
  readonly immutable: boolean
  /** `no-cache`: never reused without validation (5.2.2.4). */
  readonly alwaysValidate: boolean
}

export interface FreshnessOptions {
  readonly policy?: RoutePolicy | undefined
  /** Whether Last-Modified may give a lifetime when nothing else does. Default true. */
  readonly heuristic?: boolean
  /** The most that an answer of this status, which is no page, may last, milliseconds; see negative.ts. */
  readonly negativeTtl?: number | undefined
  /** The window for errors of a response that neither names one nor forbids stale reuse, milliseconds. Default 0. */
  readonly staleIfError?: number | undefined
  /** False for an answer that is kept for one user: s-maxage and proxy-revalidate do not speak of it. Default true. */
  readonly shared?: boolean
}

const HEURISTIC_FRACTION = 0.1
const HEURISTIC_LIMIT = 24 * 60 * 60 * 1000

/**
 * The freshness lifetime for a shared cache (RFC 9111, 4.2.1): the route's policy, s-maxage, max-age, Expires
 * minus Date, else a tenth of the time since Last-Modified, at most a day (4.2.2). A negative ttl is what an answer
 * without a lifetime gets, and the most that any gets: an error handler keeps the lifetime of the page it failed to make.
 */
export function freshnessLifetime(
  response: ResponseHead,
  control: ResponseControl,
  responseTime: number,
  options: FreshnessOptions = {},
): FreshnessLifetime {
  const ttl = applicablePolicy(options.policy, response.status)?.ttl
  if (ttl !== undefined) return { ms: ttl, rule: 'policy' }
  const explicit = explicitLifetime(response, control, responseTime, options)
  const { negativeTtl } = options
  if (negativeTtl !== undefined)
    return { ms: Math.min(explicit?.ms ?? negativeTtl, negativeTtl), rule: 'negative' }
  if (explicit !== undefined) return explicit
  const heuristic = options.heuristic === false ? 0 : heuristicLifetime(response, control, responseTime)
  return heuristic > 0 ? { ms: heuristic, rule: 'heuristic' } : { ms: 0, rule: 'none' }
}

function explicitLifetime(
  { headers }: ResponseHead,
  control: ResponseControl,
  responseTime: number,
  { shared = true }: FreshnessOptions,
): FreshnessLifetime | undefined {
  const { sMaxAge, maxAge } = control.directives
  if (sMaxAge !== undefined && shared) return { ms: sMaxAge * 1000, rule: 's-maxage' }
  if (maxAge !== undefined) return { ms: maxAge * 1000, rule: 'max-age' }
  const expires = control.targeted ? undefined : expiresLifetime(headers, responseTime)
  return expires === undefined ? undefined : { ms: expires, rule: 'expires' }
}

/**
 * Everything about time that reuse will ask (RFC 9111, 4.2; RFC 5861).
 *
 * must-revalidate, proxy-revalidate and no-cache forbid every stale reuse. s-maxage forbids it too (4.2.4), unless
 * the same author wrote a stale-while-revalidate or stale-if-error window beside it: then that window counts.
 */
export function freshnessOf(
  response: ResponseHead,
  control: ResponseControl,
  times: StoredTimes,
  options: FreshnessOptions = {},
): Freshness {
  const { directives } = control
  const policy = applicablePolicy(options.policy, response.status)
  const lifetime = freshnessLifetime(response, control, times.responseTime, options)
  const shared = options.shared ?? true
  const forbidden = directives.noCache || directives.mustRevalidate || (directives.proxyRevalidate && shared)
  const staleForbidden = forbidden || (directives.sMaxAge !== undefined && shared)
  const window = (given: number | undefined, seconds: number | undefined, fallback = 0): number =>
    forbidden ? 0 : (given ?? (seconds === undefined ? fallback : seconds * 1000))
  const initialAge = correctedInitialAge(response.headers, times)
  // What nobody ever wanted to be fresh is not kept as a reserve either, unless somebody says so.
  const reserve = staleForbidden || lifetime.ms <= initialAge ? 0 : options.staleIfError
  return {
    lifetime: lifetime.ms,
    rule: lifetime.rule,
    initialAge,
    responseTime: times.responseTime,
    staleWhileRevalidate: window(policy?.staleWhileRevalidate, directives.staleWhileRevalidate),
    staleIfError: window(policy?.staleIfError, directives.staleIfError, reserve),
    staleForbidden,
    immutable: directives.immutable,
    alwaysValidate: directives.noCache,
  }
}

/** The current age of a stored response, milliseconds. */
export function ageOf(freshness: Freshness, now: number): number {
  return currentAge(freshness.initialAge, freshness.responseTime, now)
}

/** How long the response stays fresh from `now`, milliseconds; negative once it is stale. */
export function remainingLifetime(freshness: Freshness, now: number): number {
  return freshness.lifetime - ageOf(freshness, now)
}

/** Fresh while its lifetime is greater than its age (4.2). */
export function isFresh(freshness: Freshness, now: number): boolean {
  return remainingLifetime(freshness, now) > 0
}

/** Stale, but within the time in which it may be served while it is refreshed (RFC 5861, 3). */
export function mayServeWhileRevalidating(freshness: Freshness, now: number): boolean {
  const remaining = remainingLifetime(freshness, now)
  return remaining <= 0 && -remaining < freshness.staleWhileRevalidate
}

/** Stale, but within the time in which it may be served instead of an error (RFC 5861, 4). */
export function mayServeOnError(freshness: Freshness, now: number): boolean {
  const remaining = remainingLifetime(freshness, now)
  return remaining <= 0 && -remaining < freshness.staleIfError
}

/**
 * Expires minus Date (4.2.1), or the arrival where there is no usable Date. An Expires that is no date, `0`
 * above all, or that is given twice has already passed (5.3).
 */
function expiresLifetime(headers: HeaderFields, responseTime: number): number | undefined {
  const lines = fieldLines(headers, 'expires')
  if (lines[0] === undefined) return undefined
  const expires = lines.length === 1 ? parseHttpDate(lines[0], responseTime) : undefined
  if (expires === undefined) return 0
  return Math.max(0, expires - (dateValue(headers, responseTime) ?? responseTime))
}

function heuristicLifetime(response: ResponseHead, control: ResponseControl, responseTime: number): number {
  if (!isHeuristicallyCacheable(response.status) && !control.directives.public) return 0
  const lines = fieldLines(response.headers, 'last-modified')
  const modified = lines.length === 1 ? parseHttpDate(lines[0] ?? '', responseTime) : undefined
  if (modified === undefined) return 0
  const sinceModified = (dateValue(response.headers, responseTime) ?? responseTime) - modified
  return Math.max(0, Math.min(sinceModified * HEURISTIC_FRACTION, HEURISTIC_LIMIT))
}
