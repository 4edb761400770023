import {
  GhostTable,
  type Slot,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
  widened,
} from '../../../src/domain/index.ts'
import { MAIN, Queues, SMALL } from './queues.ts'

/** The small queue's share of the cache. */
const SHARE = 0.1
/** The most entries moved for one victim: some tenths of a millisecond. The oldest then leaves, whatever its hits. */
const MOST_STEPS = 16_384
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
 * A hit adds one to two bits. Insertion and removal are O(1); a victim is O(1) on average, since who is spared pays with
 * a hit, and bounded at worst. 13 bytes an entry, 6 a ghost. About 7 % fewer misses than LRU on application traces; a
 * pattern whose keys come back once each, after the small queue has let them go, can cost 3 points of hit ratio.
 */
class S3Fifo implements Strategy {
  readonly name = 's3-fifo'
  readonly fingerprints = true
  readonly #maxEntries: number
  readonly #queues: Queues
  readonly #ghosts: GhostTable = new GhostTable(0)
  #states: Uint8Array
  /** The last one inserted, while it is held: not in a queue yet, though its state says in which it will be. */
  #newest: Slot = 0
  #smallWeight = 0
  #weight = 0

  constructor({ slots, maxEntries }: StrategyContext) {
    this.#maxEntries = maxEntries
    this.#queues = new Queues(slots)
    this.#states = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#queues.grow(slots)
    this.#states = widened(this.#states, slots)
  }

  insert(slot: Slot, fingerprint: number, weight: number): void {
    if (this.#newest !== 0) this.#place(this.#newest)
    const known = this.#ghosts.remove(fingerprint)
    this.#queues.setPrint(slot, fingerprint)
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
    this.#queues.remove((state & IN_MAIN) === 0 ? SMALL : MAIN, slot)
    this.#weigh(state, -1)
  }

  victim(): Slot {
    const queues = this.#queues
    if (queues.small + queues.main === 0) return this.#newest
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const slot = this.#smallIsFull() ? this.#fromSmall() : this.#fromMain()
      if (slot !== 0) return slot
    }
    return queues.oldest(queues.main === 0 ? SMALL : MAIN)
  }

  #place(slot: Slot): void {
    const state = this.#states[slot] as number
    this.#queues.addNewest((state & IN_MAIN) === 0 ? SMALL : MAIN, slot)
    this.#weigh(state, 1)
  }

  #smallIsFull(): boolean {
    const small = this.#queues.small
    const main = this.#queues.main
    if (small === 0 || main === 0) return main === 0
    if (small + main >= this.#maxEntries) return small >= Math.floor(this.#maxEntries * SHARE)
    return this.#smallWeight >= this.#weight * SHARE
  }

  /** The oldest of the small queue if it is to leave the cache; 0 if it has moved to main. */
  #fromSmall(): Slot {
    const queues = this.#queues
    const slot = queues.oldest(SMALL)
    const state = this.#states[slot] as number
    if ((state & HITS) > 1) {
      queues.remove(SMALL, slot)
      queues.addNewest(MAIN, slot)
      this.#states[slot] = (state & ~HITS) | IN_MAIN
      this.#smallWeight -= weightOf(state)
      return 0
    }
    this.#ghosts.resize(Math.ceil((queues.small + queues.main) * (1 - SHARE)))
    this.#ghosts.add(queues.print(slot))
    return slot
  }

  /** The oldest of the main queue if it is to leave the cache; 0 if it is spared for another round. */
  #fromMain(): Slot {
    const queues = this.#queues
    const slot = queues.oldest(MAIN)
    const state = this.#states[slot] as number
    if ((state & HITS) === 0) return slot
    queues.remove(MAIN, slot)
    queues.addNewest(MAIN, slot)
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
  return (1 << (state >>> WEIGHT_SHIFT)) >>> 0
}

/** The factory of `s3-fifo`. */
export const s3Fifo: StrategyFactory = {
  name: 's3-fifo',
  create: (context: StrategyContext) => new S3Fifo(context),
}
