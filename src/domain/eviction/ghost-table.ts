/** Cells of a set; with numbers of 4 bytes half a cache line, so a look at a set costs one access to memory. */
const WAYS = 8
/** Cells per ghost. With a half more than needed, about one ghost in forty finds its set full. */
const SPARE = 1.5
/** A ghost lives for this many ticks of the table's clock, which is kept in 8 bits. */
const LIFE = 64
/** Each tick cleans one slice of this many, so a dead ghost is gone before its birth tick could come round again. */
const SLICES = 128

const TAG = 0x7f_ffff
const TAKEN = 0x80_0000
const BIRTH_SHIFT = 24
const TICKS = 0xff

/**
 * Ghosts for the hot path: about how long ago was this key evicted? It forgets a fingerprint after roughly as many
 * more additions as it has room for. `GhostQueue` is exact, counts and knows the order; this one answers the one
 * question S3-FIFO has with a single access to memory and 6 bytes a ghost.
 *
 * A set-associative memory, as caches in hardware are: the fingerprint chooses a set of 8 cells; a cell holds 23 more
 * bits of it and the tick of its birth. A clock ticks 64 times in as many additions as there is room for, and who is
 * older than 64 ticks is dead. In a full set the oldest makes way, a little early: about one ghost in forty. Nothing is
 * allocated but when the capacity grows beyond the table; it starts anew then, empty. One newcomer in a million is
 * mistaken for a ghost.
 */
export class GhostTable {
  #cells: Int32Array = new Int32Array(0)
  #sets = 0
  /** Makes a set's number of a 32-bit hash. */
  #scale = 0
  #capacity = 0
  /** The most ghosts the cells are enough for. */
  #most = 0
  #tick = 0
  /** Counts down to the next tick, from the capacity in steps of `LIFE`. */
  #left = 0

  /** @param capacity after how many additions a ghost is forgotten */
  constructor(capacity: number) {
    this.resize(capacity)
  }

  get capacity(): number {
    return this.#capacity
  }

  /** Makes a fingerprint a ghost. One that is a ghost already is to be removed first, or it may outlive the removal. */
  add(print: number): void {
    if (this.#capacity === 0) return
    this.#left -= LIFE
    while (this.#left < 0) this.#advance()
    this.#cells[this.#room(print)] = (this.#tick << BIRTH_SHIFT) | TAKEN | (print & TAG)
  }

  /** Forgets a ghost; false if there was none. */
  remove(print: number): boolean {
    const cells = this.#cells
    const label = TAKEN | (print & TAG)
    let at = this.#setOf(print)
    const end = at + WAYS
    while (at < end && ((cells[at] as number) & (TAKEN | TAG)) !== label) at++
    if (at >= end || at >= cells.length) return false
    const age = this.#age(cells[at] as number)
    cells[at] = 0
    return age <= LIFE
  }

  /** Changes how much is remembered. What is more than the cells are enough for makes the table start anew, doubled. */
  resize(capacity: number): void {
    if (capacity === this.#capacity) return
    this.#capacity = capacity
    if (this.#left > capacity) this.#left = capacity
    if (capacity <= this.#most) return
    this.#most = this.#most === 0 ? capacity : Math.max(capacity, this.#most * 2)
    this.#sets = Math.ceil((this.#most * SPARE) / WAYS)
    this.#scale = this.#sets / 0x1_0000_0000
    this.#cells = new Int32Array(this.#sets * WAYS)
  }

  /** A cell of the set that is free or holds a dead ghost; if there is none, that of the oldest. */
  #room(print: number): number {
    const cells = this.#cells
    const tick = this.#tick
    const from = this.#setOf(print)
    let oldest = from
    let most = 0
    const first = print & (WAYS - 1)
    for (let way = first; way < first + WAYS; way++) {
      const at = from + (way & (WAYS - 1))
      const cell = cells[at] as number
      if (cell === 0) return at
      const age = (tick - (cell >>> BIRTH_SHIFT)) & TICKS
      if (age > LIFE) return at
      if (age <= most) continue
      oldest = at
      most = age
    }
    return oldest
  }

  /** The first cell of the set; multiplied once more, for fingerprints that are no good hashes. */
  #setOf(print: number): number {
    return (((Math.imul(print, 0x9e3779b1) >>> 0) * this.#scale) | 0) * WAYS
  }

  #age(cell: number): number {
    return (this.#tick - (cell >>> BIRTH_SHIFT)) & TICKS
  }

  #advance(): void {
    this.#left += this.#capacity
    this.#tick = (this.#tick + 1) & TICKS
    const slice = this.#tick % SLICES
    const from = Math.floor((slice * this.#sets) / SLICES) * WAYS
    const to = Math.floor(((slice + 1) * this.#sets) / SLICES) * WAYS
    const cells = this.#cells
    for (let at = from; at < to; at++) if (this.#age(cells[at] as number) > LIFE) cells[at] = 0
  }
}
