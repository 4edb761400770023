import type { Intake } from '../values/index.ts'
import type { KeySpace } from './key-space.ts'
import { lastChange, order } from './order.ts'
import type { Scope } from './scope.ts'

/** What became of a flight: a value, kept so that every waiter can have its own copy, or an error. */
export type Outcome = { readonly kept: Intake } | { readonly error: unknown }

/**
 * A load under way, shared by those who may share it (single flight). Its lease is the point in the order of
 * invalidations at which it began: whatever changes afterwards refuses its fill, and only callers who came before the
 * change get its answer.
 */
export class Flight {
  readonly space: KeySpace
  readonly key: string
  readonly scope: Scope
  readonly lease: number = order.epoch
  readonly controller: AbortController = new AbortController()
  /** Resolves when it has ended, whatever way; never rejects. */
  readonly landed: Promise<Outcome>
  ended = false
  /** Set while it waits for a place to run. */
  expedite: (() => void) | undefined
  #land!: (outcome: Outcome) => void
  #fencedAt = 0

  constructor(space: KeySpace, key: string, scope: Scope) {
    this.space = space
    this.key = key
    this.scope = scope
    this.landed = new Promise((resolve) => {
      this.#land = resolve
    })
  }

  /** A set, delete or newer load of the same key came first: its result must not be stored. */
  fence(epoch: number): void {
    this.#fencedAt = Math.max(this.#fencedAt, epoch)
  }

  get fenced(): boolean {
    return this.#fencedAt > 0
  }

  /** The last change of anything it is known to depend on; 0 if nothing ever changed. */
  get changedAt(): number {
    return Math.max(this.#fencedAt, lastChange(this.space.lineage), lastChange(this.scope.deps))
  }

  /**
   * May a caller who arrives now share it? Only if nothing it has read so far changed since it began. What it reads
   * later is checked again when it lands.
   */
  get joinable(): boolean {
    return !this.ended && !this.controller.signal.aborted && this.changedAt <= this.lease
  }

  land(outcome: Outcome): void {
    if (this.ended) return
    this.ended = true
    this.#leave()
    this.#land(outcome)
  }

  /** Nobody joins it any more and nobody waits for it, but it has not ended: its result may still be stored. */
  release(): void {
    this.#leave()
    this.#land({ error: undefined })
  }

  #leave(): void {
    if (this.space.flights.get(this.key) === this) this.space.flights.delete(this.key)
  }
}
