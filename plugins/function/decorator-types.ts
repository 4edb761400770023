/** A callback that takes arguments of the method, as the constraint of what is inferred. */
export type OfArguments<T> = (this: never, ...args: never[]) => T
/** A callback that takes the result of the method and then its arguments. */
export type OfOutcome<T> = (this: never, result: never, ...args: never[]) => T

/** Refuses what is not among the options. */
export type Exactly<O, Shape> = O & { readonly [P in Exclude<keyof O, keyof Shape>]: never }

/** A parameter that was given no type takes anything. */
type Open<T> = [T] extends [never] ? unknown : T
type OpenAll<P extends unknown[]> = { [I in keyof P]: Open<P[I]> }

type ArgumentsOf<F> = F extends (...args: infer P) => unknown ? [...OpenAll<P>, ...unknown[]] : unknown[]
type ArgumentsAfterResult<F> = F extends (result: never, ...args: infer P) => unknown
  ? [...OpenAll<P>, ...unknown[]]
  : unknown[]
type ResultOf<F> = F extends (result: infer R, ...args: never[]) => unknown ? Open<R> : unknown
type ThisOf<F> = F extends (this: infer S, ...args: never[]) => unknown ? Open<S> : unknown
type Option<O, N extends PropertyKey> = N extends keyof O ? O[N] : undefined
type Self<O> = Option<O, 'instance'> extends (self: infer S) => string ? Open<S> : unknown

/** The arguments that a method must take, so that every callback among the options `O` gets what it takes. */
export type Taken<O> = ArgumentsOf<Option<O, 'key'>> &
  ArgumentsOf<Option<O, 'tags'>> &
  ArgumentsOf<Option<O, 'condition'>> &
  ArgumentsAfterResult<Option<O, 'ttl'>> &
  ArgumentsAfterResult<Option<O, 'unless'>> &
  ArgumentsAfterResult<Option<O, 'resultKey'>> &
  ArgumentsAfterResult<Option<O, 'resultTags'>>

/** What the method must resolve to. */
export type Given<O> = ResultOf<Option<O, 'ttl'>> &
  ResultOf<Option<O, 'unless'>> &
  ResultOf<Option<O, 'resultKey'>> &
  ResultOf<Option<O, 'resultTags'>>

/** The object that the method must be called on. */
export type CalledOn<O> = Self<O> &
  ThisOf<Option<O, 'key'>> &
  ThisOf<Option<O, 'tags'>> &
  ThisOf<Option<O, 'condition'>> &
  ThisOf<Option<O, 'ttl'>> &
  ThisOf<Option<O, 'unless'>> &
  ThisOf<Option<O, 'resultKey'>> &
  ThisOf<Option<O, 'resultTags'>>

/**
 * A decorator of methods that return promises, in both of the forms that TypeScript compiles, with options `O`: the
 * method must take what their callbacks take, and give what they are given. Both forms return the new method; the
 * types say void, so that they fit generic methods.
 */
export interface CachingDecorator<O> {
  <This extends CalledOn<O>, A extends Taken<O>, R extends Given<O>>(
    method: (this: This, ...args: A) => Promise<R>,
    context: ClassMethodDecoratorContext<This>,
  ): void
  <This extends CalledOn<O> & object, A extends Taken<O>, R extends Given<O>>(
    target: This,
    key: string | symbol,
    descriptor: { value?: (...args: A) => Promise<R> },
  ): void
}
