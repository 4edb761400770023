import type { HistogramSnapshot } from './histogram.ts'

/** Counters of one surface, or of all of a cache. */
export interface SurfaceStats {
  /** Reads answered by a fresh entry. */
  readonly hits: number
  /** Reads that found nothing usable. */
  readonly misses: number
  /** Answers given from an entry past its freshness. */
  readonly staleServed: number
  /** Loads that have begun, those without the cache included; one that got no place (`HITHERTO_LOADS_QUEUE_FULL`) is none. */
  readonly loads: number
  /** Those of them that failed. */
  readonly loadErrors: number
  /** Callers that shared another caller's load. */
  readonly coalesced: number
  readonly stored: number
}

/** Plain counters since the cache was created; a snapshot, never live. Times are milliseconds. */
export interface CacheStats extends SurfaceStats {
  readonly loadTimeouts: number
  /** How long loads took, failed ones included. */
  readonly loadTime: HistogramSnapshot
  /** The counters above by what the cache was used through: `cache` for direct calls, `function`, `http`. */
  readonly surfaces: Readonly<Record<string, SurfaceStats>>
  /** Loads whose result was not stored because a dependency changed meanwhile, or a set, delete or expire came first. */
  readonly refusedFills: number
  /** Values not stored for their size, kind (see `clone`) or by a hook's veto. */
  readonly notStored: number
  /** Entries pushed out by a bound. */
  readonly evicted: number
  /** The part of `evicted` that was still fresh: the sign of a cache that is too small. */
  readonly evictedFresh: number
  readonly expired: number
  /** Entries found dead because a dependency had changed. */
  readonly invalidated: number
  /** Calls of invalidate, delete and clear. */
  readonly invalidations: number
  readonly hookErrors: number
  readonly errors: number
  /** Who decides on evictions now, and what it has seen, where it tells (`auto` does). */
  readonly strategy: { readonly name: string; readonly report: object | undefined }
  readonly entries: number
  readonly bytes: number
  readonly tags: number
  readonly loading: number
  /** The generation that serves now; each successful reconfigure adds one. */
  readonly generation: number
}
