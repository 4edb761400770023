import type { Slot, Strategy, StrategyContext, StrategyFactory } from '../../../src/domain/index.ts'
import { FIRST_SHARE, WindowTuner } from './window-tuner.ts'
import { WindowedCache } from './windowed-cache.ts'

/** A tuner is built anew when the number of entries has changed by this factor since. */
const CHANGE = 2

/**
 * W-TinyLFU (Einziger, Friedman, Manes, ACM TOS 2017): admission by popularity, behind a window for the new.
 *
 * A newcomer enters the window, an LRU list. Who falls out of it stands against who would leave the main part, and the
 * one that was seen less often lately goes: a scan of one-time keys dies in the window and cannot wash out what is in
 * use. The main part is segmented: probation, and a protected part (80 %) for those that were hit there. The window is
 * what a plain filter lacks: time for a new key to become popular.
 *
 * Four things differ from the paper.
 * - A resident's count is kept in its slot, four bits, and goes into the sketch when it leaves. The sketch only
 *   remembers the absent, and a hit asks no hash.
 * - A hit in the main part leaves a mark and moves nothing. Who was marked is moved up when its turn to leave comes, as
 *   in CLOCK; the hit ratio is the same, and a hit costs one byte.
 * - A candidate's last access does not count for it. A key of a loop too long to remember then equals those inside,
 *   and a tie is for those: part of the loop stays and is hit, where LRU hits nothing.
 * - A newcomer that is known well enough goes straight to probation, which leaves the window to strangers.
 *
 * How large should the window be? 1 % is best for loops and steady popularity, and loses to LRU by up to 50 points of
 * hit ratio where keys are used again soon and then never; all of it is LRU. So it is found by trying; see
 * window-tuner.ts.
 *
 * Over ten real traces (ORM, web, block storage) and three sizes: 0.86 of the optimum, 8 % fewer misses than LRU on the
 * application traces, and at most a point below LRU. When the pattern turns over at once it can fall behind LRU for as
 * long as it takes to notice: one to three points over a trace that does little else.
 *
 * O(1); 8 bytes a slot for the lists, 1 for the state and 4 for the sketch; a key is hashed when it comes and when it
 * goes. Every ten accesses per entry all counts are halved, in one pass over 5 bytes a slot (some milliseconds for a
 * million).
 * Segments are counted in entries, whatever they weigh.
 */
class WTinyLfu implements Strategy {
  readonly name = 'w-tinylfu'
  readonly fingerprints = true
  readonly #cache: WindowedCache
  #capacity: number

  constructor(context: StrategyContext) {
    this.#cache = new WindowedCache(context, FIRST_SHARE)
    this.#capacity = context.maxEntries
    this.#tune()
  }

  grow(slots: number): void {
    this.#cache.grow(slots)
  }

  insert(slot: Slot, fingerprint: number): void {
    if (this.#cache.held > this.#capacity * CHANGE) this.#resize(this.#cache.held)
    this.#cache.insert(slot, fingerprint)
  }

  touch(slot: Slot): void {
    this.#cache.touch(slot)
  }

  renew(slot: Slot): void {
    this.#cache.touch(slot)
  }

  remove(slot: Slot): void {
    this.#cache.remove(slot)
  }

  /** Somebody must leave: if fewer are held than expected, bytes are what bounds this cache. */
  victim(): Slot {
    if (this.#cache.held * CHANGE < this.#capacity) this.#resize(this.#cache.held)
    return this.#cache.victim()
  }

  #resize(capacity: number): void {
    this.#capacity = Math.max(1, capacity)
    this.#cache.resize(this.#capacity)
    this.#tune()
  }

  #tune(): void {
    const cache = this.#cache
    cache.watch(
      new WindowTuner(this.#capacity, cache.share, (share) => {
        cache.share = share
      }),
    )
  }
}

/** The factory of `w-tinylfu`. */
export const wTinyLfu: StrategyFactory = {
  name: 'w-tinylfu',
  create: (context: StrategyContext) => new WTinyLfu(context),
}
