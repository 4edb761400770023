import {
  type Slot,
  SlotLists,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
  widened,
} from '../../../src/domain/index.ts'

/** The most marks taken off for one victim: some tenths of a millisecond. Who comes next then leaves, marked or not. */
const MOST_STEPS = 16_384

/**
 * SIEVE (Zhang, Yang, Yue, Vigfusson, Rashmi: "SIEVE is Simpler than LRU", NSDI'24). One list in order of arrival and a
 * hand that walks it from the oldest towards the newest. A hit only marks the entry. The hand takes the mark off
 * marked entries, leaving them where they are, and evicts the first unmarked one; past the newest it starts again at
 * the oldest. What survived the hand is behind it, newcomers are ahead of it, so one-time keys are sieved out within
 * one walk: quick demotion, from one bit.
 *
 * The paper evicts before it inserts and the store does it the other way round, so the newest entry waits outside the
 * list until the next one comes, and is a victim only if it is alone.
 *
 * A hit is one store of a byte. Insertion and removal are O(1); finding a victim is O(1) on average, since each step
 * takes off a mark that a hit has put there, and bounded at worst. 9 bytes an entry. About 2 % fewer misses than LRU on
 * application traces, best on web traffic. It has no defence against a pattern that uses each key once and all of them
 * again soon after: there it can fall to nothing where LRU has a third.
 */
class Sieve implements Strategy {
  readonly name = 'sieve'
  readonly fingerprints = false
  /** The newest first. */
  readonly #list: SlotLists
  #marks: Uint8Array
  /** Who is looked at next; 0 for the oldest. */
  #hand: Slot = 0
  /** The last one inserted, while it is held: not in the list yet. */
  #newest: Slot = 0

  constructor(slots: number) {
    this.#list = new SlotLists(1, slots)
    this.#marks = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#list.grow(slots)
    this.#marks = widened(this.#marks, slots)
  }

  insert(slot: Slot): void {
    if (this.#newest !== 0) this.#list.addFirst(0, this.#newest)
    this.#marks[slot] = 0
    this.#newest = slot
  }

  touch(slot: Slot): void {
    this.#marks[slot] = 1
  }

  renew(slot: Slot): void {
    this.#marks[slot] = 1
  }

  remove(slot: Slot): void {
    if (slot === this.#newest) {
      this.#newest = 0
      return
    }
    if (slot === this.#hand) this.#hand = this.#list.before(slot)
    this.#list.remove(0, slot)
  }

  victim(): Slot {
    const list = this.#list
    const marks = this.#marks
    const oldest = list.last(0)
    if (oldest === 0) return this.#newest
    let at = this.#hand === 0 ? oldest : this.#hand
    for (let steps = 0; marks[at] === 1 && steps < MOST_STEPS; steps++) {
      marks[at] = 0
      at = list.before(at) || oldest
    }
    this.#hand = at
    return at
  }
}

/** The factory of `sieve`. */
export const sieve: StrategyFactory = {
  name: 'sieve',
  create: (context: StrategyContext) => new Sieve(context.slots),
}
