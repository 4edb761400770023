import type {
  CacheEntryCreated,
  CacheEntryEvicted,
  CacheEntryExpired,
  CacheEntryInvalidated,
  CacheHit,
  CacheMiss,
  ErrorContained,
  FillRefused,
  GenerationSwapped,
  LoadCompleted,
  StaleServed,
} from '../events.ts'

/**
 * The points that shape the work. A handler gets the context as the handlers before it left it, and returns the
 * fields it changes, or nothing. Points stay synchronous until a handler returns a promise; a promise that does not
 * settle within `hookTimeout` is given up and the work goes on without it.
 */
export interface HookPoints {
  /** The key as the cache will know it. A promise is refused for peek and getSync. */
  key: { readonly namespace: string; readonly key: string }
  /** Before a read. `bypass`: neither read nor write. A promise is refused for peek and getSync. */
  lookup: { readonly namespace: string; readonly key: string; readonly bypass: boolean }
  /** Before a load. `ttl` is undefined where the caller named none. */
  load: {
    readonly namespace: string
    readonly key: string
    readonly ttl: number | undefined
    readonly tags: readonly string[]
  }
  /** Before a value is stored. `veto`: the callers get it, the store does not. */
  store: {
    readonly namespace: string
    readonly key: string
    readonly value: unknown
    readonly ttl: number
    readonly tags: readonly string[]
    readonly veto: boolean
  }
  /** What is kept in place of the value. */
  encode: { readonly namespace: string; readonly key: string; readonly value: unknown }
  /** What is handed out in place of what was kept. A promise is refused for peek and getSync. */
  decode: { readonly namespace: string; readonly key: string; readonly value: unknown }
  /** Before an invalidation. */
  invalidate: {
    readonly namespace: string
    readonly tags: readonly string[]
    readonly keys: readonly string[]
    readonly veto: boolean
  }
}

export type PointName = keyof HookPoints

export type HookHandler<P extends PointName> = (
  context: HookPoints[P],
) => Partial<HookPoints[P]> | void | Promise<Partial<HookPoints[P]> | void>

/** The signals that report it: never awaited, built only when somebody listens. */
export interface Signals {
  hit: CacheHit
  miss: CacheMiss
  stored: CacheEntryCreated
  evicted: CacheEntryEvicted
  expired: CacheEntryExpired
  invalidated: CacheEntryInvalidated
  stale: StaleServed
  refused: FillRefused
  loaded: LoadCompleted
  error: ErrorContained
  reloaded: GenerationSwapped
}

export type SignalName = keyof Signals

export const POINTS: readonly PointName[] = [
  'key',
  'lookup',
  'load',
  'store',
  'encode',
  'decode',
  'invalidate',
]

export const SIGNALS: readonly SignalName[] = [
  'hit',
  'miss',
  'stored',
  'evicted',
  'expired',
  'invalidated',
  'stale',
  'refused',
  'loaded',
  'error',
  'reloaded',
]
