import {
  GhostQueue,
  type Slot,
  SlotLists,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
  widened,
} from '../../../src/domain/index.ts'

const RECENT = 0
const FREQUENT = 1

/**
 * ARC (Megiddo, Modha: "ARC: A Self-Tuning, Low Overhead Replacement Cache", FAST'03). Two LRU lists: T1 holds entries
 * used once of late, T2 those used again. Each has its ghosts, B1 and B2, the fingerprints of what it lost last. A
 * newcomer with a ghost in B1 says that T1 was too short, one with a ghost in B2 that T2 was; the target for T1 moves
 * accordingly, the further the fewer ghosts that side has. In a cache of c entries T1 and B1 have at most c together
 * (who leaves when T1 alone fills the cache leaves no ghost), and all four at most 2c.
 *
 * The paper evicts before it inserts and the store does it the other way round. Newcomers go to the front and victims
 * come from the end, so this makes no difference once sizes are counted without the newcomer; c is then the number of
 * entries held. Lists are counted in entries whatever they weigh; the target learns what that is worth.
 *
 * Everything is O(1). 13 bytes an entry and 20 to 24 a ghost, of which there are as many as entries. 3 to 4 % fewer
 * misses than LRU on application traces and hardly ever more than it: the safest of the old ones. A hit moves the
 * entry, so it costs what it costs in LRU. Loops longer than the cache gain little.
 */
class Arc implements Strategy {
  readonly name = 'arc'
  readonly fingerprints = true
  readonly #lists: SlotLists
  readonly #recentGhosts: GhostQueue
  readonly #frequentGhosts: GhostQueue
  #prints: Uint32Array
  #where: Uint8Array
  /** The target for T1, in entries; a fraction, as in the paper. */
  #target = 0
  /** The last one inserted, while it is held. */
  #newest: Slot = 0
  #newestWasFrequent = false

  constructor({ slots, maxEntries }: StrategyContext) {
    this.#lists = new SlotLists(2, slots)
    this.#recentGhosts = new GhostQueue(maxEntries)
    this.#frequentGhosts = new GhostQueue(maxEntries)
    this.#prints = new Uint32Array(slots)
    this.#where = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#lists.grow(slots)
    this.#prints = widened(this.#prints, slots)
    this.#where = widened(this.#where, slots)
  }

  insert(slot: Slot, fingerprint: number): void {
    const list = this.#listFor(fingerprint)
    this.#prints[slot] = fingerprint
    this.#where[slot] = list
    this.#lists.addFirst(list, slot)
    this.#newest = slot
  }

  touch(slot: Slot): void {
    const lists = this.#lists
    lists.remove(this.#where[slot] as number, slot)
    lists.addFirst(FREQUENT, slot)
    this.#where[slot] = FREQUENT
  }

  renew(slot: Slot): void {
    this.touch(slot)
  }

  remove(slot: Slot): void {
    this.#lists.remove(this.#where[slot] as number, slot)
    if (slot === this.#newest) this.#newest = 0
  }

  victim(): Slot {
    const lists = this.#lists
    const held = lists.size(RECENT) + lists.size(FREQUENT)
    if (held <= 1) return lists.last(RECENT) || lists.last(FREQUENT)
    const bound = held - 1
    trim(this.#recentGhosts, bound - lists.size(RECENT))
    if (lists.size(RECENT) > bound) return lists.last(RECENT)
    trim(this.#frequentGhosts, bound - 1 - this.#recentGhosts.size)
    return this.#replace()
  }

  /** Case II to IV of the paper: a newcomer that has a ghost goes to T2, and its ghost moves the target. */
  #listFor(print: number): number {
    const recent = this.#recentGhosts.size
    const frequent = this.#frequentGhosts.size
    this.#newestWasFrequent = false
    if (this.#recentGhosts.remove(print)) {
      const held = this.#lists.size(RECENT) + this.#lists.size(FREQUENT)
      this.#target = Math.min(held, this.#target + Math.max(1, frequent / recent))
      return FREQUENT
    }
    if (this.#frequentGhosts.remove(print)) {
      this.#target = Math.max(0, this.#target - Math.max(1, recent / frequent))
      this.#newestWasFrequent = true
      return FREQUENT
    }
    return RECENT
  }

  /** The paper's REPLACE: from T1 if it is longer than its target, else from T2. */
  #replace(): Slot {
    const lists = this.#lists
    const newest = this.#newest
    const newestIn = newest === 0 ? -1 : (this.#where[newest] as number)
    const recent = lists.size(RECENT) - (newestIn === RECENT ? 1 : 0)
    const frequent = lists.size(FREQUENT) - (newestIn === FREQUENT ? 1 : 0)
    const over = recent > this.#target || (this.#newestWasFrequent && recent === this.#target)
    const list = frequent === 0 || (recent > 0 && over) ? RECENT : FREQUENT
    const slot = lists.last(list)
    const ghosts = list === RECENT ? this.#recentGhosts : this.#frequentGhosts
    ghosts.add(this.#prints[slot] as number)
    return slot
  }
}

function trim(ghosts: GhostQueue, most: number): void {
  while (ghosts.size > Math.max(0, most)) ghosts.dropOldest()
}

/** The factory of `arc`. */
export const arc: StrategyFactory = {
  name: 'arc',
  create: (context: StrategyContext) => new Arc(context),
}
