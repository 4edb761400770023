import type { Slot } from '../../../src/domain/index.ts'
import type { Columns } from './columns.ts'
import { NEVER } from './timeline.ts'

const NONE = new Uint32Array(0)

/**
 * What an ordinary hit compares, taken out of the columns: a look through them would cost as much as its comparisons.
 * To be aimed anew after whatever may have replaced a column or moved an origin.
 */
export class HitMarks {
  #marks: Uint32Array = NONE
  #lanes = 0
  #base = 0
  #origin = 0
  #copies: Uint8Array | null = null
  #columns: Columns | null = null
  #moves = -1

  aim(columns: Columns): void {
    if (this.#moves === columns.moves && this.#columns === columns) return
    this.#columns = columns
    this.#moves = columns.moves
    this.#marks = columns.marks
    this.#lanes = columns.lanes
    this.#base = columns.base
    this.#origin = columns.fresh === null ? 0 : columns.fresh.origin
    this.#copies = columns.rare === null ? null : columns.rare.copies
  }

  /** Whether nothing was invalidated since the last look at an entry, and a hit at `time` need not look closer. */
  isGood(slot: Slot, time: number, epoch: number): boolean {
    const marks = this.#marks
    const lanes = this.#lanes
    const at = (slot << lanes) + lanes
    if (marks[at] !== epoch - this.#base) return false
    if (lanes === 0) return true
    const freshUntil = marks[at - 1] as number
    return freshUntil > time - this.#origin || freshUntil === NEVER
  }

  copyKind(slot: Slot): number {
    return this.#copies === null ? 0 : (this.#copies[slot] as number)
  }
}
