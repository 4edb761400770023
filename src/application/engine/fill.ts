import {
  type CacheTtl,
  cacheTtl,
  type EntryRecord,
  type FillRefused,
  type HookPoints,
  type TagRecord,
  tagList,
} from '../../domain/index.ts'
import { ENTRY_OVERHEAD, estimateBytes, type Intake, intake, textBytes } from '../values/index.ts'
import type { CallPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import type { Flight } from './flight.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { everything, lastChange, order } from './order.ts'

/** A value on its way into the store. */
export interface Fill {
  readonly generation: Generation
  readonly space: KeySpace
  readonly key: string
  readonly policy: CallPolicy
  readonly value: unknown
  /** The value as it will be kept, if the caller has made it safe already. */
  readonly kept?: Intake | undefined
  /** The point in the order of invalidations from which the value is known to be good. */
  readonly lease: number
  /** The flight that loaded it; undefined for `set`. */
  readonly flight: Flight | undefined
  readonly correlation: number
  /** True once a write of the key that was called later took effect. */
  readonly isOvertaken?: () => boolean
  /** A surface's own record: its readers do not decode, so it is not encoded. */
  readonly asIs?: true
}

type Stored = HookPoints['store']

/** Stores a value unless a hook, its size, its kind or a change since its lease speaks against it. */
export function fill(engine: Engine, request: Fill): boolean | Promise<boolean> {
  if (!request.generation.serves) return reject(engine, request)
  const { store } = request.generation.points
  const context: Stored = {
    namespace: request.space.name,
    key: request.key,
    value: request.value,
    ttl: request.policy.ttl,
    tags: [],
    veto: false,
  }
  if (store === null) return encode(engine, request, context)
  const shaped = store.run(context)
  return shaped instanceof Promise
    ? shaped.then((stored) => encode(engine, request, stored))
    : encode(engine, request, shaped)
}

function encode(engine: Engine, request: Fill, stored: Stored): boolean | Promise<boolean> {
  if (stored.veto) {
    request.flight?.scope.limit(engine.clock.now())
    return reject(engine, request)
  }
  const { encode: point } = request.generation.points
  if (point === null || request.asIs) return keep(engine, request, stored)
  const encoded = point.run({ namespace: stored.namespace, key: stored.key, value: stored.value })
  return encoded instanceof Promise
    ? encoded.then(({ value }) => keep(engine, request, { ...stored, value }))
    : keep(engine, request, { ...stored, value: encoded.value })
}

/** The last, synchronous part: between its check and its write nothing can change. */
function keep(engine: Engine, request: Fill, stored: Stored): boolean {
  try {
    const deps = dependencies(engine, request, stored.tags)
    const record = entryRecord(engine, request, stored, deps)
    // Whoever makes something from this answer is bound by its lifetime, on a miss as on a hit.
    if (request.flight?.scope.load === true) request.flight.scope.freshUntil = record.freshUntil
    const refusal = refusedBecause(request, deps)
    if (refusal !== undefined) return refuse(engine, request, refusal)
    const reuse = request.kept !== undefined && stored.value === request.value
    const kept = reuse ? (request.kept as Intake) : intake(stored.value, request.policy.clone)
    return put(engine, request, kept, record)
  } catch (error) {
    engine.report(error)
    return reject(engine, request)
  }
}

function put(
  engine: Engine,
  request: Fill,
  kept: Intake,
  record: Omit<EntryRecord, 'weight' | 'copy'>,
): boolean {
  if (record.keepUntil <= record.createdAt) return reject(engine, request)
  const { space, key, policy } = request
  const size = policy.size ?? estimateBytes(kept.value)
  const weight = Math.min(
    0xffff_ffff,
    ENTRY_OVERHEAD + textBytes(key) + size + 24 * (record.deps?.length ?? 0),
  )
  // Field by field: V8 spreads an object with fractional numbers in it through a slow path, which was two thirds of a set.
  const { validAt, createdAt, freshUntil, keepUntil, deps } = record
  const stored = { validAt, createdAt, freshUntil, keepUntil, deps, weight, copy: kept.copy }
  const slot = engine.store.put(space.local, key, kept.value, stored)
  if (slot === 0) {
    engine.counters.notStored += 1
    return false
  }
  engine.counters.stored += 1
  engine.sweeper.stored()
  engine.signals.stored?.({
    namespace: space.name,
    key,
    ttl: record.freshUntil - record.createdAt,
    deps: (record.deps ?? []).map(({ name }) => name),
    size: weight,
    correlation: request.correlation,
  })
  return true
}

/** What the entry depends on beyond its own namespace, each once. */
function dependencies(
  engine: Engine,
  request: Fill,
  extra: readonly string[],
): readonly TagRecord[] | undefined {
  const found = new Set(request.flight?.scope.deps)
  for (const name of request.policy.tags) found.add(engine.tags.of(name))
  if (extra.length > 0) for (const name of tagList(extra)) found.add(engine.tags.of(name))
  for (const record of request.space.lineage) found.delete(record)
  if (found.size === 0) return undefined
  const tooMany = found.has(everything) || found.size > request.generation.configuration.maxDeps
  return tooMany ? [everything] : [...found]
}

function refusedBecause(
  request: Fill,
  deps: readonly TagRecord[] | undefined,
): FillRefused['because'] | undefined {
  const { flight, lease, space } = request
  if (flight?.fenced === true || request.isOvertaken?.() === true) return 'superseded'
  if (lastChange(space.lineage) > lease || (deps !== undefined && lastChange(deps) > lease)) {
    return 'dependency-changed'
  }
  // What was noted may be more than what is kept (deps are capped), so ask the flight too.
  if (flight !== undefined && !flight.current) return 'dependency-changed'
  return flight?.scope.stale === true ? 'stale-source' : undefined
}

function entryRecord(
  engine: Engine,
  { policy, flight }: Fill,
  stored: Stored,
  deps: readonly TagRecord[] | undefined,
): Omit<EntryRecord, 'weight' | 'copy'> {
  const createdAt = engine.clock.now()
  const asked = stored.ttl === policy.ttl ? policy.ttl : cacheTtl(stored.ttl, 'ttl (from a store hook)')
  const own = policy.ownTtl || asked !== policy.ttl
  const ttl = jittered(asked, policy.jitter, engine.random)
  const bound = own || flight === undefined ? Number.POSITIVE_INFINITY : flight.scope.freshUntil
  const freshUntil = Math.min(createdAt + ttl, bound)
  const windows = Math.max(policy.staleWhileRevalidate, policy.staleIfError)
  return { validAt: order.epoch, createdAt, freshUntil, keepUntil: freshUntil + windows, deps }
}

function jittered(ttl: CacheTtl, jitter: number, random: () => number): number {
  return jitter === 0 || ttl === Number.POSITIVE_INFINITY ? ttl : ttl * (1 - jitter * random())
}

function refuse(engine: Engine, { space, key, correlation }: Fill, because: FillRefused['because']): false {
  engine.counters.refusedFills += 1
  engine.signals.refused?.({ namespace: space.name, key, because, correlation })
  return false
}

/** The newest value is not kept: an older one must not outlive it, unless it lives on as a stale reserve. */
export function reject(
  engine: Engine,
  { space, key, flight }: Pick<Fill, 'space' | 'key' | 'flight'>,
): false {
  engine.counters.notStored += 1
  const slot = space.local.index.get(key)
  if (slot !== undefined && flight?.fenced !== true && engine.isFresh(slot))
    engine.store.remove(slot, 'replaced')
  return false
}
