import { CallOptionError, NotACacheError, type WrapOptions } from '../../src/domain/index.ts'
import { type CacheSource, cachedOnFirstCall, type Method } from './cached-method.ts'
import { checkFunctionOptions } from './function-options.ts'
import { className, declaringClass, methodName } from './method-owner.ts'

/** Options of `@Cached`: the cache, and those of `wrap`. */
export interface CachedOptions<K extends unknown[], T extends unknown[], Self>
  extends Omit<WrapOptions<never, Self>, 'key' | 'tags'> {
  /** A cache, or a function that returns it; that is called once, at the first call of the method. */
  readonly cache: CacheSource
  readonly key?: (...args: K) => string
  readonly tags?: readonly string[] | ((...args: T) => readonly string[])
}

/**
 * A decorator of methods that return promises, in both of the forms that TypeScript compiles. The method must take
 * what `key` and `tags` take. Both forms return the new method; the types say void, so that they fit generic methods.
 */
export interface CachedDecorator<K extends unknown[], T extends unknown[], Self> {
  <This extends Self, A extends [...K, ...unknown[]] & [...T, ...unknown[]], R>(
    method: (this: This, ...args: A) => Promise<R>,
    context: ClassMethodDecoratorContext<This>,
  ): void
  <This extends Self & object, A extends [...K, ...unknown[]] & [...T, ...unknown[]], R>(
    target: This,
    key: string | symbol,
    descriptor: { value?: (...args: A) => Promise<R> },
  ): void
}

/**
 * Caches a method, like `cache.wrap`, under the name `Class.method`.
 *
 * `this` is not part of the key: all instances share one answer per arguments, subclasses included. If the answer
 * depends on the object, say how with `instance`.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` at decoration, for a wrong option, for anything but a method, and
 *   for a private instance method without `name` (nothing tells a decorator the class of one)
 * @example
 * class Users {
 *   @Cached({ cache: () => cache, ttl: '5m', tags: (id: number) => [`user:${id}`] })
 *   async find(id: number) { return db.user(id) }
 *
 *   @Cached({ cache: () => cache, instance: (self: Users) => self.tenant })
 *   async count() { return db.count(this.tenant) }
 * }
 */
export function Cached<K extends unknown[] = unknown[], T extends unknown[] = unknown[], Self = unknown>(
  options: CachedOptions<K, T, Self>,
): CachedDecorator<K, T, Self> {
  const { cache, ...rest } = options
  if (typeof cache !== 'function' && typeof cache?.wrap !== 'function')
    throw new NotACacheError('@Cached', cache)
  checkFunctionOptions(rest)
  const settings: Settings = { cache, options: rest as unknown as WrapOptions<unknown[]> }
  const decorate = (first: unknown, second: unknown, third?: unknown): unknown =>
    isStandardContext(second)
      ? decorateStandard(settings, first, second)
      : decorateLegacy(settings, first, second, third)
  return decorate as CachedDecorator<K, T, Self>
}

interface Settings {
  readonly cache: CacheSource
  readonly options: WrapOptions<unknown[]>
}

/** The part of a standard decorator's context that is used here (TC39 proposal-decorators, "context"). */
interface StandardContext {
  readonly kind: string
  readonly name: string | symbol
  readonly static: boolean
  readonly private: boolean
  addInitializer(initializer: (this: unknown) => void): void
}

function isStandardContext(value: unknown): value is StandardContext {
  return typeof value === 'object' && value !== null && 'kind' in value
}

function decorateStandard({ cache, options }: Settings, method: unknown, context: StandardContext): Method {
  if (context.kind !== 'method' || !isMethod(method))
    throw misplaced(`${context.kind === 'accessor' ? 'an' : 'a'} ${context.kind}`)
  const key = context.name
  let name = options.name
  if (name === undefined && context.private && !context.static) methodName('', key)

  const shell = cachedOnFirstCall(method, cache, options, (self) => {
    name ??= methodName(context.static ? '' : declaringClass(self, key, shell), key)
    return name
  })
  // Runs for a class when it is defined and for each new instance, so that a detached method has a name too.
  context.addInitializer(function () {
    if (name !== undefined) return
    const owner = context.static ? className(this as object) : declaringClass(this, key, shell)
    if (owner !== '') name = methodName(owner, key)
  })
  return shell
}

function decorateLegacy(
  { cache, options }: Settings,
  target: unknown,
  key: unknown,
  descriptor: unknown,
): PropertyDescriptor {
  if (key === undefined && descriptor === undefined) throw misplaced('a class')
  if (typeof descriptor === 'number') throw misplaced('a parameter')
  const { value, get, set } = (descriptor ?? {}) as PropertyDescriptor
  if (get !== undefined || set !== undefined) throw misplaced('an accessor')
  if (!isMethod(value)) throw misplaced('a field')
  const name = options.name ?? methodName(className(target as object), key as string | symbol)
  return {
    ...(descriptor as PropertyDescriptor),
    value: cachedOnFirstCall(value, cache, options, () => name),
  }
}

function misplaced(where: string): CallOptionError {
  return new CallOptionError('@Cached', `can only decorate a method, and is on ${where}.`)
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function'
}
