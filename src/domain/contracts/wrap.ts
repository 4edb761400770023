import type { Duration } from '../duration.ts'
import type { CallOptions } from './cache.ts'

/**
 * Settles what the parameters of the wrapped function are before the options are looked at; else a `key` that
 * ignores some of them would narrow the function's own.
 */
export type Settled<A extends unknown[]> = A extends unknown[] ? A : never

/**
 * Options of `cache.wrap`, for a function that takes `A`, is called on a `Self` and resolves to `R`. Each callback is
 * called on the same object as the function. What a callback takes is one of two: the arguments, or first the result
 * and then the arguments.
 */
export interface WrapOptions<A extends unknown[], Self = unknown, R = unknown>
  extends Omit<CallOptions, 'tags' | 'ttl'> {
  /** The function's name among all wrapped ones; default `fn.name`. */
  readonly name?: string
  /**
   * The namespace of the entries; default `fn:<name>`, its own. Functions may share one. There the keys begin with
   * the function's name, but for those of the option `key`, which are used as they are.
   */
  readonly namespace?: string
  /** The key from the arguments, where the canonical encoding does not fit. */
  readonly key?: (this: Self, ...args: A) => string
  /** What the answer depends on, known before the function is called. */
  readonly tags?: readonly string[] | ((this: Self, ...args: A) => readonly string[])
  /** Gives an identity to instances of classes among the arguments. */
  readonly id?: (value: object) => string | undefined
  /**
   * The identity of the object that the function is called on. Without it, `this` is no part of the key: two
   * objects of one class share their answers.
   */
  readonly instance?: (self: Self) => string
  /** False: this call neither reads nor writes the cache. Asked before anything else, the key included. */
  readonly condition?: (this: Self, ...args: A) => boolean
  /** How long an answer is fresh, if need be from the answer. */
  readonly ttl?: Duration | OfResult<Duration, A, Self, R>
  /** What the answer depends on, as only the answer tells. Beside `tags`. */
  readonly resultTags?: OfResult<readonly string[], A, Self, R>
  /** True: this answer goes to the callers, but is not stored. */
  readonly unless?: OfResult<boolean, A, Self, R>
}

/** A callback that is told the result. A method, so that one which takes a narrower result fits an unknown one. */
export type OfResult<T, A extends unknown[], Self, R> = {
  of(this: Self, result: R, ...args: A): T
}['of']

/** What can be done with the answers of a wrapped function, beside calling it. */
export interface WrappedControls<A extends unknown[], R> {
  /** The key of a call, in the function's namespace. @throws KeyArgumentError */
  key(...args: A): string
  /** Calls the function, whatever is stored, and stores the result. */
  fresh(...args: A): Promise<Awaited<R>>
  /**
   * Stores an answer as if the function had returned it; resolves to whether it was kept. It wins over a call under
   * way, and outdates what was made from the answer before it.
   */
  put(value: Awaited<R>, ...args: A): Promise<boolean>
  /** Drops the answer for these arguments; resolves to whether there was one. A call under way does not bring it back. */
  invalidate(...args: A): Promise<boolean>
  /** Makes the answer for these arguments stale; resolves to whether there was one. */
  expire(...args: A): Promise<boolean>
}

/** A wrapped function bound to its object. */
export interface Wrapped<A extends unknown[], R> extends WrappedControls<A, R> {
  (...args: A): Promise<Awaited<R>>
}

/** A wrapped function: the same arguments and `this`, a promise of the same result. */
export interface WrappedFunction<A extends unknown[], R, Self = unknown> extends WrappedControls<A, R> {
  (this: Self, ...args: A): Promise<Awaited<R>>
  /** All of these for one object: the methods above have no `this` of their own. */
  for(self: Self): Wrapped<A, R>
}
