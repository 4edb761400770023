import {
  CallOptionError,
  type CallOptions,
  cacheKey,
  describe,
  KeyArgumentError,
  type LoadContext,
  type Settled,
  type WrapOptions,
  type Wrapped,
  type WrappedFunction,
} from '../../src/domain/index.ts'
import type { EngineCache } from './engine-cache.ts'
import { callOptions, checkFunctionOptions } from './function-options.ts'
import { argumentsText, shortened } from './key-encoding.ts'
import { quoted } from './key-text.ts'

/** The function surface of one cache. */
export interface FunctionSurface {
  /**
   * A caching version of a function. Calls with equal arguments share one answer and, while it is missing, one
   * call of the function. The entries live in the namespace `fn:<name>`.
   *
   * @throws CallOptionError `HITHERTO_OPTION_INVALID` for a wrong or unknown option, a function without a name, and
   *   a name that another function (or the same one with other keys) has on this cache
   * @example
   * const findUser = cache.wrap(async function findUser(id: number) { return db.user(id) }, { ttl: '5m' })
   * await findUser(42)
   * await findUser.invalidate(42)
   */
  wrap<A extends unknown[], R, Self = unknown>(
    fn: (this: Self, ...args: A) => R,
    options?: WrapOptions<Settled<A>, Self>,
  ): WrappedFunction<A, R, Self>
}

/** What decides the meaning of the keys in a namespace. Two functions that differ in any of it must not share one. */
type Owner = Readonly<Record<'fn' | 'key' | 'id' | 'instance', unknown>>

/** The function surface over a cache. Names are unique per surface, so make one per cache. */
export function createFunctionSurface(cache: EngineCache): FunctionSurface {
  const owners = new Map<string, Owner>()
  return {
    wrap<A extends unknown[], R, Self>(
      fn: (this: Self, ...args: A) => R,
      options: WrapOptions<Settled<A>, Self> = {},
    ): WrappedFunction<A, R, Self> {
      if (typeof fn !== 'function') {
        throw new CallOptionError('fn', `wrap expected a function, got ${describe(fn)}.`)
      }
      checkFunctionOptions(options)
      const name = claimName(owners, fn, options)
      return wrapFunction(cache.namespace(`fn:${name}`), fn, name, options as WrapOptions<A, Self>)
    },
  }
}

function claimName<A extends unknown[], Self>(
  owners: Map<string, Owner>,
  fn: { readonly name: string },
  options: WrapOptions<A, Self>,
): string {
  const name = options.name ?? fn.name
  if (name === '') {
    throw new CallOptionError('name', "the function has no name of its own. Add the option name: '...'.")
  }
  const owner = { fn, key: options.key, id: options.id, instance: options.instance }
  const before = owners.get(name)
  const differs =
    before && (Object.keys(owner) as (keyof Owner)[]).find((part) => before[part] !== owner[part])
  if (differs !== undefined) throw nameTaken(name, differs)
  owners.set(name, owner)
  return name
}

function nameTaken(name: string, differs: keyof Owner): CallOptionError {
  const what = differs === 'fn' ? 'another function' : `the same function with another ${differs} option`
  return new CallOptionError(
    'name',
    `${describe(name)} is wrapped already, as ${what}, and the two would share their keys. Add a name option of its own.`,
  )
}

type KeyOf<A extends unknown[], Self> = (self: Self, args: A) => string

function wrapFunction<A extends unknown[], R, Self>(
  space: EngineCache,
  fn: (this: Self, ...args: A) => R,
  name: string,
  options: WrapOptions<A, Self>,
): WrappedFunction<A, R, Self> {
  const keyOf = keyMaker(name, options)
  const tags = typeof options.tags === 'function' ? options.tags : undefined
  const call = callOptions(options)
  const refresh = { ...call, forceRefresh: true }

  // Not async functions: the promise of the cache is handed on as it is, which saves a hit one promise and two turns.
  function run(self: Self, args: A, how: CallOptions): Promise<Awaited<R>> {
    try {
      const load =
        tags === undefined
          ? () => fn.apply(self, args)
          : (context: LoadContext) => {
              context.tag(...tags(...args))
              return fn.apply(self, args)
            }
      return space.getOrSet(keyOf(self, args), load, how) as Promise<Awaited<R>>
    } catch (error) {
      return Promise.reject(error)
    }
  }
  const controls = (self: Self) => ({
    key: (...args: A) => keyOf(self, args),
    fresh: (...args: A) => run(self, args, refresh),
    invalidate: async (...args: A) => space.delete(keyOf(self, args)),
    expire: async (...args: A) => space.expire(keyOf(self, args)),
  })
  const wrapped = function (this: Self, ...args: A): Promise<Awaited<R>> {
    return run(this, args, call)
  }
  const bound = (self: Self): Wrapped<A, R> =>
    Object.assign(
      named((...args: A) => run(self, args, call), fn),
      controls(self),
    )
  return Object.assign(named(wrapped, fn), controls(undefined as Self), { for: bound })
}

/** An object's identity is quoted, so it ends by itself and whatever follows belongs to the arguments. */
function keyMaker<A extends unknown[], Self>(
  name: string,
  { key, id, instance }: WrapOptions<A, Self>,
): KeyOf<A, Self> {
  const text = key === undefined ? (args: A) => encoded(name, args, id) : (args: A) => cacheKey(key(...args))
  if (instance === undefined)
    return key === undefined ? (_, args) => shortened(text(args)) : (_, args) => text(args)
  const whole: KeyOf<A, Self> = (self, args) => `${quoted(cacheKey(instance(self)))}${text(args)}`
  return key === undefined ? (self, args) => shortened(whole(self, args)) : whole
}

/** Says which function refused its arguments. */
function encoded(name: string, args: readonly unknown[], id?: (value: object) => string | undefined): string {
  try {
    return argumentsText(args, id)
  } catch (error) {
    throw error instanceof KeyArgumentError ? new KeyArgumentError(`${name}: ${error.message}`) : error
  }
}

/** Stack traces, and whoever counts parameters, see the function that was wrapped. */
export function named<F extends object>(wrapper: F, { name, length }: { name: string; length: number }): F {
  return Object.defineProperties(wrapper, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  })
}
