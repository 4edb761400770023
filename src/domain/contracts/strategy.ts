/** An index into the store's columns. Slots start at 1; 0 means "none". */
export type Slot = number

/** What a strategy may ask the store. It never sees keys or values. */
export interface StrategyContext {
  /** Slots in use at the start; `grow` is called before a slot above it is used. */
  readonly slots: number
  /** The most entries the store keeps; while a victim is asked for it may hold one more. */
  readonly maxEntries: number
  /** When the entry in `slot` stops being fresh, in milliseconds of the store's clock; `Infinity` for never. */
  deadline(slot: Slot): number
  /**
   * The fingerprint of the key in `slot`, the one that `insert` was given; also while it is being removed. Costs a hash
   * of the key (some 50 ns), which spares a strategy 4 bytes a slot; not for a hit.
   */
  fingerprint(slot: Slot): number
  /** The weight of the entry in `slot`, in bytes. */
  weight(slot: Slot): number
}

/**
 * An eviction strategy: who leaves when a bound is exceeded.
 *
 * The store always places the newcomer first (it has one spare slot) and then asks for victims while it is over a
 * bound, so admission needs no method of its own: a strategy that does not admit returns the newcomer as victim.
 * Ghosts live inside the strategy, by fingerprint. `remove` must be exact: a slot is reused at once.
 *
 * @example see docs/guides/plugins.md
 */
export interface Strategy {
  readonly name: string
  /** True if `insert` needs a fingerprint of the key; costs one hash per insert, nothing on a hit. */
  readonly fingerprints: boolean
  /** Make room for slots below `slots`. */
  grow(slots: number): void
  /** A new entry. `fingerprint` has 31 bits, or is 0 where `fingerprints` is false. `weight` is in bytes. */
  insert(slot: Slot, fingerprint: number, weight: number): void
  /** A hit. */
  touch(slot: Slot): void
  /** The entry was written anew: it has another value, lifetime or weight. */
  renew(slot: Slot, weight: number): void
  /** Its deadline has moved, and nothing else: an `expire`, or a read that prolongs its life. No access by itself. */
  retime?(slot: Slot): void
  /** The entry left (deleted, expired, evicted). */
  remove(slot: Slot): void
  /** Who should leave next; 0 if nobody is held. The store then calls `remove` for it. */
  victim(): Slot
  /** What the strategy has seen so far, for people and tools: a plain record that nobody interprets. */
  report?(): object
}

/** How strategies are registered: by name, made once per generation. */
export interface StrategyFactory {
  readonly name: string
  create(context: StrategyContext): Strategy
}
