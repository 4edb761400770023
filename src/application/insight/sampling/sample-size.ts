/** How a cache is to be sampled. */
export interface SampleSize {
  /** The part of the keys in each group; 1 for a small cache. */
  readonly rate: number
  readonly groups: number
  /** Entries of a miniature of the cache: its capacity times the rate. */
  readonly entries: number
}

/**
 * The sample that a cache needs for miniatures of some hundred entries: a smaller one has too little room for its
 * strategy to be itself (a window of 1 % of 50 entries is none), a larger one costs more and tells little more. A cache
 * that is hardly larger than its miniature is sampled whole, in one group.
 *
 * @param capacity the entries of the cache
 * @param least the fewest entries of a miniature, and half of the most. Default 256
 * @param groups the most groups. Default 3
 */
export function sampleSizeFor(capacity: number, least = 256, groups = 3): SampleSize {
  const most = Math.floor(capacity / least)
  if (most < 2) return { rate: 1, groups: 1, entries: Math.max(1, Math.round(capacity)) }
  const rate = most <= groups ? 1 / most : least / capacity
  return { rate, groups: Math.min(groups, most), entries: Math.round(capacity * rate) }
}
