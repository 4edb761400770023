import { OverloadError } from '../../domain/index.ts'

/** A place in the queue. `expedite` takes it past the bound, for a load that one with a place waits for. */
export interface Turn {
  readonly come: Promise<void>
  expedite(): void
}

/** How soon a load must run: one that a load with a place in the bulkhead waits for must not wait for a place itself. */
export interface Haste {
  urgent: boolean
  /** Set while it waits for a place. */
  expedite: (() => void) | undefined
  /** It, or the batch that it is part of, has its place: from now on, by the cache's clock, it is a load that runs. */
  begin(now: number): void
}

/**
 * Bounds how many loads run at once, so that a cold cache does not pass a whole flood on to its source. Further loads
 * wait their turn in order; more than `queue` of them are refused. A load inside a load runs on its parent's place:
 * asking for another could deadlock once all places are held by parents.
 */
export class Bulkhead {
  #running = 0
  #concurrency: number
  #queue: number
  readonly #waiting = new Set<() => void>()

  constructor(limits: { readonly concurrency: number; readonly queue: number }) {
    this.#concurrency = limits.concurrency
    this.#queue = limits.queue
  }

  get running(): number {
    return this.#running
  }

  resize(limits: { readonly concurrency: number; readonly queue: number }): void {
    this.#concurrency = limits.concurrency
    this.#queue = limits.queue
    this.#admit()
  }

  /**
   * A place at once (undefined), or a turn to wait for. `leave` must follow each place taken.
   *
   * @throws OverloadError `HITHERTO_LOADS_QUEUE_FULL`
   */
  enter(signal: AbortSignal): Turn | undefined {
    if (this.#running < this.#concurrency) {
      this.#running += 1
      return undefined
    }
    if (this.#waiting.size >= this.#queue) throw new OverloadError(this.#running, this.#waiting.size)
    let admit = () => {}
    const come = new Promise<void>((resolve, reject) => {
      const give = () => {
        this.#waiting.delete(admit)
        reject(signal.reason)
      }
      admit = () => {
        this.#waiting.delete(admit)
        signal.removeEventListener('abort', give)
        this.#running += 1
        resolve()
      }
      signal.addEventListener('abort', give, { once: true })
      this.#waiting.add(admit)
    })
    return { come, expedite: () => this.#waiting.has(admit) && admit() }
  }

  leave(): void {
    this.#running -= 1
    this.#admit()
  }

  #admit(): void {
    for (const admit of this.#waiting) {
      if (this.#running >= this.#concurrency) return
      admit()
    }
  }
}
