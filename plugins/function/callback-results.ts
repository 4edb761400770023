import { CallOptionError, TagError } from '../../src/domain/index.ts'

/*
 * What the callbacks among the options gave. Of JavaScript it may be anything: the letters of a string would become
 * tags, and a promise would count as a yes.
 */

/** @throws TagError naming the option */
export function givenTags(option: 'tags' | 'resultTags', tags: unknown): readonly string[] {
  if (!Array.isArray(tags)) throw new TagError(tags, option)
  for (const tag of tags) if (typeof tag !== 'string' || tag === '') throw new TagError(tag, option)
  return tags
}

/** @throws CallOptionError for a promise: the call cannot wait for it */
export function givenAnswer<T>(option: 'condition' | 'unless', answer: T): T {
  if (typeof (answer as { then?: unknown } | null | undefined)?.then !== 'function') return answer
  // Nobody will look at it: what it rejects with must not end the process.
  Promise.resolve(answer).catch(() => {})
  throw new CallOptionError(
    option,
    'must answer at once, and gave a promise. Make its function synchronous: no async, no await.',
  )
}
