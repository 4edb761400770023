import {
  type Slot,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
  widened,
} from '../../../src/domain/index.ts'

/**
 * Who expires soonest leaves first. A binary heap of slots ordered by deadline, with each slot's place in the heap
 * beside it, so that removal from the middle is exact. O(log n) an insert or removal, nothing on a hit, 8 bytes an
 * entry. Entries that never expire leave last; ties go to whoever was placed first in the heap.
 *
 * Right where lifetimes say how much an entry is worth; with one ttl for all it is `fifo` at a higher price.
 */
class SoonestExpiry implements Strategy {
  readonly name = 'ttl'
  readonly fingerprints = false
  readonly #deadline: (slot: Slot) => number
  #heap: Uint32Array
  #place: Uint32Array
  #size = 0

  constructor(context: StrategyContext) {
    this.#deadline = (slot) => context.deadline(slot)
    this.#heap = new Uint32Array(context.slots)
    this.#place = new Uint32Array(context.slots)
  }

  grow(slots: number): void {
    this.#heap = widened(this.#heap, slots)
    this.#place = widened(this.#place, slots)
  }

  insert(slot: Slot): void {
    this.#put(this.#size++, slot)
    this.#rise(this.#size - 1)
  }

  touch(): void {}

  renew(slot: Slot): void {
    this.#settle(this.#place[slot] as number)
  }

  retime(slot: Slot): void {
    this.#settle(this.#place[slot] as number)
  }

  remove(slot: Slot): void {
    const hole = this.#place[slot] as number
    const last = this.#heap[--this.#size] as number
    if (last === slot) return
    this.#put(hole, last)
    this.#settle(hole)
  }

  victim(): Slot {
    return this.#size === 0 ? 0 : (this.#heap[0] as number)
  }

  #settle(at: number): void {
    if (!this.#rise(at)) this.#sink(at)
  }

  #rise(from: number): boolean {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#sooner(at, parent)) break
      this.#swap(at, parent)
      at = parent
    }
    return at !== from
  }

  #sink(from: number): void {
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) return
      if (child + 1 < this.#size && this.#sooner(child + 1, child)) child++
      if (!this.#sooner(child, at)) return
      this.#swap(child, at)
      at = child
    }
  }

  #sooner(a: number, b: number): boolean {
    return this.#deadline(this.#heap[a] as number) < this.#deadline(this.#heap[b] as number)
  }

  #swap(a: number, b: number): void {
    const slot = this.#heap[a] as number
    this.#put(a, this.#heap[b] as number)
    this.#put(b, slot)
  }

  #put(at: number, slot: Slot): void {
    this.#heap[at] = slot
    this.#place[slot] = at
  }
}

/** The factory of `ttl`. */
export const ttl: StrategyFactory = {
  name: 'ttl',
  create: (context: StrategyContext) => new SoonestExpiry(context),
}
