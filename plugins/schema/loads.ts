import {
  CallOptionError,
  type CallOptions,
  describe,
  type LoadContext,
  type LoadMany,
  type LoadManyContext,
  type ManyLoaded,
} from '../../src/domain/index.ts'
import type { FormerVersions } from './former-versions.ts'
import type { SchemaLoad, SchemaLoadContext } from './schema-cache.ts'
import type { StandardSchema } from './standard-schema.ts'
import { validated } from './validated.ts'

/** What the loads of a view need. */
export interface Loads<Output> {
  readonly schema: StandardSchema<unknown, Output>
  readonly former: FormerVersions<Output>
}

/** A load whose answer has passed the schema, made of an older entry if there is one. */
export function checkedLoad<Input, Output>(
  { schema, former }: Loads<Output>,
  key: string,
  load: SchemaLoad<Input, Output>,
  options: CallOptions | undefined,
): (context: LoadContext) => Promise<Output> {
  mustBeLoad(load)
  return async (context) => {
    const migrated = await olderOne(former, key, context, options)
    if (migrated !== undefined) return migrated
    const loaded = await load(context as SchemaLoadContext<Output>)
    return isNotModified(loaded) ? (loaded as never) : validated(schema, key, loaded)
  }
}

/** The same for many keys: what the schema refuses fails its key alone. */
export function checkedLoadMany<Input, Output>(
  loads: Loads<Output>,
  load: LoadMany<Input>,
  options: Pick<CallOptions, 'forceRefresh' | 'bypass'> | undefined,
): LoadMany<Output> {
  mustBeLoad(load)
  return async (keys, context) => {
    const answers = new Map<string, Output | Error>()
    await Promise.all(keys.map((key) => migrateOne(loads, key, context, options, answers)))
    const missing = keys.filter((key) => !answers.has(key))
    if (missing.length === 0) return answers
    const loaded = loadedByKey(missing, await load(missing, context))
    const check = async (key: string) => {
      const answer = await checkedAnswer(loads.schema, key, loaded.get(key))
      if (answer !== undefined) answers.set(key, answer)
    }
    await Promise.all(missing.map(check))
    return answers
  }
}

async function migrateOne<Output>(
  { former }: Loads<Output>,
  key: string,
  context: LoadManyContext,
  options: Pick<CallOptions, 'forceRefresh' | 'bypass'> | undefined,
  answers: Map<string, Output | Error>,
): Promise<void> {
  const migrated = await olderOne(former, key, context.of(key), options)
  if (migrated !== undefined) answers.set(key, migrated)
}

/**
 * Only where there is nothing of this version: what replaces an entry must be newer than it. Whoever demands a load
 * gets one.
 */
async function olderOne<Output>(
  former: FormerVersions<Output>,
  key: string,
  context: LoadContext,
  options: Pick<CallOptions, 'forceRefresh' | 'bypass'> | undefined,
): Promise<Output | undefined> {
  if (former.none || options?.bypass === true) return undefined
  if (options?.forceRefresh !== true && context.stale === undefined) return former.load(key, context)
  await former.expire(key)
  return undefined
}

async function checkedAnswer<Output>(
  schema: StandardSchema<unknown, Output>,
  key: string,
  answer: unknown,
): Promise<Output | Error | undefined> {
  if (answer === undefined || answer instanceof Error) return answer
  if (isNotModified(answer)) return answer as never
  try {
    return await validated(schema, key, answer)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error })
  }
}

function loadedByKey(keys: readonly string[], loaded: ManyLoaded<unknown>): ReadonlyMap<string, unknown> {
  if (loaded instanceof Map) return loaded
  if (Array.isArray(loaded) && loaded.length === keys.length)
    return new Map(keys.map((key, i) => [key, loaded[i]]))
  const got = Array.isArray(loaded) ? `${loaded.length} answers` : describe(loaded)
  throw new CallOptionError(
    'load',
    `expected an array of ${keys.length} answers or a Map by key, got ${got}.`,
  )
}

/** No cache keeps a symbol, so one can only be what `notModified()` gave: the value it stands for has passed before. */
function isNotModified(loaded: unknown): boolean {
  return typeof loaded === 'symbol'
}

function mustBeLoad(load: unknown): void {
  if (typeof load === 'function') return
  throw new CallOptionError('load', `expected a function that loads the value, got ${describe(load)}.`)
}
