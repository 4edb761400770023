/**
 * Every error that hitherto throws or reports, in one place. Each class has a literal `code`; docs/errors.md
 * explains each of them, and a test keeps the page and this list equal.
 */

import { describe, isLikeCache, quote } from './describe.ts'

const brand = Symbol.for('hitherto.error')

/** The options of the native Error. */
type Cause = { readonly cause?: unknown }

/**
 * The base of all errors of this package, and the only base class in it.
 *
 * `instanceof HithertoError` is answered through a registered symbol, so an error made by a second installed copy of
 * the package is still recognised; of a subclass it is about this copy.
 * @example
 * try { await createCache({ strategy: 'lur' }) } catch (error) {
 *   if (error instanceof HithertoError && error.code === 'HITHERTO_NAME_UNKNOWN') console.log(error.message)
 * }
 */
export class HithertoError extends Error {
  readonly code: string

  constructor(code: string, message: string, cause?: Cause) {
    super(message, cause)
    this.code = code
    this.name = new.target.name
    Object.defineProperty(this, brand, { value: code })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false
    // biome-ignore lint/complexity/noThisInStatic: subclasses inherit this and must be told apart
    if (this === HithertoError) return brand in value
    // biome-ignore lint/complexity/noThisInStatic: see above
    return Function.prototype[Symbol.hasInstance].call(this, value)
  }
}

/** The configuration is refused: `option` is the path of the part that is wrong, the message says the fix. */
export class ConfigurationError extends HithertoError {
  declare readonly code: 'HITHERTO_CONFIG_INVALID'
  readonly option: string
  constructor(option: string, message: string, cause?: Cause) {
    super('HITHERTO_CONFIG_INVALID', `${option}: ${message}`, cause)
    this.option = option
  }
}

/** A name is not in the catalogue. The message lists the nearest known names. */
export class UnknownNameError extends HithertoError {
  declare readonly code: 'HITHERTO_NAME_UNKNOWN'
  readonly kind: string
  readonly unknown: string
  readonly nearest: readonly string[]
  constructor(kind: string, unknown: string, nearest: readonly string[], known: readonly string[]) {
    const hint =
      nearest.length > 0
        ? `Did you mean ${nearest.map(quote).join(' or ')}?`
        : `Known: ${known.map(quote).join(', ')}.`
    super('HITHERTO_NAME_UNKNOWN', `There is no ${kind} named ${quote(unknown)}. ${hint}`)
    this.kind = kind
    this.unknown = unknown
    this.nearest = nearest
  }
}

/** An optional package is not installed. The message has the line that installs it. */
export class MissingPackageError extends HithertoError {
  declare readonly code: 'HITHERTO_PACKAGE_MISSING'
  constructor(packageName: string, neededBy: string, cause?: Cause) {
    super(
      'HITHERTO_PACKAGE_MISSING',
      `${neededBy} needs the package ${quote(packageName)}, which is not installed. Run: npm install ${packageName}`,
      cause,
    )
  }
}

/** Two plugins of one configuration have the same name. */
export class DuplicatePluginError extends HithertoError {
  declare readonly code: 'HITHERTO_PLUGIN_DUPLICATE'
  constructor(name: string) {
    super(
      'HITHERTO_PLUGIN_DUPLICATE',
      `The plugin ${quote(name)} is listed twice. Remove one, or give it another name.`,
    )
  }
}

/** `after` of a plugin names one that is not there, or the plugins wait for each other. Both ends are named. */
export class PluginOrderError extends HithertoError {
  declare readonly code: 'HITHERTO_PLUGIN_ORDER'
  constructor(message: string) {
    super('HITHERTO_PLUGIN_ORDER', message)
  }
}

/** A plugin could not start (`cause` says why); the configuration that named it was not applied. */
export class PluginStartError extends HithertoError {
  declare readonly code: 'HITHERTO_PLUGIN_START'
  constructor(name: string, cause: unknown) {
    super('HITHERTO_PLUGIN_START', `The plugin ${quote(name)} did not start: ${messageOf(cause)}`, { cause })
  }
}

/** A key that is not a string. */
export class KeyError extends HithertoError {
  declare readonly code: 'HITHERTO_KEY_INVALID'
  constructor(key: unknown, option?: string) {
    super(
      'HITHERTO_KEY_INVALID',
      option === undefined
        ? `A key must be a string, got ${describe(key)}. Use String(value), or cache.wrap, which makes keys from arguments.`
        : `${option}: expected its function to give a string, got ${describe(key)}. Use String(value).`,
    )
  }
}

/** A tag that is not a non-empty string. */
export class TagError extends HithertoError {
  declare readonly code: 'HITHERTO_TAG_INVALID'
  constructor(tag: unknown, option?: string) {
    super(
      'HITHERTO_TAG_INVALID',
      option === undefined
        ? `A tag must be a non-empty string, got ${describe(tag)}.`
        : `${option}: expected its function to give an array of non-empty strings, got ${describe(tag)}.`,
    )
  }
}

/** An option of one call is wrong: a negative or unparsable duration, a missing loader, a wrong type. */
export class CallOptionError extends HithertoError {
  declare readonly code: 'HITHERTO_OPTION_INVALID'
  readonly option: string
  constructor(option: string, message: string) {
    super('HITHERTO_OPTION_INVALID', `${option}: ${message}`)
    this.option = option
  }
}

/** Arguments of a wrapped function from which no unambiguous key can be made. */
export class KeyArgumentError extends HithertoError {
  declare readonly code: 'HITHERTO_KEY_ARGUMENT'
  constructor(message: string) {
    super('HITHERTO_KEY_ARGUMENT', message)
  }
}

/** A value that the clone policy cannot copy safely (a function, a stream, an instance of a class). Reported, not thrown. */
export class ValueError extends HithertoError {
  declare readonly code: 'HITHERTO_VALUE_UNSAFE'
  constructor(what: string, fix: string = ANY_OTHER_WAY) {
    super(
      'HITHERTO_VALUE_UNSAFE',
      `The value was not stored: it holds ${what}, which cannot be copied safely. ${fix}`,
    )
  }
}

const ANY_OTHER_WAY =
  "Return plain data, give its class a codec, or use clone: 'none' if callers never change it."

/** A value that cannot be copied was loaded for several callers at once, who share it. Reported, not thrown. */
export class SharedValueError extends HithertoError {
  declare readonly code: 'HITHERTO_VALUE_SHARED'
  constructor(key: string) {
    super(
      'HITHERTO_VALUE_SHARED',
      `Callers who waited for one load of ${quote(key)} share its value, because it cannot be copied: what one of them changes in it, the others see. Return plain data, or give its class a codec.`,
    )
  }
}

/** What a schema found wrong, in its own words (Standard Schema: `Issue`). */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** A value that its schema refuses: thrown to those who wait for its load, reported for `set`. */
export class SchemaError extends HithertoError {
  declare readonly code: 'HITHERTO_VALUE_INVALID'
  readonly issues: readonly SchemaIssue[]
  constructor(key: string, issues: readonly SchemaIssue[]) {
    const more = issues.length > 3 ? ` (and ${issues.length - 3} more)` : ''
    const first = issues.slice(0, 3).map(issueText).join('; ')
    super('HITHERTO_VALUE_INVALID', `The value of ${quote(key)} does not fit its schema: ${first}${more}`)
    this.issues = issues
  }
}

/** A load took longer than `timeout.hard`. Its signal is aborted and a late result is not stored. */
export class LoadTimeoutError extends HithertoError {
  declare readonly code: 'HITHERTO_LOAD_TIMEOUT'
  constructor(key: string, ms: number) {
    super('HITHERTO_LOAD_TIMEOUT', `The load of ${quote(key)} took longer than ${ms} ms (timeout.hard).`)
  }
}

/** A load asked, directly or through others, for the very key it is loading: it would wait for itself for ever. */
export class RecursiveLoadError extends HithertoError {
  declare readonly code: 'HITHERTO_LOAD_RECURSIVE'
  constructor(key: string) {
    super(
      'HITHERTO_LOAD_RECURSIVE',
      `The load of ${quote(key)} waits for itself: something it calls asks the cache for the same key. Give the inner call another key.`,
    )
  }
}

/** More loads wait than `loads.queue` allows. */
export class OverloadError extends HithertoError {
  declare readonly code: 'HITHERTO_LOADS_QUEUE_FULL'
  constructor(running: number, waiting: number) {
    super(
      'HITHERTO_LOADS_QUEUE_FULL',
      `${running} loads are running and ${waiting} are waiting. Raise loads.concurrency or loads.queue, or make the source faster.`,
    )
  }
}

/** The cache was closed. */
export class ClosedError extends HithertoError {
  declare readonly code: 'HITHERTO_CACHE_CLOSED'
  constructor() {
    super('HITHERTO_CACHE_CLOSED', 'The cache is closed. Create a new one with createCache().')
  }
}

/** A hook on `key`, `lookup` or `decode` returned a promise, which a synchronous read cannot wait for. */
export class AsyncHookError extends HithertoError {
  declare readonly code: 'HITHERTO_HOOK_ASYNC'
  constructor(point: string, plugin: string) {
    super(
      'HITHERTO_HOOK_ASYNC',
      `The ${point} hook of ${quote(plugin)} returned a promise, so getSync and peek cannot be used. Use get, or make the hook synchronous.`,
    )
  }
}

/** A hook threw, rejected or did not settle in time. Reported to onError, never thrown to a caller. */
export class HookError extends HithertoError {
  declare readonly code: 'HITHERTO_HOOK_FAILED'
  constructor(hook: string, plugin: string, cause: unknown) {
    super('HITHERTO_HOOK_FAILED', `The ${hook} hook of ${quote(plugin)} failed: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** What a strategy did breaks its contract (a victim that is not there). Reported; the cache goes on with `lru`. */
export class StrategyError extends HithertoError {
  declare readonly code: 'HITHERTO_STRATEGY_BROKEN'
  constructor(name: string, message: string, cause?: Cause) {
    super('HITHERTO_STRATEGY_BROKEN', `The strategy ${quote(name)} broke its contract: ${message}`, cause)
  }
}

/** A store in this process threw. Reported; what it holds is not served any more, and the call goes on without it. */
export class StoreError extends HithertoError {
  declare readonly code: 'HITHERTO_STORE_FAILED'
  constructor(name: string, cause: unknown) {
    super('HITHERTO_STORE_FAILED', `The store ${quote(name)} failed: ${messageOf(cause)}`, { cause })
  }
}

/** A name that hitherto wants on the framework's object is taken. */
export class DecorationError extends HithertoError {
  declare readonly code: 'HITHERTO_DECORATION_TAKEN'
  constructor(target: string, name: string, fix: string) {
    super('HITHERTO_DECORATION_TAKEN', `${target}.${name} is already taken. ${fix}`)
  }
}

/** Something else than a cache made by createCache was passed where a cache is needed. */
export class NotACacheError extends HithertoError {
  declare readonly code: 'HITHERTO_NOT_A_CACHE'
  constructor(where: string, value: unknown) {
    super(
      'HITHERTO_NOT_A_CACHE',
      isLikeCache(value)
        ? `${where} needs a cache of its own copy of hitherto, got one made by another installed copy, or something around a cache. See npm ls hitherto; one copy must be left.`
        : `${where} needs a cache, got ${describe(value)}. Pass the awaited result of createCache().`,
    )
  }
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const names = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return names.length === 0 ? message : `${names.join('.')}: ${message}`
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
