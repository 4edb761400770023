import { countFor } from '../../src/application/index.ts'
import {
  CallOptionError,
  type CallOptions,
  describe,
  type Settled,
  type WrapOptions,
  type Wrapped,
  type WrappedFunction,
} from '../../src/domain/index.ts'
import { answerRules } from './answer-rules.ts'
import { type Answers, dropAnswer, putAnswer } from './answers.ts'
import { keyMaker } from './call-key.ts'
import { givenAnswer } from './callback-results.ts'
import type { EngineCache } from './engine-cache.ts'
import { checkFunctionOptions } from './function-options.ts'
import { type BeginRecording, unrecorded } from './recording.ts'

/** The function surface of one cache. */
export interface FunctionSurface {
  /**
   * A caching version of a function. Calls with equal arguments share one answer and, while it is missing, one
   * call of the function. The entries live in the namespace `fn:<name>`, or in the one that the options name.
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
    options?: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>>,
  ): WrappedFunction<A, R, Self>
}

/** What decides the meaning of the keys in a namespace. Two functions that differ in any of it must not share one. */
interface Owner {
  readonly fn: unknown
  readonly namespace: unknown
  readonly key: unknown
  readonly id: unknown
  readonly instance: unknown
}

/** The function surface over a cache. Names are unique per surface, so make one per cache. */
export function createFunctionSurface(
  cache: EngineCache,
  record: BeginRecording = unrecorded,
): FunctionSurface {
  const owners = new Map<string, Owner>()
  return {
    wrap<A extends unknown[], R, Self>(
      fn: (this: Self, ...args: A) => R,
      options: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>> = {},
    ): WrappedFunction<A, R, Self> {
      if (typeof fn !== 'function') {
        throw new CallOptionError('fn', `wrap expected a function, got ${describe(fn)}.`)
      }
      checkFunctionOptions(options)
      const settled = options as WrapOptions<A, Self, Awaited<R>>
      const name = claimName(owners, fn, settled)
      const namespace = settled.namespace ?? `fn:${name}`
      const space = cache.namespace(namespace)
      countFor('function', space)
      return wrapFunction(fn, settled.condition, {
        space,
        namespace,
        keyOf: keyMaker(name, settled),
        rules: answerRules<A, Self, R>(settled),
        record,
      })
    },
  }
}

function claimName(
  owners: Map<string, Owner>,
  fn: { readonly name: string },
  options: Pick<WrapOptions<never, never>, 'name' | 'namespace' | 'key' | 'id' | 'instance'>,
): string {
  const name = options.name ?? fn.name
  if (name === '') {
    throw new CallOptionError('name', "the function has no name of its own. Add the option name: '...'.")
  }
  const { namespace, key, id, instance } = options
  const owner = { fn, namespace, key, id, instance }
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
    `${describe(name)} is wrapped already, as ${what}, and the two would share their keys. Give one of them another name: { name: '...' }.`,
  )
}

/** Registered, so that decorators of a second installed copy of the package find them, too. */
const answersSymbol: unique symbol = Symbol.for('hitherto.answers') as typeof answersSymbol

/** The answers of a wrapped function, for who puts into them. */
export function answersOf(wrapped: object): Answers<unknown[], unknown, unknown> {
  return (wrapped as { [answersSymbol]: Answers<unknown[], unknown, unknown> })[answersSymbol]
}

function wrapFunction<A extends unknown[], R, Self>(
  fn: (this: Self, ...args: A) => R,
  condition: ((this: Self, ...args: A) => boolean) | undefined,
  answers: Answers<A, Self, R>,
): WrappedFunction<A, R, Self> {
  const { space, keyOf, rules } = answers
  const refresh = { ...rules.call, forceRefresh: true }

  // Not async functions: the promise of the cache is handed on as it is, which saves a hit one promise and two turns.
  function run(self: Self, args: A, how: CallOptions): Promise<Awaited<R>> {
    try {
      if (condition !== undefined && !givenAnswer('condition', condition.apply(self, args)))
        return Promise.resolve(fn.apply(self, args))
      return space.getOrSet(keyOf(self, args), rules.load(fn, self, args), how) as Promise<Awaited<R>>
    } catch (error) {
      return Promise.reject(error)
    }
  }
  const controls = (self: Self) => ({
    key: (...args: A) => keyOf(self, args),
    fresh: (...args: A) => run(self, args, refresh),
    put: async (value: Awaited<R>, ...args: A) => putAnswer(answers, keyOf(self, args), self, args, value),
    invalidate: async (...args: A) => dropAnswer(answers, keyOf(self, args)),
    expire: async (...args: A) => space.expire(keyOf(self, args)),
  })
  const wrapped = function (this: Self, ...args: A): Promise<Awaited<R>> {
    return run(this, args, rules.call)
  }
  const bound = (self: Self): Wrapped<A, R> =>
    Object.assign(
      named((...args: A) => run(self, args, rules.call), fn),
      controls(self),
    )
  Object.defineProperty(wrapped, answersSymbol, { value: answers })
  return Object.assign(named(wrapped, fn), controls(undefined as Self), { for: bound })
}

/** Stack traces, and whoever counts parameters, see the function that was wrapped. */
export function named<F extends object>(wrapper: F, { name, length }: { name: string; length: number }): F {
  return Object.defineProperties(wrapper, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  })
}
