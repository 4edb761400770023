import type { HttpPolicy } from './options.ts'
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
  type RequestView,
  remainingLifetime,
} from './rules/index.ts'
import type { StoredResponse } from './stored-response.ts'

/** An answer that needs no handler. For HEAD the body is there too: servers know not to send it. */
export interface Served {
  readonly status: number
  /** A field without a value is taken away. */
  readonly headers: HeaderFields
  readonly body: Buffer | null
}

const EMPTY = Buffer.alloc(0)

/** A stored response as the answer to this request: whole, or 304 (RFC 9111, 4 and 4.3.2). */
export function served(
  request: RequestView,
  stored: StoredResponse,
  now: number,
  policy: HttpPolicy,
  name: string,
): Served {
  const { freshness, body } = stored
  const notModified = isNotModified(request, stored, freshness.responseTime)
  const headers = notModified
    ? { ...notModifiedFields(stored.headers) }
    : { ...stored.headers, 'content-length': String(body.byteLength) }
  const answer: Record<string, HeaderFields[string]> = headers
  for (const name of stored.removed) answer[name] ??= undefined
  answer.age = ageField(ageOf(freshness, now))
  if (policy.cacheStatus) {
    answer['cache-status'] = withStatus(
      stored.headers,
      { outcome: 'hit', ttl: remainingLifetime(freshness, now) },
      name,
    )
  }
  // RFC 9110, 8.6: a server must not send Content-Length with 204.
  if (stored.status === 204) delete answer['content-length']
  if (notModified) return { status: 304, headers: answer, body: request.method === 'HEAD' ? body : null }
  return { status: stored.status, headers: answer, body }
}

/** RFC 9111, 5.2.1.7: the client wants a stored response or none. */
export function gatewayTimeout(policy: HttpPolicy, name: string): Served {
  const status = { outcome: 'request', detail: 'only-if-cached' } as const
  const headers = {
    'content-length': '0',
    ...(policy.cacheStatus && { 'cache-status': cacheStatusMember(status, name) }),
  }
  return { status: 504, headers, body: EMPTY }
}

/** Cache-Status behind what caches nearer to the origin said. `name` is what this cache calls itself. */
export function withStatus(headers: HeaderFields, status: CacheStatus, name: string): string {
  return appendCacheStatus(fieldLines(headers, 'cache-status'), cacheStatusMember(status, name))
}
