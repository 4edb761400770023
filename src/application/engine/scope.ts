import { AsyncLocalStorage } from 'node:async_hooks'
import type { TagRecord } from '../../domain/index.ts'
import type { Haste } from './bulkhead.ts'
import { settleAll } from './openers.ts'
import { everything, order } from './order.ts'
import { ReadLog, type Seen } from './read-log.ts'
import { nextStamp } from './stamp.ts'
import { Waits } from './waits.ts'

/** What a scope is opened with. */
export interface ScopeOptions {
  readonly owner: unknown
  readonly generation: unknown
  readonly parent: Scope | undefined
  readonly maxDeps: number
  readonly load: boolean
  /** The scopes of the loads that a batch is for: each of them has asked for what it does. */
  readonly askers?: readonly Scope[]
}

/**
 * A dependency scope: what a load was made from. It follows the load's asynchronous context (AsyncLocalStorage), so
 * a cached read three functions deep reports to the page that is being made. Dependencies are appended with a stamp
 * on the record that skips most repeats; what slips through (interleaved scopes, noted hits) is removed when there is much of it, and when an entry is made.
 * Above `maxDeps` the scope depends on every invalidation instead: coarse, but never wrong.
 */
export class Scope {
  /** Its place in the order of what begins, among all stamps of the process. */
  readonly id: number = nextStamp()
  /** One number for all that happens inside the outermost scope. */
  readonly correlation: number
  readonly parent: Scope | undefined
  /** The generation that serves everything inside; typed by its owner. */
  readonly generation: unknown
  readonly owner: unknown
  /** True once a stale answer was used: what is made from it is not fresh. */
  stale = false
  /** True once something was read that nobody could attribute: limited by time only. */
  opaque = false
  /** The scopes of the loads that this one waits for: how a load that waits for itself is found. */
  readonly waits: Waits<Scope> = new Waits()
  /** True inside a load, which holds a place in the bulkhead of its owner or needs none; false inside a request. */
  readonly load: boolean
  /** How the load that it is the scope of is made to run at once. */
  haste: Haste | undefined
  /** True once nothing inside may wait for a place in any bulkhead. */
  hasty: boolean
  /** The point in the order of invalidations at which it was opened. */
  readonly lease: number = order.epoch
  /** `order.stored` when it was opened. */
  readonly stored: number = order.stored
  readonly #askers: readonly Scope[]
  readonly #maxDeps: number
  #owners: readonly unknown[] | undefined
  #deps: TagRecord[] = []
  #late = false
  #freshUntil = Number.POSITIVE_INFINITY
  /** True while a shortcut may have taken hits that it has not told of. */
  #untold = false
  readonly #reads: ReadLog = new ReadLog()
  #saturated = false
  #closed = false

  constructor(options: ScopeOptions) {
    this.owner = options.owner
    this.generation = options.generation
    this.parent = options.parent
    this.#askers = options.askers ?? NOBODY
    this.load = options.load
    this.hasty = options.parent?.hasty === true || this.#askers.some(({ hasty }) => hasty)
    this.correlation = options.parent?.correlation ?? this.id
    this.#maxDeps = options.maxDeps
    openScopes.count += 1
  }

  get closed(): boolean {
    return this.#closed
  }

  /** What was noted so far; may repeat itself. */
  get deps(): readonly TagRecord[] {
    this.#hear()
    return this.#deps
  }

  /** The earliest end of freshness among the answers used. */
  get freshUntil(): number {
    this.#hear()
    return this.#freshUntil
  }

  /** Another lifetime than that of the answers used. */
  set freshUntil(freshUntil: number) {
    this.#hear()
    this.#freshUntil = freshUntil
  }

  /**
   * True once something was noted that had changed since the lease, before it was noted. Whoever joined meanwhile
   * could not know, and may have come after that change.
   */
  get late(): boolean {
    this.#hear()
    return this.#late
  }

  /** From here on reads may go through a shortcut, which tells of them before it matters. */
  expectNotes(): void {
    this.#untold = true
  }

  add(record: TagRecord): void {
    if (record.seenBy === this.id || this.#closed || this.#saturated) return
    record.seenBy = this.id
    if (record.changed > this.lease) this.#late = true
    this.#deps.push(record)
    if (this.#deps.length > 2 * this.#maxDeps) this.#compact()
  }

  /**
   * As `add`, for a record that is likely a new one here: without a look into it, which would be the dearest part of a
   * hit, unless something has changed since the scope was opened. Repeats are removed when there are many.
   * The answer is remembered with it, for whoever reads the key again in this scope.
   */
  note(record: TagRecord, value: unknown, copy: number): void {
    if (this.#closed) return
    this.#reads.add(record, value, copy)
    if (this.#saturated) return
    if (order.epoch !== this.lease && record.changed > this.lease) this.#late = true
    this.#deps.push(record)
    if (this.#deps.length > 2 * this.#maxDeps) this.#compact()
  }

  addAll(records: readonly TagRecord[]): void {
    for (const record of records) this.add(record)
  }

  /**
   * As `note`, for an answer that had to be waited for, as its load returned it. If the scope itself has written the
   * key meanwhile (`writes` is from before), it reads anew.
   */
  noteLoaded(record: TagRecord, value: unknown, copy: number, writes: number): void {
    this.#hear()
    this.add(record)
    if (!this.#closed && !this.#reads.isWritten(record, writes)) this.#reads.add(record, value, copy, true)
  }

  /** How often this scope, or one inside it, has written anything. */
  get writes(): number {
    return this.#reads.writes
  }

  /** What this scope was answered when it read the key before. */
  seen(record: TagRecord): Seen | undefined {
    this.#hear()
    return this.#reads.find(record)
  }

  /** The scope, or one around it, has written the key (or anything): it reads anew. */
  forget(record: TagRecord | undefined): void {
    this.#hear()
    this.#reads.forget(record)
    this.parent?.forget(record)
    for (const asker of this.#askers) asker.forget(record)
  }

  /** Notes how long an answer that was used stays fresh. */
  limit(freshUntil: number): void {
    if (freshUntil < this.#freshUntil && !this.#closed) this.#freshUntil = freshUntil
  }

  markStale(): void {
    if (!this.#closed) this.stale = true
  }

  markOpaque(): void {
    if (!this.#closed) this.opaque = true
  }

  /** Takes over what another scope, whose answer was used, was made from. */
  absorb(other: Scope): void {
    this.addAll(other.deps)
    this.limit(other.freshUntil)
    if (other.stale) this.markStale()
    if (other.opaque) this.markOpaque()
  }

  /** Ends it: what the load's background work reads later is not part of the answer. Records may repeat themselves. */
  close(): readonly TagRecord[] {
    if (!this.#closed) {
      this.#hear()
      this.#closed = true
      openScopes.count -= 1
      if (openScopes.count === 0) rest()
      if (this.#deps.length > this.#maxDeps) this.#compact()
    }
    return this.#deps
  }

  /** Does `other` wait for this one, directly or through others? Then waiting for it would close a circle. */
  isAwaitedBy(other: Scope): boolean {
    const found = new Set([other])
    // A Set hands out what is added while it is walked; each scope is looked at once, however many paths lead to it.
    for (const scope of found) {
      if (scope === this) return true
      for (const next of scope.waits) found.add(next)
    }
    return false
  }

  /** Whose loads this is inside of: those around, and those that a batch around is for. Each once. */
  get owners(): readonly unknown[] {
    if (this.#owners === undefined) {
      const owners = new Set(this.parent?.owners)
      if (this.load) owners.add(this.owner)
      for (const asker of this.#askers) for (const owner of asker.owners) owners.add(owner)
      this.#owners = [...owners]
    }
    return this.#owners
  }

  /** The nearest scope, this one included, that `owner` opened. */
  ownedBy(owner: unknown): Scope | undefined {
    if (this.owner === owner) return this
    return this.parent?.ownedBy(owner)
  }

  /** Hears of what it has read through shortcuts. */
  #hear(): void {
    if (!this.#untold) return
    this.#untold = false
    settleAll()
  }

  #compact(): void {
    const stamp = nextStamp()
    const distinct = this.#deps.filter((record) => {
      if (record.seenBy === stamp) return false
      record.seenBy = stamp
      return true
    })
    // The records stay: whoever asks whether something noted so far has changed must still get the answer.
    if (distinct.length > this.#maxDeps) {
      if (everything.seenBy !== stamp) distinct.push(everything)
      order.coarse = true
      this.#saturated = true
      if (everything.changed > this.lease) this.#late = true
    }
    this.#deps = distinct
  }
}

const NOBODY: readonly Scope[] = []

const storage = new AsyncLocalStorage<Scope>()

/** Lets reads outside any load skip the look into the asynchronous context. */
export const openScopes: { count: number } = { count: 0 }

/** From Node 24 on a context costs nothing where it is not asked for (AsyncContextFrame). */
const HOOKED = Number(process.versions.node.split('.', 1)[0]) < 24
let resting = false

/**
 * Before Node 24 each promise and callback of the whole process pays for a storage that has been used (async_hooks,
 * 0.2 to 0.5 us each), so it is switched off in a turn of the event loop that finds no scope open; the next scope
 * switches it on. Nothing is lost: what begins meanwhile belongs to no open scope. Not at once, because a switch costs
 * 2 us, and loads often follow one another.
 */
function rest(): void {
  if (!HOOKED || resting) return
  resting = true
  setImmediate(() => {
    resting = false
    if (openScopes.count === 0) storage.disable()
  }).unref()
}

/** The scope this call runs in, if it is still open. */
export function currentScope(): Scope | undefined {
  if (openScopes.count === 0) return undefined
  const scope = storage.getStore()
  return scope === undefined || scope.closed ? undefined : scope
}

/** Runs `task` with `scope` as its context. */
export function inScope<T>(scope: Scope, task: () => T): T {
  return storage.run(scope, task)
}
