import type { Slot } from '../../../src/domain/index.ts'

/** A time that is never reached. */
const NEVER = 0xffff_ffff
/** A time beyond the column's reach; the true one is in `#far`. */
const FAR = NEVER - 1
/** Half the reach of a column, about 24.8 days: the origin moves when the clock gets there. */
const HALF = 2 ** 31

/**
 * Points in time by slot, 4 bytes each: whole milliseconds since a moving origin. A column of doubles would cost 8
 * bytes for each of the three times of an entry. Every 24.8 days of clock the origin moves up and the column is
 * renumbered in one pass (about 1 ms for a million slots). What lies more than 49.7 days ahead is marked as far and
 * kept exactly in a Map until a move of the origin brings it into reach. Deadlines are rounded up, so nothing
 * expires early and nothing lives 1 ms too long; a clock of whole milliseconds stays exact.
 */
export class Timeline {
  #ticks: Uint32Array
  readonly #far = new Map<Slot, number>()
  #origin: number

  constructor(slots: number, origin: number) {
    this.#ticks = new Uint32Array(slots)
    this.#origin = origin
  }

  get slots(): number {
    return this.#ticks.length
  }

  /** True while `now` is below the deadline: the hot comparison. */
  ahead(slot: Slot, now: number): boolean {
    const ticks = this.#ticks[slot] as number
    return ticks === NEVER || ticks > now - this.#origin
  }

  get(slot: Slot): number {
    const ticks = this.#ticks[slot] as number
    if (ticks === NEVER) return Number.POSITIVE_INFINITY
    if (ticks === FAR) return this.#far.get(slot) ?? this.#origin + FAR
    return this.#origin + ticks
  }

  set(slot: Slot, time: number): void {
    if (this.#far.size !== 0) this.#far.delete(slot)
    if (time === Number.POSITIVE_INFINITY) {
      this.#ticks[slot] = NEVER
      return
    }
    const ticks = Math.ceil(time - this.#origin)
    if (ticks >= FAR) {
      this.#far.set(slot, time)
      this.#ticks[slot] = FAR
      return
    }
    this.#ticks[slot] = ticks < 0 ? 0 : ticks
  }

  grow(slots: number): void {
    const wider = new Uint32Array(slots)
    wider.set(this.#ticks)
    this.#ticks = wider
  }

  /** Moves the origin once the clock has used half the column's reach. Called before each write. */
  advance(now: number): void {
    if (now - this.#origin < HALF) return
    const shift = Math.floor(now - this.#origin)
    this.#origin += shift
    const ticks = this.#ticks
    for (let slot = 0; slot < ticks.length; slot++) {
      const old = ticks[slot] as number
      if (old < FAR) ticks[slot] = old > shift ? old - shift : 0
    }
    for (const [slot, time] of [...this.#far]) this.set(slot, time)
  }

  clear(): void {
    this.#far.clear()
  }
}
