import { strict as assert } from 'node:assert'
import type {
  EntryRecord,
  LocalBackend,
  LocalBounds,
  LocalSpace,
  RemovalCause,
  Slot,
  StrategyFactory,
  TagRecord,
} from '../../src/domain/index.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { referenceLru } from './reference-strategies.ts'

/** What a backend under test is made from. */
export interface LocalBackendSetup {
  readonly bounds: LocalBounds
  readonly strategy: StrategyFactory
  readonly clock: FakeClock
  /** Where the backend reports faults that it contained. */
  readonly report: (error: unknown) => void
}

export type LocalBackendFactory = (setup: LocalBackendSetup) => LocalBackend

/** What was told of an entry that left. */
export interface Told {
  readonly space: string
  readonly key: string
  readonly cause: RemovalCause
  readonly value: unknown
}

interface Expected {
  readonly space: LocalSpace
  readonly key: string
  readonly value: unknown
  record: EntryRecord
}

/** For so long a backend must know exactly when an entry was stored; later it may say that it was stored later. */
const EXACT_AGE = 10 * 86_400_000

/**
 * A backend with a model beside it: a Map of what must be there, told of every change by the calls made here and by
 * the removal listener. `check` compares the two in everything that the contract lets one see.
 */
export class LocalBackendRig {
  readonly store: LocalBackend
  readonly clock: FakeClock
  readonly told: Told[] = []
  readonly reported: unknown[] = []
  bounds: LocalBounds
  /** Called after the rig's own bookkeeping for each entry that leaves. */
  afterRemoval: ((space: LocalSpace, key: string, slot: Slot) => void) | undefined
  readonly #model = new Map<string, Expected>()
  readonly #tags = new Set<TagRecord>()
  #putting: string | undefined
  #values = 0
  #epoch = 1

  constructor(create: LocalBackendFactory, options: Partial<LocalBackendSetup> = {}) {
    this.clock = options.clock ?? fakeClock()
    this.bounds = options.bounds ?? { maxEntries: 1_000, maxBytes: 1_000_000, maxEntrySize: 100_000 }
    const report = (error: unknown) => this.reported.push(error)
    this.store = create({
      bounds: this.bounds,
      strategy: options.strategy ?? referenceLru,
      clock: this.clock,
      report: options.report ?? report,
    })
    this.store.onRemoval = (space, key, slot, cause) => this.#left(space, key, slot, cause)
    this.clock.standing?.onMove(() => this.store.shut?.())
  }

  /** The point in the order of invalidations that the next entries are stored at. */
  get epoch(): number {
    return this.#epoch
  }

  /** Whoever moves the order shuts the shortcuts, as with the clock. */
  set epoch(epoch: number) {
    this.store.shut?.()
    this.#epoch = epoch
  }

  get root(): LocalSpace {
    return this.store.space('')
  }

  /** How many entries there must be. */
  get size(): number {
    return this.#model.size
  }

  tag(name: string): TagRecord {
    const record: TagRecord = { name, changed: 0, uses: 0, seenBy: 0 }
    this.#tags.add(record)
    return record
  }

  /** A record stored now, fresh for ever, of weight 100, unless something else is asked for. */
  record(
    change: Partial<EntryRecord> & { readonly ttl?: number; readonly stale?: number } = {},
  ): EntryRecord {
    const { ttl = Number.POSITIVE_INFINITY, stale = 0, ...fields } = change
    const now = this.clock.now()
    const times = { createdAt: now, freshUntil: now + ttl, keepUntil: now + ttl + stale }
    return { validAt: this.epoch, weight: 100, copy: 0, deps: undefined, ...times, ...fields }
  }

  /** Puts a new value and returns its slot. */
  put(
    key: string,
    change: Parameters<LocalBackendRig['record']>[0] = {},
    space: LocalSpace = this.root,
  ): Slot {
    this.#values += 1
    const expected: Expected = { space, key, value: `value ${this.#values}`, record: this.record(change) }
    const id = idOf(space, key)
    const outer = this.#putting
    this.#putting = id
    this.#model.set(id, expected)
    const slot = this.store.put(space, key, expected.value, expected.record)
    this.#putting = outer
    if (slot === 0) this.#model.delete(id)
    else this.#model.set(id, expected)
    assert.equal(space.index.get(key) ?? 0, slot, 'put returns the slot of the key, or 0 if it is not kept')
    return slot
  }

  slot(key: string, space: LocalSpace = this.root): Slot {
    const slot = space.index.get(key)
    assert.ok(slot !== undefined, `${JSON.stringify(key)} is held`)
    return slot
  }

  /**
   * Reads as the engine does, by the shortcut where it is open, and compares with the model: the value of an entry that
   * is fresh and was verified at this epoch, and else nothing.
   */
  read(key: string, space: LocalSpace = this.root): unknown {
    const { shortcut } = space
    const short = shortcut !== undefined && shortcut.left > 0 ? shortcut.take(key) : undefined
    const value = short ?? this.#ordinaryRead(key, space)
    const held = this.#model.get(idOf(space, key))
    const good = held?.record.validAt === this.epoch && held.record.freshUntil > this.clock.now()
    assert.equal(value, good ? held.value : undefined, `what is read of ${JSON.stringify(key)}`)
    return value
  }

  #ordinaryRead(key: string, space: LocalSpace): unknown {
    const { store, clock, epoch } = this
    const slot = space.index.get(key)
    const copy = slot === undefined ? -1 : store.hit(slot, clock.now(), epoch)
    if (slot === undefined || copy < 0) return undefined
    if (copy === 0) store.vouch?.(space, slot, clock.now(), epoch)
    return store.value(slot)
  }

  expire(key: string, space: LocalSpace = this.root): void {
    const now = this.clock.now()
    this.store.expire(this.slot(key, space), now)
    const expected = this.#model.get(idOf(space, key)) as Expected
    const { freshUntil, keepUntil, extras } = expected.record
    const fresh = Math.min(now, freshUntil)
    const forEver = freshUntil === Number.POSITIVE_INFINITY
    const window = forEver ? (extras?.window ?? 0) : keepUntil - freshUntil
    const kept = forEver || window === 0 ? fresh + window : keepUntil
    expected.record = { ...expected.record, freshUntil: fresh, keepUntil: kept }
  }

  verify(key: string, epoch: number): void {
    this.store.verify(this.slot(key), epoch)
    const expected = this.#model.get(idOf(this.root, key)) as Expected
    expected.record = { ...expected.record, validAt: epoch }
  }

  reshape(bounds: LocalBounds, strategy: StrategyFactory): void {
    this.bounds = bounds
    this.store.reshape(bounds, strategy)
  }

  /** The keys that must be there, of the root space. */
  keys(): string[] {
    return [...this.#model.values()].filter(({ space }) => space === this.root).map(({ key }) => key)
  }

  /** Everything that can be seen of the backend is as the model says, and the bounds hold. */
  check(): void {
    const { store, bounds } = this
    const entries = [...this.#model.values()]
    for (const expected of entries) this.#checkEntry(expected)
    const indexes = new Set(entries.map(({ space }) => space.index).concat(this.root.index))
    assert.equal(sum([...indexes].map(({ size }) => size)), entries.length, 'the indexes hold nothing else')
    assert.equal(store.entries, entries.length, 'entries')
    assert.equal(store.bytes, sum(entries.map(({ record }) => record.weight)), 'bytes')
    const timed = entries.filter(({ record }) => record.keepUntil !== Number.POSITIVE_INFINITY).length
    assert.equal(store.timed, timed, 'timed')
    assert.ok(store.entries <= bounds.maxEntries, 'maxEntries holds')
    assert.ok(store.bytes <= bounds.maxBytes, 'maxBytes holds')
    for (const tag of this.#tags) {
      const users = entries.filter(({ record }) => record.deps?.includes(tag) === true).length
      assert.equal(tag.uses, users, `uses of the tag ${tag.name}`)
    }
  }

  #checkEntry({ space, key, value, record }: Expected): void {
    const { store } = this
    const slot = this.slot(key, space)
    const what = `of ${JSON.stringify(key)}`
    assert.ok(slot >= 1 && slot <= store.reach, `the slot ${what} is within reach`)
    assert.equal(store.value(slot), value, `value ${what}`)
    assert.equal(store.keyOf(slot), key, `keyOf ${what}`)
    assert.equal(store.spaceOf(slot), space, `spaceOf ${what}`)
    assert.equal(store.validAt(slot), record.validAt, `validAt ${what}`)
    assert.equal(store.weight(slot), record.weight, `weight ${what}`)
    assert.equal(store.copyKind(slot), record.copy, `copyKind ${what}`)
    assert.equal(store.freshUntil(slot), record.freshUntil, `freshUntil ${what}`)
    assert.equal(store.keepUntil(slot), record.keepUntil, `keepUntil ${what}`)
    assert.deepEqual(store.deps(slot) ?? [], record.deps ?? [], `deps ${what}`)
    if (this.clock.now() - record.createdAt < EXACT_AGE) {
      assert.equal(store.createdAt(slot), record.createdAt, `createdAt ${what}`)
    } else {
      assert.ok(store.createdAt(slot) >= record.createdAt, `createdAt ${what} is not before it was stored`)
      assert.ok(this.clock.now() - store.createdAt(slot) >= EXACT_AGE, `createdAt ${what} is long ago`)
    }
  }

  #left(space: LocalSpace, key: string, slot: Slot, cause: RemovalCause): void {
    const id = idOf(space, key)
    assert.ok(this.#model.has(id), `${JSON.stringify(key)} was held when it left (${cause})`)
    assert.equal(this.store.keyOf(slot), key, 'the key can be read while the listener is told')
    this.told.push({ space: space.name, key, cause, value: this.store.value(slot) })
    if (!(id === this.#putting && cause === 'replaced')) this.#model.delete(id)
    this.afterRemoval?.(space, key, slot)
  }
}

function idOf(space: LocalSpace, key: string): string {
  return `${space.id} ${key}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
