import type { Slot, Strategy, StrategyContext, StrategyFactory } from '../../../src/domain/index.ts'

/**
 * First in, first out: who came first leaves first, whatever happened since. The list of `lru` without the moves: a
 * hit does nothing at all. O(1), 8 bytes an entry (a plain ring would need 4, but could not remove from its middle).
 *
 * A fair baseline for scans and one-time keys; it keeps a hot entry no longer than a cold one (about 9 % more misses
 * than LRU on application traces).
 */
class Fifo implements Strategy {
  readonly name = 'fifo'
  readonly fingerprints = false
  #next: Uint32Array
  #prev: Uint32Array

  constructor(slots: number) {
    this.#next = new Uint32Array(slots)
    this.#prev = new Uint32Array(slots)
  }

  grow(slots: number): void {
    const next = new Uint32Array(slots)
    next.set(this.#next)
    this.#next = next
    const prev = new Uint32Array(slots)
    prev.set(this.#prev)
    this.#prev = prev
  }

  insert(slot: Slot): void {
    const last = this.#prev[0] as number
    this.#prev[slot] = last
    this.#next[slot] = 0
    this.#next[last] = slot
    this.#prev[0] = slot
  }

  touch(): void {}

  renew(): void {}

  remove(slot: Slot): void {
    const after = this.#next[slot] as number
    const before = this.#prev[slot] as number
    this.#next[before] = after
    this.#prev[after] = before
  }

  victim(): Slot {
    return this.#next[0] as number
  }
}

/** The factory of `fifo`. */
export const fifo: StrategyFactory = {
  name: 'fifo',
  create: (context: StrategyContext) => new Fifo(context.slots),
}
