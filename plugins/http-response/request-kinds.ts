import type { HttpPolicy } from './options.ts'
import { hasField, isReadingMethod, type RequestView, requestDirectives } from './rules/index.ts'

/** Preconditions on the current state are the handler's (RFC 9111, 4.3.2). */
const PRECONDITIONS = ['if-match', 'if-unmodified-since'] as const

/** A request that only the handler can answer, and not with what others could be given. */
export function hasPreconditions({ headers }: RequestView): boolean {
  return PRECONDITIONS.some((name) => hasField(headers, name))
}

/** HTTP/2: beside another authority, a Host field is malformed (RFC 9113, 8.3.1), and handlers may read either. */
export function namesTwoHosts({ headers }: RequestView): boolean {
  const authority = headers[':authority']
  return authority !== undefined && headers.host !== undefined && authority !== headers.host
}

/** RFC 9110, 9.2.1, and RFC 10008 for QUERY. */
export function isSafe(method: string): boolean {
  return isReadingMethod(method) || method === 'OPTIONS' || method === 'TRACE' || method === 'QUERY'
}

/** Only requests that could be given the same stored answer wait for one another; nobody waits for a private one. */
export function sharesAnswers(request: RequestView, policy: HttpPolicy): boolean {
  if (hasField(request.headers, 'authorization') || hasField(request.headers, 'cookie')) return false
  if (!policy.requestDirectives) return true
  const { noStore, noCache } = requestDirectives(request.headers)
  return !noStore && !noCache
}

export function asksForNothingStored(request: RequestView, policy: HttpPolicy): boolean {
  return policy.requestDirectives && requestDirectives(request.headers).noStore
}
