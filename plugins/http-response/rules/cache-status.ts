import { remembered } from './remembered.ts'
import type { MissReason } from './reuse.ts'
import { structuredInteger, structuredString, tokenOrString } from './structured-field.ts'

/** Why a request went on to the handler (RFC 9211, 2.2). */
export type ForwardReason =
  | 'bypass'
  | 'method'
  | 'uri-miss'
  | 'vary-miss'
  | 'miss'
  | 'request'
  | 'stale'
  | 'partial'

/** How one cache handled a request (RFC 9211, 2). A request was either a hit or forwarded. */
export interface CacheStatus {
  /** `'hit'`, or why it was forwarded. */
  readonly outcome: 'hit' | ForwardReason
  /** The status the handler answered with, where it is not that of the response. */
  readonly forwardStatus?: number | undefined
  /** Remaining freshness, milliseconds; negative once stale. */
  readonly ttl?: number | undefined
  readonly stored?: boolean | undefined
  /** It waited for another request's answer: true if that was its own, too; false if it had to go on after all. */
  readonly collapsed?: boolean | undefined
  /** Discloses the cache key; meant for debugging only. */
  readonly key?: string | undefined
  readonly detail?: string | undefined
}

/**
 * One member of Cache-Status.
 *
 * @param name the cache's name in the field; default `hitherto`
 * @param withKey whether the key is disclosed, where there is one; default true
 * @example cacheStatusMember({ outcome: 'hit', ttl: 123_400 }) // 'hitherto; hit; ttl=123'
 */
export function cacheStatusMember(status: CacheStatus, name = 'hitherto', withKey = true): string {
  let member = `${nameOf(name)}; ${status.outcome === 'hit' ? 'hit' : `fwd=${status.outcome}`}`
  if (status.forwardStatus !== undefined) member += `; fwd-status=${structuredInteger(status.forwardStatus)}`
  if (status.ttl !== undefined && !Number.isNaN(status.ttl))
    member += `; ttl=${structuredInteger(status.ttl / 1000)}`
  // `stored` and `collapsed` are defined for forwarded requests only (2.5, 2.6).
  if (status.stored === true && status.outcome !== 'hit') member += '; stored'
  if (status.collapsed !== undefined && status.outcome !== 'hit')
    member += status.collapsed ? '; collapsed' : '; collapsed=?0'
  if (withKey && status.key !== undefined) member += `; key=${structuredString(status.key)}`
  if (status.detail !== undefined) member += `; detail=${tokenOrString(status.detail)}`
  return member
}

/** Caches are few. */
const nameOf = remembered(tokenOrString)

/** The whole field: the cache nearest to the client comes last (2), so a new member goes behind what is there. */
export function appendCacheStatus(existing: string | readonly string[] | undefined, member: string): string {
  if (existing === undefined || existing.length === 0) return member
  const before = typeof existing === 'string' ? [existing] : existing
  return [...before.filter((line) => line.trim() !== ''), member].join(', ')
}

/** The forward reason that a miss is reported as. */
export function forwardReason(reason: MissReason): ForwardReason {
  return FORWARD_REASONS[reason]
}

const FORWARD_REASONS: Readonly<Record<MissReason, ForwardReason>> = {
  method: 'method',
  'no-entry': 'uri-miss',
  stale: 'stale',
  'no-cache': 'stale',
  'request-no-cache': 'request',
  'request-no-store': 'request',
  'request-max-age': 'request',
  'request-min-fresh': 'request',
}
