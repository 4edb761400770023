import {
  CallOptionError,
  type CallOptions,
  cacheKey,
  describe,
  type LoadContext,
  type LoadMany,
} from '../../domain/index.ts'
import { Batch } from './batch.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'
import { readThrough } from './read-through.ts'
import type { Scope } from './scope.ts'

/** A batch for a load that a caller gave. @throws CallOptionError */
export function newBatch(engine: Engine, load: LoadMany<unknown>, maxBatch: number | undefined): Batch {
  if (typeof load !== 'function') {
    throw new CallOptionError('load', `expected a function that loads many keys, got ${describe(load)}.`)
  }
  if (maxBatch !== undefined && !(Number.isInteger(maxBatch) && maxBatch > 0)) {
    throw new CallOptionError('maxBatch', `expected a whole number above 0, got ${describe(maxBatch)}.`)
  }
  return new Batch(engine, load, maxBatch ?? Number.POSITIVE_INFINITY)
}

/** getOrSet of one key, whose load is part of a batch. */
export async function batched(
  engine: Engine,
  space: KeySpace,
  batch: Batch,
  key: string,
  options: CallOptions | undefined,
  scope: Scope | undefined,
): Promise<unknown> {
  const name = cacheKey(key)
  const load = (context: LoadContext) => batch.one(name, context)
  return readThrough(engine, space, name, load, options, scope, true)
}

interface Missing {
  readonly keys: readonly string[]
  /** What is there already; undefined where it is missing. */
  readonly answers: readonly unknown[]
  readonly load: LoadMany<unknown>
  readonly options: CallOptions | undefined
  readonly scope: Scope | undefined
}

/** Completes the answers, by one load for all that nobody is loading yet. */
export async function loadMissing(engine: Engine, space: KeySpace, missing: Missing): Promise<unknown[]> {
  const { keys, answers, load, options, scope } = missing
  const batch = newBatch(engine, load, undefined)
  return Promise.all(
    keys.map((key, at) =>
      answers[at] === undefined
        ? batched(engine, space, batch, key, options, scope).catch(asError)
        : answers[at],
    ),
  )
}

/** The place of an answer holds an Error where its key failed; what is thrown may be anything. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error })
}
