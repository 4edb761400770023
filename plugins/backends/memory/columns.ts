import { type EntryRecord, type Slot, type TagRecord, widened } from '../../../src/domain/index.ts'
import { ChunkedList } from './chunked-list.ts'
import { isPlain, type KeptExtras, RareColumns } from './rare-columns.ts'
import { HALF, Timeline } from './timeline.ts'

/** Slots at the start; doubled as needed, so a small cache stays small. */
const FIRST_SLOTS = 1_024

/** The largest distance from the base that an epoch in the `validAt` column may have. */
const MOST_EPOCHS = 0xffff_fffe

/** A weight that does not fit into two bytes. */
const HEAVY = 0xffff

/**
 * The entries as columns: one array per field, indexed by slot. One object per entry would cost twice the memory and
 * more than twice the time of a hit. What is read together lies side by side, in one cache line: the two numbers that
 * each hit compares. What a hit does not read, such as the key, lies elsewhere.
 *
 * Weights take two bytes; those above 65,534 lie in a Map, which is dear for an entry but little beside what such an
 * entry holds. Free slots are a list threaded through the epochs.
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
  readonly base: number
  created: Timeline
  /** The end of freshness, in the even cells of the marks; null while no entry ends. */
  fresh: Timeline | null = null
  /** What few entries have; null while none has. */
  rare: RareColumns | null = null
  /** The highest slot ever used; sweeping stops there. */
  highest: Slot = 0
  /** Counts the times that a column was replaced or an origin moved. */
  moves = 0
  #weights: Uint16Array = new Uint16Array(FIRST_SLOTS)
  readonly #heavy = new Map<Slot, number>()
  #free: Slot = 0
  #renumberAt: number
  readonly #now: () => number

  constructor(now: () => number, base = 0) {
    this.#now = now
    this.base = base
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

  spaceOf(slot: Slot): number {
    const spaces = this.rare === null ? null : this.rare.spaces
    return spaces === null ? 0 : (spaces[slot] as number)
  }

  depsOf(slot: Slot): readonly TagRecord[] | undefined {
    return this.rare === null ? undefined : this.rare.deps?.get(slot)
  }

  extrasOf(slot: Slot): KeptExtras | undefined {
    return this.rare === null ? undefined : this.rare.extras?.get(slot)
  }

  recordOf(slot: Slot): TagRecord | undefined {
    return this.rare === null ? undefined : this.rare.records?.get(slot)
  }

  setRecord(slot: Slot, record: TagRecord): void {
    this.rare ??= new RareColumns(this.slots)
    this.rare.setRecord(slot, record)
  }

  freshUntil(slot: Slot): number {
    const extras = this.extrasOf(slot)
    if (extras !== undefined) return extras.freshUntil
    return this.fresh === null ? Number.POSITIVE_INFINITY : this.fresh.get(slot)
  }

  /** When each entry leaves by itself; null while none does. One with extras may stay for longer: see `keepUntil`. */
  get deadlines(): Timeline | null {
    const keep = this.rare === null ? null : this.rare.keep
    return keep ?? this.fresh
  }

  keepUntil(slot: Slot): number {
    const keep = this.rare === null ? null : this.rare.keep
    return keep === null ? this.freshUntil(slot) : keep.get(slot)
  }

  /** Whether the entry will ever leave by itself. */
  ends(slot: Slot): boolean {
    const { deadlines } = this
    return deadlines?.ends(slot) === true
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
    if (this.rare !== null) this.rare.release(slot)
    this.created.drop(slot)
    if (this.fresh !== null) this.fresh.drop(slot)
    this.setEpoch(slot, this.#free)
    this.#free = slot
  }

  /** Twice the slots, or `most`. */
  grow(most: number): void {
    const slots = Math.min(most, this.slots * 2)
    this.keys.grow(slots)
    this.values.grow(slots)
    this.rare?.grow(slots)
    this.#weights = widened(this.#weights, slots)
    this.created.grow(slots)
    this.fresh?.grow(slots)
    this.marks = this.fresh?.ticks ?? widened(this.marks, slots)
    this.moves += 1
  }

  /** Whether an epoch can be written as a distance from the base. */
  reaches(epoch: number): boolean {
    return epoch >= this.base && epoch - this.base <= MOST_EPOCHS
  }

  write(slot: Slot, value: unknown, record: EntryRecord, space: number): void {
    const { weight, createdAt, freshUntil, extras } = record
    this.values.set(slot, value)
    if (weight < HEAVY && this.#heavy.size === 0) this.#weights[slot] = weight
    else this.#writeHeavy(slot, weight)
    if (createdAt >= this.#renumberAt) this.#renumber(createdAt)
    this.created.set(slot, Math.floor(createdAt))
    const closer = extras === undefined ? freshUntil : Math.min(extras.closerFrom, freshUntil)
    if (this.fresh !== null || closer !== Number.POSITIVE_INFINITY) this.#timed().set(slot, closer)
    this.setEpoch(slot, record.validAt - this.base)
    if (this.rare !== null || !isPlain(record, space)) this.#writeRare(slot, record, space)
  }

  /**
   * Fresh no longer, from `time` on; without a stale window of its own, the entry ends too. Rounded down: rounded up,
   * it would be fresh for up to another millisecond.
   */
  endFreshness(slot: Slot, time: number): void {
    const end = Math.floor(time)
    const extras = this.extrasOf(slot)
    this.#endKeeping(slot, end)
    if (extras !== undefined) extras.freshUntil = end
    this.#timed().set(slot, end)
  }

  /** Moves the end of freshness of an entry with extras, and that of its stale window as far. */
  prolong(slot: Slot, freshUntil: number): void {
    const extras = this.extrasOf(slot) as KeptExtras
    // From the exact time: what the column holds is rounded up, and would be so again with each read.
    this.rare?.keep?.set(slot, freshUntil + extras.window)
    extras.freshUntil = freshUntil
  }

  /** A stale window ends when it would have; one that was never to begin, begins at `end`. */
  #endKeeping(slot: Slot, end: number): void {
    const window = this.extrasOf(slot)?.window
    if (window !== undefined && window > 0 && this.freshUntil(slot) === Number.POSITIVE_INFINITY) {
      this.#kept(this.rare as RareColumns).set(slot, end + window)
      return
    }
    const keep = this.rare === null ? null : this.rare.keep
    if (keep === null) return
    const hasWindow = window === undefined ? keep.get(slot) !== this.freshUntil(slot) : window > 0
    if (!hasWindow) keep.set(slot, end)
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
    this.rare?.keep?.advance(now)
    this.#renumberAt = now + HALF / 2
    this.moves += 1
  }

  #writeRare(slot: Slot, record: EntryRecord, space: number): void {
    this.rare ??= new RareColumns(this.slots)
    const { rare } = this
    const { copies } = rare
    rare.write(slot, record, space)
    if (rare.keep !== null || record.keepUntil !== record.freshUntil) {
      this.#kept(rare).set(slot, record.keepUntil)
    }
    if (rare.copies !== copies) this.moves += 1
  }

  /** The ends of freshness. Made with the first: all entries until then are fresh for ever. */
  #timed(): Timeline {
    if (this.fresh !== null) return this.fresh
    const epochs = this.marks
    this.fresh = new Timeline(this.slots, this.#now(), true, 2)
    this.marks = this.fresh.ticks
    this.moves += 1
    for (let slot = 1; slot <= this.highest; slot++) {
      this.marks[2 * slot + 1] = epochs[slot] as number
      if (this.keyOf(slot) !== undefined) this.fresh.set(slot, Number.POSITIVE_INFINITY)
    }
    return this.fresh
  }

  /** The ends of stale windows. Made with the first. */
  #kept(rare: RareColumns): Timeline {
    rare.keep ??= this.#copyOfFresh()
    return rare.keep
  }

  #copyOfFresh(): Timeline {
    const timeline = new Timeline(this.slots, this.#now())
    for (let slot = 1; slot <= this.highest; slot++) {
      if (this.keyOf(slot) !== undefined) timeline.set(slot, this.freshUntil(slot))
    }
    return timeline
  }
}
