import type { FrontPass } from './front-pass.ts'
import type { CacheStatusDetail, HttpPolicy } from './options.ts'
import {
  ageOf,
  type CacheStatus,
  cacheStatusMember,
  type HeaderFields,
  isNotModified,
  notModifiedFields,
  type RequestView,
} from './rules/index.ts'
import { servedPart } from './served-part.ts'
import type { StoredResponse } from './stored-response.ts'
import { asksForWhole, reusedFields } from './whole-answer.ts'

/** An answer that needs no handler. For HEAD the body of a whole is there too: servers know not to send it. */
export interface Served {
  readonly status: number
  /** A field without a value is taken away. */
  readonly headers: HeaderFields
  readonly body: Buffer | null
  /** The whole that it stands for was made as text. */
  readonly text?: boolean
  /** With a whole answer whose route has opted in to front mode: how it is sent is to be looked at. */
  readonly front?: FrontPass | undefined
  /** Of a whole answer: the head as `writeHead` takes it, names and values in turn, without what is taken away. */
  readonly lines?: readonly string[]
  /** Of a whole answer: all fields but Age and Cache-Status, which are beside it. */
  readonly constant?: HeaderFields
  readonly age?: string
  readonly cacheStatus?: string | undefined
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
  const age = Math.floor(ageOf(freshness, now) / 1000)
  if (asksForWhole(request)) return stored.heads.whole(stored, age, status)
  if (isNotModified(request, stored, freshness.responseTime)) {
    const headers = reusedFields(stored, notModifiedFields(stored.headers), age, status)
    // No bytes for HEAD either, whose length servers would tell: it could be another coding's (RFC 9110, 8.6).
    return { status: 304, headers, body: null, text: stored.text }
  }
  const whole = stored.heads.whole(stored, age, status)
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
