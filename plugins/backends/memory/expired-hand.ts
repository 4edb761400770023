import type { Slot } from '../../../src/domain/index.ts'
import type { Columns } from './columns.ts'

/** Slots looked at for an expired entry before a live one is evicted: the marks of four are half a cache line. */
const LOOKS = 4

/**
 * An expired entry should leave before a live one does. A wheel of timers would find it for certain, for 8 bytes an
 * entry; a hand that looks at a few slots per eviction finds all there are within a quarter of a turnover.
 */
export class ExpiredHand {
  #at: Slot = 0

  /** The next expired entry, or 0 if there is none in the next few slots. */
  next(columns: Columns, now: number): Slot {
    const { deadlines, highest } = columns
    if (deadlines === null) return 0
    const from = this.#at >= highest ? 1 : this.#at + 1
    const to = Math.min(from + LOOKS - 1, highest)
    let slot = deadlines.firstPast(from, to, now)
    while (slot !== 0 && !isExpired(columns, slot, now)) slot = deadlines.firstPast(slot + 1, to, now)
    this.#at = slot === 0 ? to : slot
    return slot
  }
}

/** A free slot has a time, too, and an entry with extras may be fresh for longer than its mark says. */
function isExpired(columns: Columns, slot: Slot, now: number): boolean {
  return columns.keyOf(slot) !== undefined && columns.keepUntil(slot) <= now
}
