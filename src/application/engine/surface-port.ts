import { ClosedError, NotACacheError, type Slot } from '../../domain/index.ts'
import { ENTRY_OVERHEAD, textBytes } from '../values/index.ts'
import { CacheView } from './cache-view.ts'
import { type RecordOptions, recordPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import { fill } from './fill.ts'
import type { Flight } from './flight.ts'
import type { Generation } from './generation.ts'
import { type KeySpace, nestedName } from './key-space.ts'
import { takeOff, takeOffAlone, touchDown } from './load.ts'
import { noteRead } from './notes.ts'
import { change } from './order.ts'
import { type PurgeTarget, purgeWhere } from './purge.ts'
import { currentScope, inScope, type Scope } from './scope.ts'
import { nextStamp } from './stamp.ts'
import { dropKey } from './writes.ts'

/** How an answer that a surface made is stored. Its value is shared by all readers: a surface never changes it. */
export type Keeping = RecordOptions

/**
 * What surfaces use in place of getOrSet where the answer is not the result of a function: an HTTP handler answers
 * through its framework. `begin` opens a scope and a flight; what the surface runs in it notes its dependencies; then
 * the answer is kept, or the flight is ended without one.
 */
export class SurfacePort {
  readonly #engine: Engine
  readonly #space: KeySpace

  constructor(engine: Engine, space: KeySpace) {
    this.#engine = engine
    this.#space = space
  }

  /** The wall clock of the engine, milliseconds. */
  wall(): number {
    return this.#engine.clock.wall()
  }

  /** What the cache calls itself in public: its configured name. */
  get name(): string {
    return this.#engine.generation.configuration.name
  }

  get enabled(): boolean {
    const { generation, closed } = this.#engine
    return generation.serves && !closed
  }

  /** A live value, fresh or within its stale window, counted as a hit; undefined for none. */
  read<T>(key: string): T | undefined {
    const slot = this.#engine.find(this.#space, key)
    if (slot === 0) return undefined
    this.#engine.use(slot)
    const scope = currentScope()
    if (scope !== undefined) noteRead(this.#engine, scope, this.#space, key, slot)
    return this.#valueIn(slot) as T | undefined
  }

  /** As `read`, but of what is no part of the answer that is being made: its scope is not told. */
  peek<T>(key: string): T | undefined {
    const slot = this.#engine.find(this.#space, key)
    return slot === 0 ? undefined : (this.#valueIn(slot) as T | undefined)
  }

  #valueIn(slot: Slot): unknown {
    try {
      return this.#engine.store.value(slot)
    } catch (error) {
      this.#engine.distrust(error)
      return undefined
    }
  }

  /** How large a value may be to be kept under a key, bytes; a little less if it depends on much. */
  roomFor(key: string): number {
    const { maxEntrySize } = this.#engine.generation.configuration.bounds
    return maxEntrySize - ENTRY_OVERHEAD - textBytes(key)
  }

  hit(key: string): void {
    this.#space.counters.hits += 1
    this.#engine.signals.hit?.({
      namespace: this.#space.name,
      key,
      correlation: currentScope()?.correlation ?? 0,
    })
  }

  miss(key: string): void {
    this.#space.counters.misses += 1
    this.#engine.signals.miss?.({
      namespace: this.#space.name,
      key,
      correlation: currentScope()?.correlation ?? 0,
    })
  }

  coalesced(): void {
    this.#space.counters.coalesced += 1
  }

  /** The flight of this key that a caller who arrives now may wait for; resolves when it has ended. */
  underWay(key: string): Promise<unknown> | undefined {
    const flight = this.#space.flights.get(key)
    return flight?.joinable === true ? flight.landed : undefined
  }

  /** Opens a flight for the key, which the caller must end with `keep` or `end`. */
  begin(key: string): Pending {
    const scope = currentScope()
    const generation = this.#engine.generationFor(scope)
    const flight = takeOff(this.#engine, { generation, space: this.#space, key, scope }, false)
    return new Pending(this.#engine, generation, flight)
  }

  /**
   * A flight that nobody joins and that leaves others of its key alone: several answers in the making side by side.
   * It depends on the key's own record, so that a purge reaches it although it is not registered.
   */
  beginAlone(key: string): Pending {
    const scope = currentScope()
    const generation = this.#engine.generationFor(scope)
    const flight = takeOffAlone(this.#engine, { generation, space: this.#space, key, scope })
    return new Pending(this.#engine, generation, flight)
  }

  /** Drops what is stored for the key; what is being made for it will not be stored. */
  purge(key: string): void {
    dropKey(this.#engine, this.#space, key)
  }

  /** Marks tags as changed, at once and without hooks: what depends on them is gone, what is being made is not stored. */
  purgeTags(names: readonly string[]): void {
    if (names.length === 0) return
    currentScope()?.forget(undefined)
    change(names.map((name) => this.#engine.tags.of(name)))
    this.#engine.sweeper.invalidated()
    this.#engine.counters.invalidations += 1
  }

  /**
   * Drops or softens what can only be found by looking at every key.
   *
   * @throws ClosedError `HITHERTO_CACHE_CLOSED`
   */
  async purgeWhere(target: PurgeTarget): Promise<void> {
    if (this.#engine.closed) throw new ClosedError()
    await purgeWhere(this.#engine, this.#space, target)
  }

  report(error: unknown): void {
    this.#engine.report(error)
  }

  /** A number above all stamps so far: those of what is begun from now on are higher still. */
  stamp(): number {
    return nextStamp()
  }

  /** Calls `task` after `delay` milliseconds without keeping the process alive. */
  schedule(delay: number, task: () => void): () => void {
    return this.#engine.clock.schedule(delay, task)
  }
}

/** An answer in the making. */
export class Pending {
  readonly #engine: Engine
  readonly #generation: Generation
  readonly #flight: Flight

  constructor(engine: Engine, generation: Generation, flight: Flight) {
    this.#engine = engine
    this.#generation = generation
    this.#flight = flight
  }

  get scope(): Scope {
    return this.#flight.scope
  }

  get ended(): boolean {
    return this.#flight.ended
  }

  /** Its place among the stamps (`SurfacePort.stamp`): what has a later one was not known when it began. */
  get begun(): number {
    return this.#flight.scope.id
  }

  /** Runs a task inside the scope. */
  run<T>(task: () => T): T {
    return inScope(this.#flight.scope, task)
  }

  tag(names: readonly string[]): void {
    for (const name of names) this.#flight.scope.add(this.#engine.tags.of(name))
  }

  /** The answer is outdated when `key` is purged, whatever key it is stored under. */
  dependOn(key: string): void {
    const flight = this.#flight
    flight.scope.add(this.#engine.tags.at(flight.space.keys, key))
  }

  /** Milliseconds for which what was read so far stays fresh; Infinity if nothing limits it. */
  get freshFor(): number {
    return this.#flight.scope.freshUntil - this.#engine.clock.now()
  }

  /** Lets those who wait go on, while the answer may still come: from then on it depends on the record of its key. */
  release(): void {
    this.dependOn(this.#flight.key)
    this.#flight.release()
  }

  /**
   * Stores the answer under `key` (its own by default) and ends the flight; tells whether it was kept, at once unless a
   * hook takes its time. Never throws or rejects.
   */
  keep(value: object, keeping: Keeping, key: string = this.#flight.key): boolean | Promise<boolean> {
    if (this.#flight.ended) return false
    const failed = (error: unknown): false => {
      this.#engine.report(error)
      return false
    }
    let kept: boolean | Promise<boolean>
    try {
      kept = this.keepAlso(value, keeping, key)
    } catch (error) {
      kept = failed(error)
    }
    if (typeof kept !== 'boolean') return kept.catch(failed).finally(() => this.end())
    this.end()
    return kept
  }

  /** Stores a value made in this flight without ending it. */
  keepAlso(value: object, keeping: Keeping, key: string): boolean | Promise<boolean> {
    const flight = this.#flight
    return fill(this.#engine, {
      generation: this.#generation,
      space: flight.space,
      key,
      policy: recordPolicy(keeping, this.#generation.policy),
      value,
      lease: flight.lease,
      flight,
      correlation: flight.scope.correlation,
      asIs: true,
    })
  }

  /** Ends the flight without an answer; those who wait go on by themselves. */
  end(): void {
    touchDown(this.#flight, this.#generation, { kept: { value: undefined, copy: 0 } })
  }
}

/** Counts what happens in this namespace for a surface from now on; nothing for a cache that is not ours. */
export function countFor(surface: string, cache: unknown): void {
  const parts = CacheView.parts(cache)
  if (parts !== undefined) parts.space.surface = surface
}

/**
 * The port of a cache for a surface with a key space of its own.
 *
 * @throws NotACacheError `HITHERTO_NOT_A_CACHE`
 */
export function surfacePort(cache: unknown, where: string, name: string): SurfacePort {
  const parts = CacheView.parts(cache)
  if (parts === undefined) throw new NotACacheError(where, cache)
  const space = parts.engine.space(nestedName(parts.space.name, name), parts.space)
  space.surface = name
  return new SurfacePort(parts.engine, space)
}
