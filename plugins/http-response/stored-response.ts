import { hash } from 'node:crypto'
import type { Decision } from './answer-decision.ts'
import { frontPass } from './front-options.ts'
import { FrontPass } from './front-pass.ts'
import type { HttpPolicy } from './options.ts'
import {
  allowsAuthorized,
  allowsCookie,
  type Freshness,
  fieldValue,
  formatHttpDate,
  type HeaderFields,
  hasField,
  hasValidator,
  type RequestView,
  type ResponseHead,
  remainingLifetime,
  storedFields,
} from './rules/index.ts'
import { Heads } from './whole-answer.ts'

/** A whole response as it is kept. Never changed once stored. */
export interface StoredResponse extends ResponseHead {
  readonly kind: 'response'
  readonly body: Buffer
  /** Its body was made as text: hooks of the framework expect it so. */
  readonly text: boolean
  /** Fields of the layers before the cache that the handler took away. */
  readonly removed: readonly string[]
  readonly freshness: Freshness
  /** When its request was handed on, wall-clock milliseconds: of two, the later one is the newer. */
  readonly requestTime: number
  /** Whether it may answer requests with credentials: it was public by its own word, or it is the user's own. */
  readonly forAuthorized: boolean
  readonly forCookies: boolean
  /** Its ETag was made by the cache: the handler does not know it. */
  readonly madeEtag: boolean
  /** It is sent compressed to who wants that. */
  readonly compress: boolean
  /** What it was made from, beside what Vary names: selectors of `observed-vary.ts`. */
  readonly observed: readonly string[]
  /** With it, it may be answered before the framework runs. */
  readonly front: FrontPass | undefined
  readonly heads: Heads
}

/** In place of a response: its variants are told apart by these request headers. */
export interface VaryIndex {
  readonly kind: 'vary'
  readonly names: readonly string[]
  /** The keys of the variants, oldest first. */
  readonly variants: readonly string[]
  /** Keys of variants by what `languageKey` gives. */
  readonly languages: Readonly<Record<string, string>>
}

export type StoredValue = StoredResponse | VaryIndex

/** A response that has come in whole. */
export interface Arrival {
  readonly body: Buffer
  /** It came as text. Default false. */
  readonly text?: boolean
  readonly requestTime: number
  /** The validator made for it, if that was done before its head was sent. */
  readonly etag: string | undefined
  /** Selectors of what the handler read. Default none. */
  readonly observed?: readonly string[]
}

/** A response in the form in which it is kept. */
export function storedResponse(
  decision: Decision,
  { body, text = false, requestTime, etag, observed = [] }: Arrival,
  policy: HttpPolicy,
): StoredResponse {
  const { head, control, freshness } = decision
  const headers = storedFields(head.headers, control.directives.withheld, policy.shareCookies)
  // A response that is sent again must say when it was made (RFC 9110, 6.6.1); Node adds the present time only on sending.
  if (!hasField(headers, 'date')) headers.date = formatHttpDate(freshness.responseTime)
  const madeEtag = wantsEtag({ status: head.status, headers }, policy)
  if (madeEtag) headers.etag = etag ?? weakEtag(body)
  return frozen(decision, {
    headers,
    body,
    text,
    removed: Object.keys(head.headers).filter((name) => head.headers[name] === undefined),
    requestTime,
    madeEtag,
    compress: policy.compress,
    observed,
    front: decision.forOneUser ? undefined : frontPass(policy, observed),
  })
}

/** The same with what an answer of the handler has confirmed and changed; `decision` is about all of it. */
export function refreshedResponse(
  { body, text, removed, madeEtag, observed, front: before }: StoredResponse,
  decision: Decision,
  requestTime: number,
  { shareCookies, compress }: HttpPolicy,
  selectors: readonly string[] = [],
): StoredResponse {
  // Those that came with the confirmation are not among what was stored.
  const headers = storedFields(decision.head.headers, decision.control.directives.withheld, shareCookies)
  // The confirmation may have read other headers than what it confirms was made from.
  const all = [...new Set([...observed, ...selectors])]
  const front = before && new FrontPass(before.constant, all)
  const own = { headers, body, text, removed, requestTime, madeEtag, compress, observed: all, front }
  return frozen(decision, own)
}

function frozen(
  { head, control, freshness, forOneUser }: Decision,
  parts: Pick<
    StoredResponse,
    'headers' | 'body' | 'text' | 'removed' | 'requestTime' | 'madeEtag' | 'compress' | 'observed' | 'front'
  >,
): StoredResponse {
  const { headers, body, text, removed, requestTime, madeEtag, compress, observed, front } = parts
  // Field by field, as a spread of them costs microseconds.
  return Object.freeze({
    kind: 'response',
    status: head.status,
    heads: new Heads(),
    headers: Object.freeze(headers) as HeaderFields,
    body,
    text,
    removed,
    requestTime,
    madeEtag,
    compress,
    observed,
    front,
    freshness,
    forAuthorized: forOneUser || allowsAuthorized(control.directives),
    forCookies: forOneUser || allowsCookie(control.directives),
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
  return `W/"${hash('sha1', body, 'base64url')}"`
}

/** May a stored response answer a request that carries credentials? Only if it said that it is for everybody. */
export function mayAnswerCredentials(request: RequestView, stored: StoredResponse): boolean {
  if (hasField(request.headers, 'authorization') && !stored.forAuthorized) return false
  return !hasField(request.headers, 'cookie') || stored.forCookies
}

/**
 * The conditions under which the handler may answer with 304 (RFC 9111, 4.3.1): the validators that it gave to the
 * stored response itself. Undefined if there are none, or if it is no 200: a 304 always stands for a 200 (RFC 9110,
 * 13.2.1), and Express makes one from nothing but the bytes of, say, an empty page that was a 404 before.
 */
export function conditionsOf({
  status,
  headers,
  madeEtag,
}: StoredResponse): Readonly<Record<string, string>> | undefined {
  if (status !== 200) return undefined
  const etag = madeEtag ? undefined : fieldValue(headers, 'etag')
  const modified = fieldValue(headers, 'last-modified')
  if (etag === undefined && modified === undefined) return undefined
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(modified !== undefined && { 'if-modified-since': modified }),
  }
}

/** How long to keep a response, milliseconds: while it is fresh, and then while it may be of use as a stale one. */
export function keptFor(
  response: StoredResponse,
  policy: HttpPolicy,
  now: number,
): { readonly ttl: number; readonly stale: number } {
  const { freshness } = response
  const remaining = remainingLifetime(freshness, now)
  const windows = Math.max(freshness.staleWhileRevalidate, freshness.staleIfError)
  const stale = Math.max(windows, conditionsOf(response) === undefined ? 0 : policy.keep)
  return { ttl: Math.max(0, remaining), stale: Math.max(0, stale + Math.min(0, remaining)) }
}

/** About how much memory a stored response takes, bytes. */
export function responseSize({ headers, body }: StoredResponse): number {
  return headSize(headers) + body.byteLength
}

/** The same of all but its body. */
export function headSize(headers: HeaderFields): number {
  let bytes = 500
  for (const name of Object.keys(headers)) bytes += 48 + name.length + String(headers[name]).length
  return bytes
}
