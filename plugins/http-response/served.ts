import type { CacheStatusDetail, HttpPolicy } from './options.ts'
import {
  ageField,
  ageOf,
  appendCacheStatus,
  type CacheStatus,
  cacheStatusMember,
  fieldLines,
  type HeaderFields,
  isNotModified,
  notModifiedFields,
  OWN_TARGET,
  type RequestView,
} from './rules/index.ts'
import { servedPart } from './served-part.ts'
import type { StoredResponse } from './stored-response.ts'

/** An answer that needs no handler. For HEAD the body is there too: servers know not to send it. */
export interface Served {
  readonly status: number
  /** A field without a value is taken away. */
  readonly headers: HeaderFields
  readonly body: Buffer | null
}

const EMPTY = Buffer.alloc(0)

/**
 * A stored response as the answer to this request: whole, 304 (RFC 9111, 4 and 4.3.2), or a part of it (RFC 9110, 14).
 *
 * @param status the members that Cache-Status gets, the last one this cache's own
 */
export function served(
  request: RequestView,
  stored: StoredResponse,
  now: number,
  status: string | undefined,
): Served {
  const { freshness, body } = stored
  const notModified = isNotModified(request, stored, freshness.responseTime)
  const headers = notModified
    ? { ...notModifiedFields(stored.headers) }
    : { ...stored.headers, 'content-length': String(body.byteLength) }
  const answer: Record<string, HeaderFields[string]> = headers
  for (const name of stored.removed) answer[name] ??= undefined
  answer.age = ageField(ageOf(freshness, now))
  if (status !== undefined)
    answer['cache-status'] = appendCacheStatus(fieldLines(stored.headers, 'cache-status'), status)
  // RFC 9110, 8.6: a server must not send Content-Length with 204.
  if (stored.status === 204) delete answer['content-length']
  // Not deleted: that would make every later look at the record slow.
  if (stored.headers[OWN_TARGET] !== undefined) answer[OWN_TARGET] = undefined
  if (notModified) return { status: 304, headers: answer, body: request.method === 'HEAD' ? body : null }
  const whole = { status: stored.status, headers: answer, body }
  return servedPart(request, whole, body, now) ?? whole
}

/** RFC 9111, 5.2.1.7: the client wants a stored response or none. */
export function gatewayTimeout(policy: HttpPolicy, name: string): Served {
  const status = statusMember({ outcome: 'request', detail: 'only-if-cached' }, policy.cacheStatus, name)
  const headers = { 'content-length': '0', ...(status !== undefined && { 'cache-status': status }) }
  return { status: 504, headers, body: EMPTY }
}

/** What Cache-Status says of a request, as far as the policy lets it. `name` is what this cache calls itself. */
export function statusMember(
  status: CacheStatus,
  detail: CacheStatusDetail,
  name: string,
): string | undefined {
  if (detail === false) return undefined
  if (detail === 'brief') return cacheStatusMember({ outcome: status.outcome }, name)
  return cacheStatusMember(status, name, detail === 'debug')
}
