import { type Slot, type Strategy, StrategyError, type StrategyFactory } from '../../../src/domain/index.ts'

/** What a strategy's keeper must know of the store. */
export interface Held {
  slots(): number
  maxEntries(): number
  deadline(slot: Slot): number
  fingerprint(slot: Slot): number
  fingerprintOf(key: string): number
  weight(slot: Slot): number
  /** The slots that hold an entry, in no order that matters. */
  heldSlots(): readonly Slot[]
}

/** Who takes over when a strategy breaks its contract, and who is told. */
export interface Guard {
  readonly fallback: StrategyFactory
  readonly report: (error: unknown) => void
}

/**
 * Keeps the strategy of a store. A strategy may come from somebody else: one that throws, or names a victim that is
 * not there, is reported and replaced by the fallback, which is handed every entry. Bounds then still hold and no
 * caller sees the fault.
 */
export class Eviction {
  /** For the hit path, which goes to it directly and calls `failed` itself: one call less is a sixth of a hit. */
  strategy: Strategy
  #factory: StrategyFactory
  readonly #held: Held
  readonly #guard: Guard

  constructor(held: Held, factory: StrategyFactory, guard: Guard) {
    this.#held = held
    this.#guard = guard
    this.#factory = factory
    this.strategy = this.#create(factory)
  }

  touch(slot: Slot): void {
    try {
      this.strategy.touch(slot)
    } catch (error) {
      this.failed('touch() threw', error)
    }
  }

  /** Several reads, from the end of the list down to `first`; those after a failure are of no account. */
  touchAll(slots: Uint32Array, first: number): void {
    try {
      const { strategy } = this
      for (let at = slots.length - 1; at >= first; at--) strategy.touch(slots[at] as Slot)
    } catch (error) {
      this.failed('touch() threw', error)
    }
  }

  grow(slots: number): void {
    try {
      this.strategy.grow(slots)
    } catch (error) {
      this.failed('grow() threw', error)
    }
  }

  insert(slot: Slot, key: string, weight: number): void {
    try {
      const { strategy } = this
      strategy.insert(slot, strategy.fingerprints ? this.#held.fingerprintOf(key) : 0, weight)
    } catch (error) {
      this.failed('insert() threw', error)
    }
  }

  renew(slot: Slot): void {
    try {
      this.strategy.renew(slot, this.#held.weight(slot))
    } catch (error) {
      this.failed('renew() threw', error)
    }
  }

  retime(slot: Slot): void {
    try {
      this.strategy.retime?.(slot)
    } catch (error) {
      this.failed('retime() threw', error)
    }
  }

  /** The entry in `slot` has left; the store does not list it as held any more. */
  remove(slot: Slot): void {
    try {
      this.strategy.remove(slot)
    } catch (error) {
      this.failed('remove() threw', error)
    }
  }

  victim(): Slot {
    try {
      return this.strategy.victim()
    } catch (error) {
      this.failed('victim() threw', error)
      return this.strategy.victim()
    }
  }

  /** A victim that is not there would be asked for without end. */
  distrust(victim: Slot): void {
    this.failed(`it named slot ${victim} as victim, which holds no entry`)
  }

  report(): { readonly name: string; readonly report: object | undefined } {
    const { name } = this.strategy
    try {
      return { name, report: this.strategy.report?.() }
    } catch (error) {
      this.failed('report() threw', error)
      return { name: this.strategy.name, report: undefined }
    }
  }

  /** Whether entries are ranked by what this factory made. */
  runs(factory: StrategyFactory): boolean {
    return factory === this.#factory
  }

  /** Starts anew with no entries, with the same strategy. */
  restart(): void {
    try {
      this.strategy = this.#create(this.#factory)
    } catch (error) {
      this.failed('create() threw', error)
    }
  }

  /**
   * Hands the entries to another strategy, in the order in which the old one would have evicted them. If the new one
   * cannot even be created, nothing has changed and its error is thrown.
   */
  change(factory: StrategyFactory): void {
    const next = this.#create(factory)
    this.#factory = factory
    const left = new Set(this.#held.heldSlots())
    try {
      while (left.size > 0) {
        const slot = this.strategy.victim()
        if (!left.delete(slot)) break
        this.strategy.remove(slot)
        this.#insertInto(next, slot)
      }
      // An old strategy that lost count of its entries gives up its say; the new one gets the rest in any order.
      for (const slot of left) this.#insertInto(next, slot)
      this.strategy = next
    } catch (error) {
      this.failed('it threw while entries were handed over', error)
    }
  }

  /** Reports the strategy and replaces it by the fallback. */
  failed(fault: string, cause?: unknown): void {
    const error = new StrategyError(this.strategy.name, `${fault}.`, cause === undefined ? {} : { cause })
    this.#factory = this.#guard.fallback
    this.strategy = this.#create(this.#factory)
    for (const slot of this.#held.heldSlots()) this.#insertInto(this.strategy, slot)
    this.#guard.report(error)
  }

  #insertInto(strategy: Strategy, slot: Slot): void {
    const print = strategy.fingerprints ? this.#held.fingerprint(slot) : 0
    strategy.insert(slot, print, this.#held.weight(slot))
  }

  #create(factory: StrategyFactory): Strategy {
    const held = this.#held
    return factory.create({
      slots: held.slots(),
      maxEntries: held.maxEntries(),
      deadline: (slot) => held.deadline(slot),
      fingerprint: (slot) => held.fingerprint(slot),
      weight: (slot) => held.weight(slot),
    })
  }
}
