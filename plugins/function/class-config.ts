import { CallOptionError, type EntryOptions, type WrapOptions } from '../../src/domain/index.ts'
import { decoratorOptions } from './decorator-arguments.ts'
import { type CacheSource, checkSource } from './default-cache.ts'
import { CONFIG_OPTIONS, checkFunctionOptions, withoutUndefined } from './function-options.ts'

/** What `@CacheConfig` says for the decorated methods of a class and of its subclasses. */
export interface CacheConfigOptions extends EntryOptions {
  readonly cache?: CacheSource
  /** The namespace that all of them share. */
  readonly namespace?: string
  /** Beside those of each method. */
  readonly tags?: readonly string[]
  readonly id?: WrapOptions<never>['id']
  readonly instance?: (self: never) => string
}

/** A decorator of classes, in both of the forms that TypeScript compiles. */
export type CacheConfigDecorator = <C extends abstract new (...args: never[]) => unknown>(
  target: C,
  context?: ClassDecoratorContext<C>,
) => void

const configs = new WeakMap<object, CacheConfigOptions>()

/**
 * Defaults for the decorated methods of a class. What a method says itself comes first, then its class, then the
 * classes above; tags are joined. A subclass with a `@CacheConfig` of its own gives it to the methods it inherits, too,
 * and their answers are kept apart from those of the base class.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, NotACacheError `HITHERTO_NOT_A_CACHE`
 * @example
 * @CacheConfig({ namespace: 'users', ttl: '5m', tags: ['users'] })
 * class Users { ... }
 */
export function CacheConfig(options: CacheConfigOptions): CacheConfigDecorator
export function CacheConfig(...given: unknown[]): CacheConfigDecorator {
  const options = decoratorOptions<CacheConfigOptions>('@CacheConfig', given)
  const { cache, ...rest } = options
  checkSource(cache, '@CacheConfig')
  checkFunctionOptions(rest, CONFIG_OPTIONS)
  for (const option of ['ttl', 'tags'] as const) {
    if (typeof options[option] === 'function')
      throw new CallOptionError(option, 'is the same for all methods of the class, and is a function.')
  }
  return (target, context) => {
    const isClass = typeof target === 'function' && (context === undefined || context.kind === 'class')
    if (!isClass) throw new CallOptionError('@CacheConfig', 'can only decorate a class.')
    configs.set(target, withoutUndefined(options))
  }
}

/** What a class and those above it say together. */
export function configOf(declared: object | undefined): CacheConfigOptions {
  let merged: CacheConfigOptions = {}
  for (const level of lineage(declared)) {
    const own = configs.get(level)
    if (own !== undefined)
      merged = { ...own, ...merged, tags: [...new Set([...(own.tags ?? []), ...(merged.tags ?? [])])] }
  }
  return merged
}

/** The nearest class, from this one upwards, that has a configuration. */
export function nearestConfigured(receiver: object | undefined): object | undefined {
  for (const level of lineage(receiver)) if (configs.has(level)) return level
  return undefined
}

function* lineage(from: object | undefined): Generator<object> {
  for (let level = from; typeof level === 'function'; level = Object.getPrototypeOf(level)) yield level
}
