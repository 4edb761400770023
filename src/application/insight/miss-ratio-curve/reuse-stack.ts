/** Room for this many uses per key before the order is written down anew. */
const SPREAD = 4
const LEAST_ROOM = 64

/**
 * The LRU stack as a count: how many other keys were used since a key was used last (Mattson, Gecsei, Slutz, Traiger,
 * IBM Systems Journal 1970)? Each use takes the next place in a row; a Fenwick tree counts the places that are still
 * somebody's last use (Olken 1981, Fenwick 1994). When the row is full, the last uses move together at its start.
 *
 * O(log keys) a use, the moving included; 16 bytes a key in the row and a Map's entry.
 */
export class ReuseStack {
  /** The place of the last use of each key. */
  #places: Map<number, number> = new Map()
  #counts: Int32Array = new Int32Array(LEAST_ROOM + 1)
  #next = 1

  /** Keys in the stack. */
  get size(): number {
    return this.#places.size
  }

  keys(): Iterable<number> {
    return this.#places.keys()
  }

  /** Uses a key; returns how many others were used since it was used last, -1 if it is new. */
  use(key: number): number {
    if (this.#next === this.#counts.length) this.#gather()
    const place = this.#places.get(key)
    const others = place === undefined ? -1 : this.#places.size - this.#upTo(place)
    if (place !== undefined) this.#add(place, -1)
    this.#places.set(key, this.#next)
    this.#add(this.#next, 1)
    this.#next += 1
    return others
  }

  /** Takes all keys out that are not to be kept. */
  keep(kept: (key: number) => boolean): void {
    for (const key of this.#places.keys()) if (!kept(key)) this.#places.delete(key)
    this.#gather()
  }

  /** How many keys have their last use at this place or before. */
  #upTo(place: number): number {
    let count = 0
    for (let at = place; at > 0; at &= at - 1) count += this.#counts[at] as number
    return count
  }

  #add(place: number, change: number): void {
    const counts = this.#counts
    for (let at = place; at < counts.length; at += at & -at) counts[at] = (counts[at] as number) + change
  }

  #gather(): void {
    const inOrder = [...this.#places].sort((a, b) => a[1] - b[1])
    const room = Math.max(LEAST_ROOM, SPREAD * inOrder.length)
    this.#counts = new Int32Array(room + 1)
    this.#places = new Map(inOrder.map(([key], i) => [key, i + 1]))
    this.#next = inOrder.length + 1
    // A tree over ones at the first places: each node counts those of its range that lie among them.
    for (let at = 1; at <= room; at++) {
      const from = at - (at & -at)
      this.#counts[at] = Math.max(0, Math.min(at, inOrder.length) - from)
    }
  }
}
