import type { ByteSize } from '../byte-size.ts'
import type { Duration } from '../duration.ts'
import type { EntryOptions } from './cache.ts'
import type { Clock } from './clock.ts'
import type { Codec } from './codec.ts'
import type { Logger } from './logger.ts'
import type { Plugin } from './plugin.ts'
import type { StrategyFactory } from './strategy.ts'

/** A plugin by its name in the catalogue, as an object, or either of them with options. */
export type PluginEntry = string | Plugin | { readonly use: string | Plugin; readonly options?: unknown }

/** How many loads run at once, those that bypass the cache included. Loads inside a load, be it of another cache, do not count again, so nesting cannot deadlock. */
export interface LoadLimits {
  /** Default 1,000. */
  readonly concurrency?: number
  /** How many more may wait; beyond it getOrSet rejects with OverloadError. Default 100,000. */
  readonly queue?: number
}

/** The configuration of a cache: data that a file could hold, but for codecs and plugin and strategy objects. */
export interface CacheOptions extends EntryOptions {
  /** For logs and signals. Default `'cache'`. */
  readonly name?: string
  /** False turns the cache off: every read loads, nothing is stored. Default true. */
  readonly enabled?: boolean
  /** Default 1,000,000. */
  readonly maxEntries?: number
  /** Default a quarter of the heap limit. */
  readonly maxBytes?: ByteSize
  /** Larger values are not stored. Default an eighth of `maxBytes`. */
  readonly maxEntrySize?: ByteSize
  /** Tags known at once; the oldest unused ones are forgotten first. Default 250,000. */
  readonly maxTags?: number
  /** Dependencies of one entry; an entry with more depends on every invalidation. Default 1,000. */
  readonly maxDeps?: number
  /**
   * Who is evicted: `w-tinylfu` (default), `auto`, `lru`, `fifo`, `ttl`, `clock`, `sieve`, `s3-fifo`, `arc`, `lfu`, `lirs`, or
   * a strategy of your own.
   */
  readonly strategy?: string | StrategyFactory
  /** What holds the entries. Default `memory`. */
  readonly backend?: string
  readonly loads?: LoadLimits
  /** After so long an asynchronous hook is given up. Default 1 second. */
  readonly hookTimeout?: Duration
  /** How instances of classes are kept, under `clone: 'auto'` and `'freeze'`. The first that fits is used. */
  readonly codecs?: readonly Codec[]
  readonly plugins?: readonly PluginEntry[]
}

/** What createCache takes beside the configuration: the outside world. It does not change on reconfigure. */
export interface CacheEnvironment {
  readonly clock?: Clock
  /** Default: warnings and errors as warnings of the process, each once, at most 20. `console` and pino fit. */
  readonly logger?: Logger
  /** Told of every fault that the cache contained. Default: the logger, as a warning. A throwing one is ignored. */
  readonly onError?: (error: unknown) => void
  /** A number in [0, 1) for jitter. Default Math.random. */
  readonly random?: () => number
}
