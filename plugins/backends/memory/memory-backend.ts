import type {
  EntryExtras,
  EntryRecord,
  LocalBackend,
  LocalBounds,
  LocalSpace,
  RemovalCause,
  RemovalListener,
  Slot,
  StrategyFactory,
  TagRecord,
} from '../../../src/domain/index.ts'
import { Columns } from './columns.ts'
import { Eviction } from './eviction.ts'
import { ExpiredHand } from './expired-hand.ts'
import { HitMarks } from './hit-marks.ts'
import { Shortcuts } from './shortcuts.ts'
import { type Space, Spaces } from './spaces.ts'

/** What a memory backend needs. */
export interface MemoryOptions {
  readonly bounds: LocalBounds
  readonly strategy: StrategyFactory
  /** Takes over when a strategy breaks its contract. */
  readonly fallback: StrategyFactory
  readonly now: () => number
  /** Told how many readings of the clock hits were spared. */
  readonly spare?: (readings: number) => void
  readonly report: (error: unknown) => void
}

/** Entries in this process, bounded by number and by bytes, evicted by a strategy. */
export class MemoryBackend implements LocalBackend {
  readonly name = 'memory'
  onRemoval: RemovalListener | null = null
  entries = 0
  bytes = 0
  timed = 0
  #columns: Columns
  readonly #marks: HitMarks = new HitMarks()
  #bounds: LocalBounds
  readonly #eviction: Eviction
  readonly #hand: ExpiredHand = new ExpiredHand()
  readonly #shortcuts: Shortcuts
  /** Where sweeping goes on. */
  #cursor: Slot = 0
  readonly #spaces: Spaces
  /** What was put last, until it leaves. */
  #newcomer: Slot = 0
  /** How many entries are just leaving: more than one only where a listener removes others. */
  #leaving = 0
  readonly #now: () => number

  constructor(options: MemoryOptions) {
    this.#now = options.now
    this.#bounds = options.bounds
    this.#spaces = new Spaces(options.bounds.maxEntries)
    this.#columns = new Columns(options.now)
    this.#marks.aim(this.#columns)
    this.#eviction = this.#keepEviction(options)
    this.#shortcuts = new Shortcuts({
      touch: (slots, first) => this.#eviction.touchAll(slots, first),
      spare: options.spare ?? (() => {}),
    })
  }

  get reach(): number {
    return this.#columns.highest
  }

  space(name: string): LocalSpace {
    return this.#spaces.named(name)
  }

  hit(slot: Slot, now: number, epoch: number): number {
    if (!this.#marks.isGood(slot, now, epoch)) return -1
    this.#shortcuts.settle()
    try {
      this.#eviction.strategy.touch(slot)
    } catch (error) {
      this.#eviction.failed('touch() threw', error)
    }
    return this.#marks.copyKind(slot)
  }

  vouch(space: LocalSpace, slot: Slot, now: number, epoch: number): void {
    if (this.copyKind(slot) !== 0) return
    this.#shortcuts.renew(now, epoch, this.#columns.slots)
    if (!this.#marks.isGood(slot, this.#shortcuts.until, epoch)) return
    const { shortcut, index } = space as Space
    this.#shortcuts.open(shortcut, slot, index.reader, this.#columns.values)
  }

  shut(): void {
    this.#shortcuts.shut()
  }

  settle(): void {
    this.#shortcuts.settle()
  }

  touch(slot: Slot): void {
    this.#shortcuts.settle()
    this.#eviction.touch(slot)
  }

  value(slot: Slot): unknown {
    return this.#columns.values.get(slot)
  }

  validAt(slot: Slot): number {
    return this.#columns.epochOf(slot) + this.#columns.base
  }

  verify(slot: Slot, epoch: number): void {
    if (this.#columns.reaches(epoch)) this.#columns.setEpoch(slot, epoch - this.#columns.base)
  }

  copyKind(slot: Slot): number {
    return this.#marks.copyKind(slot)
  }

  createdAt(slot: Slot): number {
    return this.#columns.created.get(slot)
  }

  freshUntil(slot: Slot): number {
    return this.#columns.freshUntil(slot)
  }

  keepUntil(slot: Slot): number {
    return this.#columns.keepUntil(slot)
  }

  weight(slot: Slot): number {
    return this.#columns.weightOf(slot)
  }

  deps(slot: Slot): readonly TagRecord[] | undefined {
    return this.#columns.depsOf(slot)
  }

  extras(slot: Slot): EntryExtras | undefined {
    return this.#columns.extrasOf(slot)
  }

  prolong(slot: Slot, freshUntil: number): void {
    this.#columns.prolong(slot, freshUntil)
    this.#eviction.retime(slot)
  }

  keyRecord(slot: Slot): TagRecord | undefined {
    return this.#columns.recordOf(slot)
  }

  setKeyRecord(slot: Slot, record: TagRecord): void {
    this.#columns.setRecord(slot, record)
  }

  keyOf(slot: Slot): string {
    return this.#columns.keyOf(slot) as string
  }

  spaceOf(slot: Slot): Space {
    return this.#spaces.at(this.#columns.spaceOf(slot))
  }

  put(space: LocalSpace, key: string, value: unknown, record: EntryRecord): Slot {
    this.#shortcuts.shut()
    // The column cannot name the epoch (after four billion invalidations): start anew, empty.
    if (!this.#columns.reaches(record.validAt)) this.#rebase(record.validAt)
    const { index } = space as Space
    const held = index.get(key)
    if (record.weight > this.#bounds.maxEntrySize) {
      if (held !== undefined) this.remove(held, 'replaced')
      return 0
    }
    const slot = held ?? this.#place(space, key, value, record)
    if (held !== undefined) this.#replace(slot, value, record)
    this.#shortcuts.revoke(slot)
    this.#newcomer = slot
    this.#evict()
    // Where a removal listener stored something too, only the index can tell.
    return this.#newcomer === slot || index.get(key) === slot ? slot : 0
  }

  remove(slot: Slot, cause: RemovalCause): void {
    this.#take(slot, cause)
  }

  expire(slot: Slot, now: number): void {
    this.#shortcuts.shut()
    this.#shortcuts.revoke(slot)
    const wasTimed = this.#columns.ends(slot)
    this.#columns.endFreshness(slot, Math.min(now, this.freshUntil(slot)))
    this.#marks.aim(this.#columns)
    if (!wasTimed && this.#columns.ends(slot)) this.timed += 1
    this.#eviction.retime(slot)
  }

  sweep(budget: number, now: number, alive: (slot: Slot) => boolean): number {
    const { highest } = this.#columns
    let removed = 0
    for (let looked = 0; looked < budget && looked < highest; looked++) {
      this.#cursor = this.#cursor >= highest ? 1 : this.#cursor + 1
      const slot = this.#cursor
      if (this.#columns.keyOf(slot) === undefined) continue
      if (this.keepUntil(slot) <= now) this.remove(slot, 'expired')
      else if (!alive(slot)) this.remove(slot, 'invalidated')
      else continue
      removed += 1
    }
    return removed
  }

  clear(): void {
    for (const slot of this.#heldSlots()) this.#take(slot, 'cleared')
    // Unless a listener has stored something meanwhile, the memory goes too.
    if (this.entries === 0) this.#restart(0)
  }

  reshape(bounds: LocalBounds, factory: StrategyFactory): void {
    const before = this.#bounds
    this.#shortcuts.shut()
    this.#bounds = bounds
    this.#spaces.resize(bounds.maxEntries)
    if (!this.#eviction.runs(factory) || bounds.maxEntries !== before.maxEntries) {
      try {
        this.#eviction.change(factory)
      } catch (error) {
        this.#bounds = before
        throw error
      }
    }
    this.#evict()
  }

  strategy(): { readonly name: string; readonly report: object | undefined } {
    this.#shortcuts.settle()
    return this.#eviction.report()
  }

  /**
   * Takes an entry out; false if the slot holds none. The listener may call back into the store, so the entry is no
   * longer found by then, while its columns can still be read; its slot is free for others only afterwards.
   */
  #take(slot: Slot, cause: RemovalCause): boolean {
    const columns = this.#columns
    const key = this.#heldKey(slot)
    if (key === undefined) return false
    this.#shortcuts.shut()
    const space = this.#spaces.at(columns.spaceOf(slot))
    space.index.delete(key)
    this.entries -= 1
    this.#forget(slot)
    this.#eviction.remove(slot)
    if (slot === this.#newcomer) this.#newcomer = 0
    this.#leaving += 1
    try {
      if (this.onRemoval !== null) this.onRemoval(space, key, slot, cause)
    } finally {
      this.#leaving -= 1
      // A listener may have cleared the store: then these columns are gone.
      if (columns === this.#columns) columns.release(slot)
    }
    return true
  }

  /** A slot whose entry is just leaving is not held any more, though its key can still be read. */
  #heldKey(slot: Slot): string | undefined {
    // A strategy of somebody else may name anything.
    if (!(slot >= 1 && slot <= this.#columns.highest)) return undefined
    const key = this.#columns.keyOf(slot)
    if (this.#leaving === 0 || key === undefined) return key
    return this.spaceOf(slot).index.get(key) === slot ? key : undefined
  }

  #place(space: LocalSpace, key: string, value: unknown, record: EntryRecord): Slot {
    const columns = this.#columns
    let slot = columns.take()
    if (slot === 0) {
      columns.grow(Math.max(this.#bounds.maxEntries + 2, columns.slots + 1))
      this.#eviction.grow(columns.slots)
      slot = columns.take()
    }
    columns.keys.set(slot, key)
    ;(space as Space).index.set(key, slot)
    columns.write(slot, value, record, space.id)
    this.#marks.aim(this.#columns)
    this.entries += 1
    this.#remember(slot, record)
    this.#eviction.insert(slot, key, columns.weightOf(slot))
    return slot
  }

  #replace(slot: Slot, value: unknown, record: EntryRecord): void {
    this.#forget(slot)
    this.#columns.write(slot, value, record, this.spaceOf(slot).id)
    this.#marks.aim(this.#columns)
    this.#remember(slot, record)
    this.#eviction.renew(slot)
  }

  /** Counts what a slot holds. Read back from the columns, so that `#forget` takes off exactly as much. */
  #remember(slot: Slot, { deps }: EntryRecord): void {
    const columns = this.#columns
    this.bytes += columns.weightOf(slot)
    if (columns.ends(slot)) this.timed += 1
    if (deps !== undefined) for (const dep of deps) dep.uses += 1
  }

  #forget(slot: Slot): void {
    const columns = this.#columns
    this.bytes -= columns.weightOf(slot)
    if (columns.ends(slot)) this.timed -= 1
    const deps = columns.depsOf(slot)
    if (deps !== undefined) for (const dep of deps) dep.uses -= 1
  }

  #evict(): void {
    while (this.entries > this.#bounds.maxEntries || this.bytes > this.#bounds.maxBytes) {
      const expired = this.timed === 0 ? 0 : this.#hand.next(this.#columns, this.#now())
      if (expired !== 0 && this.#take(expired, 'expired')) continue
      const victim = this.#eviction.victim()
      if (!this.#take(victim, 'evicted')) this.#eviction.distrust(victim)
    }
  }

  #heldSlots(): Slot[] {
    const held: Slot[] = []
    for (let slot = 1; slot <= this.#columns.highest; slot++)
      if (this.#heldKey(slot) !== undefined) held.push(slot)
    return held
  }

  #rebase(base: number): void {
    for (const slot of this.#heldSlots()) this.#take(slot, 'cleared')
    // What a listener stored meanwhile goes without notice.
    for (const slot of this.#heldSlots()) this.#forget(slot)
    this.#restart(base)
  }

  #restart(base: number): void {
    this.#shortcuts.restart()
    this.#spaces.clear()
    this.entries = 0
    this.bytes = 0
    this.timed = 0
    this.#cursor = 0
    this.#columns = new Columns(this.#now, base)
    this.#marks.aim(this.#columns)
    this.#eviction.restart()
  }

  #keepEviction({ strategy, fallback, report }: MemoryOptions): Eviction {
    return new Eviction(
      {
        slots: () => this.#columns.slots,
        maxEntries: () => this.#bounds.maxEntries,
        deadline: (slot) => this.freshUntil(slot),
        fingerprint: (slot) => this.#spaces.prints.of(this.keyOf(slot)),
        fingerprintOf: (key) => this.#spaces.prints.of(key),
        weight: (slot) => this.weight(slot),
        heldSlots: () => this.#heldSlots(),
      },
      strategy,
      { fallback, report },
    )
  }
}
