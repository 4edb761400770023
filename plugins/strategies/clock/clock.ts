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
 * CLOCK, or second chance (Corbató: "A Paging Experiment with the Multics System", 1968). A ring in order of arrival
 * and a hand. A hit only marks the entry. The hand takes the mark off marked entries, which thereby become the newest,
 * and evicts the first unmarked one; newcomers are placed behind the hand. An approximation of LRU without its moves.
 *
 * A clock evicts before it inserts and the store does it the other way round, so the newest entry waits outside the ring
 * until the next one comes, and is a victim only if it is alone.
 *
 * A hit is one store of a byte. Insertion and removal are O(1); finding a victim is O(1) on average, since each step
 * takes off a mark that a hit has put there, and bounded at worst. 9 bytes an entry. As good as LRU, or 1 % better, on
 * application traces, at the lowest price there is; loops longer than the cache defeat it as they defeat LRU.
 */
class Clock implements Strategy {
  readonly name = 'clock'
  readonly fingerprints = false
  /** The ring, laid out from behind the hand to the entry under it: what the hand passes moves from the end to the front. */
  readonly #list: SlotLists
  #marks: Uint8Array
  /** The last one inserted, while it is held: not in the ring yet. */
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
    if (slot === this.#newest) this.#newest = 0
    else this.#list.remove(0, slot)
  }

  victim(): Slot {
    const list = this.#list
    const marks = this.#marks
    let at = list.last(0)
    if (at === 0) return this.#newest
    for (let steps = 0; marks[at] === 1 && steps < MOST_STEPS; steps++) {
      marks[at] = 0
      list.remove(0, at)
      list.addFirst(0, at)
      at = list.last(0)
    }
    return at
  }
}

/** The factory of `clock`. */
export const clock: StrategyFactory = {
  name: 'clock',
  create: (context: StrategyContext) => new Clock(context.slots),
}
