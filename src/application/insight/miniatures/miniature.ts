import type { Slot, Strategy, StrategyFactory } from '../../../domain/index.ts'

/**
 * One small cache without keys and values: a strategy with its slots, over things that somebody else numbers. The slot
 * of a thing is kept here, so that the strategy needs no more slots than it has entries.
 */
export class Miniature {
  hits = 0
  readonly #strategy: Strategy
  readonly #prints: Uint32Array
  readonly #slotOf: Uint32Array
  readonly #heldIn: Uint32Array
  readonly #free: Slot[]
  #broken = false

  /** @param prints the fingerprint of each thing by its number, from 1; the owner keeps it up to date */
  constructor(factory: StrategyFactory, entries: number, prints: Uint32Array) {
    const slots = entries + 2
    const heldIn = new Uint32Array(slots)
    this.#strategy = factory.create({
      slots,
      maxEntries: entries,
      deadline: () => Number.POSITIVE_INFINITY,
      fingerprint: (slot) => prints[heldIn[slot] as number] as number,
      weight: () => 1,
    })
    this.#prints = prints
    this.#slotOf = new Uint32Array(prints.length)
    this.#heldIn = heldIn
    this.#free = Array.from({ length: entries + 1 }, (_, i) => entries + 1 - i)
  }

  /** The strategy threw or named a victim that is not there; it holds and hits nothing since. */
  get broken(): boolean {
    return this.#broken
  }

  holds(thing: number): boolean {
    return this.#slotOf[thing] !== 0
  }

  /** An access; a miss fills. Returns who was evicted for it, 0 for nobody, or the newcomer itself. */
  access(thing: number): number {
    if (this.#broken) return 0
    try {
      const slot = this.#slotOf[thing] as Slot
      if (slot === 0) return this.#fill(thing)
      this.hits += 1
      this.#strategy.touch(slot)
      return 0
    } catch {
      this.#broken = true
      return 0
    }
  }

  /** The thing left without being evicted. */
  remove(thing: number): void {
    const slot = this.#slotOf[thing] as Slot
    if (slot === 0) return
    try {
      if (!this.#broken) this.#strategy.remove(slot)
    } catch {
      this.#broken = true
    }
    this.#release(thing, slot)
  }

  #fill(thing: number): number {
    const slot = this.#free.pop() as Slot
    this.#slotOf[thing] = slot
    this.#heldIn[slot] = thing
    this.#strategy.insert(slot, this.#strategy.fingerprints ? (this.#prints[thing] as number) : 0, 1)
    if (this.#free.length > 0) return 0
    const victim = this.#strategy.victim()
    const out = this.#heldIn[victim] ?? 0
    if (out === 0) throw new RangeError('no such victim')
    this.#strategy.remove(victim)
    this.#release(out, victim)
    return out
  }

  #release(thing: number, slot: Slot): void {
    this.#slotOf[thing] = 0
    this.#heldIn[slot] = 0
    this.#free.push(slot)
  }
}
