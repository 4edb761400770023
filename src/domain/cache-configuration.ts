import { parseByteSize } from './byte-size.ts'
import type { LocalBounds } from './contracts/backend.ts'
import type { ClonePolicy } from './contracts/cache.ts'
import type { CacheOptions, PluginEntry } from './contracts/cache-options.ts'
import type { Codec } from './contracts/codec.ts'
import type { StrategyFactory } from './contracts/strategy.ts'
import { describe } from './describe.ts'
import { type CacheTtl, parseDuration } from './duration.ts'
import { ConfigurationError, DuplicatePluginError } from './errors.ts'
import { REFRESH_EXPECTED, type RefreshPolicy, refreshPolicy } from './refresh-ahead.ts'

/** Entry options with every duration checked and every default filled in. */
export interface EntryPolicy {
  readonly ttl: CacheTtl
  readonly staleWhileRevalidate: CacheTtl
  readonly staleIfError: CacheTtl
  readonly jitter: number
  readonly soft: CacheTtl
  readonly hard: CacheTtl
  readonly clone: ClonePolicy
  readonly refreshAhead: RefreshPolicy
  /** Undefined: `null` lives as long as any answer. */
  readonly negativeTtl: CacheTtl | undefined
  readonly errorBackoff: CacheTtl
  readonly sliding: CacheTtl
}

/** The aggregate: a whole, consistent configuration. Made only by `cacheConfiguration`, and frozen. */
export interface CacheConfiguration {
  readonly name: string
  readonly enabled: boolean
  readonly policy: EntryPolicy
  readonly bounds: LocalBounds
  readonly maxTags: number
  readonly maxDeps: number
  readonly strategy: string | StrategyFactory
  readonly backend: string
  readonly loads: { readonly concurrency: number; readonly queue: number }
  readonly hookTimeout: CacheTtl
  readonly codecs: readonly Codec[]
  readonly plugins: readonly PluginEntry[]
}

/** A Map throws above 2^24 keys; one newcomer may be in it before its victim leaves. */
const MOST_ENTRIES = 2 ** 24 - 2

/**
 * Checks the rules between the parts of a configuration and fills in what was left out. The shape was checked
 * before (src/infrastructure/config): what arrives here has the right types.
 *
 * @param heapLimit bytes of heap this process may use; the default byte bound is a quarter of it
 * @throws ConfigurationError `HITHERTO_CONFIG_INVALID`, DuplicatePluginError `HITHERTO_PLUGIN_DUPLICATE`
 */
export function cacheConfiguration(options: CacheOptions, heapLimit: number): CacheConfiguration {
  const maxBytes = bytes(options.maxBytes, 'maxBytes', Math.floor(heapLimit / 4))
  const policy = entryPolicy(options)
  const configuration: CacheConfiguration = {
    name: options.name ?? 'cache',
    enabled: options.enabled ?? true,
    policy,
    bounds: Object.freeze({
      maxEntries: count(options.maxEntries, 'maxEntries', 1_000_000),
      maxBytes,
      maxEntrySize: bytes(options.maxEntrySize, 'maxEntrySize', Math.max(1, Math.floor(maxBytes / 8))),
    }),
    maxTags: count(options.maxTags, 'maxTags', 250_000),
    maxDeps: count(options.maxDeps, 'maxDeps', 1_000),
    strategy: options.strategy ?? 'w-tinylfu',
    backend: options.backend ?? 'memory',
    loads: Object.freeze({
      concurrency: count(options.loads?.concurrency, 'loads.concurrency', 1_000),
      queue: options.loads?.queue ?? 100_000,
    }),
    hookTimeout: duration(options.hookTimeout, 'hookTimeout', 1_000),
    codecs: Object.freeze([...(options.codecs ?? [])]),
    plugins: Object.freeze([...(options.plugins ?? [])]),
  }
  checkBetween(configuration)
  return Object.freeze(configuration)
}

function checkBetween({ bounds, policy, plugins }: CacheConfiguration): void {
  if (bounds.maxEntries > MOST_ENTRIES) {
    throw new ConfigurationError(
      'maxEntries',
      `at most ${MOST_ENTRIES} (as many as one cache can hold), got ${bounds.maxEntries}.`,
    )
  }
  if (bounds.maxEntrySize > bounds.maxBytes) {
    throw new ConfigurationError(
      'maxEntrySize',
      `${bounds.maxEntrySize} bytes is more than maxBytes (${bounds.maxBytes}). Raise maxBytes or lower maxEntrySize.`,
    )
  }
  if (policy.soft > policy.hard) {
    throw new ConfigurationError(
      'timeout.soft',
      `${policy.soft} ms is more than timeout.hard (${policy.hard} ms), so it could never be reached. Swap them or raise hard.`,
    )
  }
  const names = new Set<string>()
  for (const entry of plugins) {
    const name = pluginName(entry)
    if (names.has(name)) throw new DuplicatePluginError(name)
    names.add(name)
  }
}

/** The name of a plugin, however it was listed. */
export function pluginName(entry: PluginEntry): string {
  if (typeof entry === 'string') return entry
  if ('use' in entry) return pluginName(entry.use)
  return entry.name
}

function entryPolicy(options: CacheOptions): EntryPolicy {
  const hard = duration(options.timeout?.hard, 'timeout.hard', Number.POSITIVE_INFINITY)
  return Object.freeze({
    ttl: duration(options.ttl, 'ttl', 300_000),
    staleWhileRevalidate: duration(options.staleWhileRevalidate, 'staleWhileRevalidate', 0),
    staleIfError: duration(options.staleIfError, 'staleIfError', 0),
    jitter: fraction(options.jitter),
    soft: duration(options.timeout?.soft, 'timeout.soft', hard),
    hard,
    clone: options.clone ?? 'auto',
    refreshAhead: refreshAhead(options.refreshAhead),
    negativeTtl:
      options.negativeTtl === undefined ? undefined : duration(options.negativeTtl, 'negativeTtl', 0),
    errorBackoff: duration(options.errorBackoff, 'errorBackoff', 0),
    sliding: duration(options.sliding, 'sliding', Number.POSITIVE_INFINITY),
  })
}

function refreshAhead(value: CacheOptions['refreshAhead']): RefreshPolicy {
  const policy = refreshPolicy(value)
  if (policy !== undefined) return policy
  throw new ConfigurationError('refreshAhead', `${REFRESH_EXPECTED}, got ${describe(value)}.`)
}

function duration(value: unknown, option: string, fallback: number): CacheTtl {
  const ms = parseDuration(value ?? fallback)
  if (ms !== undefined) return ms
  throw new ConfigurationError(
    option,
    `expected milliseconds (0 or more) or a string such as '30s', '5m', '1h', got ${describe(value)}.`,
  )
}

function bytes(value: unknown, option: string, fallback: number): number {
  const size = parseByteSize(value ?? fallback)
  if (size !== undefined) return size
  throw new ConfigurationError(
    option,
    `expected bytes (above 0) or a string such as '64mb', got ${describe(value)}.`,
  )
}

function count(value: number | undefined, option: string, fallback: number): number {
  const number = value ?? fallback
  if (Number.isInteger(number) && number > 0) return number
  throw new ConfigurationError(option, `expected a whole number above 0, got ${describe(value)}.`)
}

function fraction(value: number | undefined): number {
  const number = value ?? 0
  if (number >= 0 && number <= 1) return number
  throw new ConfigurationError(
    'jitter',
    `expected a part of the ttl between 0 and 1, got ${describe(value)}.`,
  )
}
