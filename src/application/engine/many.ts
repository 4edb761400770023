import {
  CallOptionError,
  type CallOptions,
  ClosedError,
  cacheKey,
  describe,
  type LoadContext,
  type LoadMany,
  type Slot,
} from '../../domain/index.ts'
import { type CopyKind, copyOf } from '../values/index.ts'
import { Batch } from './batch.ts'
import { callPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'
import { noteRead } from './notes.ts'
import { order } from './order.ts'
import { readThrough } from './read-through.ts'
import type { Scope } from './scope.ts'

/** @throws CallOptionError naming the option that holds no list of keys */
export function checkedList(option: string, keys: readonly string[]): readonly string[] {
  if (Array.isArray(keys)) return keys
  throw new CallOptionError(option, `expected an array of strings, got ${describe(keys)}.`)
}

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

/**
 * The fresh values of many keys; undefined where one has to look closer. As the hot path of one key, but in one loop
 * after the other: over all keys, all lookups, all entries. What the processor waits for is memory, and in so short a
 * loop it waits for several keys at once: checking the keys fetches the hashes that the lookups need. Not for a scope
 * that may have been answered otherwise before.
 */
export function hitMany(
  engine: Engine,
  space: KeySpace,
  keys: readonly string[],
  scope: Scope | undefined,
): unknown[] {
  const { index } = space.local
  const count = keys.length
  for (let at = 0; at < count; at++) cacheKey(keys[at])
  const answers = new Array<unknown>(count).fill(undefined)
  if (!engine.generationFor(scope).fastReads) return answers
  const slots = new Array<Slot>(count)
  for (let at = 0; at < count; at++) slots[at] = index.get(keys[at] as string) ?? 0
  const copies = readAll(engine, slots, answers)
  let hits = 0
  for (let at = 0; at < count; at++) {
    if (answers[at] === undefined) continue
    hits += 1
    if (scope !== undefined) noteRead(engine, scope, space, keys[at] as string, slots[at] as Slot)
  }
  // At the end, because a codec is somebody else's, and may do anything to the store.
  space.counters.hits += copies === undefined ? hits : copyAll(answers, copies)
  return answers
}

/** Gives the caller copies of its own; returns how many there are that could be read. */
function copyAll(answers: unknown[], copies: readonly CopyKind[]): number {
  let readable = 0
  for (let at = 0; at < answers.length; at++) {
    if (answers[at] === undefined) continue
    answers[at] = copyOf(answers[at], copies[at] as CopyKind)
    if (answers[at] !== undefined) readable += 1
  }
  return readable
}

/** Puts what is fresh into its places, as it is kept; returns how each is to be copied, if any is. */
function readAll(engine: Engine, slots: readonly Slot[], answers: unknown[]): CopyKind[] | undefined {
  const { store } = engine
  const now = engine.clock.now()
  const { epoch } = order
  let copies: CopyKind[] | undefined
  try {
    for (let at = 0; at < slots.length; at++) {
      const slot = slots[at] as Slot
      const copy = slot === 0 ? -1 : store.hit(slot, now, epoch)
      if (copy < 0) continue
      answers[at] = store.value(slot)
      if (copy === 0) continue
      copies ??= new Array<CopyKind>(slots.length).fill(0)
      copies[at] = copy as CopyKind
    }
  } catch (error) {
    engine.distrust(error)
  }
  return copies
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
  // What is wrong with the call is no fate of a key.
  if (engine.closed) throw new ClosedError()
  callPolicy(options, engine.generationFor(scope).policy)
  for (const key of keys) cacheKey(key)
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
