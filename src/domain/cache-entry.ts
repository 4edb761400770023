/**
 * The life of an entry: fresh, then stale while a window lasts, then dead. Staleness is only about time; an entry
 * whose deps changed is dead at once, whatever its windows.
 */
export type EntryState = 'fresh' | 'stale' | 'dead'

/** What is known of a stored answer. A frozen record for people and tools; the engine keeps columns. */
export interface CacheEntry {
  readonly key: string
  readonly namespace: string
  readonly state: EntryState
  /** Why it is not fresh: its ttl passed, or the named dependency changed. */
  readonly why:
    | { readonly reason: 'expired' }
    | { readonly reason: 'invalidated'; readonly by: string }
    | undefined
  /** Milliseconds since it was stored; of an entry older than 12 days it may be less, never below 12 days. */
  readonly age: number
  /** Whole milliseconds until it stops being fresh; 0 if it has, `Infinity` if never. */
  readonly ttlLeft: number
  /** Whole milliseconds until it cannot be served even as stale. */
  readonly staleLeft: number
  readonly deps: readonly string[]
  /** Estimated bytes, key and overhead included. */
  readonly size: number
}

/** The state that follows from the clock and from whether every dependency still holds. */
export function entryState(now: number, freshUntil: number, keepUntil: number, current: boolean): EntryState {
  if (!current) return 'dead'
  if (now < freshUntil) return 'fresh'
  return now < keepUntil ? 'stale' : 'dead'
}
