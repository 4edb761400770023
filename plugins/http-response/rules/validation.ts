import { dateValue } from './age.ts'
import { fieldLines, fieldValue, hasField, trimOws } from './fields.ts'
import { parseHttpDate } from './http-date.ts'
import { storedFields } from './stored-fields.ts'
import type { HeaderFields, RequestView, ResponseHead } from './types.ts'

/**
 * Whether a stored 200 answers this conditional request with 304 (RFC 9111, 4.3.2). If-None-Match decides alone
 * where it is present; If-Modified-Since is asked only without it (RFC 9110, 13.2.2). If-Match and
 * If-Unmodified-Since are for the origin, and a cache does not evaluate them.
 *
 * @param responseTime when the stored response arrived, the date of one that has none
 */
export function isNotModified(request: RequestView, stored: ResponseHead, responseTime: number): boolean {
  if (stored.status !== 200) return false
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const tags = fieldValue(request.headers, 'if-none-match')
  if (tags !== undefined) return matchesAnyTag(tags, fieldValue(stored.headers, 'etag'))
  return isUnmodifiedSince(request.headers, stored.headers, responseTime)
}

/**
 * If-None-Match against a stored entity tag, weak comparison (RFC 9110, 8.8.3.2 and 13.1.2). `*` matches any
 * stored response. Only entity tags in quotes are entity tags; a comma inside the quotes is part of one.
 */
export function matchesAnyTag(field: string, etag: string | undefined): boolean {
  const text = trimOws(field)
  if (text === '*') return true
  const stored = etag === undefined ? undefined : opaqueTag(trimOws(etag))
  return stored !== undefined && entityTags(text).includes(stored)
}

/** The fields of a 304 (RFC 9110, 15.4.5): those of the 200 without what describes its content. */
export function notModifiedFields(stored: HeaderFields): HeaderFields {
  const hasTag = Object.hasOwn(stored, 'etag')
  return Object.fromEntries(
    Object.entries(stored).filter(
      ([name]) => !CONTENT_METADATA.has(name) && !(hasTag && name === 'last-modified'),
    ),
  )
}

/**
 * The fields of a stored response after the handler has confirmed it, by a 304 or to a HEAD (RFC 9111, 3.2): those of
 * the answer take the place of the stored ones. What describes the bytes stays as it is, because the bytes do; 3.2
 * permits it, and frameworks put a Content-Type on answers that have no content.
 *
 * @param withheld lower-case names of further fields that are not for everybody
 */
export function updatedFields(
  stored: HeaderFields,
  answer: HeaderFields,
  withheld: readonly string[] = [],
): HeaderFields {
  const news = Object.entries(storedFields(answer, withheld)).filter(([name]) => !CONTENT_METADATA.has(name))
  return { ...stored, ...Object.fromEntries(news) }
}

/**
 * What a 200 answer to HEAD says of the stored response (RFC 9111, 4.3.5): that it is another one, by a validator or a
 * length that differs; that it is the same, by a validator that both have; or nothing. The RFC takes the last for the
 * same, too. But two pages of one length are common ("41 left", "42 left"), and who looks after a server with HEAD
 * requests would keep an old one fresh for ever.
 *
 * @param length of the stored body, bytes
 */
export function saidByHead(
  stored: HeaderFields,
  length: number,
  { headers }: ResponseHead,
): 'same' | 'another' | 'nothing' {
  const given = fieldValue(headers, 'content-length')
  if (given !== undefined && Number(given) !== length) return 'another'
  const validators = ['etag', 'last-modified'].filter((name) => hasField(headers, name))
  if (validators.some((name) => fieldValue(headers, name) !== fieldValue(stored, name))) return 'another'
  return validators.length > 0 ? 'same' : 'nothing'
}

/** Not Content-Location, which 15.4.5 asks for. Last-Modified guides caches only where there is no ETag. */
const CONTENT_METADATA: ReadonlySet<string> = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-range',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
])

/** 13.1.3; a date that does not parse is ignored. Without Last-Modified, Date or the arrival stands in (4.3.2). */
function isUnmodifiedSince(request: HeaderFields, stored: HeaderFields, responseTime: number): boolean {
  const since = singleDate(request, 'if-modified-since', responseTime)
  if (since === undefined) return false
  const modified = Object.hasOwn(stored, 'last-modified')
    ? singleDate(stored, 'last-modified', responseTime)
    : (dateValue(stored, responseTime) ?? responseTime)
  return modified !== undefined && modified <= since
}

function singleDate(headers: HeaderFields, name: string, now: number): number | undefined {
  const lines = fieldLines(headers, name)
  return lines.length === 1 ? parseHttpDate(lines[0] ?? '', now) : undefined
}

/** The opaque part of an entity tag with its quotes, or undefined: `W/"a"` and `"a"` are the same to a weak comparison. */
function opaqueTag(tag: string): string | undefined {
  const opaque = tag.startsWith('W/') ? tag.slice(2) : tag
  return /^"[^"]*"$/.test(opaque) ? opaque : undefined
}

const LIST_MEMBER = /[ \t]*(?:W\/)?("[^"]*")[ \t]*(?:,|$)/y

/** The opaque parts of a list. What is no entity tag is skipped up to the next comma, so the time is linear. */
function entityTags(list: string): string[] {
  const tags: string[] = []
  let at = 0
  while (at < list.length) {
    LIST_MEMBER.lastIndex = at
    const member = LIST_MEMBER.exec(list)
    if (member?.[1] !== undefined) tags.push(member[1])
    at = member === null ? pastComma(list, at) : LIST_MEMBER.lastIndex
  }
  return tags
}

function pastComma(list: string, from: number): number {
  const comma = list.indexOf(',', from)
  return comma === -1 ? list.length : comma + 1
}
