import type { TagRecord } from '../../domain/index.ts'
import { nextStamp } from './stamp.ts'

/** An answer as it is kept, and how readers get their own copy. */
export interface Seen {
  readonly value: unknown
  readonly copy: number
  /** True if no encode hook has had it: it is as its load returned it. */
  readonly plain: boolean
}

/** Answers remembered in one part of a log; more is not the working set of one answer. */
const MOST_READS = 1_000
/** Added to the copy kind of a plain answer: a column of its own would be dearer for each read. */
const PLAIN = 0x100

/**
 * What was read in one scope, by the records of the keys (L0): one answer is made from one state of each key. Noting is
 * an append, because each read in a scope pays for it; the index over the log is made when somebody has to look, which
 * is only when something is not there, or once anything was stored since the scope was opened. A full part of the log
 * is cleared of what repeats itself; if that is not much, it takes the place of the part before it. So at least the
 * last 500 keys are remembered, and a key that is read now and then is not forgotten because of one that is read often.
 */
export class ReadLog {
  #young = new Part()
  #old: Part | undefined
  #writes = 0
  #wroteAll = 0
  #wrote: Map<TagRecord, number> | undefined

  add(record: TagRecord, value: unknown, copy: number, plain = false): void {
    if (this.#young.log.length === 3 * MOST_READS) this.#makeRoom()
    this.#young.log.push(record, value, plain ? copy + PLAIN : copy)
  }

  /** The last answer that was noted. */
  find(record: TagRecord): Seen | undefined {
    return this.#young.find(record) ?? this.#old?.find(record)
  }

  /** How often something was written, and so forgotten. */
  get writes(): number {
    return this.#writes
  }

  /** Forgets what was read of one record, or everything. */
  forget(record: TagRecord | undefined): void {
    this.#writes += 1
    if (record !== undefined && (this.#wrote?.size ?? 0) < MOST_READS) {
      this.#young.forget(record)
      this.#old?.forget(record)
      this.#wrote ??= new Map()
      this.#wrote.set(record, this.#writes)
      return
    }
    this.#young = new Part()
    this.#old = undefined
    this.#wrote = undefined
    this.#wroteAll = this.#writes
  }

  /** Was it written after so many writes? Then an answer that was asked for before is not to be noted. */
  isWritten(record: TagRecord, writes: number): boolean {
    return this.#wroteAll > writes || (this.#wrote?.get(record) ?? 0) > writes
  }

  #makeRoom(): void {
    if (this.#young.distinct <= MOST_READS / 2) {
      this.#young = this.#young.withoutRepeats()
      return
    }
    this.#old = this.#young
    this.#young = new Part()
  }
}

class Part {
  /** Record, value and copy kind of each read, in turns. */
  readonly log: unknown[] = []
  #indexed = 0
  /** The place of the last answer of each key; made when it is first asked for, which most scopes never do. */
  #places: Map<TagRecord, number> | undefined

  get distinct(): number {
    if (this.#places !== undefined) return this.#index().size
    let distinct = 0
    this.#eachLast(() => {
      distinct += 1
    })
    return distinct
  }

  find(record: TagRecord): Seen | undefined {
    const place = this.#index().get(record)
    if (place === undefined) return undefined
    const copy = this.log[place + 2] as number
    return { value: this.log[place + 1], copy: copy & (PLAIN - 1), plain: copy >= PLAIN }
  }

  forget(record: TagRecord): void {
    this.#index().delete(record)
  }

  withoutRepeats(): Part {
    const { log } = this
    const kept = new Part()
    const keep = (place: number) => kept.log.push(log[place], log[place + 1], log[place + 2])
    // What was forgotten is still in the log, but not in the index.
    if (this.#places === undefined) this.#eachLast(keep)
    else for (const place of this.#index().values()) keep(place)
    return kept
  }

  /** The place of the last answer of each key, by stamps on their records: no index is made for this. */
  #eachLast(visit: (place: number) => void): void {
    const { log } = this
    const stamp = nextStamp()
    for (let place = log.length - 3; place >= 0; place -= 3) {
      const record = log[place] as TagRecord
      if (record.seenBy === stamp) continue
      record.seenBy = stamp
      visit(place)
    }
  }

  #index(): Map<TagRecord, number> {
    this.#places ??= new Map()
    const { log } = this
    for (; this.#indexed < log.length; this.#indexed += 3)
      this.#places.set(log[this.#indexed] as TagRecord, this.#indexed)
    return this.#places
  }
}
