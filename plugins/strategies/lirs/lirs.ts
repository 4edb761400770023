import {
  type Slot,
  SlotLists,
  type Strategy,
  type StrategyContext,
  type StrategyFactory,
  widened,
} from '../../../src/domain/index.ts'
import { RecencyGhosts } from './recency-ghosts.ts'

const LOW = 0
const HIGH = 1

/** The part of the entries that newcomers and other high ones share. */
const HIGH_SHARE = 0.01
/** Ghosts per entry. */
const GHOSTS = 2

/**
 * LIRS (Jiang, Zhang, SIGMETRICS 2002): ranks by inter-reference recency, the distance between the last two uses of an
 * entry, instead of the last one alone. Entries with a low one (99 % of the room) are safe; those with a high or
 * unknown one share the rest, a queue, and leave from its front. One of these becomes low if it is used again before
 * the low entry that was used longest ago; that one takes its place in the queue. Evicted entries are remembered, so
 * this works for them too: a loop longer than the cache keeps its first part and hits it every round, where LRU hits
 * nothing.
 *
 * The paper keeps all of them in one stack in order of last use, prunes it below the last low entry, and asks whether
 * an entry is in it. That is to say: was it used after that low entry was? So a time per entry is enough. The stack,
 * its pruning and the ghosts' places in it need not exist; low entries are a plain LRU list.
 *
 * The paper's ghosts are unbounded; here about two per entry are kept, those used last.
 *
 * O(1). 8 bytes a slot for the lists, 8 for the time, 4 for the fingerprint, 1 for the list, and some 30 for ghosts.
 * The best of the old ones on loops and scans (0.83 of the optimum over many traces), with a cliff: where keys are
 * used again soon and then never, the queue is too short to notice (1 % where LRU has 33 %).
 */
class Lirs implements Strategy {
  readonly name = 'lirs'
  readonly fingerprints = true
  readonly #lists: SlotLists
  readonly #ghosts: RecencyGhosts
  #prints: Uint32Array
  #times: Float64Array
  #where: Uint8Array
  #clock = 0
  /** The last victim that was named, while it is held. */
  #named: Slot = 0

  constructor({ slots, maxEntries }: StrategyContext) {
    this.#lists = new SlotLists(2, slots)
    this.#ghosts = new RecencyGhosts(GHOSTS * maxEntries)
    this.#ghosts.reserve(GHOSTS * slots)
    this.#prints = new Uint32Array(slots)
    this.#times = new Float64Array(slots)
    this.#where = new Uint8Array(slots)
  }

  grow(slots: number): void {
    this.#lists.grow(slots)
    this.#ghosts.reserve(GHOSTS * slots)
    this.#prints = widened(this.#prints, slots)
    this.#times = widened(this.#times, slots)
    this.#where = widened(this.#where, slots)
  }

  insert(slot: Slot, fingerprint: number): void {
    const mostLow = this.#mostLow()
    const low = this.#lists.size(LOW) < mostLow || this.#isRecent(this.#ghosts.take(fingerprint))
    this.#prints[slot] = fingerprint
    this.#place(slot, low ? LOW : HIGH, mostLow)
  }

  touch(slot: Slot): void {
    const list = this.#where[slot] as number
    const low = list === LOW || this.#isRecent(this.#times[slot] as number)
    const mostLow = this.#mostLow()
    this.#lists.remove(list, slot)
    this.#place(slot, low ? LOW : HIGH, mostLow)
  }

  renew(slot: Slot): void {
    this.touch(slot)
  }

  remove(slot: Slot): void {
    this.#lists.remove(this.#where[slot] as number, slot)
    if (slot !== this.#named) return
    this.#named = 0
    const time = this.#times[slot] as number
    if (this.#isRecent(time)) this.#ghosts.add(this.#prints[slot] as number, time)
  }

  victim(): Slot {
    this.#named = this.#lists.last(HIGH) || this.#lists.last(LOW)
    return this.#named
  }

  #place(slot: Slot, list: number, mostLow: number): void {
    this.#clock += 1
    this.#times[slot] = this.#clock
    this.#where[slot] = list
    this.#lists.addFirst(list, slot)
    if (list === LOW) this.#demote(mostLow)
  }

  /** What was used before all low entries is not recent: it would have been pruned. */
  #isRecent(time: number): boolean {
    const last = this.#lists.last(LOW)
    return last !== 0 && time > (this.#times[last] as number)
  }

  /** Takes low entries that are too many to the queue, as the newest there. */
  #demote(mostLow: number): void {
    const lists = this.#lists
    while (lists.size(LOW) > mostLow) {
      const slot = lists.last(LOW)
      lists.remove(LOW, slot)
      lists.addFirst(HIGH, slot)
      this.#where[slot] = HIGH
    }
  }

  /** Of those held; a newcomer whose place is yet to be made is not one of them. */
  #mostLow(): number {
    const held = this.#lists.size(LOW) + this.#lists.size(HIGH)
    return Math.max(0, held - Math.max(1, Math.round(HIGH_SHARE * held)))
  }
}

/** The factory of `lirs`. */
export const lirs: StrategyFactory = {
  name: 'lirs',
  create: (context: StrategyContext) => new Lirs(context),
}
