import { type ByteRange, coalesced, ifRangeHolds, parseRanges, satisfiable } from './byte-ranges.ts'
import { asciiLower, fieldLines, fieldValue, trimOws } from './fields.ts'
import type { HeaderFields, RequestView, ResponseHead } from './types.ts'

/** A part of a stored whole, or the answer that there is no such part. */
export interface RangeAnswer {
  readonly status: 206 | 416
  /** A field without a value is taken away. Content-Length is the sum of the parts. */
  readonly fields: HeaderFields
  /** To be sent one after the other. Those that hold content are views of the body, not copies. */
  readonly parts: readonly Uint8Array[]
}

/** Fields about the bytes of the whole content, which a part does not have (RFC 9530, 2; RFC 9110, 14.4). */
const OF_WHOLE_CONTENT = ['content-digest', 'content-md5', 'digest', 'content-range'] as const

/**
 * What a range request gets from a stored 200 (RFC 9110, 14), or undefined: the whole, because it did not ask for a
 * part, asked in a way that is ignored, or holds parts of another version (If-Range). To be asked after
 * `isNotModified`, because preconditions go first (13.2.2). An empty body is always sent whole: no Content-Range can
 * name a part of it.
 *
 * @param stored the head as it would be sent with the whole
 * @param boundary what no part has in it; 1 to 70 characters of RFC 2046, 5.1.1, random
 * @param now wall clock, milliseconds; only two-digit years need it
 */
export function rangeAnswer(
  request: RequestView,
  stored: ResponseHead,
  body: Uint8Array,
  { boundary, now }: { readonly boundary: string; readonly now: number },
): RangeAnswer | undefined {
  if (request.method !== 'GET' || stored.status !== 200 || body.byteLength === 0) return undefined
  const lines = fieldLines(request.headers, 'range')
  const specs = lines.length === 1 ? parseRanges(lines[0] ?? '') : undefined
  if (specs === undefined || refusesRanges(stored.headers)) return undefined
  if (!ifRangeHolds(request.headers, stored.headers, now)) return undefined
  const ranges = coalesced(satisfiable(specs, body.byteLength))
  const [only, second] = ranges
  if (only === undefined) return notSatisfiable(stored.headers, body.byteLength)
  return second === undefined
    ? singlePart(stored.headers, body, only)
    : severalParts(stored.headers, body, ranges, boundary)
}

/** 14.3: `Accept-Ranges: none`, by the handler or by a coding that makes other bytes every time. */
function refusesRanges(stored: HeaderFields): boolean {
  const units = fieldValue(stored, 'accept-ranges')
  return units !== undefined && asciiLower(trimOws(units)) === 'none'
}

/** 15.3.7.1 */
function singlePart(stored: HeaderFields, body: Uint8Array, range: ByteRange): RangeAnswer {
  const part = slice(body, range)
  const fields = {
    ...without(stored, OF_WHOLE_CONTENT),
    'content-range': contentRange(range, body.byteLength),
    'content-length': String(part.byteLength),
  }
  return { status: 206, fields, parts: [part] }
}

/** 15.3.7.2: each part has the type of the whole and its own Content-Range; the head has no Content-Range. */
function severalParts(
  stored: HeaderFields,
  body: Uint8Array,
  ranges: readonly ByteRange[],
  boundary: string,
): RangeAnswer {
  const type = fieldValue(stored, 'content-type')
  // A stored field has no line breaks; if one ever did, it must not become fields of a part.
  const typeLine = type === undefined || /[\r\n]/.test(type) ? '' : `Content-Type: ${type}\r\n`
  const parts: Uint8Array[] = []
  for (const range of ranges) {
    const start = parts.length === 0 ? '' : '\r\n'
    const position = contentRange(range, body.byteLength)
    parts.push(bytes(`${start}--${boundary}\r\n${typeLine}Content-Range: ${position}\r\n\r\n`))
    parts.push(slice(body, range))
  }
  parts.push(bytes(`\r\n--${boundary}--\r\n`))
  const fields = {
    ...without(stored, OF_WHOLE_CONTENT),
    'content-type': `multipart/byteranges; boundary=${boundary}`,
    'content-length': String(parts.reduce((sum, part) => sum + part.byteLength, 0)),
  }
  return { status: 206, fields, parts }
}

/**
 * 15.5.17. What describes the page is taken away, and what lets others read the answer (CORS) is not. `no-store`,
 * because the lifetime of the page would let the next cache keep the error under the page's URL.
 */
function notSatisfiable(stored: HeaderFields, length: number): RangeAnswer {
  const fields: Record<string, HeaderFields[string]> = {}
  for (const [name, value] of Object.entries(stored)) {
    fields[name] = OF_PAGE.has(name) || name.endsWith('cache-control') ? undefined : value
  }
  fields['cache-control'] = 'no-store'
  fields['content-range'] = `bytes */${length}`
  fields['content-length'] = '0'
  return { status: 416, fields, parts: [] }
}

const OF_PAGE: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-location',
  'content-disposition',
  'content-digest',
  'content-md5',
  'etag',
  'last-modified',
  'expires',
  'surrogate-control',
  'digest',
  'repr-digest',
])

function contentRange({ first, last }: ByteRange, length: number): string {
  return `bytes ${first}-${last}/${length}`
}

function slice(body: Uint8Array, { first, last }: ByteRange): Uint8Array {
  return body.subarray(first, last + 1)
}

/** Header values are latin1 on the wire. */
function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

/** With the names set to undefined, because the answer is laid over fields that are there already. */
function without(fields: HeaderFields, names: readonly string[]): HeaderFields {
  const rest: Record<string, HeaderFields[string]> = { ...fields }
  for (const name of names) if (rest[name] !== undefined) rest[name] = undefined
  return rest
}
