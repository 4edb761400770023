import {
  type CacheDirectives,
  type DirectivesDraft,
  deltaSeconds,
  emptyDirectives,
  LIFETIMES,
  parseCacheControl,
  pragmaDirectives,
  RESTRICTIONS,
  restrict,
} from './cache-control.ts'
import { fieldLines } from './fields.ts'
import { parseDictionary, type StructuredItem } from './structured-field.ts'
import type { HeaderFields } from './types.ts'

/** The directives that govern a response here, and where they were found. */
export interface ResponseControl {
  readonly directives: CacheDirectives
  /** They come from a targeted field; Cache-Control and Expires are then not looked at (RFC 9213, 2.2). */
  readonly targeted: boolean
}

/** The field that speaks to this cache alone. It is never sent on. */
export const OWN_TARGET: string = 'hitherto-cache-control'

/** The target list (RFC 9213, 2.2): this cache's own field, then that of caches near the origin (3.1). */
export const TARGETS: readonly string[] = [OWN_TARGET, 'cdn-cache-control']

/**
 * The directives for this cache: those of the first field of `targets` that is present and valid, else those of
 * Cache-Control (RFC 9213, 2.2). Without Cache-Control, `Pragma: no-cache` is taken at its word: it has no
 * defined meaning in responses, but nobody writes it to be cached.
 *
 * @param targets lower-case names of targeted fields, the preferred first; none by default
 */
export function responseControl(headers: HeaderFields, targets: readonly string[] = []): ResponseControl {
  for (const target of targets) {
    const lines = fieldLines(headers, target)
    const directives = lines.length > 0 ? targetedDirectives(lines) : undefined
    if (directives !== undefined) return { directives, targeted: true }
  }
  const lines = fieldLines(headers, 'cache-control')
  const directives = lines.length > 0 ? parseCacheControl(lines) : pragmaDirectives(headers)
  return { directives, targeted: false }
}

/**
 * A targeted field (RFC 9213, 2.1): a Dictionary of the Cache-Control directives. Empty, malformed or with a
 * lifetime that is no integer it is ignored as a whole, and undefined is returned. A restriction counts with
 * any value except false.
 */
export function targetedDirectives(lines: readonly string[]): CacheDirectives | undefined {
  const members = parseDictionary(lines.join(', '))
  if (members === undefined || members.size === 0) return undefined
  const draft = emptyDirectives()
  for (const [name, item] of members) {
    if (!applyMember(draft, name, item)) return undefined
  }
  return draft
}

function applyMember(draft: DirectivesDraft, name: string, item: StructuredItem): boolean {
  const restriction = RESTRICTIONS.get(name)
  if (restriction !== undefined) {
    if (item.type !== 'boolean' || item.value) restrict(draft, restriction)
    return true
  }
  if (name === 'public' || name === 'immutable') {
    draft[name] = item.type === 'boolean' && item.value
    return item.type === 'boolean'
  }
  const lifetime = LIFETIMES.get(name)
  if (lifetime === undefined) return true
  if (item.type !== 'integer') return false
  draft[lifetime] = deltaSeconds(String(item.value)) ?? 0
  return true
}
