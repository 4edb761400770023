import { type Cache, CallOptionError, cacheKey } from '../../src/domain/index.ts'
import { dropAnswer } from './answers.ts'
import { argumentList, noNamespace } from './cache-put-decorator.ts'
import { withInstance } from './call-key.ts'
import { givenAnswer, givenTags } from './callback-results.ts'
import { type Place, siblings } from './decorated-method.ts'
import { decoratorOptions } from './decorator-arguments.ts'
import { methodDecorator } from './decorator-form.ts'
import type { CachingDecorator, Exactly, OfArguments, OfOutcome } from './decorator-types.ts'
import { type CacheSource, cacheFrom, checkSource, type DecoratorCache } from './default-cache.ts'
import { checkFunctionOptions, EVICT_OPTIONS, withoutUndefined } from './function-options.ts'
import type { Evict } from './operations.ts'
import { recorder } from './recording.ts'
import { answersOf } from './wrap.ts'

/** Options of `@CacheEvict`. What to evict: tags, an entry, the answers of a method, or a whole namespace. */
export interface CacheEvictOptions {
  readonly cache?: CacheSource
  readonly namespace?: string
  /** The cached method of the same object whose answer goes. */
  readonly method?: string | symbol
  /** The key in `namespace`; with `method`, the arguments of that method. Default with `method`: the same arguments. */
  readonly key?: OfArguments<string | readonly unknown[]>
  readonly resultKey?: OfOutcome<string | readonly unknown[]>
  readonly instance?: (self: never) => string
  /** Everything made from these goes. */
  readonly tags?: readonly string[] | OfArguments<readonly string[]>
  readonly resultTags?: OfOutcome<readonly string[]>
  /** Clears `namespace`; with `method`, the namespace of that method. */
  readonly allEntries?: boolean
  /** Evict before the method is called, and whatever becomes of it. Default: after it has succeeded. */
  readonly beforeInvocation?: boolean
  readonly condition?: OfArguments<boolean>
  readonly unless?: OfOutcome<boolean>
}

type Callback<T> = (...args: unknown[]) => T

/** The options with the types of their callbacks gone. */
interface Settings {
  readonly namespace?: string
  readonly method?: string | symbol
  readonly key?: Callback<unknown>
  readonly resultKey?: Callback<unknown>
  readonly instance?: (self: unknown) => string
  readonly tags?: readonly string[] | Callback<readonly string[]>
  readonly resultTags?: Callback<readonly string[]>
  readonly allEntries?: boolean
  readonly beforeInvocation?: boolean
  readonly condition?: Callback<boolean>
  readonly unless?: Callback<boolean>
}

/**
 * Evicts after the method has succeeded, or before it is called. On a method that throws, only an eviction before the
 * invocation has happened. When the returned promise resolves, nobody gets what was evicted any more.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` at decoration, for a wrong option, for anything but a method, for
 *   a generator, without anything to evict, and for `beforeInvocation` with what only the result tells
 * @example
 * class Users {
 *   @CacheEvict({ tags: (id: number) => [`user:${id}`] })
 *   async remove(id: number) { await db.remove(id) }
 *
 *   @CacheEvict({ method: 'find', allEntries: true, beforeInvocation: true })
 *   async reload() { ... }
 * }
 */
export function CacheEvict<O extends CacheEvictOptions>(
  options: Exactly<O, CacheEvictOptions>,
): CachingDecorator<O>
export function CacheEvict(...given: unknown[]): unknown {
  const { cache, ...rest } = decoratorOptions<CacheEvictOptions>('@CacheEvict', given)
  checkSource(cache, '@CacheEvict')
  checkFunctionOptions(rest, EVICT_OPTIONS)
  const settings = withoutUndefined(rest) as unknown as Settings
  checkSettings(settings)
  return methodDecorator('@CacheEvict', (method) => {
    method.evicts.push((place) => boundEvict(settings, cache, place))
  })
}

function checkSettings(settings: Settings): void {
  const { key, resultKey, allEntries, beforeInvocation, method, tags, resultTags } = settings
  const [given, twice] = [key && 'key', resultKey && 'resultKey', allEntries && 'allEntries'].filter(Boolean)
  if (twice !== undefined)
    throw new CallOptionError(twice as string, `cannot stand beside ${given}: both say which entries.`)
  if ([given, method, tags, resultTags].every((target) => target === undefined)) {
    throw new CallOptionError(
      '@CacheEvict',
      'must be told what to evict: give tags, resultTags, method, key, resultKey or allEntries.',
    )
  }
  if (beforeInvocation !== true) return
  for (const option of ['resultKey', 'resultTags', 'unless'] as const) {
    if (settings[option] !== undefined)
      throw new CallOptionError(option, 'has no result to ask for with beforeInvocation.')
  }
}

function boundEvict(settings: Settings, source: CacheSource | undefined, place: Place): Evict {
  const { condition, unless, tags, resultTags } = settings
  const label = `@CacheEvict on ${place.label}`
  const needsCache = settings.method === undefined || tags !== undefined || resultTags !== undefined
  const cache = needsCache ? cacheFrom(source ?? place.config.cache, label) : undefined
  const planEntries = entriesPlanner(settings, cache, place, label)

  return {
    beforeInvocation: settings.beforeInvocation === true,
    plan(self, args) {
      if (givenAnswer('condition', condition?.apply(self, args)) === false) return undefined
      const known = typeof tags === 'function' ? givenTags('tags', tags.apply(self, args)) : (tags ?? [])
      const evictEntries = planEntries(self, args)
      return async (result) => {
        if (givenAnswer('unless', unless?.call(self, result, ...args)) === true) return
        const told = resultTags && givenTags('resultTags', resultTags.call(self, result, ...args))
        const found = [...known, ...(told ?? [])]
        await Promise.all([
          found.length === 0 ? undefined : cache?.invalidate({ tags: found }),
          evictEntries?.(result),
        ])
      }
    },
  }
}

type EvictEntries = (result: unknown) => Promise<unknown>

/** What goes beside the tags. */
function entriesPlanner(
  settings: Settings,
  cache: DecoratorCache | undefined,
  { config, label: where }: Place,
  label: string,
): (self: unknown, args: unknown[]) => EvictEntries | undefined {
  const { method, key, resultKey, allEntries } = settings
  if (method !== undefined) return (self, args) => ofMethod(settings, method, label, self, args)
  if (key === undefined && resultKey === undefined && allEntries !== true) return () => undefined
  const namespace = settings.namespace ?? config.namespace
  if (namespace === undefined) throw noNamespace(allEntries === true ? 'allEntries' : 'key', label, where)
  const space = (cache as DecoratorCache).namespace(namespace)
  if (allEntries === true) return () => () => space.clear()
  const answers = { space, namespace, record: recorder(cache as Cache) }
  const instance = settings.instance ?? (config.instance as Settings['instance'])
  return (self, args) => {
    const text = (given: unknown) =>
      withInstance(() => cacheKey(given, key === undefined ? 'resultKey' : 'key'), instance)(self, args)
    const known = key === undefined ? undefined : text(key.apply(self, args))
    return (result) => dropAnswer(answers, known ?? text(resultKey?.call(self, result, ...args)))
  }
}

function ofMethod(
  { key, resultKey, allEntries }: Settings,
  method: string | symbol,
  label: string,
  self: unknown,
  args: unknown[],
): EvictEntries {
  const found = siblings(self, method, label)
  if (allEntries === true) return () => Promise.all(found.map((wrapped) => answersOf(wrapped).space.clear()))
  const keysFor = (given: unknown) =>
    found.map((wrapped) => {
      const answers = answersOf(wrapped)
      return [answers, answers.keyOf(self, argumentList(given, label))] as const
    })
  const known = resultKey === undefined ? keysFor(key?.apply(self, args) ?? args) : undefined
  return (result) =>
    Promise.all(
      (known ?? keysFor(resultKey?.call(self, result, ...args))).map(([answers, text]) =>
        dropAnswer(answers, text),
      ),
    )
}
