import type { CallOptions, Duration, LoadContext, SetOptions, WrapOptions } from '../../src/domain/index.ts'
import { givenAnswer, givenTags } from './callback-results.ts'
import { callOptions, setOptions } from './function-options.ts'

/** What the options of a function say of its answers, the same for one that is loaded and one that is put. */
export interface AnswerRules<A extends unknown[], Self, R> {
  /** The options of every call. */
  readonly call: CallOptions
  /** Runs the function inside a load and tells the load what the options say of its result. */
  load(fn: (this: Self, ...args: A) => R, self: Self, args: A): (context: LoadContext) => R | Promise<R>
  /** How a given answer is stored; undefined if `unless` is against it. */
  store(self: Self, args: A, result: Awaited<R>): SetOptions | undefined
}

export function answerRules<A extends unknown[], Self, R>(
  options: WrapOptions<A, Self, Awaited<R>>,
): AnswerRules<A, Self, R> {
  const { tags, unless, resultTags } = options
  const ttl = typeof options.ttl === 'function' ? options.ttl : undefined
  const tagsOf =
    typeof tags === 'function'
      ? (self: Self, args: A) => givenTags('tags', tags.apply(self, args))
      : undefined
  const asksResult = ttl !== undefined || unless !== undefined || resultTags !== undefined
  const call = callOptions(options)
  const stored = setOptions(options)
  const negative: { ttl?: Duration } = options.negativeTtl === undefined ? {} : { ttl: options.negativeTtl }

  const isRefused = (self: Self, result: Awaited<R>, args: A): boolean =>
    unless !== undefined && givenAnswer('unless', unless.call(self, result, ...args)) === true
  const resultTagsOf = (self: Self, result: Awaited<R>, args: A): readonly string[] =>
    resultTags === undefined ? [] : givenTags('resultTags', resultTags.call(self, result, ...args))

  const tell = (context: LoadContext, self: Self, args: A, result: Awaited<R>): void => {
    if (isRefused(self, result, args)) return context.skip()
    if (resultTags !== undefined) context.tag(...resultTagsOf(self, result, args))
    if (ttl !== undefined) context.ttl(ttl.call(self, result, ...args))
  }

  return {
    call,
    load(fn, self, args) {
      if (asksResult) {
        return async (context) => {
          if (tagsOf !== undefined) context.tag(...tagsOf(self, args))
          const result = await fn.apply(self, args)
          tell(context, self, args, result)
          return result
        }
      }
      if (tagsOf === undefined) return () => fn.apply(self, args)
      return (context) => {
        context.tag(...tagsOf(self, args))
        return fn.apply(self, args)
      }
    },
    store(self, args, result) {
      if (isRefused(self, result, args)) return undefined
      const found = [
        ...(stored.tags ?? []),
        ...(tagsOf?.(self, args) ?? []),
        ...resultTagsOf(self, result, args),
      ]
      const untold = result === null ? negative : {}
      const lifetime = ttl === undefined ? untold : { ttl: ttl.call(self, result, ...args) }
      return { ...stored, ...lifetime, tags: found }
    },
  }
}
