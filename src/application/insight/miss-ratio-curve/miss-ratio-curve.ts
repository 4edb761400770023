import { CallOptionError } from '../../../domain/index.ts'
import { sampleHash } from '../sampling/index.ts'
import { ReuseHistogram } from './reuse-histogram.ts'
import { ReuseStack } from './reuse-stack.ts'

const HASHES = 0x1_0000_0000
/** Of the samples that are too many, this part is kept; thinning out one by one would need a heap. */
const KEPT = 7 / 8
/** What a sample must have: keys altogether, and keys in a cache of the size that is asked about. */
const ENOUGH_KEYS = 1_000
const ENOUGH_KEYS_IN_CACHE = 20
const POINTS_PER_DOUBLING = 4

/** How to draw a curve. */
export interface MissRatioCurveOptions {
  /** The part of the keys that is sampled, at the start. Default 1, which is right if there may be few keys. */
  readonly rate?: number
  /**
   * The most keys that are kept in mind: beyond it the rate sinks by itself. Some 100 bytes each. Default 16,384;
   * `Infinity` keeps the rate, and with rate 1 the curve is exact.
   */
  readonly mostSamples?: number
  /** Another salt samples other keys. Default 0. */
  readonly salt?: number
}

/** One point of a curve. */
export interface CurvePoint {
  /** Entries of the cache. */
  readonly size: number
  /** From 0 to 1. */
  readonly missRatio: number
}

/**
 * How the miss ratio of an LRU cache depends on its size, for all sizes at once, from accesses as they come: SHARDS,
 * adjusted (Waldspurger, Park, Garthwaite, Ahmad, FAST'15). Only keys whose hash is below a threshold are looked at, a
 * part r of them; as many other keys as lie between two uses of one of these, times 1/r, lay between them in truth.
 *
 * Fixed size: when more keys were sampled than are to be kept in mind, the threshold sinks, keys above it are forgotten,
 * and what they have counted so far is scaled down, so a stream of any length and any number of keys needs the same
 * memory. Adjusted: a hot key in the sample or not moves the whole curve; but how many accesses the sample should have
 * seen is known, and the difference, which is hot keys, counts as uses close together. Without it the error is three to
 * ten times as large.
 *
 * O(log samples) for an access in the sample, a hash for another. While there are fewer keys than samples are kept, at
 * rate 1, the curve is exact but for the width of a bucket (0.2 % of the size). With the defaults the mean error is below
 * 0.01 where there are over 100,000 keys. Sizes with less than 20 samples in the cache are unknown.
 *
 * @example
 * const curve = new MissRatioCurve()
 * for (const print of fingerprints) curve.access(print)
 * curve.at(10_000) // 0.21, or undefined: not enough samples
 */
export class MissRatioCurve {
  readonly #stack: ReuseStack = new ReuseStack()
  readonly #histogram: ReuseHistogram = new ReuseHistogram()
  readonly #mostSamples: number
  readonly #salt: number
  #threshold: number
  #accesses = 0
  /** Accesses in the sample, scaled like the histogram. */
  #sampled = 0

  /** Throws `HITHERTO_OPTION_INVALID` for a rate or a number of samples that is none. */
  constructor({ rate = 1, mostSamples = 16_384, salt = 0 }: MissRatioCurveOptions = {}) {
    if (!(rate > 0 && rate <= 1)) throw new CallOptionError('rate', `${rate} is not above 0 and at most 1.`)
    if (!(mostSamples >= 16)) throw new CallOptionError('mostSamples', `${mostSamples} is not at least 16.`)
    this.#threshold = rate * HASHES
    this.#mostSamples = mostSamples
    this.#salt = salt
  }

  /** The part of the keys that is in the sample now. */
  get rate(): number {
    return this.#threshold / HASHES
  }

  /** All accesses so far. */
  get accesses(): number {
    return this.#accesses
  }

  /** Keys that are kept in mind. */
  get samples(): number {
    return this.#stack.size
  }

  /** An access to a key, by a fingerprint of 31 or 32 bits. */
  access(print: number): void {
    this.#accesses += 1
    if (sampleHash(print, this.#salt) >= this.#threshold) return
    this.#sampled += 1
    const others = this.#stack.use(print)
    if (others >= 0) this.#histogram.add(others / this.rate, 1)
    else if (this.#stack.size > this.#mostSamples) this.#thinOut()
  }

  /** Whether there are enough samples to say anything of a cache of this size. */
  knows(size: number): boolean {
    if (this.#accesses === 0 || !(size >= 0)) return false
    if (this.rate === 1) return true
    return this.samples >= ENOUGH_KEYS && size * this.rate >= ENOUGH_KEYS_IN_CACHE
  }

  /** The miss ratio of a cache with `size` entries, from 0 to 1; `undefined` where there are not enough samples. */
  at(size: number): number | undefined {
    if (!this.knows(size)) return undefined
    const expected = this.#accesses * this.rate
    const hot = expected - this.#sampled
    const reached = size * this.rate >= this.samples ? Number.POSITIVE_INFINITY : size
    const hits = Math.max(0, this.#histogram.below(reached) + (size >= 1 ? hot : 0))
    return 1 - Math.min(1, hits / expected)
  }

  /** The curve at sizes four to the doubling, from the least that is known to all keys; empty without enough samples. */
  points(): readonly CurvePoint[] {
    const least = this.rate === 1 ? 1 : Math.ceil(ENOUGH_KEYS_IN_CACHE / this.rate)
    const all = Math.max(1, Math.round(this.samples / this.rate))
    const sizes = new Set<number>()
    for (let size = least; size < all; size *= 2 ** (1 / POINTS_PER_DOUBLING)) sizes.add(Math.round(size))
    sizes.add(all)
    return [...sizes].flatMap((size) => {
      const missRatio = this.at(size)
      return missRatio === undefined ? [] : [{ size, missRatio }]
    })
  }

  #thinOut(): void {
    const before = this.#threshold
    this.#threshold = this.#quantile(KEPT)
    this.#stack.keep((key) => sampleHash(key, this.#salt) < this.#threshold)
    this.#histogram.scale(this.#threshold / before)
    this.#sampled *= this.#threshold / before
  }

  /** The hash below which lies a part of the samples. */
  #quantile(part: number): number {
    const hashes = Float64Array.from(this.#stack.keys(), (key) => sampleHash(key, this.#salt)).sort()
    return hashes[Math.floor(part * hashes.length)] as number
  }
}

/**
 * The curve of accesses that are all there already.
 *
 * @example
 * missRatioCurve(fingerprints).points() // [{ size: 1, missRatio: 0.98 }, ...]
 */
export function missRatioCurve(
  prints: Iterable<number>,
  options: MissRatioCurveOptions = {},
): MissRatioCurve {
  const curve = new MissRatioCurve(options)
  for (const print of prints) curve.access(print)
  return curve
}
