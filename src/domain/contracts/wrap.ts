import type { CallOptions } from './cache.ts'

/** Options of `cache.wrap`. */
export interface WrapOptions<A extends unknown[]> extends Omit<CallOptions, 'tags'> {
  /** The function's name among all wrapped ones; default `fn.name`. */
  readonly name?: string
  /** The key from the arguments, where the canonical encoding does not fit. */
  readonly key?: (...args: A) => string
  readonly tags?: readonly string[] | ((...args: A) => readonly string[])
  /** Gives an identity to instances of classes among the arguments. */
  readonly id?: (value: object) => string | undefined
}

/** A wrapped function: the same arguments, a promise of the same result. */
export interface Wrapped<A extends unknown[], R> {
  (...args: A): Promise<Awaited<R>>
  /** The key of a call. */
  key(...args: A): string
  /** Loads now and stores the result. */
  fresh(...args: A): Promise<Awaited<R>>
  /** Drops the answer for these arguments; resolves to whether there was one. */
  invalidate(...args: A): Promise<boolean>
  /** Ends its freshness. */
  expire(...args: A): Promise<boolean>
}
