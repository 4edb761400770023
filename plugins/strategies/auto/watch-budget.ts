/** Sampled accesses that may be watched before anything is earned: about half a second of work, once. */
const ALLOWANCE = 2 ** 19
/** What an insertion earns. It follows a miss, beside which a quarter of a watched access is nothing. */
const EARNED = 1 / 4
/** Turnovers of the miniatures that must be paid for before a rest ends. */
const STRETCH = 4

/**
 * When to watch the accesses and when to rest. Watching a small cache means to simulate it several times over, for each
 * access; nobody would want that for ever. So it is paid for: from an allowance at the start, when all is to be learnt,
 * and then from insertions. Hits earn nothing and in the long run cost nothing. A cache that hits nearly always has
 * little to gain and rests nearly always; when its pattern turns into one that it misses, it soon can pay for a look.
 * A large cache is sampled so thinly that it hardly ever has to rest.
 */
export class WatchBudget {
  #watching = true
  #credit: number = ALLOWANCE
  readonly #stretch: number

  /** @param turnover sampled accesses after which the miniatures are up to date again */
  constructor(turnover: number) {
    this.#stretch = STRETCH * turnover
  }

  get watching(): boolean {
    return this.#watching
  }

  /** Pays for a watched access; false if that was the last for now. */
  spend(): boolean {
    this.#credit -= 1
    this.#watching = this.#credit >= 1
    return this.#watching
  }

  /** An insertion; true if it ends a rest. */
  earn(): boolean {
    if (this.#credit < ALLOWANCE) this.#credit += EARNED
    if (this.#watching || this.#credit < this.#stretch) return false
    this.#watching = true
    return true
  }
}
