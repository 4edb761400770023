import { CallOptionError, describe } from '../../src/domain/index.ts'
import { hasPort, withoutDefaultPort } from './default-port.ts'
import { asciiLower } from './rules/index.ts'

/** Says which stored URLs a purge means. */
export interface PurgePattern {
  /**
   * @param host of the key, lower case
   * @param target the request target of the key, never decoded
   */
  matches(host: string, target: string): boolean
}

/** Longer patterns are refused: nobody writes them by hand, and the work of a purge is in proportion. */
const LONGEST = 1024

/**
 * A pattern of URLs: `/products/*`, `/a?page=1`, `https://shop.example/*`. It is matched from end to end. `*` stands for
 * any run of characters, also of none and across slashes, `?` for exactly one, which may be a question mark, so that a
 * URL with a query may be written as it is. A backslash takes the meaning from the character after it.
 *
 * A pattern that begins with `/` or `*` means every host. One with `http://` or `https://` means that host, whatever
 * the scheme it is reached by; the host may have wildcards of its own, `https://*.example/*`.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` for anything else, and beyond 1024 characters
 */
export function purgePattern(pattern: string): PurgePattern {
  if (typeof pattern !== 'string' || pattern === '') throw refused(`got ${describe(pattern)}`)
  if (pattern.length > LONGEST)
    throw refused(`got one of ${pattern.length} characters; ${LONGEST} are the most`)
  const [, scheme, authority, rest] = /^(https?):\/\/([^/]+)(\/.*)$/is.exec(pattern) ?? []
  if (scheme !== undefined && authority !== undefined && rest !== undefined) {
    const host = hostGlob(scheme, asciiLower(authority))
    const target = glob(rest)
    return { matches: (ofHost, ofTarget) => host(ofHost) && target(ofTarget) }
  }
  if (!/^[/*]/.test(pattern)) throw refused(`got ${describe(pattern)}`)
  const target = glob(pattern)
  return { matches: (_, ofTarget) => target(ofTarget) }
}

function refused(got: string): CallOptionError {
  return new CallOptionError(
    'pattern',
    `expected a pattern such as '/products/*' or 'https://host/*', ${got}.`,
  )
}

/** Matches hosts also where they are spelled with or without the port of the scheme, and the pattern is not. */
function hostGlob(scheme: string, authority: string): (host: string) => boolean {
  const bare = withoutDefaultPort(scheme, authority)
  const matches = glob(bare)
  // A star is no port.
  if (bare !== authority)
    return (host) => {
      const named = withoutDefaultPort(scheme, host)
      return !hasPort(named) && matches(named)
    }
  return (host) => matches(host) || matches(withoutDefaultPort(scheme, host))
}

/** One character, or null for any. */
type Segment = readonly (string | null)[]

/**
 * A matcher of `*` and `?` that never goes back. A pattern is segments between stars; the first stands at the start of
 * the text and the last at its end. Each of the others is looked for once, from where the one before it ended: its
 * leftmost place leaves the most room for what follows, so that no second try could do better. Regular expressions
 * made from the same pattern take time exponential in the number of stars.
 *
 * The search for a segment is linear: Knuth, Morris and Pratt (SIAM J. Computing 6, 1977) for one without `?`, and
 * shift-and (Baeza-Yates and Gonnet, CACM 35, 1992) for one with, 31 characters to a machine word. The text is read
 * once in all, so a match costs O(pattern + text), and with `?` up to O(text * pattern / 31).
 */
export function glob(pattern: string): (text: string) => boolean {
  const [head = [], ...others] = segments(pattern)
  const tail = others.pop()
  if (tail === undefined) return (text) => text.length === head.length && isAt(head, text, 0)
  const searches = others.filter((segment) => segment.length > 0).map(searchFor)
  return (text) => {
    const end = text.length - tail.length
    if (head.length > end || !isAt(head, text, 0) || !isAt(tail, text, end)) return false
    let at = head.length
    for (const search of searches) {
      at = search(text, at, end)
      if (at === -1) return false
    }
    return true
  }
}

function segments(pattern: string): Segment[] {
  const found: (string | null)[][] = [[]]
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    const escaped = char === '\\' && at + 1 < pattern.length
    if (escaped) at++
    if (char === '*') found.push([])
    else found.at(-1)?.push(char === '?' ? null : pattern.charAt(at))
  }
  return found
}

function isAt(segment: Segment, text: string, at: number): boolean {
  return segment.every((char, offset) => char === null || char === text.charAt(at + offset))
}

/** Where the leftmost occurrence between two places ends, or -1. */
type Search = (text: string, from: number, to: number) => number

function searchFor(segment: Segment): Search {
  const literal = segment.filter((char) => char !== null)
  return literal.length === segment.length ? literalSearch(literal) : wildcardSearch(segment)
}

function literalSearch(chars: readonly string[]): Search {
  const borders = bordersOf(chars)
  return (text, from, to) => {
    let matched = 0
    for (let at = from; at < to; at++) {
      const char = text.charAt(at)
      while (matched > 0 && chars[matched] !== char) matched = borders[matched - 1] ?? 0
      if (chars[matched] === char) matched++
      if (matched === chars.length) return at + 1
    }
    return -1
  }
}

/** For each prefix, the length of its longest proper prefix that it also ends with. */
function bordersOf(chars: readonly string[]): readonly number[] {
  const borders = [0]
  let length = 0
  for (let at = 1; at < chars.length; at++) {
    while (length > 0 && chars[length] !== chars[at]) length = borders[length - 1] ?? 0
    if (chars[length] === chars[at]) length++
    borders.push(length)
  }
  return borders
}

const WORD = 31

function wildcardSearch(segment: Segment): Search {
  const words = Math.ceil(segment.length / WORD)
  const any = new Int32Array(words)
  const masks = new Map<string, Int32Array>()
  segment.forEach((char, index) => {
    if (char === null) setBit(any, index)
  })
  segment.forEach((char, index) => {
    if (char === null) return
    const mask = masks.get(char) ?? any.slice()
    masks.set(char, mask)
    setBit(mask, index)
  })
  const lastWord = words - 1
  const lastBit = 1 << ((segment.length - 1) % WORD)
  return (text, from, to) => {
    const state = new Int32Array(words)
    for (let at = from; at < to; at++) {
      advance(state, masks.get(text.charAt(at)) ?? any)
      if (((state[lastWord] ?? 0) & lastBit) !== 0) return at + 1
    }
    return -1
  }
}

/** Each match of a prefix grows by this character or ends; a new one begins at every place. */
function advance(state: Int32Array, mask: Int32Array): void {
  let carry = 1
  for (let word = 0; word < state.length; word++) {
    const bits = state[word] ?? 0
    state[word] = ((bits << 1) | carry) & 0x7fffffff & (mask[word] ?? 0)
    carry = (bits >>> (WORD - 1)) & 1
  }
}

function setBit(mask: Int32Array, index: number): void {
  const word = Math.floor(index / WORD)
  mask[word] = (mask[word] ?? 0) | (1 << (index % WORD))
}
