import { type Slot, widened } from '../../../src/domain/index.ts'

/** A time that is never reached. */
export const NEVER = 0xffff_ffff
/** A time beyond the column's reach; the true one is in `#outside`. */
const FAR = NEVER - 1
/** A time at or before the origin; the true one is in `#outside`. Also that of a slot without an entry. */
const PAST = 0
/** How far the clock may be from the origin, about 24.8 days; beyond it the origin moves. */
export const HALF: number = 2 ** 31
/** How far before the clock a moved origin lies, about 12.4 days: that much of the past stays in the column. */
const BEHIND = 2 ** 30

/**
 * Points in time by slot, 4 bytes each: whole milliseconds since a moving origin. A column of doubles would cost 8
 * bytes for each of the three times of an entry. The column reaches from the origin to 49.7 days after it; the clock
 * is never more than 24.8 days past the origin when something is written, because the origin then moves up and the
 * column is renumbered in one pass (about 1 ms for a million slots). The few times that lie outside are kept exactly
 * in a Map. Deadlines are rounded up, so nothing expires early and nothing lives 1 ms too long; a clock of whole
 * milliseconds stays exact.
 */
export class Timeline {
  /** The ticks of slot s are at `lanes * s`. */
  ticks: Uint32Array
  /** What ticks count from. Moves: read it anew after each write. */
  origin: number
  readonly #outside = new Map<Slot, number>()
  readonly #keepsPast: boolean
  readonly #lanes: number

  /**
   * @param keepsPast false where it is enough to know of a time more than 12.4 days ago that it was that long ago:
   *   most entries of an old cache may have such times, and a Map of them all would be no small thing
   * @param lanes cells per slot, of which this one uses the first: the owner may keep beside it what is read with it
   */
  constructor(slots: number, now: number, keepsPast = true, lanes = 1) {
    this.#keepsPast = keepsPast
    this.#lanes = lanes
    this.ticks = new Uint32Array(lanes * slots)
    // A whole number, so that whole times stay whole; before now, so that now itself is not PAST.
    this.origin = Math.floor(now) - 1
  }

  get slots(): number {
    return this.ticks.length / this.#lanes
  }

  /** How many times lie outside the column's reach: each costs an entry of a Map. */
  get outside(): number {
    return this.#outside.size
  }

  /** The first of the slots `from` to `to` whose time `now` has reached, or 0: `get(slot) <= now`, without a call for each. */
  firstPast(from: Slot, to: Slot, now: number): Slot {
    const { ticks } = this
    const lanes = this.#lanes
    const reached = now - this.origin
    for (let slot = from; slot <= to; slot++) {
      const time = ticks[lanes * slot] as number
      // NEVER and FAR are above any distance of the clock from the origin; PAST may stand for what is kept outside.
      if (time <= reached && (time !== PAST || this.get(slot) <= now)) return slot
    }
    return 0
  }

  get(slot: Slot): number {
    const ticks = this.ticks[this.#lanes * slot] as number
    if (ticks === NEVER) return Number.POSITIVE_INFINITY
    if (ticks === FAR || ticks === PAST) return this.#outside.get(slot) ?? this.origin
    return this.origin + ticks
  }

  set(slot: Slot, time: number): void {
    if (this.#outside.size !== 0) this.#outside.delete(slot)
    const ticks = Math.ceil(time - this.origin)
    if (ticks > PAST && ticks < FAR) this.ticks[this.#lanes * slot] = ticks
    else this.#setOutside(slot, time)
  }

  #setOutside(slot: Slot, time: number): void {
    if (time === Number.POSITIVE_INFINITY) {
      this.ticks[this.#lanes * slot] = NEVER
      return
    }
    this.#outside.set(slot, time)
    this.ticks[this.#lanes * slot] = time > this.origin ? FAR : PAST
  }

  /** Whether the time in the slot will ever come. */
  ends(slot: Slot): boolean {
    return this.ticks[this.#lanes * slot] !== NEVER
  }

  /** The entry left: nothing of its time is kept. */
  drop(slot: Slot): void {
    this.ticks[this.#lanes * slot] = PAST
    if (this.#outside.size !== 0) this.#outside.delete(slot)
  }

  grow(slots: number): void {
    this.ticks = widened(this.ticks, this.#lanes * slots)
  }

  /** Moves the origin once the clock is half the column's reach away from it. Called before each write. */
  advance(now: number): void {
    if (now - this.origin < HALF) return
    const outside = [...this.#outside]
    const shift = Math.floor(now) - BEHIND - this.origin
    const ticks = this.ticks
    const lanes = this.#lanes
    for (let at = 0; at < ticks.length; at += lanes) {
      const old = ticks[at] as number
      if (old === PAST || old >= FAR) continue
      ticks[at] = old > shift ? old - shift : PAST
      if (old <= shift && this.#keepsPast) this.#outside.set(at / lanes, this.origin + old)
    }
    this.origin += shift
    for (const [slot, time] of outside) this.set(slot, time)
  }
}
