import { CallOptionError, type CallOptions, type Duration, type WrapOptions } from '../../src/domain/index.ts'
import { givenTags } from './callback-results.ts'
import type { CacheConfigOptions } from './class-config.ts'
import type { WrappedMethod } from './decorated-method.ts'
import { decoratorOptions } from './decorator-arguments.ts'
import { methodDecorator } from './decorator-form.ts'
import type { CachingDecorator, Exactly, OfArguments, OfOutcome } from './decorator-types.ts'
import { type CacheSource, cacheFrom, checkSource } from './default-cache.ts'
import { CACHED_OPTIONS, checkFunctionOptions, withoutUndefined } from './function-options.ts'
import { className, methodName } from './method-owner.ts'

/** Options of `@Cached`: the cache, and those of `wrap`. */
export interface CachedOptions extends Omit<CallOptions, 'tags' | 'ttl'> {
  /**
   * A cache, or a function that returns it; that is called once, at the first call of the method. Default: what
   * `@CacheConfig` says, else the default cache.
   */
  readonly cache?: CacheSource
  readonly name?: string
  readonly namespace?: string
  readonly key?: OfArguments<string>
  readonly tags?: readonly string[] | OfArguments<readonly string[]>
  readonly id?: (value: object) => string | undefined
  readonly instance?: (self: never) => string
  readonly condition?: OfArguments<boolean>
  readonly unless?: OfOutcome<boolean>
  readonly ttl?: Duration | OfOutcome<Duration>
  readonly resultTags?: OfOutcome<readonly string[]>
}

type Settings = WrapOptions<unknown[]>

/**
 * Caches a method, like `cache.wrap`, under the name `Class.method`.
 *
 * `this` is not part of the key: all instances share one answer per arguments, subclasses included. If the answer
 * depends on the object, say how with `instance`.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` at decoration, for a wrong option, for anything but a method, for
 *   a generator, beside `@CachePut`, and for a private instance method without `name` (nothing tells its class)
 * @example
 * class Users {
 *   @Cached({ ttl: '5m', tags: (id: number) => [`user:${id}`], unless: (user: User | null) => user === null })
 *   async find(id: number) { return db.user(id) }
 *
 *   @Cached({ cache: () => cache, instance: (self: Users) => self.tenant })
 *   async count() { return db.count(this.tenant) }
 * }
 */
export function Cached<O extends CachedOptions>(options?: Exactly<O, CachedOptions>): CachingDecorator<O>
export function Cached(...given: unknown[]): unknown {
  const { cache, ...rest } = decoratorOptions<CachedOptions>('@Cached', given)
  checkSource(cache, '@Cached')
  checkFunctionOptions(rest, CACHED_OPTIONS)
  const settings = withoutUndefined(rest) as Settings
  return methodDecorator('@Cached', (method) => {
    if (method.cached !== undefined) throw new CallOptionError('@Cached', 'stands on this method twice.')
    if (method.puts.length > 0) throw cachedAndPut()
    const { declaring, key, hidden } = method
    if (settings.name === undefined && (hidden || (declaring !== undefined && className(declaring) === '')))
      methodName('', key)
    method.givenName = settings.name
    method.cached = ({ method: fn, config, label, name }) => {
      const { cache: shared, ...defaults } = config
      const options = { ...withDefaults(settings, defaults), name: name() }
      return cacheFrom(cache ?? shared, `@Cached on ${label}`).wrap(fn, options) as WrappedMethod
    }
  })
}

/** `@Cached` runs the method when there is no answer, `@CachePut` always. */
export function cachedAndPut(): CallOptionError {
  return new CallOptionError(
    '@CachePut',
    'stands on a method with @Cached: one runs it only if there is no answer, the other always. Use one of them.',
  )
}

/** The options of a method over those of its class. Tags are joined. */
export function withDefaults(settings: Settings, defaults: Omit<CacheConfigOptions, 'cache'>): Settings {
  const { tags: shared = [], ...others } = defaults
  const joined = { ...(others as Settings), ...settings }
  if (shared.length === 0) return joined
  const { tags: own = [] } = settings
  if (typeof own !== 'function') return { ...joined, tags: [...shared, ...own] }
  return {
    ...joined,
    tags(...args) {
      return [...shared, ...givenTags('tags', own.apply(this, args))]
    },
  }
}
