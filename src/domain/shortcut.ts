import type { Slot } from './contracts/index.ts'

/** Hits that a shortcut takes before the store hears of them. */
export const SHORTCUT_HITS = 256

/** What a shortcut reads from, by slot or by key. */
interface Readable<K, V> {
  get(at: K): V
}

const NOWHERE: Readable<unknown, undefined> = { get: () => undefined }
const NONE = new Uint32Array(0)
/** A reader who need not be told. */
const NOBODY = Object.freeze({})

/**
 * The short way of a hit. What a hit waits for is memory, and how many hits the processor works on at once depends on
 * how few instructions each has; so here is all that one needs, in one place: a look into the index, one comparison of
 * a byte, and two writes that never leave the first cache.
 *
 * It is open only while nothing happens but hits. Whatever else could change an answer shuts it: a command to the
 * store, an invalidation, a listener, another generation, the next reading of the clock. So a hit asks none of
 * them. The next hit then goes the ordinary way, is checked in full, and opens it again.
 *
 * For which slots it holds is remembered in a byte each: the store vouches for an entry until the end of its term,
 * some seconds, if nothing that is known now ends it before. Who was touched is told when it is shut or used up, in
 * order; that is also when its hits are counted, and when each reader who must know what it was answered is told. Until
 * then every slot that was read holds what it held.
 */
export class Shortcut {
  /** Hits that it may still take; 0 while it is shut. */
  left = 0
  /** Hits taken, those since it was opened not included. */
  hits = 0
  /** Slot s may be read if `terms[s]` is this. */
  term = 0
  terms: Uint8Array = new Uint8Array(0)
  index: Readable<string, Slot | undefined> = NOWHERE
  values: Readable<Slot, unknown> = NOWHERE
  /** The slots read since it was opened: from `SHORTCUT_HITS` down to `left + 1`. Lent while it is open. */
  touched: Uint32Array = NONE
  /** For whom hits are taken now, if that one must be told; whoever takes them sees to it. */
  reader: object | undefined
  /** Told what was read for a reader: `slots` from `first` down to above `end`. Must not throw. */
  tell: (reader: object, slots: Uint32Array, first: number, end: number) => void = () => {}
  /** The readers since it was opened, and what was left when each began. */
  readonly #readers: object[] = []
  readonly #starts: number[] = []

  /** The value of an entry, while `left` is above 0; undefined if there is none that the store vouches for. */
  take(key: string): unknown {
    const found = this.index.get(key)
    if (found === undefined) return undefined
    // An integer, as V8 knows from here on: else it is asked for each of the four times that it is used.
    const slot = found | 0
    if (this.terms[slot] !== this.term) return undefined
    const { left } = this
    this.left = left - 1
    this.touched[left] = slot
    return this.values.get(slot)
  }

  /** From here on hits are for somebody else. */
  follow(reader: object | undefined): void {
    this.reader = reader
    this.#readers.push(reader ?? NOBODY)
    this.#starts.push(this.left)
  }

  /**
   * For the store, when it is told of the hits: counts them, tells their readers, and lets so many more be taken.
   * Returns how many there were; the list of who was touched is valid until the next hit.
   */
  settle(left: number): number {
    const before = this.left
    const taken = SHORTCUT_HITS - before
    this.left = left
    this.hits += taken
    if (this.#readers.length !== 0) this.#tellReaders(before)
    return taken
  }

  /** For whoever could not shut it, because the store has failed: its readers hear of what they have read. */
  abandon(): void {
    const end = this.left
    this.left = 0
    this.#tellReaders(end)
  }

  #tellReaders(end: number): void {
    this.reader = undefined
    const readers = this.#readers.splice(0)
    const starts = this.#starts.splice(0)
    for (let at = 0; at < readers.length; at++) {
      const reader = readers[at] as object
      const first = starts[at] as number
      const last = starts[at + 1] ?? end
      if (reader !== NOBODY && first > last) this.tell(reader, this.touched, first, last)
    }
  }
}
