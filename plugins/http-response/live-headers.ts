import type { HeaderFields } from './rules/index.ts'

/** Fields that several layers add members to. Cache-Control is not one: its parts are read and replaced together. */
const LISTS: ReadonlySet<string> = new Set(['vary', 'link', 'set-cookie', 'server-timing', 'cache-status'])

/** Fields that say how the answer may be used again: a layer that sets one means it, also if it stood there before. */
const MEANT: ReadonlySet<string> = new Set(['vary', 'cache-control'])

/**
 * The headers that stood there when a request came to the cache. They belong to the middleware before the cache, which
 * will run again for each hit (a nonce, a CORS origin, a session cookie), so they are never stored.
 */
export class HeadBefore {
  readonly #fields: Record<string, HeaderFields[string]> = {}
  /** Whether the adapter has to tell which fields are set again. */
  readonly watched: boolean

  constructor(headers: HeaderFields) {
    for (const [name, value] of Object.entries(headers)) {
      // Copied, because frameworks append to the very array that they hand out.
      this.#fields[name] = typeof value === 'object' ? [...value] : value
    }
    this.watched = [...MEANT].some((name) => this.#fields[name] !== undefined)
  }

  /** A layer behind the cache has set this field. */
  setBehind(name: string): void {
    if (MEANT.has(name.toLowerCase())) delete this.#fields[name.toLowerCase()]
  }

  /**
   * What the layers behind the cache made of the head: what differs now. List fields are compared member by member.
   */
  madeBehind(now: HeaderFields): HeaderFields {
    const made: Record<string, HeaderFields[string]> = {}
    for (const [name, value] of Object.entries(now)) {
      if (value === undefined) continue
      const old = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
      if (old === undefined) made[name] = value
      else if (LISTS.has(name)) {
        const added = without(members(name, value), members(name, old))
        if (added.length > 0) made[name] = name === 'set-cookie' ? added : added.join(', ')
      } else if (String(old) !== String(value)) made[name] = value
    }
    return made
  }
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
