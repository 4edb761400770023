import {
  type EntryRecord,
  type LocalBackend,
  type LocalBounds,
  type LocalSpace,
  type RemovalCause,
  type RemovalListener,
  type Slot,
  type Strategy,
  StrategyError,
  type StrategyFactory,
  type TagRecord,
} from '../../../src/domain/index.ts'
import { Columns } from './columns.ts'
import { fingerprint } from './fingerprint.ts'

type Space = LocalSpace & { readonly index: Map<string, Slot> }

/** What a memory backend needs. */
export interface MemoryOptions {
  readonly bounds: LocalBounds
  readonly strategy: StrategyFactory
  /** Takes over when a strategy breaks its contract. */
  readonly fallback: StrategyFactory
  readonly now: () => number
  readonly report: (error: unknown) => void
}

/** Entries in this process, bounded by number and by bytes, evicted by a strategy. */
export class MemoryBackend implements LocalBackend {
  readonly name = 'memory'
  onRemoval: RemovalListener | null = null
  values: readonly unknown[]
  entries = 0
  bytes = 0
  timed = 0
  #columns: Columns
  #bounds: LocalBounds
  #factory: StrategyFactory
  #strategy: Strategy
  #cursor: Slot = 0
  readonly #spaces: Space[] = []
  readonly #byName = new Map<string, Space>()
  readonly #options: MemoryOptions
  readonly #salt = Math.floor(Math.random() * 0x7fff_ffff)

  constructor(options: MemoryOptions) {
    this.#options = options
    this.#bounds = options.bounds
    this.#factory = options.strategy
    this.#columns = new Columns(options.now)
    this.values = this.#columns.values
    this.#strategy = this.#create(options.strategy)
  }

  get reach(): number {
    return this.#columns.highest
  }

  space(name: string): LocalSpace {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const space: Space = { id: this.#spaces.length, name, index: new Map() }
    this.#spaces.push(space)
    this.#byName.set(name, space)
    return space
  }

  hit(slot: Slot, now: number, epoch: number): number {
    const columns = this.#columns
    if (columns.validAt[slot] !== epoch - columns.base) return -1
    if (columns.fresh !== null && !columns.fresh.ahead(slot, now)) return -1
    this.#strategy.touch(slot)
    return columns.copies === null ? 0 : (columns.copies[slot] as number)
  }

  touch(slot: Slot): void {
    this.#strategy.touch(slot)
  }

  validAt(slot: Slot): number {
    return (this.#columns.validAt[slot] as number) + this.#columns.base
  }

  verify(slot: Slot, epoch: number): void {
    if (this.#columns.reaches(epoch)) this.#columns.validAt[slot] = epoch - this.#columns.base
  }

  copyKind(slot: Slot): number {
    return this.#columns.copies === null ? 0 : (this.#columns.copies[slot] as number)
  }

  createdAt(slot: Slot): number {
    return this.#columns.created.get(slot)
  }

  freshUntil(slot: Slot): number {
    return this.#columns.fresh === null ? Number.POSITIVE_INFINITY : this.#columns.fresh.get(slot)
  }

  keepUntil(slot: Slot): number {
    return this.#columns.keep === null ? this.freshUntil(slot) : this.#columns.keep.get(slot)
  }

  weight(slot: Slot): number {
    return this.#columns.weights[slot] as number
  }

  deps(slot: Slot): readonly TagRecord[] | undefined {
    return this.#columns.deps === null ? undefined : this.#columns.deps[slot]
  }

  keyOf(slot: Slot): string {
    return this.#columns.keys[slot] as string
  }

  spaceOf(slot: Slot): LocalSpace {
    return this.#spaceOf(slot)
  }

  put(space: LocalSpace, key: string, value: unknown, record: EntryRecord): Slot {
    // After four billion invalidations the column cannot name the epoch any more: start anew, empty.
    if (!this.#columns.reaches(record.validAt)) this.#restart(record.validAt)
    const { index } = this.#spaces[space.id] as Space
    const held = index.get(key)
    if (record.weight > this.#bounds.maxEntrySize) {
      if (held !== undefined) this.remove(held, 'replaced')
      return 0
    }
    const slot = held ?? this.#place(space, key, value, record)
    if (held !== undefined) this.#replace(slot, value, record)
    this.#evict()
    return index.get(key) === slot ? slot : 0
  }

  remove(slot: Slot, cause: RemovalCause): void {
    const columns = this.#columns
    const key = columns.keys[slot]
    if (key === undefined) return
    const space = this.#spaceOf(slot)
    if (this.onRemoval !== null) this.onRemoval(space, key, slot, cause)
    this.#strategy.remove(slot)
    space.index.delete(key)
    this.entries -= 1
    this.bytes -= columns.weights[slot] as number
    this.#forget(slot)
    columns.release(slot)
  }

  expire(slot: Slot, now: number): void {
    const keepUntil = this.keepUntil(slot)
    const wasTimed = keepUntil !== Number.POSITIVE_INFINITY
    this.#columns.setFresh(slot, Math.min(now, this.freshUntil(slot)))
    if (!wasTimed && this.keepUntil(slot) !== Number.POSITIVE_INFINITY) this.timed += 1
    this.#strategy.renew(slot, this.weight(slot))
  }

  sweep(budget: number, now: number, alive: (slot: Slot) => boolean): number {
    const { highest, keys } = this.#columns
    let removed = 0
    for (let looked = 0; looked < budget && looked < highest; looked++) {
      this.#cursor = this.#cursor >= highest ? 1 : this.#cursor + 1
      const slot = this.#cursor
      if (keys[slot] === undefined) continue
      if (this.keepUntil(slot) <= now) this.remove(slot, 'expired')
      else if (!alive(slot)) this.remove(slot, 'invalidated')
      else continue
      removed += 1
    }
    return removed
  }

  clear(): void {
    this.#restart(0)
  }

  reshape(bounds: LocalBounds, factory: StrategyFactory): void {
    const sameStrategy = factory === this.#factory && bounds.maxEntries === this.#bounds.maxEntries
    this.#bounds = bounds
    if (!sameStrategy) {
      this.#factory = factory
      this.#carryOver(this.#create(factory))
    }
    this.#evict()
  }

  #place(space: LocalSpace, key: string, value: unknown, record: EntryRecord): Slot {
    const columns = this.#columns
    let slot = columns.take()
    if (slot === 0) {
      columns.grow(Math.max(this.#bounds.maxEntries + 2, columns.slots + 1))
      this.values = columns.values
      this.#strategy.grow(columns.slots)
      slot = columns.take()
    }
    columns.keys[slot] = key
    ;(space.index as Map<string, Slot>).set(key, slot)
    columns.write(slot, value, record, space.id)
    this.entries += 1
    this.#remember(slot, record)
    this.#strategy.insert(slot, this.#strategy.fingerprints ? fingerprint(key, this.#salt) : 0, record.weight)
    return slot
  }

  #replace(slot: Slot, value: unknown, record: EntryRecord): void {
    this.bytes -= this.weight(slot)
    this.#forget(slot)
    this.#columns.write(slot, value, record, this.#spaceOf(slot).id)
    this.#remember(slot, record)
    this.#strategy.renew(slot, record.weight)
  }

  #remember(slot: Slot, record: EntryRecord): void {
    this.bytes += record.weight
    if (this.keepUntil(slot) !== Number.POSITIVE_INFINITY) this.timed += 1
    if (record.deps !== undefined) for (const dep of record.deps) dep.uses += 1
  }

  #forget(slot: Slot): void {
    if (this.keepUntil(slot) !== Number.POSITIVE_INFINITY) this.timed -= 1
    const deps = this.deps(slot)
    if (deps !== undefined) for (const dep of deps) dep.uses -= 1
  }

  #evict(): void {
    while (this.entries > this.#bounds.maxEntries || this.bytes > this.#bounds.maxBytes) {
      const victim = this.#strategy.victim()
      if (this.#columns.keys[victim] !== undefined) this.remove(victim, 'evicted')
      else this.#distrust(victim)
    }
  }

  /** A victim that is not there would loop for ever: report it and go on with a strategy that is known to hold. */
  #distrust(victim: Slot): void {
    const error = new StrategyError(
      this.#strategy.name,
      `it named slot ${victim} as victim, which holds no entry.`,
    )
    this.#factory = this.#options.fallback
    const strategy = this.#create(this.#factory)
    this.#eachSlot((slot) => this.#insertInto(strategy, slot))
    this.#strategy = strategy
    this.#options.report(error)
  }

  /** Hands the entries to another strategy in the order in which the old one would have evicted them. */
  #carryOver(next: Strategy): void {
    for (let left = this.entries; left > 0; left--) {
      const slot = this.#strategy.victim()
      if (this.#columns.keys[slot] === undefined) return this.#distrust(slot)
      this.#strategy.remove(slot)
      this.#insertInto(next, slot)
    }
    this.#strategy = next
  }

  #insertInto(strategy: Strategy, slot: Slot): void {
    const print = strategy.fingerprints ? fingerprint(this.keyOf(slot), this.#salt) : 0
    strategy.insert(slot, print, this.weight(slot))
  }

  #eachSlot(visit: (slot: Slot) => void): void {
    for (let slot = 1; slot <= this.#columns.highest; slot++) {
      if (this.#columns.keys[slot] !== undefined) visit(slot)
    }
  }

  #restart(base: number): void {
    this.#eachSlot((slot) => {
      if (this.onRemoval !== null) this.onRemoval(this.#spaceOf(slot), this.keyOf(slot), slot, 'cleared')
      this.#forget(slot)
    })
    for (const space of this.#spaces) space.index.clear()
    this.entries = 0
    this.bytes = 0
    this.timed = 0
    this.#cursor = 0
    this.#columns = new Columns(this.#options.now)
    this.#columns.base = base
    this.values = this.#columns.values
    this.#strategy = this.#create(this.#factory)
  }

  #spaceOf(slot: Slot): Space {
    const id = this.#columns.spaces === null ? 0 : (this.#columns.spaces[slot] as number)
    return this.#spaces[id] as Space
  }

  #create(factory: StrategyFactory): Strategy {
    return factory.create({
      slots: this.#columns.slots,
      maxEntries: this.#bounds.maxEntries,
      deadline: (slot) => this.freshUntil(slot),
    })
  }
}
