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
    let at = this.#at
    let found = 0
    for (let looked = 0; looked < LOOKS && found === 0; looked++) {
      at = at >= highest ? 1 : at + 1
      // An entry with extras may be fresh for longer than its mark says.
      if (deadlines.isPast(at, now) && columns.keyOf(at) !== undefined && columns.keepUntil(at) <= now)
        found = at
    }
    this.#at = at
    return found
  }
}
