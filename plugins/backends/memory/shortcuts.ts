import { SHORTCUT_HITS, type Shortcut, type Slot, widened } from '../../../src/domain/index.ts'

/**
 * Milliseconds of a term. Shorter, and more hits are the first of theirs in a term, which goes the ordinary way; longer,
 * and more entries end before it does, and go that way always.
 */
const TERM = 10_000
/** Terms are numbered by a byte; 0 is no term. */
const MOST_TERMS = 255
/** Shortcuts open at a time: each ordinary hit looks through them. */
const MOST_OPEN = 4

/** What is told of the hits that shortcuts took. */
export interface Settling {
  /** Those of `slots` from the end down to `first` were read, in this order. */
  readonly touch: (slots: Uint32Array, first: number) => void
  /** So many readings of the clock were spared. */
  readonly spare: (readings: number) => void
}

/**
 * The store's side of its shortcuts (see domain/shortcut.ts): who is vouched for, and which are open. One byte a slot,
 * from the first hit on. A term ends after ten seconds, or when the order of invalidations has moved; its number then goes
 * up, which takes back all vouchers at once. Every 255 terms the bytes are cleared, 50 us for a million slots.
 */
export class Shortcuts {
  readonly #settling: Settling
  readonly #open: Shortcut[] = []
  /** Lists of touched slots that nobody uses just now: a kilobyte each is too much for thousands of namespaces. */
  readonly #lists: Uint32Array[] = []
  #terms: Uint8Array = new Uint8Array(0)
  #term = 0
  #epoch = -1
  /** The end of the term. */
  until: number = Number.NEGATIVE_INFINITY

  constructor(settling: Settling) {
    this.#settling = settling
  }

  /** Makes sure that the term is one in which `now` and `epoch` lie. */
  renew(now: number, epoch: number, slots: number): void {
    if (now < this.until && epoch === this.#epoch && this.#terms.length === slots) return
    this.shut()
    if (this.#terms.length !== slots) this.#terms = widened(this.#terms, slots)
    if (this.#term === MOST_TERMS) this.#terms.fill(0)
    this.#term = (this.#term % MOST_TERMS) + 1
    this.#epoch = epoch
    this.until = now + TERM
  }

  /** Vouches for a slot until the end of the term, and opens the shortcut of its space. */
  open(shortcut: Shortcut, slot: Slot, index: Shortcut['index'], values: Shortcut['values']): void {
    this.#terms[slot] = this.#term
    if (this.#open.includes(shortcut)) return
    if (this.#open.length === MOST_OPEN) this.shut()
    this.#open.push(shortcut)
    shortcut.term = this.#term
    shortcut.terms = this.#terms
    shortcut.index = index
    shortcut.values = values
    shortcut.touched = this.#lists.pop() ?? new Uint32Array(SHORTCUT_HITS + 1)
    shortcut.left = SHORTCUT_HITS
  }

  /** Nobody vouches for a slot any more. */
  revoke(slot: Slot): void {
    if (slot < this.#terms.length) this.#terms[slot] = 0
  }

  /** Tells of the hits taken so far; they stay open. */
  settle(): void {
    if (this.#open.length === 0) return
    for (const shortcut of this.#open) this.#settle(shortcut, SHORTCUT_HITS)
  }

  shut(): void {
    for (let shortcut = this.#open.pop(); shortcut !== undefined; shortcut = this.#open.pop()) {
      const { touched } = shortcut
      this.#settle(shortcut, 0)
      this.#lists.push(touched)
    }
  }

  /** The store starts anew: no slot is what it was. */
  restart(): void {
    this.shut()
    this.#terms = new Uint8Array(0)
    this.until = Number.NEGATIVE_INFINITY
  }

  /** The shortcut is as it is to be before anybody is told: a strategy that fails is reported to the application. */
  #settle(shortcut: Shortcut, left: number): void {
    const first = shortcut.left + 1
    const taken = shortcut.settle(left)
    if (taken === 0) return
    this.#settling.spare(taken)
    this.#settling.touch(shortcut.touched, first)
  }
}
