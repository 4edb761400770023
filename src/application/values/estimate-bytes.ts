import { types } from 'node:util'
import { errorFields, isError, isMatch, matchFields } from './rich-parts.ts'

/** What an entry costs beyond its key and value: its Map entry, its cells in the columns, the key's header. */
export const ENTRY_OVERHEAD = 96

/** How many parts of a value are looked at; what lies beyond is estimated from them. */
const MOST_PARTS = 2_000
/** How many elements of a long list are looked at. */
const SAMPLE = 64

/**
 * About how many bytes a value keeps alive. Exact for bytes, close for text and plain data, from a sample for long
 * lists, so its cost is bounded. An estimate is enough: it guards the process's memory, not an accountant's books.
 */
export function estimateBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value)
  return measure(value, { parts: MOST_PARTS, seen: undefined })
}

interface Budget {
  parts: number
  /** Objects, and the texts of matches. */
  seen: Set<unknown> | undefined
}

function measure(value: unknown, budget: Budget): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value)
    case 'object':
      return value === null ? 0 : measureObject(value, budget)
    case 'bigint':
      return 24
    case 'number':
      return 8
    default:
      return 8
  }
}

/**
 * V8 keeps one byte a character for Latin text and two otherwise; a look at a few characters tells which. A short text
 * is asked three times only: each look costs some nanoseconds, and two short texts are part of every set.
 */
export function textBytes(text: string): number {
  const { length } = text
  const wide = length < 256 ? isWideAtSight(text, length) : isWide(text, length)
  return 16 + (wide ? 2 * length : length)
}

function isWideAtSight(text: string, length: number): boolean {
  // Beyond the end there is NaN, which is not wide.
  return (
    text.charCodeAt(0) > 0xff || text.charCodeAt(length >>> 1) > 0xff || text.charCodeAt(length - 1) > 0xff
  )
}

function isWide(text: string, length: number): boolean {
  const step = Math.floor(length / 16)
  for (let i = 0; i < length; i += step) if (text.charCodeAt(i) > 0xff) return true
  return false
}

function measureObject(value: object, budget: Budget): number {
  if (ArrayBuffer.isView(value)) return 96 + keptBy(value)
  if (types.isAnyArrayBuffer(value)) return 96 + value.byteLength
  if (budget.parts <= 0) return 64
  budget.seen ??= new Set()
  if (budget.seen.has(value)) return 8
  budget.seen.add(value)
  if (Array.isArray(value))
    return 32 + measureList(value, budget) + (isMatch(value) ? measureMatch(value, budget) : 0)
  if (types.isMap(value)) return 64 + measureMembers(value.entries(), value.size, budget)
  if (types.isSet(value)) return 64 + measureMembers(value.values(), value.size, budget)
  const names = isError(value) ? ['message', 'stack', ...errorFields(value)] : Object.keys(value)
  return 24 + measureFields(value as Fields, names, budget)
}

type Fields = Readonly<Record<string, unknown>>

/** All matches of one text share it. */
function measureMatch(match: object, budget: Budget): number {
  const { input } = match as Fields
  const again = typeof input === 'string' && budget.seen?.has(input) === true
  if (typeof input === 'string') budget.seen?.add(input)
  const names = matchFields(match)
  return measureFields(match as Fields, again ? names.filter((name) => name !== 'input') : names, budget)
}

/** The size of that pool; Node makes it a little larger than Buffer.poolSize says. */
const POOL = Math.max(Buffer.poolSize, Buffer.from('-').buffer.byteLength)

/** A view keeps all the memory behind it alive; Node's pool of small Buffers is alive anyway. */
function keptBy(view: ArrayBufferView): number {
  const behind = view.buffer.byteLength
  return Buffer.isBuffer(view) && behind <= POOL ? view.byteLength : behind
}

function measureList(list: readonly unknown[], budget: Budget): number {
  const step = Math.max(1, Math.floor(list.length / SAMPLE))
  let bytes = 0
  let looked = 0
  for (let i = 0; i < list.length && budget.parts > 0; i += step) {
    budget.parts -= 1
    looked += 1
    bytes += measure(list[i], budget)
  }
  return extrapolate(bytes, looked, list.length)
}

/** The first members speak for all: an iterator cannot skip, and to walk over all of them is not bounded. */
function measureMembers(members: Iterable<unknown>, size: number, budget: Budget): number {
  let bytes = 0
  let looked = 0
  for (const member of members) {
    if (looked >= SAMPLE || budget.parts <= 0) break
    budget.parts -= 1
    looked += 1
    bytes += measure(member, budget)
  }
  return extrapolate(bytes, looked, size)
}

/**
 * Objects used as records share the names of their fields; one with very many fields is a dictionary, whose names are
 * its own and which is sampled like a list.
 */
function measureFields(fields: Fields, names: readonly string[], budget: Budget): number {
  const dictionary = names.length > SAMPLE
  const step = dictionary ? Math.floor(names.length / SAMPLE) : 1
  let bytes = 0
  let looked = 0
  for (let i = 0; i < names.length && budget.parts > 0; i += step) {
    const name = names[i] as string
    budget.parts -= 1
    looked += 1
    bytes += measure(fields[name], budget) + (dictionary ? textBytes(name) + 16 : 0)
  }
  return extrapolate(bytes, looked, names.length)
}

function extrapolate(bytes: number, looked: number, count: number): number {
  const each = looked === 0 ? 56 : bytes / looked
  return Math.ceil(count * (8 + each))
}
