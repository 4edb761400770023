import type { EntryExtras, EntryRecord, Slot, TagRecord } from '../../../src/domain/index.ts'
import { ChunkedList } from './chunked-list.ts'
import { HALF, Timeline } from './timeline.ts'

/** Slots at the start; doubled as needed, so a small cache stays small. */
const FIRST_SLOTS = 1_024

/** The largest distance from the base that an epoch in the `validAt` column may have. */
const MOST_EPOCHS = 0xffff_fffe

/** Extras with what the columns would hold otherwise, and for how long the entry is kept after it. */
type KeptExtras = EntryExtras & { freshUntil: number; readonly window: number }

/** A weight that does not fit into two bytes. */
const HEAVY = 0xffff

/**
 * The entries as columns: one array per field, indexed by slot. One object per entry would cost twice the memory and
 * more than twice the time of a hit. What is read together lies side by side, in one cache line: the two numbers that
 * each hit compares. What a hit does not read, such as the key, lies elsewhere.
 *
 * Columns that many caches never need (lifetimes, stale windows, deps, copy marks, namespaces, key records) are
 * allocated when the first entry needs them. Weights take two bytes; those above 65,534 lie in a Map, which is dear for
 * an entry but little beside what such an entry holds. Free slots are a list threaded through the epochs.
 */
export class Columns {
  readonly keys: ChunkedList<string | undefined> = new ChunkedList(FIRST_SLOTS)
  readonly values: ChunkedList<unknown> = new ChunkedList(FIRST_SLOTS)
  /**
   * The epoch at which the entry of slot s was last known to be good: at s, or at 2s + 1 once an entry can expire, with
   * the end of its freshness at 2s.
   */
  marks: Uint32Array = new Uint32Array(FIRST_SLOTS)
  /** What the epochs count from, so that 4 bytes reach for 4 billion invalidations. */
  base = 0
  created: Timeline
  /** The end of freshness, in the even cells of the marks; null while no entry ends. */
  fresh: Timeline | null = null
  /** The end of the stale window, where any entry has one. */
  keep: Timeline | null = null
  deps: ChunkedList<readonly TagRecord[] | undefined> | null = null
  /** What few entries have. Their end of freshness is here; in the marks is the point from which a hit looks closer. */
  extras: ChunkedList<KeptExtras | undefined> | null = null
  copies: Uint8Array | null = null
  spaces: Uint32Array | null = null
  /** The record of the entry's own key, once a scope has read it. */
  records: ChunkedList<TagRecord | undefined> | null = null
  /** The highest slot ever used; sweeping stops there. */
  highest: Slot = 0
  #weights: Uint16Array = new Uint16Array(FIRST_SLOTS)
  readonly #heavy = new Map<Slot, number>()
  #free: Slot = 0
  #renumberAt: number
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.created = new Timeline(FIRST_SLOTS, now(), false)
    this.#renumberAt = now() + HALF / 2
  }

  get slots(): number {
    return this.#weights.length
  }

  /** 1 if each slot has two marks, else 0: the epoch of slot s is mark `(s << lanes) + lanes`. */
  get lanes(): number {
    return this.fresh === null ? 0 : 1
  }

  /** The key in a slot; undefined for a free one. */
  keyOf(slot: Slot): string | undefined {
    return this.keys.get(slot)
  }

  weightOf(slot: Slot): number {
    const weight = this.#weights[slot] as number
    return weight === HEAVY ? (this.#heavy.get(slot) as number) : weight
  }

  extrasOf(slot: Slot): KeptExtras | undefined {
    return this.extras === null ? undefined : this.extras.get(slot)
  }

  freshUntil(slot: Slot): number {
    const extras = this.extrasOf(slot)
    if (extras !== undefined) return extras.freshUntil
    return this.fresh === null ? Number.POSITIVE_INFINITY : this.fresh.get(slot)
  }

  keepUntil(slot: Slot): number {
    return this.keep === null ? this.freshUntil(slot) : this.keep.get(slot)
  }

  /** Whether the entry will ever leave by itself. */
  ends(slot: Slot): boolean {
    const timeline = this.keep ?? this.fresh
    return timeline?.ends(slot) === true
  }

  /** The epoch of a slot, relative to `base`. */
  epochOf(slot: Slot): number {
    return this.marks[(slot << this.lanes) + this.lanes] as number
  }

  setEpoch(slot: Slot, epoch: number): void {
    this.marks[(slot << this.lanes) + this.lanes] = epoch
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
    this.keys.set(slot, undefined)
    this.values.set(slot, undefined)
    if (this.#heavy.size !== 0) this.#heavy.delete(slot)
    this.deps?.set(slot, undefined)
    this.records?.set(slot, undefined)
    this.extras?.set(slot, undefined)
    this.created.drop(slot)
    this.fresh?.drop(slot)
    this.keep?.drop(slot)
    this.setEpoch(slot, this.#free)
    this.#free = slot
  }

  /** Twice the slots, or `most`. */
  grow(most: number): void {
    const slots = Math.min(most, this.slots * 2)
    this.keys.grow(slots)
    this.values.grow(slots)
    this.deps?.grow(slots)
    this.records?.grow(slots)
    this.extras?.grow(slots)
    this.#weights = copyInto(new Uint16Array(slots), this.#weights)
    if (this.spaces !== null) this.spaces = copyInto(new Uint32Array(slots), this.spaces)
    if (this.copies !== null) this.copies = copyInto(new Uint8Array(slots), this.copies)
    this.created.grow(slots)
    this.keep?.grow(slots)
    this.fresh?.grow(slots)
    this.marks = this.fresh?.ticks ?? copyInto(new Uint32Array(slots), this.marks)
  }

  /** Whether an epoch can be written as a distance from the base. */
  reaches(epoch: number): boolean {
    return epoch >= this.base && epoch - this.base <= MOST_EPOCHS
  }

  write(slot: Slot, value: unknown, record: EntryRecord, space: number): void {
    this.values.set(slot, value)
    const { weight, createdAt, freshUntil, keepUntil, extras } = record
    if (weight < HEAVY && this.#heavy.size === 0) this.#weights[slot] = weight
    else this.#writeHeavy(slot, weight)
    if (createdAt >= this.#renumberAt) this.#renumber(createdAt)
    this.created.set(slot, Math.floor(createdAt))
    if (this.extras !== null || extras !== undefined) this.#writeExtras(slot, record)
    const closer = extras === undefined ? freshUntil : Math.min(extras.closerFrom, freshUntil)
    if (this.fresh !== null || closer !== Number.POSITIVE_INFINITY) this.#timed().set(slot, closer)
    if (this.keep !== null || keepUntil !== freshUntil) {
      this.keep ??= this.#copyOfFresh()
      this.keep.set(slot, keepUntil)
    }
    this.setEpoch(slot, record.validAt - this.base)
    this.#writeRare(slot, record, space)
  }

  /**
   * Fresh no longer, from `time` on; without a stale window of its own, the entry ends too. Rounded down: rounded up,
   * it would be fresh for up to another millisecond.
   */
  endFreshness(slot: Slot, time: number): void {
    const end = Math.floor(time)
    const extras = this.extrasOf(slot)
    if (this.keep !== null && !this.#hasWindow(slot, this.keep)) this.keep.set(slot, end)
    if (extras !== undefined) extras.freshUntil = end
    this.#timed().set(slot, end)
  }

  /** Moves the end of freshness of an entry with extras, and that of its stale window as far. */
  prolong(slot: Slot, freshUntil: number): void {
    const extras = this.extrasOf(slot) as KeptExtras
    // From the exact time: what the column holds is rounded up, and would be so again with each read.
    if (this.keep !== null) this.keep.set(slot, freshUntil + extras.window)
    extras.freshUntil = freshUntil
  }

  #hasWindow(slot: Slot, keep: Timeline): boolean {
    const extras = this.extrasOf(slot)
    return extras === undefined ? keep.get(slot) !== this.freshUntil(slot) : extras.window > 0
  }

  #writeExtras(slot: Slot, { extras, freshUntil, keepUntil }: EntryRecord): void {
    this.extras ??= new ChunkedList(this.slots)
    const window = keepUntil === freshUntil ? 0 : keepUntil - freshUntil
    this.extras.set(slot, extras === undefined ? undefined : keptExtras(extras, freshUntil, window))
  }

  #writeHeavy(slot: Slot, weight: number): void {
    this.#heavy.delete(slot)
    if (weight >= HEAVY) this.#heavy.set(slot, weight)
    this.#weights[slot] = Math.min(weight, HEAVY)
  }

  /** Moves what the times count from, before the clock leaves their reach. */
  #renumber(now: number): void {
    this.created.advance(now)
    this.fresh?.advance(now)
    this.keep?.advance(now)
    this.#renumberAt = now + HALF / 2
  }

  #writeRare(slot: Slot, record: EntryRecord, space: number): void {
    if (this.deps !== null || record.deps !== undefined) {
      this.deps ??= new ChunkedList(this.slots)
      this.deps.set(slot, record.deps)
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

  /** The ends of freshness. Made with the first: all entries until then are fresh for ever. */
  #timed(): Timeline {
    if (this.fresh !== null) return this.fresh
    const epochs = this.marks
    this.fresh = new Timeline(this.slots, this.#now(), true, 2)
    this.marks = this.fresh.ticks
    for (let slot = 1; slot <= this.highest; slot++) {
      this.marks[2 * slot + 1] = epochs[slot] as number
      if (this.keyOf(slot) !== undefined) this.fresh.set(slot, Number.POSITIVE_INFINITY)
    }
    return this.fresh
  }

  #copyOfFresh(): Timeline {
    const timeline = new Timeline(this.slots, this.#now())
    for (let slot = 1; slot <= this.highest; slot++) {
      if (this.keyOf(slot) !== undefined) timeline.set(slot, this.freshUntil(slot))
    }
    return timeline
  }
}

/** Field by field: V8 spreads an object with fractional numbers in it through a slow path. */
function keptExtras(extras: EntryExtras, freshUntil: number, window: number): KeptExtras {
  const { closerFrom, loadTime, sliding, freshAtMost, validators } = extras
  return { closerFrom, loadTime, sliding, freshAtMost, validators, freshUntil, window }
}

function copyInto<C extends Uint8Array | Uint16Array | Uint32Array>(wider: C, column: C): C {
  wider.set(column)
  return wider
}
