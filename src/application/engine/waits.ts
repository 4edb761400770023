/** What somebody waits for, with how often: two waits for one thing end one by one. */
export class Waits<T> implements Iterable<T> {
  /** Made for the first wait: most scopes have none. */
  #times: Map<T, number> | undefined

  add(awaited: T): void {
    this.#times ??= new Map()
    this.#times.set(awaited, (this.#times.get(awaited) ?? 0) + 1)
  }

  delete(awaited: T): void {
    const left = (this.#times?.get(awaited) ?? 0) - 1
    if (left > 0) this.#times?.set(awaited, left)
    else this.#times?.delete(awaited)
  }

  [Symbol.iterator](): Iterator<T> {
    return (this.#times ?? new Map<T, number>()).keys()
  }
}
