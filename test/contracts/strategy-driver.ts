import { strict as assert } from 'node:assert'
import type { Slot, Strategy, StrategyFactory } from '../../src/domain/index.ts'
import type { Random } from './random.ts'

/** One entry as the store would know it. */
interface Entry {
  readonly fingerprint: number
  weight: number
  deadline: number
}

/**
 * Plays the store for a strategy: hands out slots as a store does (a freed one is the next to be used), keeps to the
 * rules of the contract itself, and checks every victim.
 */
export class StrategyDriver {
  readonly entries: Map<Slot, Entry> = new Map()
  readonly strategy: Strategy
  readonly #free: Slot[] = []
  #slots: number
  #highest = 0

  constructor(
    factory: StrategyFactory,
    options: { readonly slots?: number; readonly maxEntries?: number } = {},
  ) {
    this.#slots = options.slots ?? 8
    this.strategy = factory.create({
      slots: this.#slots,
      maxEntries: options.maxEntries ?? 1_000,
      deadline: (slot) => this.entries.get(slot)?.deadline ?? Number.POSITIVE_INFINITY,
      fingerprint: (slot) => this.#entry(slot).fingerprint,
      weight: (slot) => this.#entry(slot).weight,
    })
  }

  /** A new entry; the strategy is grown first if the store has run out of slots. */
  insert(entry: Partial<Entry> = {}): Slot {
    const slot = this.#free.pop() ?? this.#fresh()
    const { fingerprint = 0, weight = 1, deadline = Number.POSITIVE_INFINITY } = entry
    this.entries.set(slot, { fingerprint, weight, deadline })
    this.strategy.insert(slot, this.strategy.fingerprints ? fingerprint : 0, weight)
    return slot
  }

  touch(slot: Slot): void {
    this.strategy.touch(slot)
  }

  #entry(slot: Slot): Entry {
    const entry = this.entries.get(slot)
    assert.ok(entry !== undefined, `the strategy asked about slot ${slot}, which holds no entry`)
    return entry
  }

  renew(slot: Slot, change: { readonly deadline?: number; readonly weight?: number }): void {
    const entry = this.entries.get(slot) as Entry
    entry.deadline = change.deadline ?? entry.deadline
    entry.weight = change.weight ?? entry.weight
    this.strategy.renew(slot, entry.weight)
  }

  retime(slot: Slot, deadline: number): void {
    const entry = this.entries.get(slot) as Entry
    entry.deadline = deadline
    this.strategy.retime?.(slot)
  }

  remove(slot: Slot): void {
    this.strategy.remove(slot)
    this.entries.delete(slot)
    this.#free.push(slot)
  }

  grow(): void {
    this.#slots *= 2
    this.strategy.grow(this.#slots)
  }

  /** Evicts one entry and returns its slot. */
  evict(): Slot {
    const slot = this.strategy.victim()
    assert.ok(
      this.entries.has(slot),
      `victim() named slot ${slot}, which holds no entry (held: ${this.#held()})`,
    )
    this.remove(slot)
    return slot
  }

  /** Evicts all that is left. */
  drain(): Slot[] {
    const order: Slot[] = []
    while (this.entries.size > 0) order.push(this.evict())
    assert.equal(this.strategy.victim(), 0, 'victim() of an empty strategy is 0')
    return order
  }

  #fresh(): Slot {
    this.#highest += 1
    if (this.#highest >= this.#slots) this.grow()
    return this.#highest
  }

  #held(): string {
    return [...this.entries.keys()].slice(0, 20).join(', ')
  }
}

/** An operation on several drivers at once; what it returned is the slot that was evicted, 0 for none. */
export type StrategyOperation = (driver: StrategyDriver) => Slot

/** Random operations as a busy store would perform them, mostly insertions and hits. Deadlines never repeat. */
export function randomOperation(
  random: Random,
  held: readonly Slot[],
  mostEntries: number,
): StrategyOperation {
  const deadline = random.next() * 1e6
  const weight = 1 + random.below(1_000)
  const fingerprint = random.below(64)
  if (held.length === 0) return (driver) => ignore(driver.insert({ deadline, weight, fingerprint }))
  if (held.length >= mostEntries) return (driver) => driver.evict()
  const slot = random.pick(held)
  switch (random.below(10)) {
    case 0:
      return (driver) => ignore(driver.remove(slot))
    case 1:
      return (driver) => driver.evict()
    case 2:
      return (driver) => ignore(driver.renew(slot, { deadline, weight }))
    case 3:
    case 4:
    case 5:
      return (driver) => ignore(driver.touch(slot))
    default:
      return (driver) => ignore(driver.insert({ deadline, weight, fingerprint }))
  }
}

function ignore(_result: unknown): Slot {
  return 0
}
