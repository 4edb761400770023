import {
  type BatchOptions,
  type Cache,
  type CacheEntry,
  type CacheOptions,
  type CacheStats,
  CallOptionError,
  type CallOptions,
  ClosedError,
  cacheKey,
  describe,
  type GetOrSetRequest,
  type InvalidateTarget,
  type KeyIndex,
  type Load,
  type LoadMany,
  type SetOptions,
  type Settled,
  type Shortcut,
  type SignalName,
  type Signals,
  type SurfacePlugin,
  type WrapOptions,
  type WrappedFunction,
} from '../../domain/index.ts'
import { hitChannel } from '../hooks/index.ts'
import { type CopyKind, copyOf } from '../values/index.ts'
import { BATCH_OPTIONS } from './call-options.ts'
import { callPolicy, isPlainRead } from './call-policy.ts'
import { checkedPairs, loadOf } from './call-shapes.ts'
import { ABSENT, look, missed, ownHit, read, readSync, seenBefore, signalHit } from './closer-look.ts'
import type { SpaceCounters } from './counters.ts'
import type { Engine } from './engine.ts'
import { inspect } from './inspect.ts'
import { type KeySpace, nestedName } from './key-space.ts'
import type { Lifecycle } from './lifecycle.ts'
import { batched, checkedList, hitMany, loadMissing, newBatch } from './many.ts'
import { noteHit } from './notes.ts'
import { order } from './order.ts'
import { readThrough } from './read-through.ts'
import { currentScope, openScopes, type Scope } from './scope.ts'
import { handOut, handOutSync, shapedKey, shapedKeySync } from './shaped-read.ts'
import { statsOf } from './stats.ts'
import { mayFollow, NO_SHORTCUT, vouch } from './vouch.ts'
import { clear, expire, invalidate, remove, write } from './writes.ts'

/** A namespace of a cache as its users see it. `#hit` is the hot path; all else is next door. */
export class CacheView implements Cache {
  readonly #engine: Engine
  readonly #space: KeySpace
  readonly #shortcut: Shortcut
  readonly #index: KeyIndex
  readonly #counters: SpaceCounters
  readonly #lifecycle: Lifecycle

  constructor(engine: Engine, space: KeySpace, lifecycle: Lifecycle) {
    this.#engine = engine
    this.#space = space
    this.#shortcut = space.local.shortcut ?? NO_SHORTCUT
    this.#index = space.local.index
    this.#counters = space.counters
    this.#lifecycle = lifecycle
  }

  get name(): string {
    return this.#space.name
  }

  getOrSet<T>(key: string | GetOrSetRequest<T>, load?: Load<T>, options?: CallOptions): Promise<T> {
    if (typeof key === 'string' && (options === undefined || isPlainRead(options))) {
      const value = this.#hit(key)
      if (value !== undefined && value !== ABSENT) return Promise.resolve(value as T)
    }
    return this.#readThrough(key, load, options)
  }

  getSync<T = unknown>(key: string): T | undefined {
    const value = this.#hit(key)
    if (value === ABSENT) return missed(this.#engine, this.#space, key)
    if (value !== undefined) return value as T
    return readSync(this.#engine, this.#space, key, currentScope()) as T | undefined
  }

  /**
   * THE HOT PATH. Where nothing happens but hits, one takes the shortcut: a look into the index, a comparison of one
   * byte, and a note of who was touched; the scope of the caller hears of it before it matters. Else it is one Map
   * lookup, a clock reading, one comparison with the order of invalidations and a touch of the strategy. No allocation.
   * `undefined`, which is never stored, means "look closer": whatever is out of the ordinary is done elsewhere.
   */
  #hit(key: string): unknown {
    const shortcut = this.#shortcut
    const scope = openScopes.count === 0 ? undefined : currentScope()
    if (shortcut.left > 0 && !hitChannel.hasSubscribers) {
      if (shortcut.reader === scope || mayFollow(this.#engine, shortcut, scope)) {
        const value = shortcut.take(key)
        if (value !== undefined) return value
      }
    }
    return this.#hitIn(scope, key)
  }

  #hitIn(scope: Scope | undefined, key: string): unknown {
    const engine = this.#engine
    const generation = scope === undefined ? engine.generation : engine.generationFor(scope)
    const index = this.#index
    const slot = index.whole === undefined ? index.get(key) : index.whole.get(key)
    if (!generation.fastReads) return undefined
    if (slot === undefined) return scope === undefined ? ABSENT : undefined
    if (scope !== undefined && order.stored !== scope.stored) {
      const seen = seenBefore(engine, this.#space, key, slot, scope)
      if (seen !== undefined) return seen.value
    }
    const now = engine.clock.now()
    const copy = engine.store.hit(slot, now, order.epoch)
    if (copy < 0) return undefined
    const value = engine.store.value(slot)
    if (scope !== undefined) noteHit(engine, scope, this.#space, key, slot, value, copy)
    if (copy !== 0) return ownHit(engine, this.#space, key, scope, value, copy as CopyKind)
    this.#counters.hits += 1
    if (engine.signals.hit !== null) signalHit(engine, this.#space, key, scope)
    if (generation === engine.generation) vouch(engine, this.#space, slot, now)
    return value
  }

  getOrSetMany<T>(
    keys: readonly string[],
    load: LoadMany<T>,
    options?: CallOptions,
  ): Promise<(T | undefined | Error)[]> {
    try {
      checkedList('keys', keys)
      const scope = currentScope()
      const plain = options === undefined || isPlainRead(options)
      const answers = plain ? this.#hits(keys, scope) : new Array<unknown>(keys.length).fill(undefined)
      const all = answers.includes(undefined)
        ? loadMissing(this.#engine, this.#space, { keys, answers, load, options, scope })
        : Promise.resolve(answers)
      return all as Promise<(T | undefined | Error)[]>
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** A listener may write between two hits, and a scope may have seen other answers; else they are taken all at once. */
  #hits(keys: readonly string[], scope: Scope | undefined): unknown[] {
    const seen = scope !== undefined && order.stored !== scope.stored
    if (!seen && this.#engine.signals.hit === null) return hitMany(this.#engine, this.#space, keys, scope)
    const answers = keys.map((key) => this.#hitIn(scope, cacheKey(key)))
    return answers.map((answer) => (answer === ABSENT ? undefined : answer))
  }

  batch<T>(
    load: LoadMany<T>,
    { maxBatch, ...options }: BatchOptions = {},
  ): (key: string) => Promise<T | undefined> {
    const batch = newBatch(this.#engine, load, maxBatch)
    callPolicy(options, this.#engine.generation.policy, BATCH_OPTIONS)
    const plain = isPlainRead(options)
    return (key) => {
      const value = plain && typeof key === 'string' ? this.#hit(key) : undefined
      return (
        value === undefined || value === ABSENT
          ? batched(this.#engine, this.#space, batch, key, options, currentScope())
          : Promise.resolve(value)
      ) as Promise<T | undefined>
    }
  }

  peek<T = unknown>(key: string): T | undefined {
    const engine = this.#engine
    const scope = currentScope()
    const generation = engine.generationFor(scope)
    const shaped = shapedKeySync(generation, this.#space, cacheKey(key))
    if (shaped.bypass || !generation.serves) return undefined
    const seen = look(engine, this.#space, shaped.key, scope)
    if (seen === undefined) return undefined
    const value = copyOf(seen.value, seen.copy as CopyKind)
    return (seen.plain ? value : handOutSync(generation, this.#space, shaped.key, value)) as T
  }

  async get<T = unknown>(key: string): Promise<T | undefined> {
    const engine = this.#engine
    if (engine.closed) throw new ClosedError()
    const scope = currentScope()
    const generation = engine.generationFor(scope)
    if (generation.fastReads) return this.getSync(key)
    return generation.serve(async () => {
      const shaped = await shapedKey(generation, this.#space, cacheKey(key))
      if (shaped.bypass || !generation.serves) return undefined
      return read(engine, generation, this.#space, shaped.key, scope, handOut) as T | undefined
    })
  }

  async getMany<T = unknown>(keys: readonly string[]): Promise<(T | undefined)[]> {
    return Promise.all(checkedList('keys', keys).map((key) => this.get<T>(key)))
  }

  async has(key: string): Promise<boolean> {
    const engine = this.#engine
    if (engine.closed) throw new ClosedError()
    const scope = currentScope()
    if (engine.generationFor(scope).fastReads)
      return look(engine, this.#space, cacheKey(key), scope)?.value !== undefined
    return (await this.get(key)) !== undefined
  }

  set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return write(this.#engine, this.#space, key, value, options)
  }

  async setMany(
    entries: Iterable<readonly [key: string, value: unknown]>,
    options?: SetOptions,
  ): Promise<boolean[]> {
    return Promise.all(checkedPairs(entries).map(([key, value]) => this.set(key, value, options)))
  }

  delete(key: string): Promise<boolean> {
    return remove(this.#engine, this.#space, key)
  }

  async deleteMany(keys: readonly string[]): Promise<number> {
    const removed = await Promise.all(checkedList('keys', keys).map((key) => this.delete(key)))
    return removed.filter(Boolean).length
  }

  expire(key: string): Promise<boolean> {
    return expire(this.#engine, this.#space, key)
  }

  invalidate(target: InvalidateTarget): Promise<void> {
    return invalidate(this.#engine, this.#space, target)
  }

  clear(): Promise<void> {
    return clear(this.#engine, this.#space)
  }

  namespace(name: string): Cache {
    if (typeof name !== 'string' || name === '') {
      throw new CallOptionError('namespace', `expected a non-empty string, got ${describe(name)}.`)
    }
    const space = this.#engine.space(nestedName(this.#space.name, name), this.#space)
    space.view ??= new CacheView(this.#engine, space, this.#lifecycle)
    return space.view
  }

  inspect(key: string): CacheEntry | undefined {
    return inspect(this.#engine, this.#space, cacheKey(key))
  }

  stats(): CacheStats {
    return statsOf(this.#engine)
  }

  on<S extends SignalName>(signal: S, listener: (event: Signals[S]) => void): () => void {
    return this.#engine.listen(signal, listener)
  }

  wrap<A extends unknown[], R, Self = unknown>(
    fn: (this: Self, ...args: A) => R,
    options?: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>>,
  ): WrappedFunction<A, R, Self> {
    return this.#lifecycle.wrap(this, fn, options)
  }

  surface<S>(plugin: SurfacePlugin<S>): S {
    return this.#lifecycle.surface(plugin)
  }

  reconfigure(options: CacheOptions): Promise<void> {
    return this.#lifecycle.reconfigure(options)
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The engine behind a view, for surfaces; undefined for anything else. */
  static parts(cache: unknown): { engine: Engine; space: KeySpace } | undefined {
    return cache instanceof CacheView ? { engine: cache.#engine, space: cache.#space } : undefined
  }

  async #readThrough<T>(
    key: string | GetOrSetRequest<T>,
    load: Load<T> | undefined,
    options: CallOptions | undefined,
  ): Promise<T> {
    const scope = currentScope()
    const request = typeof key === 'object' && key !== null ? key : undefined
    const run = loadOf(request, load, options)
    const name = cacheKey(request === undefined ? key : request.key)
    return readThrough(this.#engine, this.#space, name, run, request ?? options, scope) as Promise<T>
  }
}
