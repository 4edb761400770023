import type { AnswerRules } from './answer-rules.ts'
import type { KeyOf } from './call-key.ts'
import type { EngineCache } from './engine-cache.ts'
import type { BeginRecording } from './recording.ts'

/** The answers of a function: where they are, under which keys, and what its options say of them. */
export interface Answers<A extends unknown[], Self, R> {
  readonly space: EngineCache
  /** The name of the space in its cache. */
  readonly namespace: string
  readonly keyOf: KeyOf<A, Self>
  readonly rules: AnswerRules<A, Self, R>
  readonly record: BeginRecording
}

/**
 * Stores an answer that was given. One that `unless` is against, or that is outdated already, drops the answer before
 * it: the giver has changed what that was made from.
 */
export async function putAnswer<A extends unknown[], Self, R>(
  answers: Omit<Answers<A, Self, R>, 'keyOf'>,
  key: string,
  self: Self,
  args: A,
  value: Awaited<R>,
  stillTrue: (key: string, tags: readonly string[]) => boolean = () => true,
): Promise<boolean> {
  const options = answers.rules.store(self, args, value)
  // Nothing is awaited between the question and the set: what changes later finds the entry.
  if (options !== undefined && stillTrue(key, options.tags ?? []))
    return answers.space.set(key, value, options)
  await dropAnswer(answers, key)
  return false
}

/**
 * Drops an answer. Its key is made known first: a method under way, which will put under this key and cannot know it
 * yet, must find that it changed.
 */
export function dropAnswer(
  { space, namespace, record }: Pick<Answers<never, never, never>, 'space' | 'namespace' | 'record'>,
  key: string,
): Promise<boolean> {
  record(namespace, key).end()
  return space.delete(key)
}
