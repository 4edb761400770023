/** Bytes held in all for answers whose client has left: a few long ones, and no matter how many leave. */
const MOST_BYTES = 16 * 1024 * 1024

/** An answer in the making whose client has left. */
export interface Orphan {
  /** Bytes recorded of it. */
  readonly held: number
  /** Ends it, and says so to the orphans. */
  abandon(): void
}

/**
 * The answers of a surface whose clients have left, the oldest first. Their handlers may go on for a while; most do not,
 * and nothing tells the two apart. Who asks for long pages and leaves before their end, again and again, would have all
 * those halves held for that while. So they share one bound, and beyond it the oldest is given up.
 */
export class Orphans {
  readonly #held = new Map<Orphan, number>()
  #bytes = 0

  /** Takes note of what is held for one now. */
  note(orphan: Orphan): void {
    this.#bytes += orphan.held - (this.#held.get(orphan) ?? 0)
    this.#held.set(orphan, orphan.held)
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= MOST_BYTES) return
      oldest.abandon()
    }
  }

  /** It has ended, if it was one. */
  delete(orphan: Orphan): void {
    this.#bytes -= this.#held.get(orphan) ?? 0
    this.#held.delete(orphan)
  }
}
