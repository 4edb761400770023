import { CallOptionError, describe, type Wrapped, type WrappedFunction } from '../../src/domain/index.ts'
import { type CacheConfigOptions, configOf, nearestConfigured } from './class-config.ts'
import { type DecoratorCache, defaultCache } from './default-cache.ts'
import { className, classOf, declaringClass, levelsWith, methodName } from './method-owner.ts'
import { type Evict, operate, type Put } from './operations.ts'
import { named } from './wrap.ts'

/** A method whose parameters are not known here. */
export type Method = (this: unknown, ...args: unknown[]) => unknown

export type WrappedMethod = WrappedFunction<unknown[], unknown>

/** What a decorator does on the methods of one class: made at the first call, when the cache and the class exist. */
export type Binder<T> = (place: Place) => T

/** Where a decorated method stands. */
export interface Place {
  readonly method: Method
  readonly config: CacheConfigOptions
  /** `Class.method`, for messages; of a class that cannot be told, the method alone. */
  readonly label: string
  /** The name for `wrap`. @throws CallOptionError if the class cannot be told */
  name(): string
}

interface Bound {
  readonly call: Method
  readonly cached: WrappedMethod | undefined
  /** The default cache when it was bound. */
  readonly inherited: DecoratorCache | undefined
}

const decoratedBy = new WeakMap<object, DecoratedMethod>()

/** What the decorators of this package have made of a method; undefined if none of them is on it. */
export function decoratedMethod(method: object): DecoratedMethod | undefined {
  return decoratedBy.get(method)
}

/**
 * A method with its decorators, and the function that stands in its place. It binds itself to its cache at the first
 * call on each class: a subclass with a `@CacheConfig` of its own has a binding of its own. A failure to bind rejects
 * that call and is tried again at the next.
 */
export class DecoratedMethod {
  readonly method: Method
  readonly key: PropertyKey
  /** True if nothing tells the class: a private method of instances. */
  readonly hidden: boolean
  readonly shell: Method
  /** The class that declares it, as soon as it is known. */
  declaring: object | undefined
  /** The option `name` of `@Cached`. */
  givenName: string | undefined
  cached: Binder<WrappedMethod> | undefined
  readonly puts: Binder<Put>[] = []
  readonly evicts: Binder<Evict>[] = []
  readonly #bound: Map<object | undefined, Bound> = new Map()
  readonly #owners: Map<string, object | undefined> = new Map()
  #lastReceiver: object | undefined
  #last: Bound | undefined

  constructor(method: Method, key: PropertyKey, hidden: boolean) {
    this.method = method
    this.key = key
    this.hidden = hidden
    const decorated = this
    this.shell = named(function (this: unknown, ...args: unknown[]): unknown {
      try {
        return decorated.#bind(this).call.apply(this, args)
      } catch (error) {
        return Promise.reject(error)
      }
    }, method)
    copyMetadata(method, this.shell)
    decoratedBy.set(this.shell, this)
  }

  /** The method as `@Cached` wraps it for this object; undefined without `@Cached`. */
  wrappedFor(self: unknown): WrappedMethod | undefined {
    return this.#bind(self).cached
  }

  #bind(self: unknown): Bound {
    const receiver = receiverOf(self)
    const last = this.#last
    if (last !== undefined && receiver === this.#lastReceiver && last.inherited === defaultCache())
      return last
    const owner = this.#ownerFor(self, receiver)
    let bound = this.#bound.get(owner)
    if (bound === undefined || bound.inherited !== defaultCache()) {
      bound = this.#bindTo(owner)
      this.#bound.set(owner, bound)
    }
    this.#last = bound
    this.#lastReceiver = receiver
    return bound
  }

  /** The class whose configuration holds: the one that declares the method, or a subclass that has its own. */
  #ownerFor(self: unknown, receiver: object | undefined): object | undefined {
    this.declaring ??= declaringClass(self, this.key, this.shell)
    const { declaring } = this
    const receiving = receiver === undefined ? undefined : classOf(receiver)
    if (declaring === undefined) return nearestConfigured(receiving)
    const configured = nearestConfigured(receiving)
    return configured !== undefined && isBelow(configured, declaring) ? configured : declaring
  }

  #bindTo(owner: object | undefined): Bound {
    const place: Place = {
      method: this.method,
      config: configOf(owner),
      label: this.givenName ?? [className(owner), String(this.key)].filter(Boolean).join('.'),
      name: () => this.#nameFor(owner),
    }
    const cached = this.cached?.(place)
    const inherited = defaultCache()
    if (this.puts.length === 0 && this.evicts.length === 0 && cached !== undefined)
      return { call: cached as Method, cached, inherited }
    const puts = this.puts.map((bind) => bind(place))
    const evicts = this.evicts.map((bind) => bind(place))
    const inner = (cached ?? this.method) as Method
    const call: Method = function (...args) {
      return operate({ inner, puts, evicts }, this, args)
    }
    return { call, cached, inherited }
  }

  #nameFor(owner: object | undefined): string {
    const { declaring, key } = this
    const own = this.givenName ?? methodName(className(declaring), key)
    if (declaring === undefined || owner === declaring) return own
    const name = className(owner) === '' ? '' : `${own}@${className(owner)}`
    if (name === '' || (this.#owners.has(name) && this.#owners.get(name) !== owner)) {
      throw new CallOptionError(
        'name',
        `two subclasses of one name, or one without, have a @CacheConfig and inherit ${own}. Give the classes names of their own.`,
      )
    }
    this.#owners.set(name, owner)
    return name
  }
}

/**
 * The controls of a decorated method on one object: `key`, `fresh`, `put`, `invalidate`, `expire`.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` if the method is not decorated, or another decorator is outside
 * @example await cachedMethod(users, users.find).invalidate(42)
 */
export function cachedMethod<A extends unknown[], R, Self>(
  self: Self,
  method: (this: Self, ...args: A) => R,
): Wrapped<A, R> {
  const wrapped = decoratedBy.get(method)?.wrappedFor(self)
  if (wrapped === undefined) {
    throw new CallOptionError(
      'method',
      `expected a method decorated with @Cached, got ${describe(method)}. No other library's decorator may be above @Cached.`,
    )
  }
  return wrapped.for(self) as Wrapped<A, R>
}

/**
 * The cached methods of that name on an object, the one it would call first: an override may call the method that
 * it overrides, and both have answers.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` if there is none
 */
export function siblings(
  self: unknown,
  key: string | symbol,
  label: string,
): [WrappedMethod, ...WrappedMethod[]] {
  const found: WrappedMethod[] = []
  for (const [, value] of levelsWith(self, key)) {
    const wrapped = typeof value === 'function' ? decoratedBy.get(value)?.wrappedFor(self) : undefined
    if (wrapped !== undefined) found.push(wrapped)
  }
  const [nearest, ...others] = found
  if (nearest === undefined) {
    throw new CallOptionError(
      'method',
      `${label} names ${String(key)}, and its object has no public method of that name with @Cached as its topmost decorator.`,
    )
  }
  return [nearest, ...others]
}

function receiverOf(self: unknown): object | undefined {
  if (typeof self === 'function') return self
  return typeof self === 'object' && self !== null ? (Object.getPrototypeOf(self) ?? undefined) : undefined
}

function isBelow(subclass: object, base: object): boolean {
  return Object.prototype.isPrototypeOf.call(base, subclass)
}

interface Metadata {
  getOwnMetadataKeys?(target: object): unknown[]
  getOwnMetadata?(key: unknown, target: object): unknown
  defineMetadata?(key: unknown, value: unknown, target: object): void
}

/** Frameworks note on a method's function what it is (a route, its guards): reflect-metadata, if it is there. */
function copyMetadata(from: object, to: object): void {
  const reflect: Metadata = Reflect as Metadata
  for (const key of reflect.getOwnMetadataKeys?.(from) ?? [])
    reflect.defineMetadata?.(key, reflect.getOwnMetadata?.(key, from), to)
}
