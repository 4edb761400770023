import type { Shortcut } from '../shortcut.ts'
import type { Slot, StrategyFactory } from './strategy.ts'
import type { TagRecord } from './tag-record.ts'

/** From key to slot. A Map is one; a backend for many keys may split them over several. */
export interface KeyIndex {
  readonly size: number
  /** The Map that holds all keys, as long as it is one: a hit asks it directly, which is a tenth faster. */
  readonly whole?: ReadonlyMap<string, Slot> | undefined
  get(key: string): Slot | undefined
  has(key: string): boolean
}

/** One key space of a local backend: the root cache or a namespace. The engine reads `index` directly on a hit. */
export interface LocalSpace {
  readonly id: number
  readonly name: string
  readonly index: KeyIndex
  /** The short way of a hit, where the backend has one. */
  readonly shortcut?: Shortcut
}

/** The bounds of a local backend. Bytes are estimates of what an entry keeps alive, key and overhead included. */
export interface LocalBounds {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly maxEntrySize: number
}

/** What few entries have, in one object each. The engine's affair; a backend keeps it and reads `closerFrom`. */
export interface EntryExtras {
  /** A hit has to look closer once the clock has reached it, before the end of freshness. */
  readonly closerFrom: number
  /** How long the load took, milliseconds. */
  readonly loadTime: number
  /** How long the entry stays fresh after it was read; `Infinity` where reads make no difference. */
  readonly sliding: number
  /** The end of freshness beyond which no read prolongs it. */
  readonly freshAtMost: number
  readonly validators: unknown
  /** Of an entry that is fresh for ever, whose times do not tell it: how long it is kept once it is expired. Default 0. */
  readonly window?: number | undefined
}

/** What is stored with a value. Times are milliseconds of the injected clock. */
export interface EntryRecord {
  /** The epoch of the lease: the point in the order of invalidations at which the value was known to be good. */
  readonly validAt: number
  readonly createdAt: number
  /** Fresh while the clock is below it; `Infinity` for ever. */
  readonly freshUntil: number
  /** May be served as stale while the clock is below it; equal to `freshUntil` where no stale window was asked for. */
  readonly keepUntil: number
  readonly weight: number
  /** How readers get their own copy: the engine's affair, kept in one byte. 0: they share the value. */
  readonly copy: number
  /** What the entry depends on beyond its own space; undefined for nothing. */
  readonly deps: readonly TagRecord[] | undefined
  readonly extras?: EntryExtras | undefined
}

/** Why an entry left. `evicted` ones were pushed out by a bound; `expired` and `invalidated` ones were dead. */
export type RemovalCause = 'deleted' | 'replaced' | 'evicted' | 'expired' | 'invalidated' | 'cleared'

/**
 * Told about each entry that leaves. Its slot can still be read, but the entry is not found any more, so a listener
 * may call back into the store.
 */
export type RemovalListener = (space: LocalSpace, key: string, slot: Slot, cause: RemovalCause) => void

/**
 * The repository of entries in this process (L1): synchronous and slot-addressed, so that a hit costs one Map
 * lookup and a few reads by index. Shared (asynchronous) backends have a contract of their own.
 */
export interface LocalBackend {
  readonly name: string
  /** Entries held, dead ones that were not swept yet included. */
  readonly entries: number
  readonly bytes: number
  /** The highest slot in use: how far a whole sweep has to go. */
  readonly reach: number
  /** Entries that can expire: while there is one, sweeping is worth a timer. */
  readonly timed: number

  /** The key space of that name, made on first use. */
  space(name: string): LocalSpace
  /**
   * The whole read of a hit: fresh at `now`, verified at `epoch`, touched. Returns how readers get their copy
   * (`EntryRecord.copy`), or -1, which means "look closer", not "miss".
   */
  hit(slot: Slot, now: number, epoch: number): number
  /**
   * After a hit that shares its value: opens the shortcut of the space, and vouches for the entry. It is called again
   * where it makes no difference, and must check for itself that the entry is fresh at `now` and good at `epoch`.
   */
  vouch?(space: LocalSpace, slot: Slot, now: number, epoch: number): void
  /** Shuts all shortcuts, with `Shortcut.settle`. Every other command that changes anything does it too, first of all. */
  shut?(): void
  /** Settles what was read through shortcuts and leaves them open, where that can be done. */
  settle?(): void
  touch(slot: Slot): void
  /** The value in a slot. Read only after `hit` or `find` said the slot is good. */
  value(slot: Slot): unknown
  /** The epoch at which the entry was last known to be good. */
  validAt(slot: Slot): number
  /** The entry's deps did not change up to `epoch`. */
  verify(slot: Slot, epoch: number): void
  copyKind(slot: Slot): number
  createdAt(slot: Slot): number
  freshUntil(slot: Slot): number
  keepUntil(slot: Slot): number
  weight(slot: Slot): number
  deps(slot: Slot): readonly TagRecord[] | undefined
  extras(slot: Slot): EntryExtras | undefined
  /** Moves the end of freshness of an entry with extras, and that of its stale window as far. */
  prolong(slot: Slot, freshUntil: number): void
  /** The record of the entry's own key, if the engine left it here; it goes with the entry. */
  keyRecord(slot: Slot): TagRecord | undefined
  setKeyRecord(slot: Slot, record: TagRecord): void
  keyOf(slot: Slot): string
  spaceOf(slot: Slot): LocalSpace

  /**
   * Stores or replaces an entry and evicts until the bounds hold.
   * Returns its slot, or 0 if it was not kept (heavier than `maxEntrySize`, or not admitted); an older entry of
   * the same key has then left.
   */
  put(space: LocalSpace, key: string, value: unknown, record: EntryRecord): Slot
  remove(slot: Slot, cause: RemovalCause): void
  /** Ends the freshness of an entry now; it stays while its stale window lasts, and not at all without one. */
  expire(slot: Slot, now: number): void
  /** Looks at up to `budget` slots from where the last call stopped; returns how many entries it removed. */
  sweep(budget: number, now: number, alive: (slot: Slot) => boolean): number
  /** Removes everything at once. */
  clear(): void
  /** New bounds or another strategy, entries carried over. */
  reshape(bounds: LocalBounds, strategy: StrategyFactory): void
  /** Who decides on evictions now, and what it has to say about that. */
  strategy(): { readonly name: string; readonly report: object | undefined }
  /** The one listener for entries that leave; null for none. */
  onRemoval: RemovalListener | null
}
