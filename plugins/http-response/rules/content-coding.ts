import { asciiLower, fieldLines, fieldValue, hasField, trimOws } from './fields.ts'
import { preferences } from './preferences.ts'
import type { HeaderFields, ResponseHead } from './types.ts'
import { varyNames } from './vary.ts'

/** Content codings that a cache can make (RFC 9110, 8.4.1; RFC 7932; RFC 8878). */
export type ContentCoding = 'zstd' | 'br' | 'gzip'

/** RFC 9110, 8.4.1.3 */
const ALIASES: ReadonlyMap<string, string> = new Map([['x-gzip', 'gzip']])

/**
 * The coding to send, of those there are (RFC 9110, 12.5.3): the one that is wanted most, and of several the first in
 * `offered`. What is not named has the weight of `*`. Identity without a weight is acceptable, but less than anything
 * named, or nobody would get a compressed answer; with `identity;q=0` or `*;q=0` it is only sent if nothing else is
 * left, because a client is better served by a plain answer than by 406 (12.4.1 and 12.5.3 allow it).
 *
 * No field, an empty one, or one that does not parse: identity.
 *
 * @param offered best first
 * @example chosenCoding('gzip, br;q=0.9', ['br', 'gzip']) // 'gzip'
 */
export function chosenCoding(
  acceptEncoding: string | undefined,
  offered: readonly ContentCoding[],
): ContentCoding | 'identity' {
  const weights = weightsOf(acceptEncoding)
  if (weights === undefined || weights.size === 0) return 'identity'
  const others = weights.get('*')
  let chosen: ContentCoding | 'identity' = 'identity'
  let most = weights.get('identity') ?? others ?? 0
  for (const coding of offered) {
    const weight = weights.get(coding) ?? others ?? 0
    if (weight > most || (chosen === 'identity' && weight === most && weight > 0)) {
      chosen = coding
      most = weight
    }
  }
  return chosen
}

/**
 * `chosenCoding` with a memory: a few browsers send nearly all requests, and each of them always the same field. What is
 * kept is bounded, in number and in length, and forgotten at once when it is full.
 *
 * @param offered best first
 */
export function codingChooser(
  offered: readonly ContentCoding[],
): (acceptEncoding: string | undefined) => ContentCoding | 'identity' {
  const known = new Map<string, ContentCoding | 'identity'>()
  return (field) => {
    if (field === undefined || field.length > LONGEST_KNOWN) return chosenCoding(field, offered)
    const before = known.get(field)
    if (before !== undefined) return before
    const chosen = chosenCoding(field, offered)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(field, chosen)
    return chosen
  }
}

const MOST_KNOWN = 64
const LONGEST_KNOWN = 128

/** Of a coding named twice the smaller weight counts. */
function weightsOf(field: string | undefined): ReadonlyMap<string, number> | undefined {
  const list = field === undefined ? undefined : preferences(field)
  if (list === undefined) return undefined
  const weights = new Map<string, number>()
  for (const { name, weight } of list) {
    const coding = ALIASES.get(name) ?? name
    weights.set(coding, Math.min(weight, weights.get(coding) ?? 1))
  }
  return weights
}

/** Below this, the fields that a coding adds outweigh what it saves. */
const LEAST_SIZE = 1024

/** Types whose bytes repeat themselves, beside text. Pictures, sound, video, archives and woff2 are compressed already. */
const COMPRESSIBLE: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/jsonlines',
  'application/rtf',
  'application/sql',
  'application/toml',
  'application/vnd.ms-fontobject',
  'application/wasm',
  'application/x-javascript',
  'application/x-ndjson',
  'application/x-yaml',
  'application/xml',
  'application/yaml',
  'font/collection',
  'font/otf',
  'font/ttf',
  'image/bmp',
  'image/vnd.microsoft.icon',
  'image/x-icon',
])

/** RFC 6839 and its kind: `image/svg+xml`, `application/ld+json`. */
const COMPRESSIBLE_SUFFIX = /\+(?:json|xml|text|yaml)$/

function isCompressibleType(type: string): boolean {
  // A stream of events has no end to wait for.
  if (type.startsWith('text/')) return type !== 'text/event-stream'
  return COMPRESSIBLE.has(type) || COMPRESSIBLE_SUFFIX.test(type)
}

/**
 * Whether a stored response is worth compressing and may be: whole, of a type and size that gain, not encoded already
 * (any Content-Encoding is the handler's own affair, even `identity`), and without `no-transform` (RFC 9111, 5.2.2.6).
 *
 * @param size of the body, bytes
 */
export function isCompressible({ status, headers }: ResponseHead, size: number): boolean {
  if (size < LEAST_SIZE || status < 200 || NOT_WHOLE.has(status)) return false
  if (hasField(headers, 'content-encoding') || hasField(headers, 'content-range')) return false
  if (forbidsTransforming(headers)) return false
  const types = fieldLines(headers, 'content-type')
  const type = asciiLower(trimOws((types[0] ?? '').split(';', 1)[0] ?? ''))
  return types.length === 1 && isCompressibleType(type)
}

const NOT_WHOLE: ReadonlySet<number> = new Set([204, 205, 206, 304])

/** `no-transform` in a request or a response. It restricts, so it counts in any spelling, quoted or with a value. */
export function forbidsTransforming(headers: HeaderFields): boolean {
  return fieldLines(headers, 'cache-control').some((line) =>
    /(?:^|[^a-z0-9_-])no-transform(?:$|[^a-z0-9_-])/.test(asciiLower(line)),
  )
}

/**
 * The fields of a response that is sent in several codings, without any: Vary names Accept-Encoding on this one too,
 * or a cache on the way would give it to everybody (RFC 9110, 12.5.5).
 */
export function negotiatedFields(headers: HeaderFields): HeaderFields {
  const names = varyNames(headers)
  if (names === '*' || names.includes('accept-encoding')) return headers
  const given = fieldValue(headers, 'vary')
  const vary = given === undefined || trimOws(given) === '' ? 'Accept-Encoding' : `${given}, Accept-Encoding`
  return { ...headers, vary }
}

/**
 * The fields of a coded variant. A field without a value is taken away.
 *
 * ETag becomes weak, and keeps its opaque part. A strong tag would have to be another one for each coding (RFC 9110,
 * 8.8.3.3), and would promise the same bytes whenever it is the same (8.8.1): what zlib makes differs between versions
 * and machines, so no suffix can promise that. The weak tag says what is true, that all codings mean the same, and
 * If-None-Match, which compares weakly, goes on to work between the codings and with the tag of the handler. For the
 * same reason there are no ranges of a variant (14.3). Digests are of the plain bytes and are left out.
 */
export function variantFields(headers: HeaderFields, coding: ContentCoding, length: number): HeaderFields {
  const fields: Record<string, HeaderFields[string]> = {
    ...negotiatedFields(headers),
    'content-encoding': coding,
    'content-length': String(length),
    'accept-ranges': 'none',
  }
  const etag = fieldValue(headers, 'etag')
  if (etag !== undefined) fields.etag = weakTag(trimOws(etag))
  for (const name of DIGESTS) if (fields[name] !== undefined) fields[name] = undefined
  return fields
}

const DIGESTS = ['content-md5', 'content-digest', 'repr-digest', 'digest'] as const

/** Undefined for what is no entity tag: as a weak one it would be none either. */
function weakTag(etag: string): string | undefined {
  if (etag.startsWith('W/')) return etag
  return /^"[^"]*"$/.test(etag) ? `W/${etag}` : undefined
}
