import type { Slot } from '../../../src/domain/index.ts'
import { WindowedCache } from './windowed-cache.ts'

/**
 * Several small caches of fingerprints and nothing else, alike but for their window, which see the same accesses. A
 * fingerprint has the same slot in all of them, so that one search serves all.
 */
export class Miniatures {
  /** What each of them has hit; the owner may scale it. */
  readonly hits: Float64Array
  readonly #caches: readonly WindowedCache[]
  readonly #entries: number
  readonly #slots: Map<number, Slot> = new Map()
  readonly #prints: Uint32Array
  /** A bit for each cache that holds the slot. */
  readonly #holders: Uint8Array
  readonly #free: Slot[]

  /** @param shares at most eight */
  constructor(entries: number, shares: readonly number[]) {
    const most = shares.length * entries + 1
    this.#entries = entries
    const prints = new Uint32Array(most + 1)
    const context = {
      slots: most + 1,
      maxEntries: entries,
      fingerprint: (slot: Slot) => prints[slot] as number,
    }
    this.#caches = shares.map((share) => new WindowedCache(context, share))
    this.#prints = prints
    this.#holders = new Uint8Array(most + 1)
    this.#free = Array.from({ length: most }, (_, i) => most - i)
    this.hits = new Float64Array(shares.length)
  }

  /** An access to all; those that miss fill. */
  access(print: number): void {
    const slot = this.#slots.get(print) ?? this.#place(print)
    const holders = this.#holders[slot] as number
    for (let i = 0; i < this.#caches.length; i++) {
      const cache = this.#caches[i] as WindowedCache
      if ((holders & (1 << i)) === 0) {
        this.#fill(i, cache, slot)
      } else {
        cache.touch(slot)
        this.hits[i] = (this.hits[i] as number) + 1
      }
    }
    if (this.#holders[slot] === 0) this.#release(slot)
  }

  forget(print: number): void {
    const slot = this.#slots.get(print)
    if (slot === undefined) return
    const holders = this.#holders[slot] as number
    for (let i = 0; i < this.#caches.length; i++) {
      if ((holders & (1 << i)) !== 0) (this.#caches[i] as WindowedCache).remove(slot)
    }
    this.#release(slot)
  }

  #fill(index: number, cache: WindowedCache, slot: Slot): void {
    cache.insert(slot, this.#prints[slot] as number)
    this.#holders[slot] = (this.#holders[slot] as number) | (1 << index)
    if (cache.held <= this.#entries) return
    const victim = cache.victim()
    cache.remove(victim)
    const left = (this.#holders[victim] as number) & ~(1 << index)
    this.#holders[victim] = left
    // The slot of the access itself may still be wanted by the next cache.
    if (left === 0 && victim !== slot) this.#release(victim)
  }

  #place(print: number): Slot {
    const slot = this.#free.pop() as Slot
    this.#slots.set(print, slot)
    this.#prints[slot] = print
    return slot
  }

  #release(slot: Slot): void {
    this.#slots.delete(this.#prints[slot] as number)
    this.#holders[slot] = 0
    this.#free.push(slot)
  }
}
