import { checkedPairs, type SurfacePort } from '../../src/application/index.ts'
import {
  type BatchOptions,
  type Cache,
  type CacheEntry,
  type CallOptions,
  type InvalidateTarget,
  type LoadMany,
  type SetOptions,
  tagList,
} from '../../src/domain/index.ts'
import { takeLease } from './lease.ts'
import { checkedLoad, checkedLoadMany, type Loads } from './loads.ts'
import type { SchemaCache, SchemaLoad, SchemaVersion } from './schema-cache.ts'
import { isPromise, validated } from './validated.ts'

/** What a view is made of: what its loads need, and the namespace of its version. */
export interface ViewParts<Output> extends Loads<Output> {
  readonly version: SchemaVersion
  readonly space: Cache
  readonly port: SurfacePort
}

/** Hits are those of the namespace: nothing is done to them here. */
export class SchemaView<Input, Output> implements SchemaCache<Input, Output> {
  readonly version: SchemaVersion
  readonly #parts: ViewParts<Output>
  readonly #space: Cache
  /** The last `set` of each key that waits for its schema; whatever is written to the key meanwhile comes later. */
  readonly #waiting = new Map<string, object>()

  constructor(parts: ViewParts<Output>) {
    this.version = parts.version
    this.#parts = parts
    this.#space = parts.space
  }

  peek(key: string): Output | undefined {
    const found = this.#space.peek<Output>(key)
    // Not `??`: null is an answer.
    return found === undefined ? this.#parts.former.readSync(key, 'peek') : found
  }

  getSync(key: string): Output | undefined {
    const found = this.#space.getSync<Output>(key)
    return found === undefined ? this.#parts.former.readSync(key, 'getSync') : found
  }

  async get(key: string): Promise<Output | undefined> {
    const found = await this.#space.get<Output>(key)
    return found === undefined ? this.#parts.former.read(key) : found
  }

  async getMany(keys: readonly string[]): Promise<(Output | undefined)[]> {
    if (this.#parts.former.none) return this.#space.getMany<Output>(keys)
    return Promise.all(keys.map((key) => this.get(key)))
  }

  async has(key: string): Promise<boolean> {
    return (await this.#space.has(key)) || (await this.#parts.former.read(key)) !== undefined
  }

  async set(key: string, value: Input, options?: SetOptions): Promise<boolean> {
    this.#waiting.delete(key)
    let output: Output | Promise<Output>
    try {
      output = validated(this.#parts.schema, key, value)
    } catch (error) {
      return this.#refuse(key, error)
    }
    return isPromise(output) ? this.#writeLater(key, output, options) : this.#write(key, output, options)
  }

  async setMany(
    entries: Iterable<readonly [key: string, value: Input]>,
    options?: SetOptions,
  ): Promise<boolean[]> {
    return Promise.all(checkedPairs(entries).map(([key, value]) => this.set(key, value, options)))
  }

  async delete(key: string): Promise<boolean> {
    this.#waiting.delete(key)
    const deleted = await Promise.all([this.#space.delete(key), this.#parts.former.delete(key)])
    return deleted.includes(true)
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const deleted = await Promise.all(keys.map((key) => this.delete(key)))
    return deleted.filter(Boolean).length
  }

  async expire(key: string): Promise<boolean> {
    const expired = await Promise.all([this.#space.expire(key), this.#parts.former.expire(key)])
    return expired.includes(true)
  }

  getOrSet(key: string, load: SchemaLoad<Input, Output>, options?: CallOptions): Promise<Output> {
    try {
      return this.#space.getOrSet(key, checkedLoad(this.#parts, key, load, options), options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  getOrSetMany(
    keys: readonly string[],
    load: LoadMany<Input>,
    options?: CallOptions,
  ): Promise<(Output | undefined | Error)[]> {
    try {
      return this.#space.getOrSetMany<Output>(keys, checkedLoadMany(this.#parts, load, options), options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  batch(load: LoadMany<Input>, options?: BatchOptions): (key: string) => Promise<Output | undefined> {
    return this.#space.batch<Output>(checkedLoadMany(this.#parts, load, options), options)
  }

  async invalidate(target: InvalidateTarget): Promise<void> {
    const keys = Array.isArray(target?.keys) ? target.keys : []
    for (const key of keys) this.#waiting.delete(key)
    await Promise.all([
      this.#space.invalidate(target),
      keys.length > 0 ? this.#parts.former.invalidate(keys) : undefined,
    ])
  }

  async clear(): Promise<void> {
    this.#waiting.clear()
    await Promise.all([this.#space.clear(), this.#parts.former.clear()])
  }

  inspect(key: string): CacheEntry | undefined {
    return this.#space.inspect(key)
  }

  /** Takes effect within its call, as far as that of the cache does. */
  async #write(key: string, output: Output, options: SetOptions | undefined): Promise<boolean> {
    const [kept] = await Promise.all([this.#space.set(key, output, options), this.#parts.former.delete(key)])
    return kept
  }

  /** Not kept if anything was written to the key, or changed that the value depends on, before the schema was done. */
  async #writeLater(
    key: string,
    output: PromiseLike<Output>,
    options: SetOptions | undefined,
  ): Promise<boolean> {
    const settled = Promise.allSettled([output])
    const lease = takeLease(this.#parts.port, this.#space, key, tagList(options?.tags ?? []))
    const mine = {}
    this.#waiting.set(key, mine)
    try {
      const [result] = await settled
      if (result.status === 'rejected' && this.#waiting.get(key) === mine)
        return await this.#refuse(key, result.reason)
      if (result.status === 'rejected') this.#parts.port.report(result.reason)
      if (result.status === 'rejected' || this.#waiting.get(key) !== mine) return false
      if (lease.holds()) return await this.#write(key, result.value, options)
      await this.delete(key)
      return false
    } finally {
      if (this.#waiting.get(key) === mine) this.#waiting.delete(key)
      lease.end()
    }
  }

  /** The newest value is not kept: an older one must not outlive it. */
  async #refuse(key: string, error: unknown): Promise<boolean> {
    this.#parts.port.report(error)
    await this.delete(key)
    return false
  }
}
