import {
  FrequencySketch,
  type Slot,
  SlotLists,
  type StrategyContext,
  widened,
} from '../../../src/domain/index.ts'

const WINDOW = 0
const PROBATION = 1
const PROTECTED = 2

/** A slot's state byte: its count, its segment, whether its key is in the sample, and whether it was hit in main. */
const COUNT = 0b0000_1111
const SEGMENT = 0b0011_0000
const SEGMENT_SHIFT = 4
const SAMPLED = 0b0100_0000
const TOUCHED = 0b1000_0000

/** Of the main part; the rest is on probation. */
const PROTECTED_SHARE = 0.8
/** Counts are halved after this many counted accesses per entry. */
const PERIOD = 10
/** A candidate seen this often may win against the odds, once in 128 times: nobody can lock others out for good. */
const WARM = 6
/** Entries moved out of a window that became too large, per insertion. */
const MOST_MOVES = 8
/** Entries whose place in the sample is settled anew after it has changed, per insertion. */
const MOST_MARKED = 16
/** Entries spared for having been hit, per eviction; a bound on the work, hardly ever met. */
const MOST_SPARED = 64

/** Who watches a sample of the accesses, chosen by fingerprint. */
export interface AccessSample {
  includes(print: number): boolean
  access(print: number): void
  /** An entry left without having been evicted. */
  forget(print: number): void
}

/** W-TinyLFU with a window of a given share of the entries; see w-tinylfu.ts for the idea. */
export class WindowedCache {
  /** The window's share of the entries, from 0 (one entry) to 1 (all: this is LRU). */
  share: number
  readonly #lists: SlotLists
  readonly #sketch: FrequencySketch
  readonly #fingerprint: (slot: Slot) => number
  #states: Uint8Array
  #held = 0
  #counted = 0
  #capacity: number
  #random = 1
  #named: Slot = 0
  #sample: AccessSample | null = null
  /** Slots up to here may hold an entry that does not know yet whether it is in the sample. */
  #unmarked: Slot = 0

  constructor(context: Pick<StrategyContext, 'slots' | 'maxEntries' | 'fingerprint'>, share: number) {
    const { slots, maxEntries } = context
    this.share = share
    this.#fingerprint = context.fingerprint
    this.#capacity = maxEntries
    this.#lists = new SlotLists(3, slots)
    this.#sketch = new FrequencySketch(Math.min(slots, maxEntries))
    this.#states = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#lists.grow(slots)
    this.#sketch.reserve(Math.min(slots, this.#capacity))
    this.#states = widened(this.#states, slots)
  }

  get held(): number {
    return this.#held
  }

  /** How many entries the cache turned out to hold, where bytes bound it before entries do. */
  resize(capacity: number): void {
    this.#capacity = capacity
  }

  /** Shows a sample of the accesses from now on; those of entries held already come in little by little. */
  watch(sample: AccessSample): void {
    this.#sample = sample
    this.#unmarked = this.#held === 0 ? 0 : this.#states.length - 1
  }

  insert(slot: Slot, print: number): void {
    if (this.#counted >= PERIOD * this.#capacity) this.#age()
    this.#shrinkWindow()
    if (this.#unmarked !== 0) this.#markSome()
    const known = this.#sketch.estimate(print)
    const segment = this.#mayBypass(known) ? PROBATION : WINDOW
    this.#states[slot] = Math.min(known + 1, COUNT) | (segment << SEGMENT_SHIFT)
    this.#lists.addFirst(segment, slot)
    this.#held += 1
    this.#counted += 1
    if (this.#sample === null || !this.#sample.includes(print)) return
    this.#states[slot] = (this.#states[slot] as number) | SAMPLED
    this.#sample.access(print)
  }

  touch(slot: Slot): void {
    let state = this.#states[slot] as number
    // Counted in full, and marked in main (a mark does not come with an entry from the window): no news.
    if ((state & (COUNT | TOUCHED | SAMPLED)) === (COUNT | TOUCHED)) return
    if ((state & COUNT) !== COUNT) {
      state += 1
      this.#counted += 1
    }
    if ((state & SEGMENT) === WINDOW) {
      this.#states[slot] = state
      this.#refresh(slot)
    } else {
      this.#states[slot] = state | TOUCHED
    }
    if ((state & SAMPLED) !== 0) this.#sample?.access(this.#fingerprint(slot))
  }

  remove(slot: Slot): void {
    const state = this.#states[slot] as number
    const print = this.#fingerprint(slot)
    this.#states[slot] = 0
    this.#lists.remove((state & SEGMENT) >> SEGMENT_SHIFT, slot)
    this.#sketch.raise(print, state & COUNT)
    this.#held -= 1
    if (slot === this.#named) this.#named = 0
    else if ((state & SAMPLED) !== 0) this.#sample?.forget(print)
  }

  victim(): Slot {
    this.#named = this.#choose()
    return this.#named
  }

  #choose(): Slot {
    const resident = this.#resident()
    const candidate = this.#lists.last(WINDOW)
    if (resident === 0) return candidate
    // One of those held is the newcomer, whose place in the bound is the one to be made.
    if (this.#lists.size(WINDOW) <= this.#windowOf(this.#held - 1)) return resident
    if (!this.#wins(candidate, resident)) return candidate
    this.#move(candidate, WINDOW, PROBATION)
    return resident
  }

  /** Who would leave main: the last on probation that was not hit there. Those that were are protected now. */
  #resident(): Slot {
    const lists = this.#lists
    // A growing window takes its room from probation, so protected entries must take their turn there, or stay for ever.
    this.#demote()
    for (let spared = 0; spared < MOST_SPARED; spared++) {
      const slot = lists.last(PROBATION)
      if (slot === 0) break
      if (!this.#wasTouched(slot)) return slot
      this.#move(slot, PROBATION, PROTECTED)
      this.#demote()
    }
    return lists.last(PROBATION) || lists.last(PROTECTED)
  }

  /** Takes one from a protected part that is too large: the last that was not hit since it was last looked at. */
  #demote(): void {
    const lists = this.#lists
    const size = lists.size(PROTECTED)
    if (size <= Math.max(1, PROTECTED_SHARE * (size + lists.size(PROBATION)))) return
    for (let spared = 0; spared < MOST_SPARED && this.#wasTouched(lists.last(PROTECTED)); spared++) {
      this.#move(lists.last(PROTECTED), PROTECTED, PROTECTED)
    }
    this.#move(lists.last(PROTECTED), PROTECTED, PROBATION)
  }

  /** The candidate's newest access brought it here and is no evidence; a tie is for the resident. */
  #wins(candidate: Slot, resident: Slot): boolean {
    const known = this.#countOf(candidate) - 1
    if (known > this.#countOf(resident)) return true
    if (known < WARM) return false
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) | 0
    return ((this.#random >>> 16) & 127) === 0
  }

  /** Who would win the contest at once need not wait for it in the window, where the room is for strangers. */
  #mayBypass(known: number): boolean {
    if (known === 0 || this.#lists.size(WINDOW) < this.#windowOf(this.#held)) return false
    const resident = this.#lists.last(PROBATION)
    return resident !== 0 && known > this.#countOf(resident)
  }

  /** Without an eviction in between there is room, and what the window cannot hold enters without a contest. */
  #shrinkWindow(): void {
    const most = this.#windowOf(this.#held)
    for (let moved = 0; moved < MOST_MOVES && this.#lists.size(WINDOW) > most; moved++) {
      this.#move(this.#lists.last(WINDOW), WINDOW, PROBATION)
    }
  }

  #refresh(slot: Slot): void {
    if (this.#lists.first(WINDOW) === slot) return
    this.#lists.remove(WINDOW, slot)
    this.#lists.addFirst(WINDOW, slot)
  }

  /** To the front of a segment, where it has not been hit yet. */
  #move(slot: Slot, from: number, to: number): void {
    this.#lists.remove(from, slot)
    this.#lists.addFirst(to, slot)
    this.#states[slot] = ((this.#states[slot] as number) & ~(SEGMENT | TOUCHED)) | (to << SEGMENT_SHIFT)
  }

  #windowOf(entries: number): number {
    return Math.max(1, Math.floor(this.share * entries))
  }

  #countOf(slot: Slot): number {
    return (this.#states[slot] as number) & COUNT
  }

  #wasTouched(slot: Slot): boolean {
    return ((this.#states[slot] as number) & TOUCHED) !== 0
  }

  /** Hashing every key at once would be a pause. A slot without any state is free, or of no account. */
  #markSome(): void {
    const states = this.#states
    for (let marked = 0; marked < MOST_MARKED && this.#unmarked !== 0; marked++) {
      const slot = this.#unmarked
      this.#unmarked -= 1
      const state = states[slot] as number
      if (state === 0) continue
      const sampled = this.#sample?.includes(this.#fingerprint(slot)) === true
      states[slot] = sampled ? state | SAMPLED : state & ~SAMPLED
    }
  }

  #age(): void {
    this.#counted >>>= 1
    this.#sketch.halve()
    const states = this.#states
    for (let slot = 0; slot < states.length; slot++) {
      const state = states[slot] as number
      states[slot] = (state & ~COUNT) | ((state & COUNT) >> 1)
    }
  }
}
