import type { TagRecord } from '../../domain/index.ts'

/** An answer as it is kept, and how readers get their own copy. */
export interface Seen {
  readonly value: unknown
  readonly copy: number
}

/** Answers remembered; more is not the working set of one answer, and the log goes with its scope only. */
const MOST_READS = 1_000

/**
 * What was read in one scope, by the records of the keys (L0): one answer is made from one state of each key. Noting is
 * an append, because each read in a scope pays for it; the index over the log is made when somebody has to look, which
 * is only once anything was stored since the scope was opened.
 */
export class ReadLog {
  /** Record, value and copy kind of each read, in turns. */
  #log: unknown[] = []
  #indexed = 0
  readonly #places = new Map<TagRecord, number>()

  add(record: TagRecord, value: unknown, copy: number): void {
    if (this.#log.length < 3 * MOST_READS) this.#log.push(record, value, copy)
  }

  /** The last answer that was noted. */
  find(record: TagRecord): Seen | undefined {
    const log = this.#log
    for (; this.#indexed < log.length; this.#indexed += 3) {
      this.#places.set(log[this.#indexed] as TagRecord, this.#indexed)
    }
    const place = this.#places.get(record)
    return place === undefined ? undefined : { value: log[place + 1], copy: log[place + 2] as number }
  }

  /** Forgets what was read of one record, or everything. */
  forget(record: TagRecord | undefined): void {
    if (record === undefined) {
      this.#log = []
      this.#indexed = 0
      this.#places.clear()
    } else if (this.find(record) !== undefined) {
      this.#places.delete(record)
    }
  }
}
