import type { AroundField } from './front-pass.ts'
import { appendCacheStatus, type HeaderFields } from './rules/index.ts'

/** A head as `writeHead` takes it: names and values in turn, one name for each line. */
export function headLines(headers: HeaderFields, around: readonly AroundField[]): string[] {
  const lines: string[] = []
  for (const { name, value, behind } of around) if (!behind) addLines(lines, name, value)
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) addLines(lines, name, value)
  for (const { name, value, behind } of around) if (behind) addLines(lines, name, value)
  return lines
}

function addLines(lines: string[], name: string, value: string | number | readonly string[]): void {
  if (typeof value === 'object') for (const line of value) lines.push(name, line)
  else lines.push(name, String(value))
}

/** Different values that are shared by heads. */
const MOST_VALUES = 512

/** Most values (types, dates, lengths) are those of many other heads: one text in the CPU's caches for all of them. */
const values = new Map<string, string>()

function shared(value: string): string {
  const known = values.get(value)
  if (known !== undefined) return known
  if (values.size >= MOST_VALUES) values.clear()
  values.set(value, value)
  return value
}

/**
 * The head of a stored response, made once. Two values in it change with time, and are put in place before each use:
 * `writeHead` makes one text of all lines at once, so nobody sees the next ones.
 */
export class FrontLines {
  readonly lines: string[]
  readonly #ageAt: number
  readonly #statusAt: number
  readonly #own: readonly string[]
  /** Wall-clock milliseconds for which they are right. */
  #at = Number.NaN

  /** @param own Cache-Status as it was stored */
  constructor(lines: readonly string[], own: readonly string[]) {
    this.lines = lines.map(shared)
    this.#own = own
    this.#ageAt = valueAt(lines, 'age')
    this.#statusAt = valueAt(lines, 'cache-status')
  }

  isOf(now: number): boolean {
    return this.#at === now
  }

  /** @param member of Cache-Status; undefined where this cache says nothing */
  put(now: number, age: string, member: string | undefined): void {
    this.#at = now
    this.lines[this.#ageAt] = age
    if (member === undefined) return
    this.lines[this.#statusAt] = this.#own.length === 0 ? member : appendCacheStatus(this.#own, member)
  }
}

/** A value may be the name of another field (`Vary: age`). */
function valueAt(lines: readonly string[], name: string): number {
  return lines.findIndex((line, i) => i % 2 === 0 && line === name) + 1
}
