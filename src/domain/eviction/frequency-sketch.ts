/** Counters per remembered entry; the table is a power of two, so there may be up to twice as many. */
const COUNTERS_PER_ENTRY = 8
const COUNTERS_PER_WORD = 8
const WORDS_PER_BLOCK = 16
/** What a counter of four bits can say. */
const MOST = 15

/**
 * How often fingerprints were seen lately: a count-min sketch (Cormode, Muthukrishnan, J. Algorithms 2005) with the
 * 4-bit counters and the periodic halving of TinyLFU (Einziger, Friedman, Manes, ACM TOS 2017).
 *
 * A fingerprint owns one counter in each of four rows; the smallest of the four is the estimate, which is never less
 * than the truth (up to 15) since the last halving, and more only if all four are shared. An increment raises only the
 * counters that equal the smallest (conservative update), which keeps strangers apart for longer. The four counters
 * lie in one block of 64 bytes, so that an operation touches one cache line; that costs a little accuracy and saves
 * three cache misses (Putze, Sanders, Singler, WEA 2007).
 *
 * Halving all counters makes old popularity fade: a count is worth half after each period, so one that stopped being
 * used is forgotten after four. 4 to 8 bytes per remembered entry, O(1), and O(table) for a halving, whose owner
 * spaces them some ten capacities apart: less than one counter per access.
 *
 * Fingerprints must come from a salted hash, else somebody could choose keys that share counters. `salt` is for
 * several sketches over the same fingerprints, whose errors should not be the same.
 *
 * @example
 * const seen = new FrequencySketch(1_000)
 * seen.add(print)
 * seen.estimate(print) // 1
 */
export class FrequencySketch {
  readonly #salt: number
  #words: Uint32Array
  #blocks: number

  constructor(entries: number, salt = 0) {
    this.#salt = salt
    this.#blocks = blocksFor(entries)
    this.#words = new Uint32Array(this.#blocks * WORDS_PER_BLOCK)
  }

  /** Makes room for more entries; what was counted is forgotten. Does nothing if there is room. */
  reserve(entries: number): void {
    const blocks = blocksFor(entries)
    if (blocks <= this.#blocks) return
    this.#blocks = blocks
    this.#words = new Uint32Array(blocks * WORDS_PER_BLOCK)
  }

  /** How often the fingerprint was seen, from 0 to 15. */
  estimate(print: number): number {
    const block = this.#blockOf(print)
    const rows = this.#rowsOf(print)
    let least = MOST
    for (let row = 0; row < 4; row++) {
      const count = this.#count(block, rows, row)
      if (count < least) least = count
    }
    return least
  }

  /** Counts one more sighting. */
  add(print: number): void {
    this.raise(print, Math.min(MOST, this.estimate(print) + 1))
  }

  /** Makes the estimate at least `count`, for an owner that counted elsewhere meanwhile. */
  raise(print: number, count: number): void {
    const block = this.#blockOf(print)
    const rows = this.#rowsOf(print)
    for (let row = 0; row < 4; row++) {
      const at = place(block, rows, row)
      const shift = (at & 7) << 2
      const word = this.#words[at >>> 3] as number
      if (((word >>> shift) & MOST) < count) {
        this.#words[at >>> 3] = (word & ~(MOST << shift)) | (count << shift)
      }
    }
  }

  /** Halves all counts, rounding down. */
  halve(): void {
    const words = this.#words
    for (let i = 0; i < words.length; i++) words[i] = ((words[i] as number) >>> 1) & 0x7777_7777
  }

  #count(block: number, rows: number, row: number): number {
    const at = place(block, rows, row)
    return ((this.#words[at >>> 3] as number) >>> ((at & 7) << 2)) & MOST
  }

  #blockOf(print: number): number {
    return (mix(print ^ this.#salt, 0x2c1b3c6d) & (this.#blocks - 1)) * WORDS_PER_BLOCK
  }

  /** Four indices of five bits, one for each row. */
  #rowsOf(print: number): number {
    return mix(print ^ this.#salt, 0x297a2d39)
  }
}

/** The index of a counter in the table: row r of a block has four words, 32 counters. */
function place(block: number, rows: number, row: number): number {
  return (block << 3) + (row << 5) + ((rows >>> (row << 3)) & 31)
}

function mix(print: number, multiplier: number): number {
  const hash = Math.imul(print ^ (print >>> 15), multiplier)
  return hash ^ (hash >>> 14)
}

function blocksFor(entries: number): number {
  const words = (Math.max(1, entries) * COUNTERS_PER_ENTRY) / COUNTERS_PER_WORD
  return 2 ** Math.ceil(Math.log2(Math.max(1, words / WORDS_PER_BLOCK)))
}
