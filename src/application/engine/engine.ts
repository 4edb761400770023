import type {
  Clock,
  LocalBackend,
  PointName,
  RemovalCause,
  SignalName,
  Signals,
  Slot,
} from '../../domain/index.ts'
import { type CompiledSignals, HookRegistry, PublishedSignals } from '../hooks/index.ts'
import type { CopyKind, Intake } from '../values/index.ts'
import { Bulkhead } from './bulkhead.ts'
import { Counters } from './counters.ts'
import { Faults } from './faults.ts'
import type { Generation } from './generation.ts'
import { type KeySpace, keySpace } from './key-space.ts'
import { noteReads } from './notes.ts'
import { change, lastChange, order } from './order.ts'
import { removed } from './removed.ts'
import type { Scope } from './scope.ts'
import { SharedDeps } from './shared-deps.ts'
import { Sweeper } from './sweeper.ts'
import { TagTable } from './tag-table.ts'
import { Shutter } from './vouch.ts'

const CODEC: readonly PointName[] = ['encode', 'decode']

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
  readonly sharedDeps: SharedDeps = new SharedDeps()
  readonly bulkhead: Bulkhead
  readonly sweeper: Sweeper
  readonly shutter: Shutter
  /** Listeners added with `cache.on`; they outlive generations. */
  readonly listeners: HookRegistry = new HookRegistry()
  readonly root: KeySpace
  generation: Generation
  signals: CompiledSignals
  closed = false
  /** What aborts the loads under way, whether or not anybody can still join them. */
  readonly underWay: Set<AbortController> = new Set()
  readonly #spaces = new Map<string, KeySpace>()
  readonly #byId: KeySpace[] = []
  /** The point in the order of invalidations at which the form of what is kept changed last. */
  recodedAt = 0
  readonly #faults: Faults

  constructor(parts: EngineParts) {
    const { configuration } = parts.generation
    this.clock = parts.clock
    this.store = parts.store
    this.random = parts.random
    this.#faults = new Faults(parts.onError)
    this.generation = parts.generation
    this.tags = new TagTable(configuration.maxTags)
    this.bulkhead = new Bulkhead(configuration.loads)
    this.signals = this.#compileSignals()
    this.root = this.#openSpace('', undefined)
    this.sweeper = new Sweeper(this.clock, this.store, {
      alive: (slot) => this.isCurrent(slot),
      failed: (error) => this.distrust(error),
    })
    this.shutter = new Shutter(this.clock, this.store, (error) => {
      // Whoever has read through them has to hear of it first, and then of the fault.
      for (const { local } of this.#byId) local.shortcut?.abandon()
      this.distrust(error)
    })
    this.store.onRemoval = (space, key, slot, cause) => removed(this, space.name, key, slot, cause)
  }

  /** The generation that serves a call made now: the scope's own, or the current one. */
  generationFor(scope: Scope | undefined): Generation {
    return (scope?.ownedBy(this)?.generation as Generation | undefined) ?? this.generation
  }

  get spaces(): readonly KeySpace[] {
    return this.#byId
  }

  space(name: string, around: KeySpace): KeySpace {
    return this.#spaces.get(name) ?? this.#openSpace(name, around)
  }

  /**
   * Swaps the generation that new calls get. The store, tags and flights stay. Only if the codecs or the codec hooks
   * differ are the entries forgotten, because what one encoded the other cannot decode; calls that still belong to the old
   * generation then go without the store.
   */
  swap(next: Generation): Generation {
    const previous = this.generation
    if (!next.registry.agreesWith(previous.registry, CODEC) || !next.codecs.areThose(previous.codecs)) {
      previous.setAside()
      this.recodedAt = change(this.root.lineage)
      this.sweeper.invalidated()
    }
    this.generation = next
    this.tags.bound = next.configuration.maxTags
    this.bulkhead.resize(next.configuration.loads)
    this.recompileSignals()
    this.signals.reloaded?.({ generation: next.id, correlation: 0 })
    return previous
  }

  /** Ends every load under way; those who wait get `reason`. */
  abortFlights(reason: unknown): void {
    for (const controller of this.underWay) controller.abort(reason)
  }

  /** Calls `listener` at each signal of this name, whatever generation sends it; returns what ends that. */
  listen<S extends SignalName>(signal: S, listener: (event: Signals[S]) => void): () => void {
    const off = this.listeners.on(signal, 'cache.on', listener)
    this.recompileSignals()
    return () => {
      off()
      this.recompileSignals()
    }
  }

  recompileSignals(): void {
    this.shutter.shut()
    this.signals = this.#compileSignals()
  }

  /**
   * Has nothing that the entry depends on changed since it was last known to be good? One comparison when nothing at
   * all was invalidated since; else O(deps), once, and the answer is remembered.
   */
  isCurrent(slot: Slot): boolean {
    const { store } = this
    try {
      const validAt = store.validAt(slot)
      if (validAt === order.epoch) return true
      const space = this.#byId[store.spaceOf(slot).id] as KeySpace
      if (lastChange(space.lineage) > validAt) return false
      const deps = store.deps(slot)
      if (deps !== undefined && lastChange(deps) > validAt) return false
      store.verify(slot, order.epoch)
      return true
    } catch (error) {
      this.distrust(error)
      return false
    }
  }

  /** The slot of an entry that may be served, fresh or stale; 0 for none. A dead entry found on the way is removed. */
  find(space: KeySpace, key: string): Slot {
    const slot = space.local.index.get(key)
    if (slot === undefined) return 0
    const current = this.isCurrent(slot)
    try {
      if (current && this.store.keepUntil(slot) > this.clock.now()) return slot
    } catch (error) {
      this.distrust(error)
    }
    this.discard(slot, current ? 'expired' : 'invalidated')
    return 0
  }

  /** Fresh, and nothing that it depends on has changed. */
  isLive(slot: Slot): boolean {
    try {
      const { store } = this
      if (store.freshUntil(slot) <= this.clock.now()) return false
      return store.validAt(slot) === order.epoch || this.isCurrent(slot)
    } catch (error) {
      this.distrust(error)
      return false
    }
  }

  isFresh(slot: Slot): boolean {
    try {
      return this.store.freshUntil(slot) > this.clock.now()
    } catch (error) {
      this.distrust(error)
      return false
    }
  }

  /** Now; with it, or with the store's failure, the entry is fresh no more. */
  endFreshness(slot: Slot): void {
    try {
      this.store.expire(slot, this.clock.now())
    } catch (error) {
      this.distrust(error)
    }
  }

  /** Removes an entry, which after it is not served in any case. */
  discard(slot: Slot, cause: RemovalCause): void {
    try {
      this.store.remove(slot, cause)
    } catch (error) {
      this.distrust(error)
    }
  }

  /** What an entry holds and how it is copied; undefined if the store has failed. */
  kept(slot: Slot): Intake | undefined {
    try {
      return { value: this.store.value(slot), copy: this.store.copyKind(slot) as CopyKind }
    } catch (error) {
      this.distrust(error)
      return undefined
    }
  }

  /** A read of a fresh entry that did not take the short way. */
  use(slot: Slot): void {
    const { store } = this
    try {
      store.touch(slot)
      const extras = store.extras(slot)
      if (extras === undefined || extras.sliding === Number.POSITIVE_INFINITY) return
      const freshUntil = Math.min(this.clock.now() + extras.sliding, extras.freshAtMost)
      if (freshUntil > store.freshUntil(slot)) store.prolong(slot, freshUntil)
    } catch (error) {
      this.distrust(error)
    }
  }

  /** Counts, reports and contains a fault; `from` is the signal whose listener it comes from. Never throws. */
  report(error: unknown, from?: SignalName): void {
    this.#faults.report(this, error, from)
  }

  /** Forgets everything, because the store has thrown. Never throws. */
  distrust(error: unknown): void {
    this.#faults.distrust(this, error)
  }

  #openSpace(name: string, around: KeySpace | undefined): KeySpace {
    const local = this.store.space(name)
    const space = keySpace(name, local, around)
    if (local.shortcut !== undefined)
      local.shortcut.tell = (scope, ...read) => noteReads(this, scope as Scope, space, ...read)
    this.#spaces.set(name, space)
    this.#byId[local.id] = space
    return space
  }

  #compileSignals(): CompiledSignals {
    const { registry, configuration } = this.generation
    const compiled = registry.compileSignals((error, from) => this.report(error, from), this.listeners)
    return new PublishedSignals(configuration.name, compiled)
  }
}
