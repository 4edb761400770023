import {
  type CacheTtl,
  CallOptionError,
  type CallOptions,
  type ClonePolicy,
  cacheTtl,
  checkTimeout,
  type Duration,
  describe,
  type EntryPolicy,
  isAbortSignal,
  NO_REFRESH,
  REFRESH_EXPECTED,
  type RefreshAhead,
  type RefreshPolicy,
  refreshPolicy,
  type SetOptions,
  tagList,
} from '../../domain/index.ts'
import { LOAD_OPTIONS, mustBeKnown } from './call-options.ts'

/** The options of one call over those of the cache, all checked. */
export interface CallPolicy extends EntryPolicy {
  /** True if the call named its own lifetime: then the answers it is made from do not bound it. */
  readonly ownTtl: boolean
  readonly tags: readonly string[]
  readonly size: number | undefined
}

/** How a record is kept that is no result of a load. */
export interface RecordOptions {
  readonly ttl: Duration
  /** For how long after `ttl` it may be kept for stale answers and revalidation. */
  readonly stale?: Duration
  readonly tags?: readonly string[]
  readonly size?: number
}

const NO_WINDOW: CacheTtl = cacheTtl(0, 'stale')
const NOT_SLIDING: CacheTtl = cacheTtl(Number.POSITIVE_INFINITY, 'sliding')
const NO_TAGS: readonly string[] = Object.freeze([])
const CLONES: readonly ClonePolicy[] = ['auto', 'structured', 'freeze', 'none']

/**
 * Checks and completes the options of a call. Off the hit path: a hit needs none of it.
 *
 * @param known the options that this kind of call has
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`
 */
export function callPolicy(
  options: (CallOptions & SetOptions) | undefined,
  defaults: CallPolicy,
  known: ReadonlySet<string> = LOAD_OPTIONS,
): CallPolicy {
  if (options === undefined) return defaults
  mustBeKnown(options, known)
  mustBeSignal(options.signal)
  if (options.timeout !== undefined) checkTimeout(options.timeout)
  const hard = optional(options.timeout?.hard, 'timeout.hard', defaults.hard)
  return {
    ttl: optional(options.ttl, 'ttl', defaults.ttl),
    ownTtl: options.ttl !== undefined,
    staleWhileRevalidate: optional(
      options.staleWhileRevalidate,
      'staleWhileRevalidate',
      defaults.staleWhileRevalidate,
    ),
    staleIfError: optional(options.staleIfError, 'staleIfError', defaults.staleIfError),
    jitter: options.jitter === undefined ? defaults.jitter : fraction(options.jitter),
    soft: optional(options.timeout?.soft, 'timeout.soft', defaults.soft),
    hard,
    clone: options.clone === undefined ? defaults.clone : clonePolicy(options.clone),
    tags: options.tags === undefined ? NO_TAGS : tagList(options.tags),
    size: options.size === undefined ? undefined : size(options.size),
    refreshAhead:
      options.refreshAhead === undefined ? defaults.refreshAhead : refreshAhead(options.refreshAhead),
    negativeTtl:
      options.negativeTtl === undefined ? defaults.negativeTtl : cacheTtl(options.negativeTtl, 'negativeTtl'),
    errorBackoff: optional(options.errorBackoff, 'errorBackoff', defaults.errorBackoff),
    sliding: optional(options.sliding, 'sliding', defaults.sliding),
  }
}

/** The policy of a cache for calls without options. */
export function plainPolicy(defaults: EntryPolicy): CallPolicy {
  return {
    ttl: defaults.ttl,
    ownTtl: false,
    staleWhileRevalidate: defaults.staleWhileRevalidate,
    staleIfError: defaults.staleIfError,
    jitter: defaults.jitter,
    soft: defaults.soft,
    hard: defaults.hard,
    clone: defaults.clone,
    tags: NO_TAGS,
    size: undefined,
    refreshAhead: defaults.refreshAhead,
    negativeTtl: defaults.negativeTtl,
    errorBackoff: defaults.errorBackoff,
    sliding: defaults.sliding,
  }
}

/** The same policy with another lifetime. Field by field, as a spread of it costs microseconds. */
export function withTtl(policy: CallPolicy, ttl: CacheTtl, ownTtl: boolean): CallPolicy {
  return {
    ttl,
    ownTtl,
    staleWhileRevalidate: policy.staleWhileRevalidate,
    staleIfError: policy.staleIfError,
    jitter: policy.jitter,
    soft: policy.soft,
    hard: policy.hard,
    clone: policy.clone,
    tags: policy.tags,
    size: policy.size,
    refreshAhead: policy.refreshAhead,
    negativeTtl: policy.negativeTtl,
    errorBackoff: policy.errorBackoff,
    sliding: policy.sliding,
  }
}

/** How a surface's own record is kept: it is shared by its readers as it is, and what `stale` says is all of its windows. */
export function recordPolicy(
  { ttl, stale, tags, size: bytes }: RecordOptions,
  { soft, hard, negativeTtl, errorBackoff }: CallPolicy,
): CallPolicy {
  const window = stale === undefined ? NO_WINDOW : cacheTtl(stale, 'stale')
  return {
    ttl: cacheTtl(ttl, 'ttl'),
    ownTtl: true,
    staleWhileRevalidate: window,
    staleIfError: window,
    jitter: 0,
    soft,
    hard,
    clone: 'none',
    tags: tags === undefined ? NO_TAGS : tagList(tags),
    size: bytes === undefined ? undefined : size(bytes),
    refreshAhead: NO_REFRESH,
    negativeTtl,
    errorBackoff,
    sliding: NOT_SLIDING,
  }
}

function optional(value: unknown, option: string, fallback: CacheTtl): CacheTtl {
  return value === undefined ? fallback : cacheTtl(value, option)
}

function mustBeSignal(value: unknown): void {
  if (value === undefined || isAbortSignal(value)) return
  throw new CallOptionError(
    'signal',
    `expected an AbortSignal, such as controller.signal, got ${describe(value)}.`,
  )
}

function refreshAhead(value: RefreshAhead): RefreshPolicy {
  const policy = refreshPolicy(value)
  if (policy !== undefined) return policy
  throw new CallOptionError('refreshAhead', `${REFRESH_EXPECTED}, got ${describe(value)}.`)
}

function fraction(value: number): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw new CallOptionError('jitter', `expected a part of the ttl between 0 and 1, got ${describe(value)}.`)
}

function clonePolicy(value: ClonePolicy): ClonePolicy {
  if (CLONES.includes(value)) return value
  throw new CallOptionError('clone', `expected one of ${CLONES.join(', ')}, got ${describe(value)}.`)
}

function size(value: number): number {
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return Math.ceil(value)
  throw new CallOptionError('size', `expected bytes (0 or more), got ${describe(value)}.`)
}

/** Options that change nothing about a hit: lifetimes, tags and the like only matter for a load. */
export function isPlainRead(options: CallOptions | null): boolean {
  if (options === null || options.consistent === false) return false
  return options.forceRefresh !== true && options.bypass !== true && options.signal?.aborted !== true
}
