import { trimOws } from './fields.ts'
import { parseDictionary } from './structured-field.ts'
import { unquotedSplit } from './unquoted-split.ts'

/**
 * Lists of Strings (RFC 8941, 3.1 and 3.1.1), on top of the parser of Dictionaries: what has commas is cut at those
 * outside strings, and each piece is given to that parser as the value of a key. So the grammar is written once.
 * Every expression is sticky and has one way to match: linear time.
 */
const STRING = '"(?:[ !#-[\\]-~]|\\\\["\\\\])*"'
const PARAMETERS = `(?:; *[a-z*][a-z0-9_.*-]*(?:=(?:${STRING}|[^ ",;()]+))?)*`
const STRING_ITEM = new RegExp(`${STRING}${PARAMETERS}`, 'y')
const SPACES = / */y

/** The strings of a List, in order; undefined unless the text is a List of nothing but Strings. Parameters are dropped. */
export function parseStringList(text: string): readonly string[] | undefined {
  if (trimOws(text) === '') return []
  return allOrNothing(members(text).map(stringOf))
}

/**
 * The strings of the inner list under a key of a Dictionary, in order; undefined unless it is an inner list of nothing
 * but Strings. Of a repeated key the last counts (4.2.2).
 *
 * @param text what `parseDictionary` has taken for a Dictionary
 */
export function innerStrings(text: string, key: string): readonly string[] | undefined {
  const start = `${key}=(`
  const list = members(text).findLast((member) => isOfKey(member, key))
  if (list?.startsWith(start) !== true) return undefined
  const items: (string | undefined)[] = []
  let at = pastSpaces(list, start.length)
  while (list.charAt(at) !== ')') {
    STRING_ITEM.lastIndex = at
    const item = STRING_ITEM.exec(list)?.[0]
    if (item === undefined) return undefined
    items.push(stringOf(item))
    at = pastSpaces(list, at + item.length)
  }
  return allOrNothing(items)
}

function isOfKey(member: string, key: string): boolean {
  return member.startsWith(key) && !/[a-z0-9_.*-]/.test(member.charAt(key.length))
}

function stringOf(item: string): string | undefined {
  const value = parseDictionary(`a=${item}`)?.get('a')
  return value?.type === 'string' ? value.value : undefined
}

/** The text between commas that are in no string, without the spaces around. */
function members(text: string): string[] {
  return unquotedSplit(text, ',').map(trimOws)
}

function pastSpaces(text: string, at: number): number {
  SPACES.lastIndex = at
  SPACES.exec(text)
  return SPACES.lastIndex
}

function allOrNothing(values: readonly (string | undefined)[]): readonly string[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined
}
