import type { EntryRecord, Slot, TagRecord } from '../../../src/domain/index.ts'
import { Timeline } from './timeline.ts'

/** Slots at the start; doubled as needed, so a small cache stays small. */
const FIRST_SLOTS = 1_024

/** The largest distance from the base that an epoch in the `validAt` column may have. */
const MOST_EPOCHS = 0xffff_fffe

/**
 * The entries as columns: one array per field, indexed by slot. One object per entry would cost twice the memory and
 * more than twice the time of a hit. The two numbers that each hit compares lie side by side, in one cache line.
 * Columns that many caches never need (stale windows, deps, copy marks, namespaces, key records) are allocated when the
 * first entry needs them. Free slots are a list threaded through the epochs.
 */
export class Columns {
  keys: (string | undefined)[] = new Array(FIRST_SLOTS)
  values: unknown[] = new Array(FIRST_SLOTS)
  weights: Uint32Array = new Uint32Array(FIRST_SLOTS)
  /** What the epochs count from, so that 4 bytes reach for 4 billion invalidations. */
  base = 0
  created: Timeline
  /** The end of freshness, and in its second lane the epoch at which the entry was last known to be good. */
  fresh: Timeline
  keep: Timeline | null = null
  deps: (readonly TagRecord[] | undefined)[] | null = null
  copies: Uint8Array | null = null
  spaces: Uint32Array | null = null
  /** The record of the entry's own key, once a scope has read it. */
  records: (TagRecord | undefined)[] | null = null
  /** The highest slot ever used; sweeping stops there. */
  highest: Slot = 0
  #free: Slot = 0
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.created = new Timeline(FIRST_SLOTS, now(), false)
    this.fresh = new Timeline(FIRST_SLOTS, now(), true, 2)
  }

  get slots(): number {
    return this.weights.length
  }

  /** The epoch of a slot, relative to `base`. */
  epochOf(slot: Slot): number {
    return this.fresh.ticks[2 * slot + 1] as number
  }

  setEpoch(slot: Slot, epoch: number): void {
    this.fresh.ticks[2 * slot + 1] = epoch
  }

  /** A free slot, or 0 if the columns must grow first. */
  take(): Slot {
    if (this.#free !== 0) {
      const slot = this.#free
      this.#free = this.epochOf(slot)
      return slot
    }
    if (this.highest + 1 >= this.slots) return 0
    this.highest += 1
    return this.highest
  }

  release(slot: Slot): void {
    this.keys[slot] = undefined
    this.values[slot] = undefined
    if (this.deps !== null) this.deps[slot] = undefined
    if (this.records !== null) this.records[slot] = undefined
    this.created.drop(slot)
    this.fresh.drop(slot)
    this.keep?.drop(slot)
    this.setEpoch(slot, this.#free)
    this.#free = slot
  }

  /** Twice the slots, or `most`. */
  grow(most: number): void {
    const slots = Math.min(most, this.slots * 2)
    this.keys = grownList(this.keys, slots)
    this.values = grownList(this.values, slots)
    if (this.deps !== null) this.deps = grownList(this.deps, slots)
    if (this.records !== null) this.records = grownList(this.records, slots)
    this.weights = grownNumbers(this.weights, slots)
    if (this.spaces !== null) this.spaces = grownNumbers(this.spaces, slots)
    if (this.copies !== null) {
      const copies = new Uint8Array(slots)
      copies.set(this.copies)
      this.copies = copies
    }
    this.created.grow(slots)
    this.fresh.grow(slots)
    this.keep?.grow(slots)
  }

  /** Whether an epoch can be written as a distance from the base. */
  reaches(epoch: number): boolean {
    return epoch >= this.base && epoch - this.base <= MOST_EPOCHS
  }

  write(slot: Slot, value: unknown, record: EntryRecord, space: number): void {
    this.values[slot] = value
    this.weights[slot] = record.weight
    this.setEpoch(slot, record.validAt - this.base)
    this.#writeTimes(slot, record)
    this.#writeRare(slot, record, space)
  }

  /**
   * Fresh no longer, from `time` on; without a stale window of its own, the entry ends too. Rounded down: rounded up,
   * it would be fresh for up to another millisecond.
   */
  endFreshness(slot: Slot, time: number): void {
    if (this.keep?.get(slot) === this.fresh.get(slot)) this.keep.set(slot, Math.floor(time))
    this.fresh.set(slot, Math.floor(time))
  }

  #writeTimes(slot: Slot, { createdAt, freshUntil, keepUntil }: EntryRecord): void {
    this.created.advance(createdAt)
    this.created.set(slot, Math.floor(createdAt))
    this.fresh.advance(createdAt)
    this.fresh.set(slot, freshUntil)
    if (this.keep !== null || keepUntil !== freshUntil) {
      this.keep ??= this.#copyOfFresh()
      this.keep.advance(createdAt)
      this.keep.set(slot, keepUntil)
    }
  }

  #writeRare(slot: Slot, record: EntryRecord, space: number): void {
    if (this.deps !== null || record.deps !== undefined) {
      this.deps ??= new Array(this.slots)
      this.deps[slot] = record.deps
    }
    if (this.copies !== null || record.copy !== 0) {
      this.copies ??= new Uint8Array(this.slots)
      this.copies[slot] = record.copy
    }
    if (this.spaces !== null || space !== 0) {
      this.spaces ??= new Uint32Array(this.slots)
      this.spaces[slot] = space
    }
  }

  #copyOfFresh(): Timeline {
    const timeline = new Timeline(this.slots, this.#now())
    for (let slot = 1; slot <= this.highest; slot++) {
      if (this.keys[slot] !== undefined) timeline.set(slot, this.fresh.get(slot))
    }
    return timeline
  }
}

/** A longer list, exactly as long as asked: growing by `push` leaves up to half of the memory unused. */
function grownList<T>(list: readonly T[], slots: number): T[] {
  const longer = new Array<T>(slots)
  for (let i = 0; i < list.length; i++) longer[i] = list[i] as T
  return longer
}

function grownNumbers(column: Uint32Array, slots: number): Uint32Array {
  const wider = new Uint32Array(slots)
  wider.set(column)
  return wider
}
