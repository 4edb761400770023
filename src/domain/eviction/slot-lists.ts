import type { Slot } from '../contracts/index.ts'
import { widened } from './widened.ts'

/**
 * Several doubly linked lists over the same slots, for strategies: a slot is in at most one of them. 8 bytes a slot
 * whatever the number of lists, both links side by side: a move touches nodes from anywhere in memory, and each then
 * costs one cache line. Each list has a sentinel that closes its ring, so no operation has a branch for an end.
 * Everything is O(1).
 */
export class SlotLists {
  /** The place of slot s is s + shift; the places below belong to the sentinels, so slot 0 is nobody's. */
  readonly #shift: number
  readonly #sizes: Float64Array
  /** The place after place p at 2p, the one before it at 2p + 1. */
  #links: Uint32Array

  /** @param lists how many, named 0 to lists - 1 */
  constructor(lists: number, slots: number) {
    this.#shift = lists - 1
    this.#sizes = new Float64Array(lists)
    this.#links = new Uint32Array(2 * (slots + lists))
    for (let list = 0; list < lists; list++) {
      this.#links[2 * list] = list
      this.#links[2 * list + 1] = list
    }
  }

  grow(slots: number): void {
    const length = 2 * (slots + this.#shift + 1)
    if (this.#links.length >= length) return
    this.#links = widened(this.#links, length)
  }

  size(list: number): number {
    return this.#sizes[list] as number
  }

  /** The first slot of a list; 0 if it is empty. */
  first(list: number): Slot {
    return this.#slotAt(this.#links[2 * list] as number)
  }

  /** The last slot of a list; 0 if it is empty. */
  last(list: number): Slot {
    return this.#slotAt(this.#links[2 * list + 1] as number)
  }

  /** The slot after this one in its list; 0 at the end. */
  after(slot: Slot): Slot {
    return this.#slotAt(this.#links[2 * (slot + this.#shift)] as number)
  }

  /** The slot before this one in its list; 0 at the start. */
  before(slot: Slot): Slot {
    return this.#slotAt(this.#links[2 * (slot + this.#shift) + 1] as number)
  }

  addFirst(list: number, slot: Slot): void {
    this.#insert(list, slot + this.#shift, list, this.#links[2 * list] as number)
  }

  addLast(list: number, slot: Slot): void {
    this.#insert(list, slot + this.#shift, this.#links[2 * list + 1] as number, list)
  }

  /** Takes a slot out of the list it is in, which the caller must know. */
  remove(list: number, slot: Slot): void {
    const links = this.#links
    const place = slot + this.#shift
    const next = links[2 * place] as number
    const prev = links[2 * place + 1] as number
    links[2 * prev] = next
    links[2 * next + 1] = prev
    this.#sizes[list] = (this.#sizes[list] as number) - 1
  }

  #insert(list: number, place: number, prev: number, next: number): void {
    const links = this.#links
    links[2 * place] = next
    links[2 * place + 1] = prev
    links[2 * prev] = place
    links[2 * next + 1] = place
    this.#sizes[list] = (this.#sizes[list] as number) + 1
  }

  #slotAt(place: number): Slot {
    return place > this.#shift ? place - this.#shift : 0
  }
}
