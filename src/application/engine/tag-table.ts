import type { TagRecord } from '../../domain/index.ts'
import { order } from './order.ts'

/** How many records one insertion may look at to find one that nobody uses. */
const LOOKS = 64

type Index = Map<string, Row>
type Row = TagRecord & { readonly index: Index }

/**
 * Tag name to record, bounded. When full, a clock hand looks for a record that no entry uses; failing that it drops
 * the one it points at, whose entries die with it (`changed = Infinity`). `floor` is the latest change of any record
 * dropped: a tag that is not in the table may have changed then, so a new record starts there and never as unchanged.
 */
export class TagTable {
  readonly #tags: Index = new Map()
  readonly #rows: Row[] = []
  #bound: number
  #hand = 0
  #floor = 0
  #lossy = false

  constructor(bound: number) {
    this.#bound = bound
  }

  get size(): number {
    return this.#rows.length
  }

  /** A new bound holds for the next insertion; records over it leave one by one. */
  set bound(bound: number) {
    this.#bound = bound
  }

  /** True once a record was dropped: a name without one may have been depended on. */
  get lossy(): boolean {
    return this.#lossy
  }

  /** The record of a tag, made if there is none. */
  of(name: string): TagRecord {
    return this.at(this.#tags, name)
  }

  /** The record of a name in an index of its own: key records live in one per key space. */
  at(index: Index, name: string): TagRecord {
    const known = index.get(name)
    if (known !== undefined) return known
    const row: Row = { name, changed: this.#floor, uses: 0, seenBy: 0, index }
    while (this.#rows.length >= this.#bound) this.#drop(this.#spare())
    this.#rows.push(row)
    index.set(name, row)
    return row
  }

  #spare(): number {
    for (let looks = Math.min(LOOKS, this.#rows.length); looks > 0; looks--) {
      this.#hand = this.#hand + 1 < this.#rows.length ? this.#hand + 1 : 0
      if (this.#rows[this.#hand]?.uses === 0) break
    }
    return Math.min(this.#hand, this.#rows.length - 1)
  }

  #drop(at: number): void {
    const row = this.#rows[at] as Row
    const last = this.#rows.pop() as Row
    if (last !== row) this.#rows[at] = last
    row.index.delete(row.name)
    this.#lossy = true
    // A dropped record that some load still holds unstored must not look unchanged to it.
    this.#floor = Math.max(this.#floor, Math.min(row.changed, order.epoch))
    row.changed = Number.POSITIVE_INFINITY
  }
}

/** An index of key records: what `delete(key)` marks as changed for the entries made from that key. */
export type KeyRecords = Index

/** An empty index of key records. */
export function keyRecords(): KeyRecords {
  return new Map()
}
