import { widened } from './widened.ts'

/** A node is four numbers in one typed array, named by the index of its first. Node 0 closes the ring. */
const NEXT = 0
const PREV = 1
const CHAIN = 2
const PRINT = 3
const NODE = 4

/** Nodes at the start; doubled as needed, so that a bound nobody reaches costs nothing. */
const FIRST_NODES = 16

/**
 * Ghosts: the fingerprints of entries that were evicted, oldest first, and bounded. Strategies ask them whether a
 * newcomer was here a short while ago.
 *
 * A set in insertion order, with removal from anywhere: a hash table with chains and a doubly linked ring through the
 * same nodes. Everything is O(1), 20 bytes a ghost, and nothing is allocated but when the arrays double. The table grows
 * by one bucket per new node (linear hashing; Litwin, VLDB'80), so it is never rehashed as a whole, which would be a
 * pause at a million ghosts. The nodes of one queue are reused in the order of the ring, so that a full queue walks its memory and only the
 * bucket is a random access. Two keys with the same fingerprint are one ghost; with 31 bits and a million ghosts a
 * newcomer is mistaken for one of them once in two thousand times, which no hit ratio shows.
 *
 * @example
 * const ghosts = new GhostQueue(1_000)
 * ghosts.add(fingerprint)
 * if (ghosts.remove(other)) promote()
 */
export class GhostQueue {
  #capacity: number
  #size = 0
  /** The first node that was never used. */
  #fresh = NODE
  /** Nodes that were used and left, a list through their `NEXT`. */
  #free = 0
  #nodes: Uint32Array = new Uint32Array((FIRST_NODES + 1) * NODE)
  #buckets: Uint32Array = new Uint32Array(FIRST_NODES + 1)
  /** Buckets in use. */
  #used = 1
  /** The largest power of two that is not above `#used`. */
  #level = 1

  /** @param capacity the most ghosts it holds; 0 remembers nothing */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  get capacity(): number {
    return this.#capacity
  }

  has(print: number): boolean {
    return this.#find(print) !== 0
  }

  /** Makes a fingerprint the newest ghost, whether it was one before or not. Drops the oldest if there is no room. */
  add(print: number): void {
    if (this.#capacity === 0) return
    let node = this.#find(print)
    if (node !== 0) {
      this.#unlink(node)
    } else {
      if (this.#size >= this.#capacity) this.dropOldest()
      node = this.#take()
      this.#chain(node, print)
      this.#size += 1
    }
    this.#linkLast(node)
  }

  /** Forgets a ghost; false if there was none. */
  remove(print: number): boolean {
    const node = this.#find(print)
    if (node === 0) return false
    this.#drop(node)
    return true
  }

  /** Forgets the oldest ghost and returns its fingerprint; -1 if there is none. */
  dropOldest(): number {
    const node = this.#nodes[NEXT] as number
    if (node === 0) return -1
    this.#drop(node)
    return this.#nodes[node + PRINT] as number
  }

  /** Changes the bound; what is too much leaves, oldest first. */
  resize(capacity: number): void {
    this.#capacity = capacity
    while (this.#size > capacity) this.dropOldest()
  }

  #find(print: number): number {
    const nodes = this.#nodes
    let node = this.#buckets[this.#bucketOf(print)] as number
    while (node !== 0 && nodes[node + PRINT] !== print) node = nodes[node + CHAIN] as number
    return node
  }

  #drop(node: number): void {
    this.#unlink(node)
    this.#unchain(node)
    this.#nodes[node + NEXT] = this.#free
    this.#free = node
    this.#size -= 1
  }

  #take(): number {
    const node = this.#free
    if (node !== 0) {
      this.#free = this.#nodes[node + NEXT] as number
      return node
    }
    if (this.#fresh === this.#nodes.length) this.#grow()
    this.#split()
    this.#fresh += NODE
    return this.#fresh - NODE
  }

  #chain(node: number, print: number): void {
    const bucket = this.#bucketOf(print)
    this.#nodes[node + PRINT] = print
    this.#nodes[node + CHAIN] = this.#buckets[bucket] as number
    this.#buckets[bucket] = node
  }

  #unchain(node: number): void {
    const nodes = this.#nodes
    const bucket = this.#bucketOf(nodes[node + PRINT] as number)
    let at = this.#buckets[bucket] as number
    if (at === node) {
      this.#buckets[bucket] = nodes[node + CHAIN] as number
      return
    }
    while (nodes[at + CHAIN] !== node) at = nodes[at + CHAIN] as number
    nodes[at + CHAIN] = nodes[node + CHAIN] as number
  }

  #linkLast(node: number): void {
    const nodes = this.#nodes
    const last = nodes[PREV] as number
    nodes[node + NEXT] = 0
    nodes[node + PREV] = last
    nodes[last + NEXT] = node
    nodes[PREV] = node
  }

  #unlink(node: number): void {
    const nodes = this.#nodes
    const next = nodes[node + NEXT] as number
    const prev = nodes[node + PREV] as number
    nodes[prev + NEXT] = next
    nodes[next + PREV] = prev
  }

  #bucketOf(print: number): number {
    const bucket = print & (2 * this.#level - 1)
    return bucket < this.#used ? bucket : bucket - this.#level
  }

  /** One more bucket, with those nodes of the bucket it splits that belong there now. */
  #split(): void {
    const nodes = this.#nodes
    const from = this.#used - this.#level
    let node = this.#buckets[from] as number
    this.#buckets[from] = 0
    this.#used += 1
    while (node !== 0) {
      const rest = nodes[node + CHAIN] as number
      this.#chain(node, nodes[node + PRINT] as number)
      node = rest
    }
    if (this.#used === 2 * this.#level) this.#level = this.#used
  }

  /** Room for twice the nodes and for a bucket each. */
  #grow(): void {
    const held = this.#fresh / NODE - 1
    const most = Math.min(held * 2, this.#capacity)
    this.#nodes = widened(this.#nodes, (most + 1) * NODE)
    this.#buckets = widened(this.#buckets, most + 1)
  }
}
