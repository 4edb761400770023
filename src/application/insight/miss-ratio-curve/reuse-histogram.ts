/** Up to here each distance has a bucket of its own; beyond, a power of two has this many. A power of two itself. */
const FINE = 512
const FINE_BITS = 9
/** Distances are below 2 ** 40. */
const MOST_BITS = 40

/**
 * How far apart uses of a key are, counted in other keys, in buckets: exact below 512, then at most 0.2 % wide. Its
 * size is fixed, 131 KB, whatever is counted. Counts are fractions, for they are scaled when a sample is thinned out.
 */
export class ReuseHistogram {
  readonly #counts: Float64Array = new Float64Array(FINE + (MOST_BITS - FINE_BITS) * FINE)

  add(distance: number, count: number): void {
    const bucket = bucketOf(distance)
    this.#counts[bucket] = (this.#counts[bucket] as number) + count
  }

  scale(factor: number): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = (this.#counts[i] as number) * factor
  }

  /** How many are below a distance; within a bucket they count as spread evenly. */
  below(distance: number): number {
    if (distance <= 0) return 0
    if (distance >= 2 ** MOST_BITS) return this.#counts.reduce((sum, count) => sum + count, 0)
    const last = bucketOf(distance)
    let sum = 0
    for (let i = 0; i < last; i++) sum += this.#counts[i] as number
    const from = startOf(last)
    return sum + ((this.#counts[last] as number) * (distance - from)) / (startOf(last + 1) - from)
  }
}

function bucketOf(distance: number): number {
  const whole = Math.min(Math.floor(distance), 2 ** MOST_BITS - 1)
  if (whole < FINE) return whole
  const power = whole < 2 ** 31 ? 31 - Math.clz32(whole) : Math.floor(Math.log2(whole))
  const within = Math.floor(whole / 2 ** (power - FINE_BITS)) - FINE
  return FINE + (power - FINE_BITS) * FINE + within
}

function startOf(bucket: number): number {
  if (bucket < FINE) return bucket
  const power = Math.floor((bucket - FINE) / FINE) + FINE_BITS
  return (FINE + ((bucket - FINE) % FINE)) * 2 ** (power - FINE_BITS)
}
