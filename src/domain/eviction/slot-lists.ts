import type { Slot } from '../contracts/index.ts'

/**
 * Several doubly linked lists over the same slots, for strategies: a slot is in at most one of them. Two integer
 * columns, 8 bytes a slot whatever the number of lists. Each list has a sentinel that closes its ring, so no operation
 * has a branch for an end. Everything is O(1).
 */
export class SlotLists {
  /** The place of slot s is s + shift; the places below belong to the sentinels, so slot 0 is nobody's. */
  readonly #shift: number
  readonly #sizes: Float64Array
  #next: Uint32Array
  #prev: Uint32Array

  /** @param lists how many, named 0 to lists - 1 */
  constructor(lists: number, slots: number) {
    this.#shift = lists - 1
    this.#sizes = new Float64Array(lists)
    this.#next = new Uint32Array(slots + lists)
    this.#prev = new Uint32Array(slots + lists)
    for (let list = 0; list < lists; list++) {
      this.#next[list] = list
      this.#prev[list] = list
    }
  }

  grow(slots: number): void {
    this.#next = grown(this.#next, slots + this.#shift + 1)
    this.#prev = grown(this.#prev, slots + this.#shift + 1)
  }

  size(list: number): number {
    return this.#sizes[list] as number
  }

  /** The first slot of a list; 0 if it is empty. */
  first(list: number): Slot {
    return this.#slotAt(this.#next[list] as number)
  }

  /** The last slot of a list; 0 if it is empty. */
  last(list: number): Slot {
    return this.#slotAt(this.#prev[list] as number)
  }

  /** The slot after this one in its list; 0 at the end. */
  after(slot: Slot): Slot {
    return this.#slotAt(this.#next[slot + this.#shift] as number)
  }

  /** The slot before this one in its list; 0 at the start. */
  before(slot: Slot): Slot {
    return this.#slotAt(this.#prev[slot + this.#shift] as number)
  }

  addFirst(list: number, slot: Slot): void {
    this.#insert(list, slot + this.#shift, list, this.#next[list] as number)
  }

  addLast(list: number, slot: Slot): void {
    this.#insert(list, slot + this.#shift, this.#prev[list] as number, list)
  }

  /** Takes a slot out of the list it is in, which the caller must know. */
  remove(list: number, slot: Slot): void {
    const place = slot + this.#shift
    const next = this.#next[place] as number
    const prev = this.#prev[place] as number
    this.#next[prev] = next
    this.#prev[next] = prev
    this.#sizes[list] = (this.#sizes[list] as number) - 1
  }

  #insert(list: number, place: number, prev: number, next: number): void {
    this.#next[place] = next
    this.#prev[place] = prev
    this.#next[prev] = place
    this.#prev[next] = place
    this.#sizes[list] = (this.#sizes[list] as number) + 1
  }

  #slotAt(place: number): Slot {
    return place > this.#shift ? place - this.#shift : 0
  }
}

function grown(column: Uint32Array, length: number): Uint32Array {
  if (column.length >= length) return column
  const wider = new Uint32Array(length)
  wider.set(column)
  return wider
}
