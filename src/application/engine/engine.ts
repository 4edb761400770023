import {
  type Clock,
  HithertoError,
  type LocalBackend,
  type RemovalCause,
  type Slot,
} from '../../domain/index.ts'
import { type CompiledSignals, HookRegistry } from '../hooks/index.ts'
import { Bulkhead } from './bulkhead.ts'
import { Counters } from './counters.ts'
import type { Generation } from './generation.ts'
import { type KeySpace, keySpace } from './key-space.ts'
import { order } from './order.ts'
import { currentScope, type Scope } from './scope.ts'
import { Sweeper } from './sweeper.ts'
import { TagTable } from './tag-table.ts'

/** What an engine is built on. */
export interface EngineParts {
  readonly clock: Clock
  readonly store: LocalBackend
  readonly generation: Generation
  readonly random: () => number
  readonly onError: (error: unknown) => void
}

/** What all namespaces of one cache share, and what survives a change of generation. */
export class Engine {
  readonly clock: Clock
  readonly store: LocalBackend
  readonly random: () => number
  readonly counters: Counters = new Counters()
  readonly tags: TagTable
  readonly bulkhead: Bulkhead
  readonly sweeper: Sweeper
  /** Listeners added with `cache.on`; they outlive generations. */
  readonly listeners: HookRegistry = new HookRegistry()
  readonly root: KeySpace
  generation: Generation
  signals: CompiledSignals
  closed = false
  readonly #spaces = new Map<string, KeySpace>()
  readonly #byId: KeySpace[] = []
  readonly #onError: (error: unknown) => void
  #reporting = false

  constructor(parts: EngineParts) {
    const { configuration } = parts.generation
    this.clock = parts.clock
    this.store = parts.store
    this.random = parts.random
    this.#onError = parts.onError
    this.generation = parts.generation
    this.tags = new TagTable(configuration.maxTags)
    this.bulkhead = new Bulkhead(configuration.loads)
    this.signals = this.#compileSignals()
    this.root = this.#openSpace('', undefined)
    this.sweeper = new Sweeper(this.clock, this.store, (slot) => this.isCurrent(slot))
    this.store.onRemoval = (space, key, slot, cause) => this.#removed(space.name, key, slot, cause)
  }

  /** The generation that serves a call made now: the scope's own, or the current one. */
  generationFor(scope: Scope | undefined): Generation {
    return (scope?.ownedBy(this)?.generation as Generation | undefined) ?? this.generation
  }

  space(name: string, around: KeySpace): KeySpace {
    return this.#spaces.get(name) ?? this.#openSpace(name, around)
  }

  /** Swaps the generation that new calls get. The store, tags and flights stay. */
  swap(next: Generation): Generation {
    const previous = this.generation
    this.generation = next
    this.tags.bound = next.configuration.maxTags
    this.bulkhead.resize(next.configuration.loads)
    this.recompileSignals()
    this.signals.reloaded?.({ generation: next.id, correlation: 0 })
    return previous
  }

  /** Ends every load under way; those who wait get `reason`. */
  abortFlights(reason: unknown): void {
    for (const space of this.#spaces.values()) {
      for (const flight of space.flights.values()) {
        flight.fence(order.epoch)
        flight.controller.abort(reason)
      }
    }
  }

  recompileSignals(): void {
    this.signals = this.#compileSignals()
  }

  /**
   * Has nothing that the entry depends on changed since it was last known to be good? One comparison when nothing at
   * all was invalidated since; else O(deps), once, and the answer is remembered.
   */
  isCurrent(slot: Slot): boolean {
    const { store } = this
    const validAt = store.validAt(slot)
    if (validAt === order.epoch) return true
    const space = this.#byId[store.spaceOf(slot).id] as KeySpace
    for (const record of space.lineage) if (record.changed > validAt) return false
    const deps = store.deps(slot)
    if (deps !== undefined) for (const record of deps) if (record.changed > validAt) return false
    store.verify(slot, order.epoch)
    return true
  }

  /** The slot of an entry that may be served, fresh or stale; 0 for none. A dead entry found on the way is removed. */
  find(space: KeySpace, key: string): Slot {
    const slot = space.local.index.get(key)
    if (slot === undefined) return 0
    if (!this.isCurrent(slot)) {
      this.store.remove(slot, 'invalidated')
      return 0
    }
    if (this.store.keepUntil(slot) > this.clock.now()) return slot
    this.store.remove(slot, 'expired')
    return 0
  }

  isFresh(slot: Slot): boolean {
    return this.store.freshUntil(slot) > this.clock.now()
  }

  /** Tells the scope of the caller what an answer from the cache was made from. */
  noteRead(scope: Scope, space: KeySpace, key: string, slot: Slot): void {
    scope.add(this.tags.at(space.keys, key))
    for (const record of space.lineage) scope.add(record)
    const deps = this.store.deps(slot)
    if (deps !== undefined) scope.addAll(deps)
    scope.limit(this.store.freshUntil(slot))
  }

  /** Counts, reports and contains a fault. Never throws. */
  report(error: unknown): void {
    this.counters.errors += 1
    if (error instanceof HithertoError && error.code === 'HITHERTO_HOOK_FAILED') this.counters.hookErrors += 1
    // A listener of the error signal that fails is reported too, but must not be told of its own failure.
    if (this.#reporting) return
    this.#reporting = true
    try {
      this.#onError(error)
    } catch {
      // The last resort has failed: there is nobody left to tell.
    } finally {
      this.signals.error?.({ error, correlation: currentScope()?.correlation ?? 0 })
      this.#reporting = false
    }
  }

  #openSpace(name: string, around: KeySpace | undefined): KeySpace {
    const local = this.store.space(name)
    const space = keySpace(name, local, around)
    this.#spaces.set(name, space)
    this.#byId[local.id] = space
    return space
  }

  #compileSignals(): CompiledSignals {
    return this.generation.registry.compileSignals((error) => this.report(error), this.listeners)
  }

  #removed(namespace: string, key: string, slot: Slot, cause: RemovalCause): void {
    const { counters, signals } = this
    if (cause === 'evicted') {
      const fresh = this.isFresh(slot) && this.isCurrent(slot)
      counters.evicted += 1
      if (fresh) counters.evictedFresh += 1
      signals.evicted?.({ namespace, key, fresh, size: this.store.weight(slot), correlation: correlation() })
    } else if (cause === 'expired') {
      counters.expired += 1
      signals.expired?.({ namespace, key, correlation: correlation() })
    } else if (cause === 'invalidated') {
      counters.invalidated += 1
    }
  }
}

function correlation(): number {
  return currentScope()?.correlation ?? 0
}
