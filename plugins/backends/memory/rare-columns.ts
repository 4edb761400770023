import {
  type EntryExtras,
  type EntryRecord,
  type Slot,
  type TagRecord,
  widened,
} from '../../../src/domain/index.ts'
import { ChunkedList } from './chunked-list.ts'
import type { Timeline } from './timeline.ts'

/** Extras with what the columns would hold otherwise, and for how long the entry is kept after it. */
export type KeptExtras = EntryExtras & { freshUntil: number; readonly window: number }

/** Whether an entry has nothing for these columns. */
export function isPlain({ freshUntil, keepUntil, deps, copy, extras }: EntryRecord, space: number): boolean {
  return space === 0 && copy === 0 && deps === undefined && extras === undefined && keepUntil === freshUntil
}

/**
 * The columns that a plain entry, of text or numbers and with nothing but a lifetime, has no use for. A cache without
 * any other entry has none of them, and passes them by with one comparison; each is allocated with the first entry that
 * needs it.
 */
export class RareColumns {
  /** The end of the stale window, where any entry has one. */
  keep: Timeline | null = null
  deps: ChunkedList<readonly TagRecord[] | undefined> | null = null
  /** Here is the end of freshness of such an entry; in the marks is the point from which a hit looks closer. */
  extras: ChunkedList<KeptExtras | undefined> | null = null
  copies: Uint8Array | null = null
  spaces: Uint32Array | null = null
  /** The record of the entry's own key, once a scope has read it. */
  records: ChunkedList<TagRecord | undefined> | null = null
  #slots: number

  constructor(slots: number) {
    this.#slots = slots
  }

  /** All but `keep`, whose owner knows the times. */
  write(slot: Slot, record: EntryRecord, space: number): void {
    const { deps, copy, extras } = record
    if (this.extras !== null || extras !== undefined) {
      this.extras ??= new ChunkedList(this.#slots)
      this.extras.set(slot, extras === undefined ? undefined : keptExtras(extras, record))
    }
    if (this.deps !== null || deps !== undefined) {
      this.deps ??= new ChunkedList(this.#slots)
      this.deps.set(slot, deps)
    }
    if (this.copies !== null || copy !== 0) {
      this.copies ??= new Uint8Array(this.#slots)
      this.copies[slot] = copy
    }
    if (this.spaces !== null || space !== 0) {
      this.spaces ??= new Uint32Array(this.#slots)
      this.spaces[slot] = space
    }
  }

  setRecord(slot: Slot, record: TagRecord): void {
    this.records ??= new ChunkedList(this.#slots)
    this.records.set(slot, record)
  }

  release(slot: Slot): void {
    this.keep?.drop(slot)
    this.deps?.set(slot, undefined)
    this.extras?.set(slot, undefined)
    this.records?.set(slot, undefined)
  }

  grow(slots: number): void {
    this.#slots = slots
    this.keep?.grow(slots)
    this.deps?.grow(slots)
    this.extras?.grow(slots)
    this.records?.grow(slots)
    if (this.spaces !== null) this.spaces = widened(this.spaces, slots)
    if (this.copies !== null) this.copies = widened(this.copies, slots)
  }
}

/** Field by field: V8 spreads an object with fractional numbers in it through a slow path. */
function keptExtras(extras: EntryExtras, { freshUntil, keepUntil }: EntryRecord): KeptExtras {
  const { closerFrom, loadTime, sliding, freshAtMost, validators } = extras
  // Not a difference of two infinities.
  const window = keepUntil === freshUntil ? (extras.window ?? 0) : keepUntil - freshUntil
  return { closerFrom, loadTime, sliding, freshAtMost, validators, freshUntil, window }
}
