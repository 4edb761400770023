import type { CallOptions } from './cache.ts'

/**
 * Settles what the parameters of the wrapped function are before the options are looked at; else a `key` that
 * ignores some of them would narrow the function's own.
 */
export type Settled<A extends unknown[]> = A extends unknown[] ? A : never

/** Options of `cache.wrap`, for a function that takes `A` and is called on a `Self`. */
export interface WrapOptions<A extends unknown[], Self = unknown> extends Omit<CallOptions, 'tags'> {
  /** The function's name among all wrapped ones; default `fn.name`. */
  readonly name?: string
  /** The key from the arguments, where the canonical encoding does not fit. */
  readonly key?: (...args: A) => string
  readonly tags?: readonly string[] | ((...args: A) => readonly string[])
  /** Gives an identity to instances of classes among the arguments. */
  readonly id?: (value: object) => string | undefined
  /**
   * The identity of the object that the function is called on. Without it, `this` is no part of the key: two
   * objects of one class share their answers.
   */
  readonly instance?: (self: Self) => string
}

/** What can be done with the answers of a wrapped function, beside calling it. */
export interface WrappedControls<A extends unknown[], R> {
  /** The key of a call, in the function's namespace. @throws KeyArgumentError */
  key(...args: A): string
  /** Calls the function, whatever is stored, and stores the result. */
  fresh(...args: A): Promise<Awaited<R>>
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
