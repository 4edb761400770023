import { createHash } from 'node:crypto'
import type { HttpPolicy } from './options.ts'
import {
  allowsAuthorized,
  allowsCookie,
  type Freshness,
  formatHttpDate,
  type HeaderFields,
  hasField,
  hasValidator,
  type RequestView,
  type ResponseControl,
  type ResponseHead,
  storedFields,
} from './rules/index.ts'

/** A whole response as it is kept. Never changed once stored. */
export interface StoredResponse extends ResponseHead {
  readonly kind: 'response'
  readonly body: Buffer
  /** Fields of the layers before the cache that the handler took away. */
  readonly removed: readonly string[]
  readonly freshness: Freshness
  /** When its request was handed on, wall-clock milliseconds: of two, the later one is the newer. */
  readonly requestTime: number
  /** Whether it may answer requests with credentials: it was public by its own word. */
  readonly forAuthorized: boolean
  readonly forCookies: boolean
}

/** In place of a response: its variants are told apart by these request headers. */
export interface VaryIndex {
  readonly kind: 'vary'
  readonly names: readonly string[]
  /** The keys of the variants, oldest first. */
  readonly variants: readonly string[]
}

export type StoredValue = StoredResponse | VaryIndex

/** What is known when a response has come in whole. */
export interface Arrival {
  readonly head: ResponseHead
  readonly body: Buffer
  readonly control: ResponseControl
  readonly freshness: Freshness
  readonly requestTime: number
  /** The validator made for it, if that was done before its head was sent. */
  readonly etag: string | undefined
}

/** A response in the form in which it is kept. */
export function storedResponse(
  { head, body, control, freshness, requestTime, etag }: Arrival,
  policy: HttpPolicy,
): StoredResponse {
  const headers = { ...storedFields(head.headers) }
  // A response that is sent again must say when it was made (RFC 9110, 6.6.1); Node adds the present time only on sending.
  if (!hasField(headers, 'date')) headers.date = formatHttpDate(freshness.responseTime)
  if (wantsEtag({ status: head.status, headers }, policy)) headers.etag = etag ?? weakEtag(body)
  return Object.freeze({
    kind: 'response',
    status: head.status,
    headers: Object.freeze(headers) as HeaderFields,
    body,
    removed: Object.keys(head.headers).filter((name) => head.headers[name] === undefined),
    freshness,
    requestTime,
    forAuthorized: allowsAuthorized(control.directives),
    forCookies: allowsCookie(control.directives),
  })
}

/** Is a validator to be made for it? */
export function wantsEtag(head: ResponseHead, policy: HttpPolicy): boolean {
  return policy.etag && head.status === 200 && !hasValidator(head)
}

/**
 * A validator for answers that have none. Weak, because middleware outside the cache may still change the bytes (by
 * compressing them, say) without changing what they mean.
 */
export function weakEtag(body: Uint8Array): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`
}

/** May a stored response answer a request that carries credentials? Only if it said that it is for everybody. */
export function mayAnswerCredentials(request: RequestView, stored: StoredResponse): boolean {
  if (hasField(request.headers, 'authorization') && !stored.forAuthorized) return false
  return !hasField(request.headers, 'cookie') || stored.forCookies
}

/** About how much memory a stored response takes, bytes. */
export function responseSize({ headers, body }: StoredResponse): number {
  let bytes = 200 + body.byteLength
  for (const [name, value] of Object.entries(headers)) bytes += 48 + name.length + String(value).length
  return bytes
}
