import {
  type Cache,
  CallOptionError,
  describe,
  NotACacheError,
  type WrapOptions,
  type Wrapped,
  type WrappedFunction,
} from '../../src/domain/index.ts'
import { type FunctionSurface, named } from './wrap.ts'

/** A cache, or what gives it at the first call, for classes that are declared before the cache exists. */
export type CacheSource = Pick<Cache, 'wrap'> | (() => Pick<Cache, 'wrap'>)

/** A method whose parameters are not known here. */
export type Method = (this: unknown, ...args: unknown[]) => unknown

type WrappedMethod = WrappedFunction<unknown[], unknown>

const wrappedBy = new WeakMap<object, (self: unknown) => WrappedMethod>()

/**
 * A method that wraps itself at its first call, when the cache and the class exist. A failure to do so rejects that
 * call and is tried again at the next.
 */
export function cachedOnFirstCall(
  method: Method,
  source: CacheSource,
  options: WrapOptions<unknown[]>,
  nameFor: (self: unknown) => string,
): Method {
  let wrapped: WrappedMethod | undefined
  const resolve = (self: unknown): WrappedMethod => {
    if (wrapped === undefined) {
      const name = nameFor(self)
      wrapped = surfaceOf(source, name).wrap(method, { ...options, name })
    }
    return wrapped
  }
  const shell = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    try {
      return (wrapped ?? resolve(this)).apply(this, args)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  wrappedBy.set(shell, resolve)
  return named(shell, method)
}

/**
 * The controls of a decorated method on one object: `key`, `fresh`, `invalidate`, `expire`.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` if the method is not decorated, or another decorator is outside
 * @example await cachedMethod(users, users.find).invalidate(42)
 */
export function cachedMethod<A extends unknown[], R, Self>(
  self: Self,
  method: (this: Self, ...args: A) => R,
): Wrapped<A, R> {
  const resolve = wrappedBy.get(method)
  if (resolve === undefined) {
    throw new CallOptionError(
      'method',
      `expected a method decorated with @Cached, got ${describe(method)}. @Cached must be the topmost decorator.`,
    )
  }
  return resolve(self).for(self) as Wrapped<A, R>
}

function surfaceOf(source: CacheSource, name: string): FunctionSurface {
  const cache = typeof source === 'function' ? source() : source
  if (typeof cache?.wrap !== 'function') throw new NotACacheError(`@Cached on ${name}`, cache)
  return cache as FunctionSurface
}
