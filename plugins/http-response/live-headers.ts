import type { HeaderFields } from './rules/index.ts'

/** Fields that several layers add members to. */
const LISTS: ReadonlySet<string> = new Set([
  'vary',
  'link',
  'cache-control',
  'set-cookie',
  'server-timing',
  'cache-status',
])

/**
 * What the layers behind the cache made of the head: what differs from the headers that stood there before. Those
 * belong to the middleware before the cache, which will run again for each hit (a nonce, a CORS origin, a session
 * cookie), so they are never stored. List fields are compared member by member.
 */
export function madeBehind(before: HeaderFields, now: HeaderFields): HeaderFields {
  const made: Record<string, HeaderFields[string]> = {}
  for (const [name, value] of Object.entries(now)) {
    const added = value === undefined ? undefined : addedTo(name, before[name], value)
    if (added !== undefined) made[name] = added
  }
  return made
}

function addedTo(name: string, old: Value | undefined, value: Value): Value | undefined {
  if (old === undefined) return value
  if (!LISTS.has(name)) return String(old) === String(value) ? undefined : value
  const added = without(members(name, value), members(name, old))
  if (added.length === 0) return undefined
  return name === 'set-cookie' ? added : added.join(', ')
}

/**
 * A field of a stored head over one that the middleware before the cache has set just now: members of lists come after
 * the live ones, anything else takes their place.
 */
export function overLive(name: string, live: Value | undefined, stored: Value): string | string[] {
  if (live === undefined || !LISTS.has(name)) return typeof stored === 'object' ? [...stored] : String(stored)
  const all = [...members(name, live), ...without(members(name, stored), members(name, live))]
  return name === 'set-cookie' ? all : all.join(', ')
}

type Value = string | number | readonly string[]

function members(name: string, value: Value): string[] {
  const lines = typeof value === 'object' ? [...value] : [String(value)]
  // A comma inside a cookie's date or a quoted string is no border between members.
  if (name === 'set-cookie' || lines.some((line) => line.includes('"'))) return lines
  return lines.flatMap((line) => line.split(',').map((member) => member.trim()))
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const left = [...known]
  return all.filter((member) => {
    const at = left.indexOf(member)
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}
