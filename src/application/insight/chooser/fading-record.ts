/** What one sample showed since the last look: one observation. */
export interface Tally {
  readonly accesses: number
  /** Of each candidate, in their order. */
  readonly hits: readonly number[]
}

/**
 * Tallies that fade: sums in which the last one counts in full and each earlier one a little less than its successor.
 * Besides hits it keeps, for each pair of candidates, the squares of their differences: how unsteady the lead is.
 */
export class FadingRecord {
  accesses = 0
  readonly #hits: Float64Array
  readonly #squares: Float64Array
  readonly #kept: number

  /** @param memory after how many more tallies one counts for a third */
  constructor(candidates: number, memory: number) {
    this.#hits = new Float64Array(candidates)
    this.#squares = new Float64Array(candidates * candidates)
    this.#kept = 1 - 1 / memory
  }

  add({ accesses, hits }: Tally): void {
    const kept = this.#kept
    const count = this.#hits.length
    this.accesses = this.accesses * kept + accesses
    for (let a = 0; a < count; a++) {
      this.#hits[a] = this.hitsOf(a) * kept + (hits[a] as number)
      for (let b = 0; b < a; b++) {
        const lead = (hits[a] as number) - (hits[b] as number)
        const at = a * count + b
        this.#squares[at] = (this.#squares[at] as number) * kept * kept + lead * lead
      }
    }
  }

  hitsOf(candidate: number): number {
    return this.#hits[candidate] as number
  }

  /** How many hits `a` is ahead of `b`. */
  lead(a: number, b: number): number {
    return this.hitsOf(a) - this.hitsOf(b)
  }

  /** How far the lead of one over the other would stray by chance, were each difference as likely to be the reverse. */
  deviation(a: number, b: number): number {
    return Math.sqrt(this.#squares[Math.max(a, b) * this.#hits.length + Math.min(a, b)] as number)
  }
}
