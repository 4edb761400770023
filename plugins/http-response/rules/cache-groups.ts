import { asciiLower, fieldValue } from './fields.ts'
import { parseStringList } from './structured-list.ts'
import type { HeaderFields } from './types.ts'

/** Where a group is known: groups of different origins have nothing to do with each other (RFC 9875, 2.1). */
export interface GroupScope {
  readonly host: string
  /** Where one server answers on several. */
  readonly scheme?: string | undefined
  /** Whose answers these are, where tenants share nothing. */
  readonly tenant?: string | undefined
}

/** RFC 9875, 2 and 3, ask for 32 groups of 32 characters at least. */
const MOST_GROUPS = 128
const LONGEST_GROUP = 256

/**
 * Methods that are safe by their definition: RFC 9110, 9.2.1, RFC 10008 (QUERY) and the registry of methods. An
 * unknown one may have changed anything.
 */
const SAFE: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'REPORT',
  'SEARCH',
])

/**
 * The groups that a response belongs to, as tags of the stored response (RFC 9875, 2). A field that is no List of
 * Strings is ignored whole (RFC 8941, 4.2). Undefined if it names more groups, or longer ones, than are kept track of:
 * such a response must not be stored, because the invalidation of some of its groups would not reach it.
 *
 * @example groupsOf({ 'cache-groups': '"scripts"' }, { host: 'a.example' }) // ['cache-group:["http","a.example",...']
 */
export function groupsOf(headers: HeaderFields, scope: GroupScope): readonly string[] | undefined {
  const names = namesIn(headers, 'cache-groups')
  if (names.length > MOST_GROUPS || names.some((name) => name.length > LONGEST_GROUP)) return undefined
  return names.map((name) => groupTag(name, scope))
}

/**
 * The groups that the answer to a request invalidates, as tags (RFC 9875, 3). Safe methods invalidate none. The status
 * does not matter: the field is there on purpose, unlike the guess of RFC 9111, 4.4.
 */
export function invalidatedGroups(
  method: string,
  headers: HeaderFields,
  scope: GroupScope,
): readonly string[] {
  if (SAFE.has(method)) return []
  // Nothing that is stored bears a longer name.
  const names = namesIn(headers, 'cache-group-invalidation').filter((name) => name.length <= LONGEST_GROUP)
  return names.map((name) => groupTag(name, scope))
}

/** The tag of a group. A JSON array, so that no name can imitate another origin's; groups compare case-sensitively. */
export function groupTag(name: string, { host, scheme, tenant }: GroupScope): string {
  return `cache-group:${JSON.stringify([scheme ?? null, asciiLower(host), tenant ?? null, name])}`
}

function namesIn(headers: HeaderFields, field: string): readonly string[] {
  const value = fieldValue(headers, field)
  return value === undefined ? [] : [...new Set(parseStringList(value))]
}
