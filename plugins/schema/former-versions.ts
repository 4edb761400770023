import { AsyncHookError, type Cache, type LoadContext } from '../../src/domain/index.ts'
import type { Migrate } from './schema-cache.ts'
import type { StandardSchema } from './standard-schema.ts'
import { isPromise, validated } from './validated.ts'

/** The entries of an older version, and what brings them up to date. */
export interface Former {
  readonly version: string
  readonly cache: Cache
  readonly migrate: Migrate<unknown>
}

interface Parts<Output> {
  /** Which goes first, first. */
  readonly list: readonly Former[]
  readonly schema: StandardSchema<unknown, Output>
  readonly report: (error: unknown) => void
}

/**
 * What older versions of a schema have left behind. Each version has a namespace of its own, so that entries of two
 * never mix, whoever writes them. What a migration makes is as old as what it was made from: it has the rest of that
 * one's lifetime, and because it was read in the scope of the load, it depends on all that the older one depends on,
 * and on the older one itself. A migration that fails is reported, and there is nothing.
 */
export class FormerVersions<Output> {
  readonly #list: readonly Former[]
  readonly #schema: StandardSchema<unknown, Output>
  readonly #report: (error: unknown) => void

  constructor({ list, schema, report }: Parts<Output>) {
    this.#list = list
    this.#schema = schema
    this.#report = report
  }

  get none(): boolean {
    return this.#list.length === 0
  }

  /** For a read that stores nothing. */
  async read(key: string): Promise<Output | undefined> {
    for (const former of this.#list) {
      const output = await this.#upToDate(former, key)
      if (output !== undefined) return output
    }
    return undefined
  }

  /** @throws AsyncHookError if there is something to migrate, and it takes a promise */
  readSync(key: string, how: 'peek' | 'getSync'): Output | undefined {
    for (const former of this.#list) {
      const output = this.#upToDateNow(former, key, how)
      if (output !== undefined) return output
    }
    return undefined
  }

  /**
   * For a load, whose answer is stored. From then on the older entries are out of the race, or one of them would come
   * back when the newer one is evicted; they are not removed, because what was made from them is still right.
   */
  async load(key: string, context: LoadContext): Promise<Output | undefined> {
    let found: Output | undefined
    for (const former of this.#list) {
      if (found === undefined) {
        found = await this.#upToDate(former, key)
        // Without a lifetime that is known (a key hook has renamed it) the callers get it, and it is not stored.
        if (found !== undefined) context.ttl(former.cache.inspect(key)?.ttlLeft ?? 0)
      }
    }
    await this.expire(key)
    return found
  }

  async expire(key: string): Promise<boolean> {
    return some(this.#list.map(({ cache }) => cache.expire(key)))
  }

  async delete(key: string): Promise<boolean> {
    return some(this.#list.map(({ cache }) => cache.delete(key)))
  }

  async clear(): Promise<void> {
    await Promise.all(this.#list.map(({ cache }) => cache.clear()))
  }

  async invalidate(keys: readonly string[]): Promise<void> {
    await Promise.all(this.#list.map(({ cache }) => cache.invalidate({ keys })))
  }

  async #upToDate({ cache, migrate }: Former, key: string): Promise<Output | undefined> {
    const old = await cache.get(key)
    if (old === undefined) return undefined
    try {
      const input = await migrate(old)
      return input === undefined ? undefined : await validated(this.#schema, key, input)
    } catch (error) {
      this.#report(error)
      return undefined
    }
  }

  #upToDateNow(
    { cache, migrate, version }: Former,
    key: string,
    how: 'peek' | 'getSync',
  ): Output | undefined {
    const old = cache[how](key)
    if (old === undefined) return undefined
    try {
      const input = mustBeNow(migrate(old), `version ${version}`, 'migrate')
      if (input === undefined) return undefined
      return mustBeNow(validated(this.#schema, key, input), this.#schema['~standard'].vendor, 'schema')
    } catch (error) {
      if (error instanceof AsyncHookError) throw error
      this.#report(error)
      return undefined
    }
  }
}

function mustBeNow<T>(value: T | PromiseLike<T>, whose: string, what: string): T {
  if (!isPromise(value)) return value
  Promise.resolve(value).catch(() => {})
  throw new AsyncHookError(what, whose)
}

async function some(results: readonly Promise<boolean>[]): Promise<boolean> {
  return (await Promise.all(results)).includes(true)
}
