import { fieldLines, type GroupScope, groupsOf, type HeaderFields, OWN_TARGET } from './rules/index.ts'

/** Fields in which handlers name tags for caches: words apart by spaces, and by commas. */
const TAG_FIELDS: readonly (readonly [name: string, separator: RegExp])[] = [
  ['surrogate-key', /\s+/],
  ['cache-tag', /\s*,\s*/],
]

const TAG_NAMES = TAG_FIELDS.map(([name]) => name)
const FOR_THE_CACHE_ALONE = [OWN_TARGET]
const FOR_CACHES = [...TAG_NAMES, OWN_TARGET]
const NONE: readonly string[] = []

/** The tags that a response names in Surrogate-Key and Cache-Tag. */
export function namedTags(headers: HeaderFields): readonly string[] {
  if (!TAG_NAMES.some((name) => headers[name] !== undefined)) return NONE
  return TAG_FIELDS.flatMap(([name, separator]) =>
    fieldLines(headers, name).flatMap((line) => line.trim().split(separator)),
  ).filter((tag) => tag !== '')
}

/**
 * With the groups that it names; undefined where they are more than are kept track of: such an answer cannot be kept, as
 * the invalidation of some would not reach it.
 */
export function tagsIn(headers: HeaderFields, scope: GroupScope): readonly string[] | undefined {
  const groups = groupsOf(headers, scope)
  return groups && [...namedTags(headers), ...groups]
}

/** Those of the fields that were written for the cache and are not sent on. */
export function fieldsForTheCache(headers: HeaderFields, sendTags: boolean): readonly string[] {
  const names = sendTags ? FOR_THE_CACHE_ALONE : FOR_CACHES
  return names.some((name) => headers[name] !== undefined)
    ? names.filter((name) => headers[name] !== undefined)
    : NONE
}

/** Without what is neither kept nor sent on. The cache's own target is kept: a 304 may leave it out, and it still holds. */
export function withoutTags(headers: HeaderFields, sendTags: boolean): HeaderFields {
  if (sendTags || !TAG_NAMES.some((name) => headers[name] !== undefined)) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !TAG_NAMES.includes(name)))
}
