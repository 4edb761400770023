import type { CacheEntry } from '../cache-entry.ts'
import type { CacheStats } from '../cache-stats.ts'
import type { Duration } from '../duration.ts'
import type { CacheOptions } from './cache-options.ts'
import type { SignalName, Signals } from './hooks.ts'
import type { SurfacePlugin } from './plugin.ts'
import type { Settled, WrapOptions, WrappedFunction } from './wrap.ts'

/**
 * How callers are kept from changing each other's answers.
 * - `auto` (default): plain data (objects, arrays, Date, Map, Set, Buffer, typed arrays) are copied when stored and
 *   on each hit; deeply frozen data and primitives are shared. Class instances, functions, streams and promises are
 *   not stored, and that is reported.
 * - `structured`: structuredClone when stored and on each hit; a class instance becomes a plain object.
 * - `freeze`: the stored value is deeply frozen once and shared; the cheapest safe policy for big values.
 * - `none`: the same reference for everybody. For values that nobody changes.
 */
export type ClonePolicy = 'auto' | 'structured' | 'freeze' | 'none'

/** `soft`: with something stale at hand, answer with it after so long. `hard`: give the load up. Default: none. */
export interface LoadTimeouts {
  readonly soft?: Duration
  readonly hard?: Duration
}

/**
 * When a hit also starts a refresh behind, so that nobody waits at the end of the lifetime.
 * - a number from 0 to 1: once that part of the lifetime has passed.
 * - `'xfetch'` or `{ beta }`: by chance, the likelier the nearer the end is and the longer the last load took (XFetch).
 *   `beta` 1, the default, is right for most; above it refreshes come earlier.
 */
export type RefreshAhead = number | 'xfetch' | { readonly beta: number }

/** What tells a source which version one has: what HTTP calls validators. */
export interface Validators {
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
}

/** Options that a cache has for all calls and a call for itself. */
export interface EntryOptions {
  /** How long an answer is fresh. Default 5 minutes; `Infinity` for ever. */
  readonly ttl?: Duration
  /** For how long after that it may be served at once while it is refreshed behind. Default 0. */
  readonly staleWhileRevalidate?: Duration
  /** For how long after its ttl it may be served if the load fails or times out. Default 0. */
  readonly staleIfError?: Duration
  /** The part of the ttl, 0 to 1, by which it is shortened at random, so that entries do not expire together. Default 0. */
  readonly jitter?: number
  readonly timeout?: LoadTimeouts
  readonly clone?: ClonePolicy
  /** Default: none, an answer is refreshed when somebody asks for it after its lifetime. */
  readonly refreshAhead?: RefreshAhead
  /** The ttl of `null`, where a load finds that there is nothing. Default: the ttl. */
  readonly negativeTtl?: Duration
  /**
   * After a failed load, how long the next one of the same key waits: until then callers get the same error, or what is
   * stale. Default 0. `forceRefresh` does not wait.
   */
  readonly errorBackoff?: Duration
  /** An answer that nobody has asked for in so long is fresh no more; `ttl` stays the bound. Default: none. */
  readonly sliding?: Duration
}

/** Options of one read or load. */
export interface CallOptions extends EntryOptions {
  /** What the answer depends on. */
  readonly tags?: readonly string[]
  /** The size in bytes, where the caller knows better than the estimate. */
  readonly size?: number
  /** Load now, whatever is stored, and store the result. */
  readonly forceRefresh?: boolean
  /** Neither read nor write the cache. */
  readonly bypass?: boolean
  /** Ends this caller's wait; the load goes on for the others. */
  readonly signal?: AbortSignal
  /**
   * Inside a scope (a load, a request) a key is read once: whoever reads it again gets the same answer, whatever has
   * been written elsewhere meanwhile. False looks again. Default true.
   */
  readonly consistent?: boolean
}

/** Options of `set`. */
export interface SetOptions
  extends Pick<
    EntryOptions,
    'ttl' | 'staleWhileRevalidate' | 'staleIfError' | 'jitter' | 'clone' | 'refreshAhead' | 'sliding'
  > {
  readonly tags?: readonly string[]
  readonly size?: number
}

/** What a load is given. */
export interface LoadContext {
  readonly key: string
  /** Aborted when the hard timeout passes or the cache is closed. */
  readonly signal: AbortSignal
  /** The value this load replaces, if there is one: stale, or refreshed ahead of its end. A copy, as of any answer. */
  readonly stale: unknown
  /** What an earlier load said with `validate` about that value. */
  readonly validators: Validators | undefined
  /** Sets the lifetime from what was loaded. */
  ttl(duration: Duration): void
  /** Adds dependencies found while loading. */
  tag(...tags: string[]): void
  /** The answer goes to the callers, but is not stored. */
  skip(): void
  /** Keeps the source's validators with the value, for the next load. */
  validate(validators: Validators): void
  /**
   * The value this load replaces is still right: to be returned by the load. It gets a new lifetime.
   *
   * @throws CallOptionError `HITHERTO_OPTION_INVALID` if there is none (`stale` is undefined)
   * @example if (answer.status === 304) return context.notModified()
   */
  notModified(): never
}

export type Load<T> = (context: LoadContext) => T | PromiseLike<T>

/** The object form of getOrSet. */
export type GetOrSetRequest<T> = CallOptions & { readonly key: string; readonly load: Load<T> }

/** What the load of many keys is given. Each key has its own lifetime, dependencies and fate. */
export interface LoadManyContext {
  /** Aborted when the cache is closed, or when nobody waits for any of the keys any more because of hard timeouts. */
  readonly signal: AbortSignal
  /** The context of one of the keys, as its own load would be given it. */
  of(key: string): LoadContext
}

/**
 * Loads many keys at once: the answers in the order of the keys, or a Map by key. An `Error` in the place of an answer
 * fails that key alone; a key for which there is nothing is `undefined`, or not in the Map. What the load reads, all of
 * its answers depend on.
 */
export type LoadMany<T> = (
  keys: readonly string[],
  context: LoadManyContext,
) => ManyLoaded<T> | PromiseLike<ManyLoaded<T>>

export type ManyLoaded<T> = readonly (T | Error)[] | ReadonlyMap<string, T | Error>

/** Options of `batch`. */
export interface BatchOptions extends Omit<CallOptions, 'signal'> {
  /** Keys per load. Default: no bound. */
  readonly maxBatch?: number
}

/** What has changed: tags, keys, or both. */
export type InvalidateTarget =
  | { readonly tags: readonly string[]; readonly keys?: readonly string[] | undefined }
  | { readonly tags?: readonly string[] | undefined; readonly keys: readonly string[] }

/** A cache, or a namespace of one: the public interface. */
export interface Cache extends AsyncDisposable {
  readonly name: string

  /** A fresh value without any side effect: no count, no touch, no removal. Synchronous. */
  peek<T = unknown>(key: string): T | undefined
  /** A fresh value from this process, counted and touched. Synchronous. */
  getSync<T = unknown>(key: string): T | undefined
  get<T = unknown>(key: string): Promise<T | undefined>
  getMany<T = unknown>(keys: readonly string[]): Promise<(T | undefined)[]>
  has(key: string): Promise<boolean>
  /** Stores a value. Wins over a load of the same key that is under way. Resolves to false if it was not kept. */
  set(key: string, value: unknown, options?: SetOptions): Promise<boolean>
  setMany(entries: Iterable<readonly [key: string, value: unknown]>, options?: SetOptions): Promise<boolean[]>
  /** Removes an entry; what was made from it inside a scope goes too. Resolves to whether there was one. */
  delete(key: string): Promise<boolean>
  deleteMany(keys: readonly string[]): Promise<number>
  /** Ends an entry's freshness; its stale windows go on. Resolves to whether there was one. */
  expire(key: string): Promise<boolean>

  /**
   * The value of `key`, loaded once for all who ask meanwhile.
   *
   * @throws what the load throws, LoadTimeoutError, OverloadError, or the reason of `options.signal`
   * @example const user = await cache.getOrSet('user:42', () => db.user(42), { ttl: '5m', tags: ['user:42'] })
   */
  getOrSet<T>(key: string, load: Load<T>, options?: CallOptions): Promise<T>
  getOrSet<T>(request: GetOrSetRequest<T>): Promise<T>

  /**
   * The values of many keys, in their order: what is there at once, the rest by one load. Keys that are loading already
   * are waited for. Where a key fails, its place holds the `Error`; the others are not touched by it.
   *
   * @example const users = await cache.getOrSetMany(ids, (missing) => db.usersById(missing))
   */
  getOrSetMany<T>(
    keys: readonly string[],
    load: LoadMany<T>,
    options?: CallOptions,
  ): Promise<(T | undefined | Error)[]>
  /**
   * A function that looks up one key, and loads those that are missing together: the calls of one turn of the event
   * loop share a load, as with DataLoader, but each caller depends on what its own keys depend on.
   *
   * @throws CallOptionError `HITHERTO_OPTION_INVALID`, at once
   * @example
   * const userById = cache.batch((ids) => db.usersById(ids), { ttl: '5m' })
   * const [a, b] = await Promise.all([userById('1'), userById('2')])
   */
  batch<T>(load: LoadMany<T>, options?: BatchOptions): (key: string) => Promise<T | undefined>

  /** Marks tags or keys as changed. Everything made from them is gone when this resolves, whatever is loading. */
  invalidate(target: InvalidateTarget): Promise<void>
  /** Forgets everything in this cache or namespace, in constant time. */
  clear(): Promise<void>
  /** A key space of its own over the same bounds. Names nest. */
  namespace(name: string): Cache
  /** What is known of an entry, without side effects; undefined if there is none. */
  inspect(key: string): CacheEntry | undefined
  stats(): CacheStats
  /** Listens to a signal; returns what stops it. A throwing listener is counted and reported, never felt. */
  on<S extends SignalName>(signal: S, listener: (event: Signals[S]) => void): () => void

  /** A caching version of a function; its key is made from its arguments. */
  wrap<A extends unknown[], R, Self = unknown>(
    fn: (this: Self, ...args: A) => R,
    options?: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>>,
  ): WrappedFunction<A, R, Self>
  /** The surface that a plugin offers in the generation that serves now; started on first use. */
  surface<S>(plugin: SurfacePlugin<S>): S

  /**
   * Swaps to a new configuration without failing a call. It is the whole of it and no change to the old one: what is
   * left out goes back to its default. Entries stay, but for those beyond smaller bounds, and all if the codecs differ.
   *
   * @throws ConfigurationError and the other start-up errors; the old configuration then goes on serving
   * @example await cache.reconfigure({ ...config, strategy: 'lru' })
   */
  reconfigure(options: CacheOptions): Promise<void>
  /** Stops plugins and timers and forgets everything. Later calls reject with ClosedError. */
  close(): Promise<void>
}
