/** How many URLs are remembered at once. */
const MOST_MARKS = 10_000

/**
 * URLs whose last answer could not be shared ("hit-for-miss"). Requests for them do not wait for one another for a
 * while: waiting would put them in a queue for nothing. Bounded: when full, the older half is forgotten, by keeping
 * two halves and dropping one, so that no mark costs a scan.
 */
export class UncacheableMarks {
  #young = new Map<string, number>()
  #old = new Map<string, number>()
  readonly #lasts: number

  /** @param lasts how long a mark holds, milliseconds */
  constructor(lasts: number) {
    this.#lasts = lasts
  }

  mark(key: string, now: number): void {
    this.#young.set(key, now + this.#lasts)
    if (this.#young.size < MOST_MARKS / 2) return
    this.#old = this.#young
    this.#young = new Map()
  }

  unmark(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** Takes the mark off if an answer is kept; tells whether it was. */
  unmarkIf(kept: boolean | Promise<boolean>, key: string): boolean | Promise<boolean> {
    if (typeof kept !== 'boolean') return kept.then((done) => this.unmarkIf(done, key))
    if (kept) this.unmark(key)
    return kept
  }

  has(key: string, now: number): boolean {
    const until = this.#young.get(key) ?? this.#old.get(key)
    return until !== undefined && now < until
  }
}

/** What was answered to credentials says nothing of the answers that others share. A key is a list, so no key ends so. */
export function markOf(key: string, shares: boolean): string {
  return shares ? key : `${key} with credentials`
}
