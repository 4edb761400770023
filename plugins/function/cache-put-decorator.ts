import {
  type Cache,
  CallOptionError,
  cacheKey,
  type Duration,
  type SetOptions,
  type WrapOptions,
} from '../../src/domain/index.ts'
import { answerRules } from './answer-rules.ts'
import { type Answers, dropAnswer, putAnswer } from './answers.ts'
import { cachedAndPut, withDefaults } from './cached-decorator.ts'
import { withInstance } from './call-key.ts'
import { givenAnswer } from './callback-results.ts'
import { type Place, siblings, type WrappedMethod } from './decorated-method.ts'
import { decoratorOptions } from './decorator-arguments.ts'
import { methodDecorator } from './decorator-form.ts'
import type { CachingDecorator, Exactly, OfArguments, OfOutcome } from './decorator-types.ts'
import { type CacheSource, cacheFrom, checkSource } from './default-cache.ts'
import { checkFunctionOptions, PUT_OPTIONS, withoutUndefined } from './function-options.ts'
import type { Put } from './operations.ts'
import { recorder } from './recording.ts'
import { answersOf } from './wrap.ts'

/** Options of `@CachePut`. */
export interface CachePutOptions extends Omit<SetOptions, 'ttl' | 'tags'> {
  readonly cache?: CacheSource
  readonly namespace?: string
  /** The cached method of the same object whose answer this is; it is stored with that method's options. */
  readonly method?: string | symbol
  /** The key in `namespace`; with `method`, the arguments of that method. Default with `method`: the same arguments. */
  readonly key?: OfArguments<string | readonly unknown[]>
  /** The same, where the result tells it. */
  readonly resultKey?: OfOutcome<string | readonly unknown[]>
  readonly instance?: (self: never) => string
  readonly condition?: OfArguments<boolean>
  readonly unless?: OfOutcome<boolean>
  readonly tags?: readonly string[] | OfArguments<readonly string[]>
  readonly resultTags?: OfOutcome<readonly string[]>
  readonly ttl?: Duration | OfOutcome<Duration>
}

/** The options with the types of their callbacks gone. */
interface Settings extends Omit<WrapOptions<unknown[]>, 'key'> {
  readonly method?: string | symbol
  readonly key?: (...args: unknown[]) => string | readonly unknown[]
  readonly resultKey?: (result: unknown, ...args: unknown[]) => string | readonly unknown[]
}

const WITH_METHOD: readonly string[] = ['method', 'key', 'resultKey', 'condition', 'unless']

/**
 * Always calls the method, and stores what it resolves to: as the answer of another method, or under a key in a
 * namespace. A method that throws stores nothing. A result that `unless` is against, and one whose tags, key or
 * sources have changed since the method began, is not stored either, and the answer before it is dropped.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` at decoration, for a wrong option, for anything but a method, for
 *   a generator, and beside `@Cached`
 * @example
 * class Users {
 *   @Cached({ ttl: '5m' })
 *   async find(id: number) { return db.user(id) }
 *
 *   @CachePut({ method: 'find', resultKey: (user: User) => [user.id] })
 *   async save(draft: Draft) { return db.save(draft) }
 * }
 */
export function CachePut<O extends CachePutOptions>(options: Exactly<O, CachePutOptions>): CachingDecorator<O>
export function CachePut(...given: unknown[]): unknown {
  const { cache, ...rest } = decoratorOptions<CachePutOptions>('@CachePut', given)
  checkSource(cache, '@CachePut')
  checkFunctionOptions(rest, PUT_OPTIONS)
  const settings = withoutUndefined(rest) as unknown as Settings
  checkTarget(settings, cache)
  return methodDecorator('@CachePut', (method) => {
    if (method.cached !== undefined) throw cachedAndPut()
    method.puts.push((place) => boundPut(settings, cache, place))
  })
}

function checkTarget(settings: Settings, cache: CacheSource | undefined): void {
  const { method, key, resultKey } = settings
  if (key !== undefined && resultKey !== undefined)
    throw new CallOptionError('key', 'is given twice, with resultKey.')
  if (method === undefined) {
    if (key === undefined && resultKey === undefined)
      throw new CallOptionError('key', '@CachePut must be told what to store: give method, key or resultKey.')
    return
  }
  const extra = Object.keys(settings).find((option) => !WITH_METHOD.includes(option)) ?? (cache && 'cache')
  if (extra !== undefined)
    throw new CallOptionError(
      extra,
      `cannot stand beside method: the answer is stored as ${String(method)} says.`,
    )
}

/** Where the result of one call goes. */
interface Target {
  readonly answers: Omit<Answers<unknown[], unknown, unknown>, 'keyOf'>
  /** The key, from what `key` or `resultKey` gave. */
  keyOf(given: unknown): string
  /** What the rules of the answers are asked with. */
  argsOf(given: unknown): unknown[]
  /** Other answers that this one outdates. */
  readonly others: readonly WrappedMethod[]
}

function boundPut(settings: Settings, cache: CacheSource | undefined, place: Place): Put {
  const { key, resultKey, condition, unless, method } = settings
  const label = `@CachePut on ${place.label}`
  const target = method === undefined ? intoNamespace(settings, cache, place, label) : undefined

  return {
    async around(self, args, run) {
      if (givenAnswer('condition', condition?.apply(self, args)) === false) return run()
      const { answers, keyOf, argsOf, others } =
        target?.(self, args) ?? intoMethod(self, method as string, label)
      const known = resultKey === undefined ? (key?.apply(self, args) ?? args) : undefined
      const recording = answers.record(answers.namespace, known === undefined ? undefined : keyOf(known))
      try {
        const result = await recording.run(run)
        const given = () => known ?? resultKey?.call(self, result, ...args)
        if (givenAnswer('unless', unless?.call(self, result, ...args)) === true) {
          const text = ifAny(() => keyOf(given()))
          if (text !== undefined) await dropAnswer(answers, text)
          return result
        }
        const named = given()
        const text = keyOf(named)
        await putAnswer(answers, text, self, argsOf(named), result, recording.stillTrue)
        // Not before: whatever the method read of them would count as changed meanwhile.
        await Promise.all(others.map((other) => other.for(self).invalidate(...argsOf(named))))
        return result
      } finally {
        recording.end()
      }
    },
  }
}

/** The key of a result that is not to be stored: often it is `null` or the like, and has none. */
function ifAny(key: () => string): string | undefined {
  try {
    return key()
  } catch {
    return undefined
  }
}

/** The answers in a namespace, under keys that are given as texts. */
function intoNamespace(
  settings: Settings,
  source: CacheSource | undefined,
  { config, label: where }: Place,
  label: string,
): (self: unknown, args: unknown[]) => Target {
  const { cache: shared, id, ...defaults } = config
  const { method, key, resultKey, condition, unless, ...own } = settings
  const { namespace, instance, ...entry } = withDefaults(own, defaults)
  if (namespace === undefined) throw noNamespace('key', label, where)
  const cache = cacheFrom(source ?? shared, label)
  const answers = {
    space: cache.namespace(namespace),
    namespace,
    rules: answerRules<unknown[], unknown, unknown>(entry),
    record: recorder(cache as Cache),
  }
  return (self, args) => ({
    answers,
    keyOf: (given) =>
      withInstance(() => cacheKey(given, key === undefined ? 'resultKey' : 'key'), instance)(self, args),
    argsOf: () => args,
    others: [],
  })
}

export function noNamespace(option: string, label: string, where: string): CallOptionError {
  return new CallOptionError(
    option,
    `${label} needs the namespace it is about. Give namespace, or @CacheConfig({ namespace }) on the class of ${where}; or give method.`,
  )
}

/** The answers of another method of the same object. */
function intoMethod(self: unknown, method: string | symbol, label: string): Target {
  const [nearest, ...others] = siblings(self, method, label)
  const answers = answersOf(nearest)
  return {
    answers,
    keyOf: (given) => answers.keyOf(self, argumentList(given, label)),
    argsOf: (given) => argumentList(given, label),
    others,
  }
}

/** What `key` gives beside `method`. */
export function argumentList(given: unknown, label: string): unknown[] {
  if (Array.isArray(given)) return given
  throw new CallOptionError(
    'key',
    `${label}: beside method it gives the arguments of that method, as an array.`,
  )
}
