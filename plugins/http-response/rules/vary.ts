import { asciiLower, fieldLines, fieldValue, isToken, trimOws } from './fields.ts'
import type { HeaderFields } from './types.ts'

/** Sorted, unique, lower-case field names, or `'*'`: the response was selected by something no key can hold. */
export type VaryNames = readonly string[] | '*'

/** Fields whose commas and spaces are not list syntax; only the edges are trimmed. */
const NOT_LISTS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'user-agent', 'referer', 'host'])

/** Fields whose values are not case-sensitive (RFC 9110, 12.5.3 and 12.5.4). */
const CASELESS: ReadonlySet<string> = new Set(['accept-encoding', 'accept-language'])

/**
 * The names a response varies on (RFC 9110, 12.5.5). One `*` anywhere, in any line, is `*`; so is a name that is
 * no field name, since nobody can tell what it was meant to select by.
 */
export function varyNames(headers: HeaderFields): VaryNames {
  const names = new Set<string>()
  for (const line of fieldLines(headers, 'vary')) {
    for (const member of line.split(',')) {
      const name = asciiLower(trimOws(member))
      if (name === '') continue
      if (name === '*' || !isToken(name)) return '*'
      names.add(name)
    }
  }
  return [...names].sort()
}

/**
 * The selecting fields of a request (RFC 9111, 4.1) as one string: two requests may share a stored response of
 * this Vary if and only if their strings are equal. A JSON array, so no value can imitate another's borders; an
 * absent field is null and an empty one is not.
 *
 * @param names what `varyNames` gave
 */
export function selectingKey(names: readonly string[], headers: HeaderFields): string {
  return JSON.stringify(names.map((name) => [name, selectingValue(name, headers)]))
}

/**
 * Normalised as 4.1 permits: lines combined, and whitespace removed where a list allows it. A value with a quote
 * keeps its inside, because spaces within a quoted string are data. The order of languages is kept: equal
 * qvalues are commonly read as preference by position.
 */
function selectingValue(name: string, headers: HeaderFields): string | null {
  const value = fieldValue(headers, name)
  if (value === undefined) return null
  const trimmed = trimOws(value)
  if (NOT_LISTS.has(name) || trimmed.includes('"')) return trimmed
  const collapsed = trimmed.includes(',') ? trimmed.split(',').map(trimOws).join(',') : trimmed
  return CASELESS.has(name) ? asciiLower(collapsed) : collapsed
}
