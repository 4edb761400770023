/**
 * The domain events: the payloads of the signals. `correlation` is the same for all that happened inside one
 * outermost scope (one request, one load), so that a log can be read as a story.
 */
export interface EntryEvent {
  readonly namespace: string
  readonly key: string
  readonly correlation: number
}

export interface CacheHit extends EntryEvent {}

export interface CacheMiss extends EntryEvent {}

export interface CacheEntryCreated extends EntryEvent {
  /** Milliseconds; `Infinity` for ever. */
  readonly ttl: number
  readonly deps: readonly string[]
  readonly size: number
}

export interface CacheEntryEvicted extends EntryEvent {
  /** True if it could still have been served: the cache is too small for its traffic. */
  readonly fresh: boolean
  readonly size: number
}

export interface CacheEntryExpired extends EntryEvent {}

/** Tags or keys were marked as changed. The entries that depended on them are dead from then on. */
export interface CacheEntryInvalidated {
  readonly namespace: string
  readonly tags: readonly string[]
  readonly keys: readonly string[]
  /** True if everything in the namespace was cleared. */
  readonly all: boolean
  readonly correlation: number
}

export interface StaleServed extends EntryEvent {
  readonly because: 'revalidating' | 'soft-timeout' | 'error'
  /** Milliseconds since it stopped being fresh. */
  readonly staleFor: number
}

export interface FillRefused extends EntryEvent {
  readonly because: 'dependency-changed' | 'superseded' | 'stale-source'
}

export interface LoadCompleted extends EntryEvent {
  readonly ms: number
  readonly failed: boolean
}

/** A fault that was contained. */
export interface ErrorContained {
  readonly error: unknown
  readonly correlation: number
}

export interface GenerationSwapped {
  readonly generation: number
  readonly correlation: number
}
