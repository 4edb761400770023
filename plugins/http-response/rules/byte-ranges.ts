import { fieldLines, fieldValue, trimOws } from './fields.ts'
import { parseHttpDate } from './http-date.ts'
import type { HeaderFields } from './types.ts'

/** Positions of the first and the last byte, both part of the range (RFC 9110, 14.1.2). */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** As a client writes it: without `first` it is the last bytes, without `last` all from `first`. */
export interface RangeSpec {
  readonly first: number | undefined
  /** Of a suffix, how many bytes. */
  readonly last: number | undefined
}

/** No client needs more at once; 14.2 lets a server ignore sets of many ranges, which are usually an attack. */
const MOST_RANGES = 32
/** About what another part costs (15.3.7.2): ranges nearer than this to each other are sent as one. */
const PART_OVERHEAD = 80

const UNIT = /^bytes=/i
const RANGE = /^(?:(\d+)-(\d*)|-(\d+))$/

/**
 * The ranges of `Range: bytes=...` (RFC 9110, 14.1.1 and 14.2), or undefined if the field is to be ignored: another
 * unit, more than one line, more than 32 ranges, or anything that is not the grammar. A range that ends before it
 * begins makes the whole set invalid.
 *
 * @example parseRanges('bytes=0-9, -5') // [{ first: 0, last: 9 }, { first: undefined, last: 5 }]
 */
export function parseRanges(field: string): readonly RangeSpec[] | undefined {
  const text = trimOws(field)
  if (!UNIT.test(text)) return undefined
  const members = text.slice('bytes='.length).split(',', 2 * MOST_RANGES + 1)
  // Empty members of a list are skipped (5.6.1.2), but not without end.
  if (members.length > 2 * MOST_RANGES) return undefined
  const specs: RangeSpec[] = []
  for (const member of members) {
    const given = trimOws(member)
    if (given === '') continue
    const spec = parseRange(given)
    if (spec === undefined) return undefined
    specs.push(spec)
  }
  return specs.length > 0 && specs.length <= MOST_RANGES ? specs : undefined
}

function parseRange(text: string): RangeSpec | undefined {
  const match = RANGE.exec(text)
  if (match === null) return undefined
  const [, from, to, suffix] = match
  if (suffix !== undefined) return { first: undefined, last: Number(suffix) }
  const first = Number(from)
  const last = to === '' ? undefined : Number(to)
  return last !== undefined && last < first ? undefined : { first, last }
}

/**
 * The ranges that a representation of this length has, in the order asked for (14.1.2): cut at its end, without those
 * that begin behind it or have no bytes. None of them satisfiable: an empty list, which is a 416.
 */
export function satisfiable(specs: readonly RangeSpec[], length: number): readonly ByteRange[] {
  return specs.flatMap(({ first, last }) => {
    const from = first ?? Math.max(0, length - (last ?? 0))
    const to = first === undefined ? length - 1 : Math.min(last ?? length - 1, length - 1)
    return from <= to ? [{ first: from, last: to }] : []
  })
}

/**
 * Ranges that overlap, touch, or lie nearer to each other than another part would cost, made one (14.2 and 15.3.7.2).
 * What is left shares no byte, so that an answer is never much longer than the whole. In the order in which the first
 * of each was asked for.
 */
export function coalesced(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const byPosition = ranges.map((range, asked) => ({ ...range, asked })).sort((a, b) => a.first - b.first)
  const merged: typeof byPosition = []
  for (const range of byPosition) {
    const before = merged.at(-1)
    if (before === undefined || range.first - before.last > PART_OVERHEAD) {
      merged.push({ ...range })
      continue
    }
    before.last = Math.max(before.last, range.last)
    before.asked = Math.min(before.asked, range.asked)
  }
  return merged.sort((a, b) => a.asked - b.asked).map(({ first, last }) => ({ first, last }))
}

/**
 * Whether the client's other parts are of the very bytes that are stored (RFC 9110, 13.1.5); without If-Range it did
 * not ask. Tags are compared strongly, so a weak one on either side is no match. A date must be Last-Modified to the
 * second, and the stored response at least a second younger than it: else there may have been two versions within that
 * second (8.8.2.2). What is neither is no match.
 */
export function ifRangeHolds(request: HeaderFields, stored: HeaderFields, now: number): boolean {
  const lines = fieldLines(request, 'if-range')
  if (lines.length === 0) return true
  const condition = lines.length === 1 ? trimOws(lines[0] ?? '') : ''
  if (isStrongTag(condition)) return condition === trimOws(fieldValue(stored, 'etag') ?? '')
  const date = parseHttpDate(condition, now)
  const modified = onlyDate(stored, 'last-modified', now)
  const made = onlyDate(stored, 'date', now)
  if (date === undefined || modified === undefined || made === undefined) return false
  return date === modified && made - modified >= 1000
}

/** etagc of RFC 9110, 8.8.3: no spaces, no controls. */
function isStrongTag(tag: string): boolean {
  return /^"[!#-~\x80-\xff]*"$/.test(tag)
}

function onlyDate(headers: HeaderFields, name: string, now: number): number | undefined {
  const lines = fieldLines(headers, name)
  return lines.length === 1 ? parseHttpDate(lines[0] ?? '', now) : undefined
}
