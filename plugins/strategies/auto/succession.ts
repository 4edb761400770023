import {
  type Slot,
  type Strategy,
  type StrategyContext,
  StrategyError,
  type StrategyFactory,
  widened,
} from '../../../src/domain/index.ts'

/** A slot's state byte: which of two strategies has it, that it holds an entry, and the owner's note in the rest. */
const SIDE = 0b0000_0001
const HELD = 0b0000_0010
const NOTE_SHIFT = 2

/** Entries handed over per insertion. */
const MOVES = 8

/**
 * One strategy in office, and a change of office without a pause. After a change the old one still has all entries.
 * Each insertion hands eight of them to the new one, in the order in which the old one would have evicted them, so that
 * the best come last and are the newest; a hit hands over the entry it hits. Victims are the old one's as long as it has
 * any, so after a ninth of a turnover it is gone. A slot is always of exactly one of the two. Which one is a bit that
 * changes its meaning with each change of office, so that nothing has to be rewritten.
 *
 * What the old one knew besides who is held (ghosts, counts) is lost. How much else is handed over per insertion, or in
 * which order, made no difference on ten real traces and twenty synthetic ones.
 *
 * One byte a slot, and both strategies' tables during a change. Beside it there is room for a note of six bits, so that
 * the owner needs no second byte.
 */
export class Succession {
  readonly #context: StrategyContext
  #slots: number
  #live: Strategy
  #old: Strategy | null = null
  #states: Uint8Array
  /** The side bit of the strategy in office. */
  #side = 0
  #held = 0
  #heldByOld = 0

  constructor(context: StrategyContext, first: StrategyFactory) {
    this.#context = context
    this.#slots = context.slots
    this.#states = new Uint8Array(context.slots)
    this.#live = this.#create(first)
  }

  /** Entries held by both. */
  get held(): number {
    return this.#held
  }

  /** Whether the old strategy still has entries; there can be no other change until it has none. */
  get handingOver(): boolean {
    return this.#old !== null
  }

  /** Puts another strategy in office. If it cannot be created nothing has changed, and its error is thrown. */
  appoint(factory: StrategyFactory): void {
    const next = this.#create(factory)
    if (this.#held > 0) this.#old = this.#live
    this.#live = next
    this.#heldByOld = this.#held
    this.#side ^= SIDE
  }

  grow(slots: number): void {
    this.#slots = slots
    this.#states = widened(this.#states, slots)
    this.#live.grow(slots)
    this.#old?.grow(slots)
  }

  insert(slot: Slot, print: number, weight: number, note: number): void {
    for (let moved = 0; moved < MOVES && this.#heldByOld > 0; moved++) this.#move(this.#victimOfOld())
    this.#states[slot] = this.#side | HELD | (note << NOTE_SHIFT)
    this.#held += 1
    this.#live.insert(slot, this.#live.fingerprints ? print : 0, weight)
  }

  /** Returns the note. */
  touch(slot: Slot): number {
    const state = this.#states[slot] as number
    if ((state & SIDE) !== this.#side) this.#move(slot)
    this.#live.touch(slot)
    return state >> NOTE_SHIFT
  }

  /** Returns the note. */
  renew(slot: Slot, weight: number): number {
    const state = this.#states[slot] as number
    if ((state & SIDE) !== this.#side) this.#move(slot)
    this.#live.renew(slot, weight)
    return state >> NOTE_SHIFT
  }

  retime(slot: Slot): void {
    const owner = ((this.#states[slot] as number) & SIDE) === this.#side ? this.#live : this.#old
    owner?.retime?.(slot)
  }

  remove(slot: Slot): void {
    if (((this.#states[slot] as number) & SIDE) === this.#side) this.#live.remove(slot)
    else this.#takeFromOld(slot)
    this.#states[slot] = 0
    this.#held -= 1
  }

  victim(): Slot {
    return this.#old === null ? this.#live.victim() : this.#old.victim()
  }

  holds(slot: Slot): boolean {
    return ((this.#states[slot] as number) & HELD) !== 0
  }

  note(slot: Slot): number {
    return (this.#states[slot] as number) >> NOTE_SHIFT
  }

  setNote(slot: Slot, note: number): void {
    this.#states[slot] = ((this.#states[slot] as number) & (SIDE | HELD)) | (note << NOTE_SHIFT)
  }

  #move(slot: Slot): void {
    this.#takeFromOld(slot)
    this.#states[slot] = (this.#states[slot] as number) ^ SIDE
    const print = this.#live.fingerprints ? this.#context.fingerprint(slot) : 0
    this.#live.insert(slot, print, this.#context.weight(slot))
  }

  #takeFromOld(slot: Slot): void {
    this.#old?.remove(slot)
    this.#heldByOld -= 1
    if (this.#heldByOld === 0) this.#old = null
  }

  #victimOfOld(): Slot {
    const slot = this.#old?.victim() ?? 0
    const state = this.#states[slot] ?? 0
    if ((state & HELD) !== 0 && (state & SIDE) !== this.#side) return slot
    throw new StrategyError(this.#old?.name ?? '', `it named slot ${slot} as victim, which it does not hold.`)
  }

  #create(factory: StrategyFactory): Strategy {
    const context = this.#context
    return factory.create({
      slots: this.#slots,
      maxEntries: context.maxEntries,
      deadline: (slot) => context.deadline(slot),
      fingerprint: (slot) => context.fingerprint(slot),
      weight: (slot) => context.weight(slot),
    })
  }
}
