/** What a counter of four bits can say. */
const MOST = 15
const COUNTERS_PER_WORD = 8
/** 64 bytes: what a processor fetches at once. */
const WORDS_PER_BLOCK = 16
/** Small tables are four times as wide, for they cost nothing: this many entries of the extra room at most. */
const MOST_WIDENED = 2_048

/**
 * How often fingerprints were seen lately: a count-min sketch (Cormode, Muthukrishnan, J. Algorithms 2005) with the
 * 4-bit counters and the halving of TinyLFU (Einziger, Friedman, Manes, ACM TOS 2017).
 *
 * A fingerprint owns one counter in each of four rows; the least of the four is the estimate. It is never below the
 * truth (up to 15, since the last halving) and above it only if all four are shared. Only counters below the new value
 * are raised (conservative update), which keeps strangers apart for longer. The four lie in one block of 64 bytes, so
 * that an operation waits for memory once (Putze, Sanders, Singler, WEA 2007).
 *
 * Old popularity fades: halving takes half off each count. The owner halves when enough was counted; beyond that the
 * sketch halves itself once it has met as many new fingerprints as it has room for. A crowded sketch calls every
 * stranger known, and an admission that trusts it lets a scan through.
 *
 * Eight counters, 4 bytes, per entry of room; four times that for small ones. O(1), and O(table) for a halving, less
 * than one counter per access.
 *
 * Fingerprints must come from a salted hash, else somebody could choose keys that share counters. `salt` sets several
 * sketches of the same fingerprints apart, so that their errors differ.
 *
 * @example
 * const seen = new FrequencySketch(1_000)
 * seen.add(print)
 * seen.estimate(print) // 1
 */
export class FrequencySketch {
  readonly #salt: number
  #room = 0
  #blocks = 0
  #words: Uint32Array = new Uint32Array(0)
  #newcomers = 0

  /** @param entries how many fingerprints are to be told apart */
  constructor(entries: number, salt = 0) {
    this.#salt = salt
    this.reserve(entries)
  }

  /** Makes room for more entries and forgets all counts; does nothing if there is room. */
  reserve(entries: number): void {
    const room = Math.max(1, entries + 3 * Math.min(entries, MOST_WIDENED))
    const blocks = Math.ceil(room / WORDS_PER_BLOCK)
    if (blocks <= this.#blocks) return
    this.#room = blocks * WORDS_PER_BLOCK
    this.#blocks = blocks
    this.#words = new Uint32Array(this.#room)
    this.#newcomers = 0
  }

  /** How often the fingerprint was seen, from 0 to 15. */
  estimate(print: number): number {
    const block = this.#block(print)
    const rows = mix(print ^ this.#salt, 0x297a2d39)
    let least = MOST
    for (let row = 0; row < 4; row++) {
      const counter = place(block, rows, row)
      const count = ((this.#words[counter >>> 3] as number) >>> ((counter & 7) << 2)) & MOST
      if (count < least) least = count
    }
    return least
  }

  /** Counts one more sighting. */
  add(print: number): void {
    this.raise(print, this.estimate(print) + 1)
  }

  /** Makes the estimate at least `count` (or 15), for an owner that counted elsewhere meanwhile. */
  raise(print: number, count: number): void {
    if (this.estimate(print) === 0 && count > 0) this.#admit()
    const target = Math.min(count, MOST)
    const block = this.#block(print)
    const rows = mix(print ^ this.#salt, 0x297a2d39)
    for (let row = 0; row < 4; row++) {
      const counter = place(block, rows, row)
      const shift = (counter & 7) << 2
      const word = this.#words[counter >>> 3] as number
      if (((word >>> shift) & MOST) < target) {
        this.#words[counter >>> 3] = (word & ~(MOST << shift)) | (target << shift)
      }
    }
  }

  /** Halves all counts, rounding down. */
  halve(): void {
    const words = this.#words
    for (let i = 0; i < words.length; i++) words[i] = ((words[i] as number) >>> 1) & 0x7777_7777
    this.#newcomers = 0
  }

  #admit(): void {
    this.#newcomers += 1
    if (this.#newcomers > this.#room) this.halve()
  }

  /** The first word of a fingerprint's block. */
  #block(print: number): number {
    const hash = mix(print ^ this.#salt, 0x2c1b3c6d) >>> 0
    return Math.floor((hash / 0x1_0000_0000) * this.#blocks) * WORDS_PER_BLOCK
  }
}

/** The index of a counter in the table: each row of a block is four words, 32 counters, chosen by five bits. */
function place(block: number, rows: number, row: number): number {
  return block * COUNTERS_PER_WORD + (row << 5) + ((rows >>> (row << 3)) & 31)
}

function mix(print: number, multiplier: number): number {
  const hash = Math.imul(print ^ (print >>> 15), multiplier)
  return hash ^ (hash >>> 14)
}
