import { SharedValueError } from '../../domain/index.ts'
import type { Intake } from '../values/index.ts'
import type { KeySpace } from './key-space.ts'
import { lastChange, order } from './order.ts'
import type { Scope } from './scope.ts'

/** What became of a flight: a value, kept so that every waiter can have its own copy, or an error. */
export type Outcome = { readonly kept: Kept } | { readonly error: unknown }

/** A value with how to copy it; if that cannot be, it is handed out as it is, and not remembered anywhere. */
export type Kept = Intake & { readonly unsafe?: true }

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
  ended = false
  /** True once its load, or the batch that it is part of, had its place. */
  began = false
  /** When that was, by the cache's clock. */
  startedAt = 0
  /** Set while it, or the batch it is part of, waits for a place to run. */
  expedite: (() => void) | undefined
  /** True once a load that has a place waits for it. */
  urgent = false
  /** True once a set, delete or newer load of the same key came first: its result must not be stored. */
  fenced = false
  #shared = false
  // Made for who asks: the answers of surfaces are not aborted, and seldom waited for.
  #controller: AbortController | undefined
  #landed: Promise<Outcome> | undefined
  #resolve: ((outcome: Outcome) => void) | undefined
  /** What those who wait are told. */
  #told: Outcome | undefined

  constructor(space: KeySpace, key: string, scope: Scope) {
    this.space = space
    this.key = key
    this.scope = scope
  }

  get controller(): AbortController {
    this.#controller ??= new AbortController()
    return this.#controller
  }

  /** Resolves when it has ended, whatever way; never rejects. */
  get landed(): Promise<Outcome> {
    this.#landed ??=
      this.#told === undefined
        ? new Promise((resolve) => {
            this.#resolve = resolve
          })
        : Promise.resolve(this.#told)
    return this.#landed
  }

  /** True while nothing that it is known to depend on changed since it began. */
  get current(): boolean {
    return lastChange(this.space.lineage) <= this.lease && lastChange(this.scope.deps) <= this.lease
  }

  /** May a caller who arrives now share it? What it reads later is checked again when it lands. */
  get joinable(): boolean {
    return !this.ended && !this.fenced && this.#controller?.signal.aborted !== true && this.current
  }

  /**
   * Is its answer good for a caller who joined at `arrival`? Not if it has read something that changed between its
   * lease and the moment it read it: that may have been before the caller came. What changed after it was read
   * changed after everybody who joined had come, because from then on nobody could join.
   */
  isGoodFor(arrival: number): boolean {
    return !this.scope.late || arrival <= this.lease
  }

  /** A second caller gets a value that cannot be copied: whoever may change it must know. */
  share(reporter: { report(error: unknown): void }): void {
    if (!this.#shared) reporter.report(new SharedValueError(this.key))
    this.#shared = true
  }

  /** Counts the load. One that was given up while its batch waited is none. */
  begin(now: number): void {
    if (this.began || this.ended) return
    this.began = true
    this.startedAt = now
    this.space.counters.loads += 1
  }

  land(outcome: Outcome): void {
    if (this.ended) return
    this.ended = true
    this.#leave()
    this.#tell(outcome)
  }

  /** Nobody joins it any more and nobody waits for it, but it has not ended: its result may still be stored. */
  release(): void {
    this.#leave()
    this.#tell({ error: undefined })
  }

  #tell(outcome: Outcome): void {
    this.#told ??= outcome
    this.#resolve?.(this.#told)
  }

  #leave(): void {
    if (this.space.flights.get(this.key) === this) this.space.flights.delete(this.key)
  }
}
