import { fieldValue } from './fields.ts'
import { parseDictionary } from './structured-field.ts'
import { innerStrings } from './structured-list.ts'
import type { HeaderFields } from './types.ts'

/** Which parts of a query a response depends on (draft-ietf-httpbis-no-vary-search-10, 4: a URL variation config). */
export interface UrlVariation {
  /** Whether the names are those that count (`except`) or those that do not (`params`). */
  readonly counted: boolean
  readonly names: ReadonlySet<string>
  /** Whether the order of parameters with different names says something. */
  readonly ordered: boolean
}

/** Servers read no more than about a thousand parameters, and would not see one behind those that are ignored here. */
const MOST_PARAMETERS = 100

/**
 * What No-Vary-Search says, or undefined if the whole query counts as it is spelled: no field, or anything in it that
 * is not understood (5.1). Keys it does not define are ignored, as 5.1 asks.
 *
 * Two forms are read. In the draft, `params` and `except` are lists, and only one of them is there. In the form that
 * browsers and their documentation knew first, `params` is a boolean and `except` stands beside it. What is no form
 * of either is not guessed at.
 */
export function urlVariation(headers: HeaderFields): UrlVariation | undefined {
  const text = fieldValue(headers, 'no-vary-search')
  const value = text === undefined ? undefined : parseDictionary(text)
  if (text === undefined || value === undefined) return undefined
  const order = value.get('key-order')
  if (order !== undefined && order.type !== 'boolean') return undefined
  const ordered = order === undefined || !order.value
  const selected = selectedNames(text, value.get('params'), value.has('except'))
  if (selected === undefined) return undefined
  const variation = { ...selected, ordered }
  return ordered && !variation.counted && variation.names.size === 0 ? undefined : variation
}

type Selected = Pick<UrlVariation, 'counted' | 'names'>

function selectedNames(
  text: string,
  params: { readonly type: string; readonly value?: unknown } | undefined,
  hasExcept: boolean,
): Selected | undefined {
  const all = params?.type === 'boolean' && params.value === true
  if (hasExcept) return params === undefined || all ? named(text, 'except', true) : undefined
  if (all) return { counted: true, names: new Set() }
  if (params === undefined) return { counted: false, names: new Set() }
  return named(text, 'params', false)
}

function named(text: string, key: string, counted: boolean): Selected | undefined {
  const names = innerStrings(text, key)?.map((name) => decoded(name))
  if (names?.every((name) => name !== undefined) !== true) return undefined
  return { counted, names: new Set(names) }
}

/**
 * The target as a key: two targets have the same key if and only if they are equivalent under this variation (6). A
 * JSON array, which no target is, so it meets no key made from a raw one.
 *
 * Less is equivalent than the draft says, which a cache may always do: a query that is not UTF-8, that has a `#` or
 * that has more than a hundred parameters is equivalent to nothing but itself. Parsers disagree about the first two,
 * and behind enough ignored parameters a server overlooks the one that counts.
 *
 * @param target a request target, never decoded or normalised; its path is compared as it is
 * @example variationKey('/a?b=1&utm=2', { counted: true, names: new Set(['b']), ordered: true }) // '["/a",["b","1"]]'
 */
export function variationKey(target: string, variation: UrlVariation): string {
  const at = target.indexOf('?')
  const path = at === -1 ? target : target.slice(0, at)
  const pairs = at === -1 ? [] : parameters(target.slice(at + 1))
  if (pairs === undefined) return JSON.stringify([target])
  const kept = pairs.filter(([name]) => variation.names.has(name) === variation.counted)
  // Stable: of two values of one name, the order always counts.
  if (!variation.ordered) kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return JSON.stringify([path, kept.flat()])
}

/** Whether a response with this variation, stored for one target, answers a request for the other (7). */
export function isSameUrl(stored: string, presented: string, variation: UrlVariation | undefined): boolean {
  if (stored === presented) return true
  return variation !== undefined && variationKey(stored, variation) === variationKey(presented, variation)
}

type Parameter = readonly [name: string, value: string]

/** The parser of application/x-www-form-urlencoded (WHATWG URL, 5.1), or undefined for what it is not sure about. */
function parameters(query: string): Parameter[] | undefined {
  if (query.includes('#')) return undefined
  const parts = query.split('&', MOST_PARAMETERS + 1)
  if (parts.length > MOST_PARAMETERS) return undefined
  const found: Parameter[] = []
  for (const part of parts) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = decoded(at === -1 ? part : part.slice(0, at))
    const value = at === -1 ? '' : decoded(part.slice(at + 1))
    if (name === undefined || value === undefined) return undefined
    found.push([name, value])
  }
  return found
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const NEEDS_DECODING = /[^!-$&-*,-~]/

/** 5.3: `+` is a space, then percent-decoding, then UTF-8; undefined if it is not. An escape that is none stays. */
function decoded(text: string): string | undefined {
  if (!NEEDS_DECODING.test(text)) return text
  if (/[\u0100-\uffff]/.test(text)) return undefined
  const bytes = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  try {
    return UTF_8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}
