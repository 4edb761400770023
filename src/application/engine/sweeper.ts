import type { Clock, LocalBackend, Slot } from '../../domain/index.ts'

/** Slots looked at in one go: well under a millisecond of work. */
const SLICE = 8_192
/** Milliseconds between slices; the short pause is for stores in which much is dead. */
const CALM = 250
const BUSY = 10

/** Whom the sweeper asks, and tells. */
export interface Sweeping {
  readonly alive: (slot: Slot) => boolean
  readonly failed: (error: unknown) => void
}

/**
 * Takes dead entries out of memory: expired ones, and those whose dependencies changed. Works in bounded slices on an
 * unref'd timer that is armed only while something can expire or an invalidation has not been swept after: an idle
 * cache has no timer, and a full pass over a million entries takes about half a minute of calm.
 */
export class Sweeper {
  readonly #clock: Clock
  readonly #store: LocalBackend
  readonly #sweeping: Sweeping
  #cancel: (() => void) | undefined
  /** Slots still to be looked at since the last invalidation. */
  #unswept = 0

  constructor(clock: Clock, store: LocalBackend, sweeping: Sweeping) {
    this.#clock = clock
    this.#store = store
    this.#sweeping = sweeping
  }

  get armed(): boolean {
    return this.#cancel !== undefined
  }

  /** After a store: arms the timer if something can expire. */
  stored(): void {
    if (this.#cancel === undefined && this.#store.timed > 0) this.#arm(CALM)
  }

  /** After an invalidation: a whole pass is due. */
  invalidated(): void {
    if (this.#store.entries === 0) return
    this.#unswept = this.#store.reach
    if (this.#cancel === undefined) this.#arm(CALM)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(delay: number): void {
    this.#cancel = this.#clock.schedule(delay, () => this.#sweep())
  }

  #sweep(): void {
    this.#cancel = undefined
    this.#unswept -= SLICE
    const removed = this.#removed()
    // Who heard of a removal may have stored something.
    if (this.#cancel !== undefined) return
    if (this.#store.timed > 0 || (this.#unswept > 0 && this.#store.entries > 0)) {
      this.#arm(removed * 4 > SLICE ? BUSY : CALM)
    }
  }

  #removed(): number {
    try {
      return this.#store.sweep(SLICE, this.#clock.now(), this.#sweeping.alive)
    } catch (error) {
      this.#sweeping.failed(error)
      return 0
    }
  }
}
