import { asciiLower, fieldLines, trimOws } from './fields.ts'
import { remembered } from './remembered.ts'
import type { HeaderFields } from './types.ts'

/** What a Cache-Control field says, of requests and responses alike. Times are whole seconds. */
export interface CacheDirectives {
  /** Some member did not follow the grammar. Such a field restricts, but gives no permission. */
  readonly malformed: boolean
  readonly noStore: boolean
  /** With or without field names: the qualified form is read as the unqualified one, as 5.2.2.4 permits. */
  readonly noCache: boolean
  /** With or without field names, as `noCache`. */
  readonly private: boolean
  /** The fields that well-formed `no-cache="..."` and `private="..."` name (5.2.2.4, 5.2.2.7), lower case. */
  readonly withheld: readonly string[]
  /** Whether the two stand there in another form, too. */
  readonly plainNoCache: boolean
  readonly plainPrivate: boolean
  readonly public: boolean
  readonly mustRevalidate: boolean
  readonly proxyRevalidate: boolean
  readonly mustUnderstand: boolean
  readonly onlyIfCached: boolean
  /** RFC 8246 */
  readonly immutable: boolean
  readonly maxAge: number | undefined
  readonly sMaxAge: number | undefined
  readonly staleWhileRevalidate: number | undefined
  readonly staleIfError: number | undefined
  /** `Infinity` when it has no argument. */
  readonly maxStale: number | undefined
  readonly minFresh: number | undefined
}

export type DirectivesDraft = { -readonly [K in keyof CacheDirectives]: CacheDirectives[K] }

export const NO_DIRECTIVES: CacheDirectives = Object.freeze(emptyDirectives())

/** The greatest delta-seconds a cache needs to tell apart (RFC 9111, 1.2.2). */
export const MAX_DELTA_SECONDS: number = 2 ** 31

/** Directives that only take something away. They count however they are spelled. */
export const RESTRICTIONS: ReadonlyMap<
  string,
  'noStore' | 'noCache' | 'private' | 'mustRevalidate' | 'proxyRevalidate' | 'mustUnderstand' | 'onlyIfCached'
> = new Map([
  ['no-store', 'noStore'],
  ['no-cache', 'noCache'],
  ['private', 'private'],
  ['must-revalidate', 'mustRevalidate'],
  ['proxy-revalidate', 'proxyRevalidate'],
  ['must-understand', 'mustUnderstand'],
  ['only-if-cached', 'onlyIfCached'],
] as const)

/** Directives that give time. What does not parse gives none; of several the smallest counts. */
export const LIFETIMES: ReadonlyMap<
  string,
  'maxAge' | 'sMaxAge' | 'staleWhileRevalidate' | 'staleIfError' | 'maxStale'
> = new Map([
  ['max-age', 'maxAge'],
  ['s-maxage', 'sMaxAge'],
  ['stale-while-revalidate', 'staleWhileRevalidate'],
  ['stale-if-error', 'staleIfError'],
  ['max-stale', 'maxStale'],
] as const)

interface Word {
  readonly name: string
  readonly value: string | undefined
  readonly quoted: boolean
}

interface Cursor {
  readonly text: string
  at: number
  /** A quoted string was never closed: nothing after it can be trusted to permit anything. */
  unclosed: boolean
}

/**
 * The Cache-Control field of a message (RFC 9111, 5.2). Never throws.
 *
 * The reading is deliberately lopsided. A response of which two caches read different things is an opening
 * (`private;max-age=60`, `"no-store"`, `x="a, private`), so a permission or a lifetime counts only where the
 * grammar puts it, but a restriction counts in any case, with any argument, between any separators; and in a line
 * that breaks the grammar anywhere, even inside what looks like a quoted string. Two passes at most; a quote that
 * is never closed is looked for once, because no later `="` can exist without closing it.
 */
export function parseCacheControl(lines: string | readonly string[] | undefined): CacheDirectives {
  if (lines === undefined || lines.length === 0) return NO_DIRECTIVES
  if (typeof lines === 'string') return readingOf(lines)
  return lines.length === 1 ? readingOf(lines[0] as string) : parsed(lines)
}

const readingOf = remembered((line) => Object.freeze(parsed([line])))

function parsed(lines: readonly string[]): CacheDirectives {
  const draft = emptyDirectives()
  // Line by line: a quote left open in one line must not swallow the next.
  for (const text of lines) {
    if (!readLine(text, draft)) nameRestrictions(text, draft)
  }
  return draft
}

/** Request directives (RFC 9111, 5.2.1); without Cache-Control, `Pragma: no-cache` means `no-cache` (5.4). */
export function requestDirectives(headers: HeaderFields): CacheDirectives {
  const lines = fieldLines(headers, 'cache-control')
  return lines.length > 0 ? parseCacheControl(lines) : pragmaDirectives(headers)
}

/** `Pragma: no-cache`, for messages without Cache-Control. */
export function pragmaDirectives(headers: HeaderFields): CacheDirectives {
  const lines = fieldLines(headers, 'pragma')
  return lines.length > 0 && parseCacheControl(lines).noCache
    ? { ...NO_DIRECTIVES, noCache: true }
    : NO_DIRECTIVES
}

/** Delta-seconds (RFC 9111, 1.2.2), clamped to 2^31; undefined for anything but digits. */
export function deltaSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), MAX_DELTA_SECONDS) : undefined
}

export function emptyDirectives(): DirectivesDraft {
  return {
    malformed: false,
    noStore: false,
    noCache: false,
    private: false,
    withheld: [],
    plainNoCache: false,
    plainPrivate: false,
    public: false,
    mustRevalidate: false,
    proxyRevalidate: false,
    mustUnderstand: false,
    onlyIfCached: false,
    immutable: false,
    maxAge: undefined,
    sMaxAge: undefined,
    staleWhileRevalidate: undefined,
    staleIfError: undefined,
    maxStale: undefined,
    minFresh: undefined,
  }
}

/** False if the line does not follow the grammar. */
function readLine(text: string, draft: DirectivesDraft): boolean {
  const cursor: Cursor = { text, at: 0, unclosed: false }
  let wellFormed = true
  while (cursor.at < text.length) wellFormed = readMember(cursor, draft) && wellFormed
  if (!wellFormed) draft.malformed = true
  return wellFormed
}

/** Sets every restriction that is named anywhere in the text. */
function nameRestrictions(text: string, draft: DirectivesDraft): void {
  for (const [token] of text.toLowerCase().matchAll(/[!#$%&*+\-.^_`|~0-9a-z]+/g)) {
    const restriction = RESTRICTIONS.get(token)
    if (restriction !== undefined) restrict(draft, restriction)
  }
}

/** Reads up to and past the next comma that is outside a quoted string. False if the member is malformed. */
function readMember(cursor: Cursor, draft: DirectivesDraft): boolean {
  const words: Word[] = []
  const clean = readWords(cursor, words)
  const wellFormed = clean && words.length < 2 && !cursor.unclosed
  for (const word of words) applyWord(draft, word, wellFormed)
  return wellFormed
}

/** Collects the words of one member. False if anything but words and whitespace stood between them. */
function readWords(cursor: Cursor, words: Word[]): boolean {
  let clean = true
  while (cursor.at < cursor.text.length) {
    if (isTchar(cursor.text.charCodeAt(cursor.at))) {
      const word = readWord(cursor)
      words.push(word)
      clean &&= word.value !== ''
      continue
    }
    const char = cursor.text.charAt(cursor.at++)
    if (char === ',') return clean
    clean &&= char === ' ' || char === '\t'
  }
  return clean
}

/** `name`, `name=token` or `name="quoted string"`; an argument that is neither reads as the empty string. */
function readWord(cursor: Cursor): Word {
  const name = readToken(cursor).toLowerCase()
  if (cursor.text.charAt(cursor.at) !== '=') return { name, value: undefined, quoted: false }
  cursor.at++
  if (cursor.text.charAt(cursor.at) !== '"') return { name, value: readToken(cursor), quoted: false }
  return { name, value: readQuotedString(cursor), quoted: true }
}

function readToken(cursor: Cursor): string {
  const start = cursor.at
  while (isTchar(cursor.text.charCodeAt(cursor.at))) cursor.at++
  return cursor.text.slice(start, cursor.at)
}

function readQuotedString(cursor: Cursor): string {
  const { text } = cursor
  for (let at = cursor.at + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\\') at++
    else if (char === '"') {
      const value = text.slice(cursor.at + 1, at).replace(/\\(.)/gs, '$1')
      cursor.at = at + 1
      return value
    }
  }
  cursor.unclosed = true
  return ''
}

function applyWord(draft: DirectivesDraft, word: Word, wellFormed: boolean): void {
  if (applyRestriction(draft, word, wellFormed)) return
  if (word.name === 'public' || word.name === 'immutable') {
    if (wellFormed && word.value === undefined) draft[word.name] = true
    return
  }
  if (word.name === 'min-fresh') {
    // The one time that restricts: the greatest counts, and what does not parse can never be met.
    const seconds = (wellFormed ? deltaSeconds(word.value) : undefined) ?? MAX_DELTA_SECONDS
    draft.minFresh = Math.max(draft.minFresh ?? 0, seconds)
    return
  }
  const lifetime = LIFETIMES.get(word.name)
  if (lifetime === undefined) return
  const seconds = wellFormed ? givenSeconds(word) : 0
  draft[lifetime] = Math.min(draft[lifetime] ?? Number.POSITIVE_INFINITY, seconds)
}

function applyRestriction(draft: DirectivesDraft, word: Word, wellFormed: boolean): boolean {
  // A single quote is a token character, and 'private' in single quotes was still meant.
  const restriction = RESTRICTIONS.get(word.name.replaceAll("'", ''))
  if (restriction === undefined) return false
  const named = wellFormed ? namedFields(word) : undefined
  if (named === undefined) {
    restrict(draft, restriction)
  } else {
    draft[restriction] = true
    draft.withheld = [...draft.withheld, ...named]
  }
  return true
}

type Restriction = typeof RESTRICTIONS extends ReadonlyMap<string, infer R> ? R : never

export function restrict(draft: DirectivesDraft, restriction: Restriction): void {
  draft[restriction] = true
  if (restriction === 'noCache') draft.plainNoCache = true
  if (restriction === 'private') draft.plainPrivate = true
}

/** The directives where field names count: what names fields holds back these and no more. */
export function withFieldNames(directives: CacheDirectives): CacheDirectives {
  return { ...directives, noCache: directives.plainNoCache, private: directives.plainPrivate }
}

/**
 * The fields that the qualified form of no-cache or private names (5.2.2.4, 5.2.2.7). Only a quoted list of names is
 * one: `private=1` and `private=""` were written by somebody who meant all of it.
 */
function namedFields({ name, value, quoted }: Word): readonly string[] | undefined {
  if (!quoted || value === undefined || (name !== 'no-cache' && name !== 'private')) return undefined
  const fields = value.split(',').map((field) => asciiLower(trimOws(field)))
  return fields.every((field) => FIELD_NAME.test(field)) ? fields : undefined
}

/** A name that a response may have; not any token is taken for one. */
const FIELD_NAME = /^[a-z][a-z0-9-]+$/

function givenSeconds(word: Word): number {
  if (word.name === 'max-stale' && word.value === undefined) return Number.POSITIVE_INFINITY
  return deltaSeconds(word.value) ?? 0
}

const TCHAR: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)),
)

function isTchar(code: number): boolean {
  return TCHAR[code] === true
}
