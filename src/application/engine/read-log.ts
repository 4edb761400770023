import type { TagRecord } from '../../domain/index.ts'

/** An answer as it is kept, and how readers get their own copy. */
export interface Seen {
  readonly value: unknown
  readonly copy: number
  /** True if no encode hook has had it: it is as its load returned it. */
  readonly plain: boolean
}

/** Answers remembered; more is not the working set of one answer, and the log goes with its scope only. */
const MOST_READS = 1_000
/** Added to the copy kind of a plain answer: a column of its own would be dearer for each read. */
const PLAIN = 0x100

/**
 * What was read in one scope, by the records of the keys (L0): one answer is made from one state of each key. Noting is
 * an append, because each read in a scope pays for it; the index over the log is made when somebody has to look, which
 * is only when something is not there, or once anything was stored since the scope was opened. A full log keeps the
 * last answer of each key, of the later half of the keys.
 */
export class ReadLog {
  /** Record, value and copy kind of each read, in turns. */
  #log: unknown[] = []
  #indexed = 0
  /** The place of the last answer of each key, in the order of these. */
  readonly #places = new Map<TagRecord, number>()
  #writes = 0
  #wroteAll = 0
  #wrote: Map<TagRecord, number> | undefined

  add(record: TagRecord, value: unknown, copy: number, plain = false): void {
    if (this.#log.length === 3 * MOST_READS) this.#makeRoom()
    this.#log.push(record, value, plain ? copy + PLAIN : copy)
  }

  /** The last answer that was noted. */
  find(record: TagRecord): Seen | undefined {
    this.#index()
    const place = this.#places.get(record)
    if (place === undefined) return undefined
    const copy = this.#log[place + 2] as number
    return { value: this.#log[place + 1], copy: copy & (PLAIN - 1), plain: copy >= PLAIN }
  }

  /** How often something was written, and so forgotten. */
  get writes(): number {
    return this.#writes
  }

  /** Forgets what was read of one record, or everything. */
  forget(record: TagRecord | undefined): void {
    this.#writes += 1
    if (record !== undefined && (this.#wrote?.size ?? 0) < MOST_READS) {
      this.#index()
      this.#places.delete(record)
      this.#wrote ??= new Map()
      this.#wrote.set(record, this.#writes)
      return
    }
    this.#log = []
    this.#indexed = 0
    this.#places.clear()
    this.#wrote = undefined
    this.#wroteAll = this.#writes
  }

  /** Was it written after so many writes? Then an answer that was asked for before is not to be noted. */
  isWritten(record: TagRecord, writes: number): boolean {
    return this.#wroteAll > writes || (this.#wrote?.get(record) ?? 0) > writes
  }

  #index(): void {
    const log = this.#log
    for (; this.#indexed < log.length; this.#indexed += 3) {
      const record = log[this.#indexed] as TagRecord
      this.#places.delete(record)
      this.#places.set(record, this.#indexed)
    }
  }

  #makeRoom(): void {
    this.#index()
    const log = this.#log
    const kept = [...this.#places.values()].slice(-MOST_READS / 2)
    this.#log = kept.flatMap((place) => log.slice(place, place + 3))
    this.#indexed = 0
    this.#places.clear()
  }
}
