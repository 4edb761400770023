import {
  GhostQueue,
  type Slot,
  SlotLists,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
} from '../../../src/domain/index.ts'

const SMALL = 0
const MAIN = 1
/** The small queue's share of the cache. */
const SHARE = 0.1
/** A state is one byte: 2 bits of hits since the entry came or was last spared, 1 bit of queue, 5 bits of weight. */
const HITS = 3
const IN_MAIN = 4
const WEIGHT_SHIFT = 3

/**
 * S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: "FIFO Queues are All You Need for Cache Eviction", SOSP'23). Three queues in
 * order of arrival: a small one with a tenth of the cache, a main one with the rest, and ghosts, the fingerprints of as
 * many entries as main holds. Newcomers go to small, those that still have a ghost to main. Who leaves small with two
 * hits or more goes on to main; the others are evicted and leave a ghost. Main spares entries with hits, one hit
 * (counted to three) a round. Keys that are used once are gone after a tenth of the time that they would stay in LRU.
 *
 * The paper evicts before it inserts and the store does it the other way round, so the newest entry waits outside the
 * queues until the next one comes, and is a victim only if it is alone.
 *
 * The tenth is one of entries where their number is what is exceeded, and of bytes otherwise; a weight is kept as its
 * power of two, which is near enough for a share. So a stream of big entries that are used once takes a tenth of the
 * bytes, not main's place.
 *
 * A hit adds one to two bits. Insertion and removal are O(1), a victim O(1) on average. 13 bytes an entry and about 20
 * a ghost. About 7 % fewer misses than LRU on application traces; loops longer than the cache gain little.
 */
class S3Fifo implements Strategy {
  readonly name = 's3-fifo'
  readonly fingerprints = true
  readonly #maxEntries: number
  readonly #lists: SlotLists
  readonly #ghosts: GhostQueue
  #prints: Uint32Array
  #states: Uint8Array
  /** The last one inserted, while it is held: not in a queue yet, though its state says in which it will be. */
  #newest: Slot = 0
  #smallWeight = 0
  #weight = 0

  constructor({ slots, maxEntries }: StrategyContext) {
    this.#maxEntries = maxEntries
    this.#lists = new SlotLists(2, slots)
    this.#ghosts = new GhostQueue(maxEntries)
    this.#prints = new Uint32Array(slots)
    this.#states = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#lists.grow(slots)
    const prints = new Uint32Array(slots)
    prints.set(this.#prints)
    this.#prints = prints
    const states = new Uint8Array(slots)
    states.set(this.#states)
    this.#states = states
  }

  insert(slot: Slot, fingerprint: number, weight: number): void {
    if (this.#newest !== 0) this.#place(this.#newest)
    const known = this.#ghosts.remove(fingerprint)
    this.#prints[slot] = fingerprint
    this.#states[slot] = stateOf(weight) | (known ? IN_MAIN : 0)
    this.#newest = slot
  }

  touch(slot: Slot): void {
    const state = this.#states[slot] as number
    if ((state & HITS) !== HITS) this.#states[slot] = state + 1
  }

  renew(slot: Slot, weight: number): void {
    this.touch(slot)
    const before = this.#states[slot] as number
    const state = stateOf(weight) | (before & (HITS | IN_MAIN))
    this.#states[slot] = state
    if (slot === this.#newest) return
    this.#weigh(before, -1)
    this.#weigh(state, 1)
  }

  remove(slot: Slot): void {
    if (slot === this.#newest) {
      this.#newest = 0
      return
    }
    const state = this.#states[slot] as number
    this.#lists.remove((state & IN_MAIN) === 0 ? SMALL : MAIN, slot)
    this.#weigh(state, -1)
  }

  victim(): Slot {
    const lists = this.#lists
    if (lists.size(SMALL) + lists.size(MAIN) === 0) return this.#newest
    for (;;) {
      const slot = this.#smallIsFull() ? this.#fromSmall() : this.#fromMain()
      if (slot !== 0) return slot
    }
  }

  #place(slot: Slot): void {
    const state = this.#states[slot] as number
    this.#lists.addFirst((state & IN_MAIN) === 0 ? SMALL : MAIN, slot)
    this.#weigh(state, 1)
  }

  #smallIsFull(): boolean {
    const small = this.#lists.size(SMALL)
    const main = this.#lists.size(MAIN)
    if (small === 0 || main === 0) return main === 0
    if (small + main >= this.#maxEntries) return small >= Math.floor(this.#maxEntries * SHARE)
    return this.#smallWeight >= this.#weight * SHARE
  }

  /** The oldest of the small queue if it is to leave the cache; 0 if it has moved to main. */
  #fromSmall(): Slot {
    const lists = this.#lists
    const slot = lists.last(SMALL)
    const state = this.#states[slot] as number
    if ((state & HITS) > 1) {
      lists.remove(SMALL, slot)
      lists.addFirst(MAIN, slot)
      this.#states[slot] = (state & ~HITS) | IN_MAIN
      this.#smallWeight -= weightOf(state)
      return 0
    }
    this.#ghosts.resize(Math.ceil((lists.size(SMALL) + lists.size(MAIN)) * (1 - SHARE)))
    this.#ghosts.add(this.#prints[slot] as number)
    return slot
  }

  /** The oldest of the main queue if it is to leave the cache; 0 if it is spared for another round. */
  #fromMain(): Slot {
    const lists = this.#lists
    const slot = lists.last(MAIN)
    const state = this.#states[slot] as number
    if ((state & HITS) === 0) return slot
    lists.remove(MAIN, slot)
    lists.addFirst(MAIN, slot)
    this.#states[slot] = state - 1
    return 0
  }

  #weigh(state: number, sign: number): void {
    const weight = sign * weightOf(state)
    this.#weight += weight
    if ((state & IN_MAIN) === 0) this.#smallWeight += weight
  }
}

function stateOf(weight: number): number {
  return (31 - Math.clz32(weight | 1)) << WEIGHT_SHIFT
}

function weightOf(state: number): number {
  return 2 ** (state >>> WEIGHT_SHIFT)
}

/** The factory of `s3-fifo`. */
export const s3Fifo: StrategyFactory = {
  name: 's3-fifo',
  create: (context: StrategyContext) => new S3Fifo(context),
}
