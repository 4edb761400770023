import { FORWARDED_NAMES } from './forwarded.ts'

/** What the headers of a request ask for: only its host counts, `closer` to be looked at, or the framework. */
export type Asked = 'plain' | 'closer' | 'framework'

/** Headers that decide who answers. All others matter only where an answer varies on them. */
const MEANINGS: ReadonlyMap<string, Exclude<Asked, 'plain'>> = new Map([
  // What a stored answer may have to be chosen, refused or shortened for.
  ['cache-control', 'closer'],
  ['cookie', 'closer'],
  ['if-modified-since', 'closer'],
  ['if-none-match', 'closer'],
  ['pragma', 'closer'],
  // Who is asking, and what routes are told apart by.
  ['accept-version', 'framework'],
  ['authorization', 'framework'],
  ['proxy-authorization', 'framework'],
  // Parts, preconditions and bodies.
  ['content-length', 'framework'],
  ['expect', 'framework'],
  ['if-match', 'framework'],
  ['if-range', 'framework'],
  ['if-unmodified-since', 'framework'],
  ['range', 'framework'],
  ['transfer-encoding', 'framework'],
  ['upgrade', 'framework'],
  // Requests that are not what they look like.
  ['x-http-method', 'framework'],
  ['x-http-method-override', 'framework'],
  ['x-method-override', 'framework'],
])

/** By the length of a name, its first letters as bits: most headers of most requests need no closer look. */
const FIRST_LETTERS: readonly number[] = firstLetters(['host', ...MEANINGS.keys(), ...FORWARDED_NAMES])

/** What else the lines of a request say. */
export interface FoundInLines {
  host: string | undefined
  /** A hop before the server says where the client asked. */
  forwarded: boolean
}

/**
 * Looks at the lines of a request as they came, without making a record of them.
 *
 * @param lines names and values in turn (`rawHeaders`)
 */
export function lookAt(lines: readonly string[], found: FoundInLines): Asked {
  let asked: Asked = 'plain'
  found.host = undefined
  found.forwarded = false
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const given = lines[i] as string
    if (!mayMatter(given)) continue
    const name = given.toLowerCase()
    if (name === 'host') {
      if (found.host !== undefined) return 'framework'
      found.host = lines[i + 1]
      continue
    }
    const meaning = MEANINGS.get(name)
    if (meaning === 'framework') return 'framework'
    if (meaning === 'closer') asked = 'closer'
    else if (FORWARDED_NAMES.has(name)) found.forwarded = true
  }
  return asked
}

function mayMatter(name: string): boolean {
  return (((FIRST_LETTERS[name.length] ?? 0) >> (name.charCodeAt(0) & 31)) & 1) === 1
}

function firstLetters(names: readonly string[]): number[] {
  const letters = new Array<number>(Math.max(...names.map((name) => name.length)) + 1).fill(0)
  for (const name of names)
    letters[name.length] = (letters[name.length] ?? 0) | (1 << (name.charCodeAt(0) & 31))
  return letters
}
