/** Cells of a set; the fingerprint chooses the set. */
const WAYS = 8
/** Cells per ghost, so that few sets are full before the table is. */
const SPARE = 1.25

/**
 * When were evicted entries used last? A bounded memory of fingerprints and times, made like a cache in hardware: a
 * fingerprint belongs to a set of eight cells, and in a full set the one used longest ago makes way. Nothing has to
 * be kept in order, and what is out of date is simply overwritten. 15 bytes a ghost; a search looks at eight cells.
 */
export class RecencyGhosts {
  readonly #most: number
  #sets = 1
  #prints: Uint32Array = new Uint32Array(WAYS)
  /** Times of last use, from 1; 0 is a free cell. */
  #times: Float64Array = new Float64Array(WAYS)

  /** @param most ghosts it is to hold at the end; the table grows to it by `reserve` */
  constructor(most: number) {
    this.#most = most
  }

  /** Makes room for as many ghosts, or the most; what is remembered then starts anew. */
  reserve(ghosts: number): void {
    const sets = Math.max(1, Math.ceil((Math.min(ghosts, this.#most) * SPARE) / WAYS))
    if (sets <= this.#sets) return
    this.#sets = sets
    this.#prints = new Uint32Array(sets * WAYS)
    this.#times = new Float64Array(sets * WAYS)
  }

  add(print: number, time: number): void {
    const from = this.#setOf(print)
    let place = from
    for (let cell = from; cell < from + WAYS; cell++) {
      if (this.#times[cell] !== 0 && this.#prints[cell] === print) {
        place = cell
        break
      }
      if ((this.#times[cell] as number) < (this.#times[place] as number)) place = cell
    }
    this.#prints[place] = print
    this.#times[place] = time
  }

  /** Forgets a ghost and says when it was used last; 0 if it is not remembered. */
  take(print: number): number {
    const from = this.#setOf(print)
    for (let cell = from; cell < from + WAYS; cell++) {
      const time = this.#times[cell] as number
      if (time === 0 || this.#prints[cell] !== print) continue
      this.#times[cell] = 0
      return time
    }
    return 0
  }

  /** Multiplied once more, for fingerprints that are no good hashes. */
  #setOf(print: number): number {
    return Math.floor(((Math.imul(print, 0x9e3779b1) >>> 0) / 0x1_0000_0000) * this.#sets) * WAYS
  }
}
