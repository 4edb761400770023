import type { HeaderFields } from './rules/index.ts'

/** Fields that several layers add members to. Cache-Control is not one: its parts are read and replaced together. */
const LISTS: ReadonlySet<string> = new Set(['vary', 'link', 'set-cookie', 'server-timing', 'cache-status'])

/** Whether a stored field goes behind a live one of its name, and not in its place. */
export function isList(name: string): boolean {
  return LISTS.has(name)
}

/** Fields that say what the answer is and how it may be used again: a layer that sets one means it, also if it stood there before. */
const MEANT: ReadonlySet<string> = new Set([
  ...['cache-control', 'expires', 'vary'],
  ...['content-disposition', 'content-encoding', 'content-language', 'content-location', 'content-type'],
  ...['etag', 'last-modified', 'location'],
])

const NONE: readonly string[] = []

/** Headers as a framework shows them, which may be of any type and change later, as plain values of our own. */
export function headerFields(headers: Readonly<Record<string, unknown>>): HeaderFields {
  const fields: Record<string, HeaderFields[string]> = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (typeof value === 'string') fields[name] = value
    else if (Array.isArray(value)) fields[name] = value.map(String)
    else if (value !== undefined) fields[name] = typeof value === 'number' ? value : String(value)
  }
  return fields
}

/**
 * The headers that stood there when a request came to the cache. They belong to the middleware before the cache, which
 * will run again for each hit (a nonce, a CORS origin, a session cookie), so they are never stored.
 */
export class HeadBefore {
  readonly #fields: HeaderFields
  readonly #names: readonly string[]
  /** Fields that a layer behind the cache has set again. */
  #again: readonly string[] = NONE
  /** Whether the adapter has to tell which fields are set again. */
  readonly watched: boolean

  /** @param headers what `headerFields` gave */
  constructor(headers: HeaderFields) {
    this.#fields = { ...headers }
    this.#names = Object.keys(headers)
    this.watched = this.#names.some((name) => MEANT.has(name))
  }

  /** A layer behind the cache has set this field. */
  setBehind(name: string): void {
    if (MEANT.has(name.toLowerCase())) this.#again = [...this.#again, name.toLowerCase()]
  }

  /**
   * What the layers behind the cache made of the head: what differs now, in lists member by member. A field that they
   * took away is there without a value.
   */
  madeBehind(now: HeaderFields): HeaderFields {
    if (this.#names.length === 0) return now
    const made: Record<string, HeaderFields[string]> = {}
    for (const name of this.#names) if (now[name] === undefined) made[name] = undefined
    for (const [name, value] of Object.entries(now)) {
      const old = this.#again.includes(name) ? undefined : this.at(name)
      const added = value === undefined ? undefined : addedTo(name, old, value)
      if (added !== undefined) made[name] = added
    }
    return made
  }

  /** The field as it stood there, if it did. */
  at(name: string): Value | undefined {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
  }
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
