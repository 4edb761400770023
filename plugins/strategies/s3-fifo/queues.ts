import { type Slot, widened } from '../../../src/domain/index.ts'

/** A node is three numbers in a row: the next older, the next newer, and the fingerprint. */
const OLDER = 0
const NEWER = 1
const PRINT = 2
const NODE = 3

/** The two queues; their numbers are the nodes that close their rings. */
export const SMALL = 0
export const MAIN = 1

/**
 * The small and the main queue: two doubly linked rings over slots, each slot in at most one of them. Links and
 * fingerprint of a slot lie side by side, since a victim needs all three and is seldom in the processor's caches. The
 * node of slot s is s + 1: node 0 closes the ring of the small queue and node 1, slot 0 that nobody has, that of main.
 */
export class Queues {
  #nodes: Uint32Array
  #small = 0
  #main = 0

  constructor(slots: number) {
    this.#nodes = new Uint32Array((slots + 1) * NODE)
    this.#nodes[NODE + OLDER] = MAIN
    this.#nodes[NODE + NEWER] = MAIN
  }

  grow(slots: number): void {
    this.#nodes = widened(this.#nodes, (slots + 1) * NODE)
  }

  /** Entries in the small queue. */
  get small(): number {
    return this.#small
  }

  /** Entries in the main queue. */
  get main(): number {
    return this.#main
  }

  /** The fingerprint beside a slot, whether it is in a queue or not. */
  print(slot: Slot): number {
    return this.#nodes[slot * NODE + NODE + PRINT] as number
  }

  setPrint(slot: Slot, print: number): void {
    this.#nodes[slot * NODE + NODE + PRINT] = print
  }

  /** Who came first of a queue that is not empty. */
  oldest(queue: number): Slot {
    return (this.#nodes[queue * NODE + NEWER] as number) - 1
  }

  addNewest(queue: number, slot: Slot): void {
    const nodes = this.#nodes
    const node = slot + 1
    const ring = queue * NODE
    const newest = nodes[ring + OLDER] as number
    nodes[node * NODE + OLDER] = newest
    nodes[node * NODE + NEWER] = queue
    nodes[newest * NODE + NEWER] = node
    nodes[ring + OLDER] = node
    if (queue === SMALL) this.#small += 1
    else this.#main += 1
  }

  remove(queue: number, slot: Slot): void {
    const nodes = this.#nodes
    const at = slot * NODE + NODE
    const older = nodes[at + OLDER] as number
    const newer = nodes[at + NEWER] as number
    nodes[older * NODE + NEWER] = newer
    nodes[newer * NODE + OLDER] = older
    if (queue === SMALL) this.#small -= 1
    else this.#main -= 1
  }
}
