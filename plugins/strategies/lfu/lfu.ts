import {
  type Slot,
  SlotLists,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
} from '../../../src/domain/index.ts'

/** Hits beyond this many do not raise an entry further. */
const MOST = 15
/** A ring of lists, one for each rank that can occur at once. */
const RANKS = MOST + 1

/**
 * Least frequently used, with dynamic ageing (LFU-DA: Arlitt, Cherkasova, Dilley, Friedrich, Jin, Performance
 * Evaluation Review 2000). An entry's rank is its number of uses plus the age of the cache at the last of them; the
 * lowest rank leaves, of equals the one used longest ago, and the cache's age becomes the rank of who left. So an old
 * favourite that nobody asks for is overtaken by newcomers as the age rises. Uses beyond 15 do not count: that keeps
 * the overtaking short, and more hardly ever gained a hit.
 *
 * Without the ageing, what was popular once stays for ever, and newcomers with one use evict each other: the "LFU" of
 * many packages. On application traces it has 85 % more misses than LRU and loses up to 57 points of hit ratio. This
 * one has 7 % fewer misses than LRU there. It still loses up to 17 points where what was popular and what is used
 * again soon take turns, and to loops it is as blind as LRU.
 *
 * No entry's rank is below the age or more than 15 above it, so ranks are kept modulo 16 in a ring of LRU lists, and
 * the lowest is found by walking from the age to the first list that is not empty. O(1) a hit, an insertion or a
 * removal; the walk is at most 15 steps. 10 bytes a slot.
 */
class Lfu implements Strategy {
  readonly name = 'lfu'
  readonly fingerprints = false
  readonly #lists: SlotLists
  #uses: Uint8Array
  #ranks: Uint8Array
  #held = 0
  /** Modulo 16, like the ranks. */
  #age = 0

  constructor(slots: number) {
    this.#lists = new SlotLists(RANKS, slots)
    this.#uses = new Uint8Array(slots)
    this.#ranks = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#lists.grow(slots)
    this.#uses = grown(this.#uses, slots)
    this.#ranks = grown(this.#ranks, slots)
  }

  insert(slot: Slot): void {
    this.#held += 1
    this.#uses[slot] = 1
    this.#rank(slot, 1)
  }

  touch(slot: Slot): void {
    const uses = Math.min(MOST, (this.#uses[slot] as number) + 1)
    this.#uses[slot] = uses
    this.#lists.remove(this.#ranks[slot] as number, slot)
    this.#rank(slot, uses)
  }

  renew(slot: Slot): void {
    this.touch(slot)
  }

  remove(slot: Slot): void {
    this.#held -= 1
    this.#lists.remove(this.#ranks[slot] as number, slot)
  }

  victim(): Slot {
    if (this.#held === 0) return 0
    while (this.#lists.size(this.#age) === 0) this.#age = (this.#age + 1) % RANKS
    return this.#lists.first(this.#age)
  }

  #rank(slot: Slot, uses: number): void {
    const rank = (this.#age + uses) % RANKS
    this.#ranks[slot] = rank
    this.#lists.addLast(rank, slot)
  }
}

function grown(column: Uint8Array, slots: number): Uint8Array {
  const wider = new Uint8Array(slots)
  wider.set(column)
  return wider
}

/** The factory of `lfu`. */
export const lfu: StrategyFactory = {
  name: 'lfu',
  create: (context: StrategyContext) => new Lfu(context.slots),
}
