import type { Slot } from '../../../src/domain/index.ts'
import { WindowedCache } from './windowed-cache.ts'

/** A cache of fingerprints and nothing else, to see what a window of some share would have hit. */
export class Miniature {
  readonly share: number
  readonly #cache: WindowedCache
  readonly #slots: Map<number, Slot> = new Map()
  readonly #prints: Uint32Array
  readonly #free: Slot[]

  constructor(entries: number, share: number) {
    this.share = share
    this.#cache = new WindowedCache({ slots: entries + 2, maxEntries: entries }, share)
    this.#prints = new Uint32Array(entries + 2)
    this.#free = Array.from({ length: entries + 1 }, (_, i) => i + 1)
  }

  /** True for a hit; a miss fills. */
  access(print: number): boolean {
    const held = this.#slots.get(print)
    if (held !== undefined) {
      this.#cache.touch(held)
      return true
    }
    const slot = this.#free.pop() as Slot
    this.#slots.set(print, slot)
    this.#prints[slot] = print
    this.#cache.insert(slot, print)
    if (this.#free.length === 0) this.#drop(this.#cache.victim())
    return false
  }

  forget(print: number): void {
    const slot = this.#slots.get(print)
    if (slot !== undefined) this.#drop(slot)
  }

  #drop(slot: Slot): void {
    this.#slots.delete(this.#prints[slot] as number)
    this.#cache.remove(slot)
    this.#free.push(slot)
  }
}
