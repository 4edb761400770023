import { Miniatures } from './miniatures.ts'
import type { AccessSample } from './windowed-cache.ts'

/** The windows that are tried: none to speak of, the two in between that differ most, and all of it, which is LRU. */
const SHARES: readonly number[] = [0.01, 0.2, 0.6, 1]
/** The share a cache starts with, before anything is known: the paper's, and the best guess over traces of all kinds. */
export const FIRST_SHARE = 0.01

/** Entries of a miniature: at most 256, and an eighth of the cache's where that leaves enough to tell. */
const MOST_ENTRIES = 256
const ENOUGH_ENTRIES = 128
const LEAST_RATE = 8

/** A check after this part of a miniature's entries in sampled accesses, but not after fewer than this. */
const CHECK_PART = 1 / 8
const LEAST_CHECK = 16
/** What counts now fades to nothing over some twenty turnovers of the cache. */
const FADING = 1 - CHECK_PART / 20
/** A leader must save this part of the misses, and lead by this many deviations' worth of noise. */
const LEAST_GAIN = 0.02
const NOISE = 0.5

/**
 * Finds the share of the window by trying: a miniature of the cache for each of four shares sees the same small sample
 * of the accesses, and the cache takes the share of the one that has hit most of late.
 *
 * The sample is spatial: a key is in it or not, by its hash, so a miniature of 1/r of the entries that sees 1/r of the
 * keys meets the same reuse, in miniature (Waldspurger et al., FAST 2015 and USENIX ATC 2017). Its hit ratio is some
 * points off, since hot keys are in the sample or not; but all four are off by the same, and only they are compared.
 *
 * Why not climb the hill, as the paper's authors do? A climber sees what its own position earns. It must move to learn,
 * cannot cross a plain, and takes a change of the workload for the effect of its last step; what guards Caffeine's
 * against that is a program of a thousand lines. Here LRU itself is one of the four, so the cache falls behind it only
 * while nobody has noticed: about a turnover of its entries.
 *
 * A switch has to be worth it, since both ways of filling the cache lose for a while: the leader must save 2 % of the
 * misses, and more than noise.
 *
 * Costs four small caches for a part of the accesses: 1/8 for a cache of 1,000 entries, 1/512 for one of 100,000, all
 * for one below 128. About 110 KB, whatever the size of the cache.
 */
export class WindowTuner implements AccessSample {
  /** The cache's entries for each of the miniatures'; a power of two. */
  readonly rate: number
  readonly #miniatures: Miniatures
  readonly #interval: number
  readonly #onShare: (share: number) => void
  #accesses = 0
  #untilCheck: number
  #current: number

  constructor(capacity: number, share: number, onShare: (share: number) => void) {
    this.rate = sampleRate(capacity)
    const entries = Math.max(1, Math.round(capacity / this.rate))
    this.#miniatures = new Miniatures(entries, SHARES)
    this.#current = Math.max(0, SHARES.indexOf(share))
    this.#interval = Math.max(LEAST_CHECK, Math.round(entries * CHECK_PART))
    this.#untilCheck = this.#interval
    this.#onShare = onShare
  }

  includes(print: number): boolean {
    return (scatter(print) & (this.rate - 1)) === 0
  }

  access(print: number): void {
    this.#miniatures.access(print)
    this.#accesses += 1
    this.#untilCheck -= 1
    if (this.#untilCheck === 0) this.#check()
  }

  forget(print: number): void {
    this.#miniatures.forget(print)
  }

  #check(): void {
    this.#untilCheck = this.#interval
    const leader = this.#leader()
    const hits = this.#hitsOf(this.#current)
    const enough = Math.max(LEAST_GAIN * (this.#accesses - hits), NOISE * Math.sqrt(this.#accesses))
    if (this.#hitsOf(leader) - hits > enough) {
      this.#current = leader
      this.#onShare(SHARES[leader] as number)
    }
    for (let i = 0; i < SHARES.length; i++) this.#miniatures.hits[i] = this.#hitsOf(i) * FADING
    this.#accesses *= FADING
  }

  /** Who has hit most; of equals the one in office, else the smallest window. */
  #leader(): number {
    let leader = this.#current
    for (let i = 0; i < SHARES.length; i++) if (this.#hitsOf(i) > this.#hitsOf(leader)) leader = i
    return leader
  }

  #hitsOf(index: number): number {
    return this.#miniatures.hits[index] as number
  }
}

function sampleRate(capacity: number): number {
  let rate = 1
  while (capacity / rate > MOST_ENTRIES || (rate < LEAST_RATE && capacity / rate >= ENOUGH_ENTRIES)) rate *= 2
  return rate
}

/** Other bits than those that place a fingerprint in a sketch, else a sample would crowd a part of it. */
function scatter(print: number): number {
  const hash = Math.imul(print ^ (print >>> 16), 0x45d9f3b5)
  return (hash ^ (hash >>> 13) ^ (hash >>> 22)) | 0
}
