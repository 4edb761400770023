/** Paths remembered. Of the others it is known only that they were purged no later than the last one forgotten. */
const MOST_PATHS = 1_000

/**
 * Which paths had a URL of theirs purged last, and when, in the order of what begins and is purged (`nextStamp`). An
 * answer that says on its arrival for which other URLs it is good may have been made before one of those was purged,
 * when nobody could know that it was meant: nothing stands for these URLs before the answer does. 100 KB at most;
 * whoever is forgotten is taken for purged, which costs an answer its place in the cache, and no more.
 */
export class PurgedPaths {
  readonly #last = new Map<string, number>()
  #floor = 0

  note(path: string, stamp: number): void {
    // The latest is the last in the Map.
    this.#last.delete(path)
    this.#last.set(path, stamp)
    if (this.#last.size <= MOST_PATHS) return
    const [oldest, at] = this.#last.entries().next().value as [string, number]
    this.#last.delete(oldest)
    this.#floor = at
  }

  since(path: string, stamp: number): boolean {
    return (this.#last.get(path) ?? this.#floor) > stamp
  }
}
