/**
 * What one tag is in memory. `changed` is its place in the order of invalidations (the epoch of its last one),
 * so "is this entry still good" is one comparison per dependency, without clocks or versions.
 */
export interface TagRecord {
  readonly name: string
  /** Epoch of the last invalidation; `Infinity` once the record was dropped, so that its entries die. */
  changed: number
  /** Live entries that depend on it; records nobody uses are dropped first. */
  uses: number
  /** The last stamp, such as the number of the scope that noted it: spares a look into a Set. */
  seenBy: number
}
