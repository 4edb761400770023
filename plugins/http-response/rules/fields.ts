import type { HeaderFields } from './types.ts'

const NO_LINES: readonly string[] = Object.freeze([])

/** The lines of a field as strings; empty when the field is absent. */
export function fieldLines(headers: HeaderFields, name: string): readonly string[] {
  // Own properties only: `Vary: constructor` must not find the prototype of a plain object.
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (value === undefined) return NO_LINES
  if (typeof value === 'string') return [value]
  return typeof value === 'number' ? [String(value)] : value
}

/** The combined value of a field: its lines joined with a comma (RFC 9110, 5.2), or undefined when absent. */
export function fieldValue(headers: HeaderFields, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (value === undefined || typeof value === 'string') return value
  const lines = fieldLines(headers, name)
  return lines.length < 2 ? lines[0] : lines.join(', ')
}

export function hasField(headers: HeaderFields, name: string): boolean {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  return value !== undefined && (typeof value !== 'object' || value.length > 0)
}

/**
 * Without leading and trailing OWS (space and tab, RFC 9110, 5.6.3). `String.prototype.trim` also removes
 * no-break spaces, which are data here; a regular expression anchored at the end takes quadratic time.
 */
export function trimOws(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isOws(text.charCodeAt(start))) start++
  while (end > start && isOws(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** Lower case of A to Z and of nothing else: Unicode folding would make different bytes equal. */
export function asciiLower(text: string): string {
  return UPPER.test(text) ? lowered(text) : text
}

function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (run) => run.toLowerCase())
}

const UPPER = /[A-Z]/

/** tchar of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09
}
