import { asciiLower, fieldLines, fieldValue, hasField, isToken, trimOws } from './fields.ts'
import { mostWanted, normalisedPreferences } from './preferences.ts'
import type { HeaderFields } from './types.ts'

/** Sorted, unique, lower-case field names, or `'*'`: the response was selected by something no key can hold. */
export type VaryNames = readonly string[] | '*'

/** Fields whose commas and spaces are not list syntax; only the edges are trimmed. */
const NOT_LISTS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'user-agent', 'referer', 'host'])

/** Lists of preferences (RFC 9110, 12.5.3 and 12.5.4), and whether their order means something. */
const PREFERENCES: ReadonlyMap<string, boolean> = new Map([
  ['accept-encoding', false],
  ['accept-language', true],
])

const NO_NAMES: VaryNames = Object.freeze([])

/**
 * The names a response varies on (RFC 9110, 12.5.5). One `*` anywhere, in any line, is `*`; so is a name that is
 * no field name, since nobody can tell what it was meant to select by.
 */
export function varyNames(headers: HeaderFields): VaryNames {
  if (!hasField(headers, 'vary')) return NO_NAMES
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
 * @param names what `varyNames` gave; with `=` before it, a name whose value is compared byte by byte
 */
export function selectingKey(names: readonly string[], headers: HeaderFields): string {
  return JSON.stringify(names.map((name) => [name, selectingValue(name, headers)]))
}

/**
 * What finds a stored response by its language, where the selecting key does not: the selecting key with the one
 * language that the response is in, or that the request wants more than every other, in place of the list. If nothing
 * else differs, it is the response that the handler would choose (4.1 lets a cache know that much of a field).
 *
 * @param response the fields of the response; without it, the key of a request that looks for one
 */
export function languageKey(
  names: readonly string[],
  request: HeaderFields,
  response?: HeaderFields,
): string | undefined {
  if (!names.includes('accept-language')) return undefined
  const language =
    response === undefined
      ? mostWanted(fieldValue(request, 'accept-language') ?? '')
      : asciiLower(trimOws(fieldValue(response, 'content-language') ?? ''))
  if (language === undefined || !/^[a-z0-9-]+$/.test(language)) return undefined
  return selectingKey(names, { ...request, 'accept-language': language })
}

/**
 * Normalised as 4.1 permits: lines combined, and whitespace removed where a list allows it. A value with a quote
 * keeps its inside, because spaces within a quoted string are data.
 */
function selectingValue(name: string, headers: HeaderFields): string | null {
  // No field name begins with it (RFC 9110, 5.6.2).
  if (name.startsWith('=')) return fieldValue(headers, name.slice(1)) ?? null
  const value = fieldValue(headers, name)
  if (value === undefined) return null
  const trimmed = trimOws(value)
  if (NOT_LISTS.has(name) || trimmed.includes('"')) return trimmed
  const collapsed = trimmed.includes(',') ? trimmed.split(',').map(trimOws).join(',') : trimmed
  const ordered = PREFERENCES.get(name)
  return ordered === undefined ? collapsed : normalisedPreferences(collapsed, ordered)
}
