/**
 * The order in which a key was written. A set whose hooks are asynchronous takes effect some time after its call; what
 * was called later (a set, a delete) may have taken effect by then, and must win all the same. Turns are given at the
 * call; while any write waits for hooks, the latest turn that took effect is remembered per key.
 */
export class WriteTurns {
  #last = 0
  #waiting = 0
  readonly #latest = new Map<string, number>()

  next(): number {
    this.#last += 1
    return this.#last
  }

  /** Runs a write that may wait for hooks. */
  async wait<T>(write: () => Promise<T>): Promise<T> {
    this.#waiting += 1
    try {
      return await write()
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#latest.clear()
    }
  }

  tookEffect(key: string, turn: number): void {
    if (this.#waiting > 0) this.#latest.set(key, Math.max(turn, this.#latest.get(key) ?? 0))
  }

  isOvertaken(key: string, turn: number): boolean {
    return this.#waiting > 0 && (this.#latest.get(key) ?? 0) > turn
  }
}
