import type { Slot } from './contracts/index.ts'

/** Hits that a shortcut takes before the store hears of them. */
export const SHORTCUT_HITS = 256

/** What a shortcut reads from, by slot or by key. */
interface Readable<K, V> {
  get(at: K): V
}

const NOWHERE: Readable<unknown, undefined> = { get: () => undefined }
const NONE = new Uint32Array(0)

/**
 * The short way of a hit. What a hit waits for is memory, and how many hits the processor works on at once depends on
 * how few instructions each has; so here is all that one needs, in one place: a look into the index, one comparison of
 * a byte, and two writes that never leave the first cache.
 *
 * It is open only while nothing happens but hits. Whatever else could change an answer shuts it: a command to the
 * store, an invalidation, a scope, a listener, another generation, the next reading of the clock. So a hit asks none of
 * them. The next hit then goes the ordinary way, is checked in full, and opens it again.
 *
 * For which slots it holds is remembered in a byte each: the store vouches for an entry until the end of its term,
 * some seconds, if nothing that is known now ends it before. Who was touched is told when it is shut or used up, in
 * order; that is also when its hits are counted.
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
}
