/** Those who wait for a signal, while there are any. */
const waiting = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls `task` when the signal is aborted; returns what takes it off again. However many calls wait under one signal,
 * as the many keys of one request do, the signal has one listener: Node warns of a leak at eleven, and taking one of
 * thousands off takes as many steps.
 */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const all = waiting.get(signal) ?? new Waiting(signal)
  // A task that is given twice is still two.
  const own = () => task()
  all.tasks.add(own)
  return () => all.leave(own)
}

class Waiting {
  readonly tasks: Set<() => void> = new Set()
  readonly #signal: AbortSignal
  readonly #abort = () => {
    for (const task of this.tasks) task()
  }

  constructor(signal: AbortSignal) {
    this.#signal = signal
    waiting.set(signal, this)
    signal.addEventListener('abort', this.#abort, { once: true })
  }

  leave(task: () => void): void {
    this.tasks.delete(task)
    if (this.tasks.size > 0 || waiting.get(this.#signal) !== this) return
    waiting.delete(this.#signal)
    this.#signal.removeEventListener('abort', this.#abort)
  }
}
