import {
  type CacheTtl,
  cacheTtl,
  type Duration,
  type EntryExtras,
  type EntryRecord,
  type FillRefused,
  type HookPoints,
  refreshFrom,
  type Slot,
  StoreError,
  type TagRecord,
  tagList,
  type Validators,
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
  /** The turn of a `set` in the order of writes: one that was called later may have taken effect by now. */
  readonly turn?: number | undefined
  /** What the load said of the source's version. */
  readonly validators?: Validators | undefined
  /** A surface's own record: its readers do not decode, so it is not encoded. */
  readonly asIs?: true
}

/** Stores a value unless a hook, its size, its kind or a change since its lease speaks against it. */
export function fill(engine: Engine, request: Fill): boolean | Promise<boolean> {
  if (!request.generation.serves) return reject(engine, request)
  const { policy, value } = request
  const { store } = request.generation.points
  if (store === null) return encode(engine, request, value, policy.ttl, NOTHING)
  const shaped = store.run({
    namespace: request.space.name,
    key: request.key,
    value,
    ttl: policy.ttl,
    tags: [],
    veto: false,
  })
  return shaped instanceof Promise
    ? shaped.then((stored) => unlessVetoed(engine, request, stored))
    : unlessVetoed(engine, request, shaped)
}

const NOTHING: readonly string[] = Object.freeze([])
const NO_RECORDS: readonly TagRecord[] = Object.freeze([])

function unlessVetoed(
  engine: Engine,
  request: Fill,
  stored: HookPoints['store'],
): boolean | Promise<boolean> {
  if (!stored.veto) return encode(engine, request, stored.value, stored.ttl, stored.tags)
  request.flight?.scope.limit(engine.clock.now())
  return reject(engine, request)
}

function encode(
  engine: Engine,
  request: Fill,
  value: unknown,
  ttl: Duration,
  tags: readonly string[],
): boolean | Promise<boolean> {
  const { encode: point } = request.generation.points
  if (point === null || request.asIs) return keep(engine, request, value, ttl, tags)
  const encoded = point.run({ namespace: request.space.name, key: request.key, value })
  return encoded instanceof Promise
    ? encoded.then((coded) => keepEncoded(engine, request, coded.value, ttl, tags))
    : keepEncoded(engine, request, encoded.value, ttl, tags)
}

/** An encode hook that failed leaves no value: better nothing is kept than the wrong form of it. */
function keepEncoded(
  engine: Engine,
  request: Fill,
  value: unknown,
  ttl: Duration,
  tags: readonly string[],
): boolean {
  return value === undefined ? reject(engine, request) : keep(engine, request, value, ttl, tags)
}

/**
 * A `set` in which no hook takes part: it is done within its call, so no change can have come in between and nothing
 * has to be asked.
 */
export function fillNow(engine: Engine, request: Fill): boolean {
  if (!request.generation.serves) return reject(engine, request)
  try {
    const { policy, value } = request
    const createdAt = engine.clock.now()
    const freshUntil = createdAt + jittered(policy.ttl, policy.jitter, engine.random)
    return put(engine, request, value, dependencies(engine, request, NOTHING), createdAt, freshUntil)
  } catch (error) {
    engine.report(error)
    return reject(engine, request)
  }
}

/** The last, synchronous part: between its check and its write nothing can change. */
function keep(
  engine: Engine,
  request: Fill,
  value: unknown,
  ttl: Duration,
  tags: readonly string[],
): boolean {
  try {
    const { flight } = request
    const deps = dependencies(engine, request, tags)
    const createdAt = engine.clock.now()
    const freshUntil = endOfFreshness(engine, request, ttl, createdAt)
    // Whoever makes something from this answer is bound by its lifetime, on a miss as on a hit.
    if (flight?.scope.load === true)
      flight.scope.freshUntil = Math.min(freshUntil, createdAt + request.policy.sliding)
    const refusal = refusedBecause(request, deps)
    if (refusal !== undefined) return refuse(engine, request, refusal)
    return put(engine, request, value, deps, createdAt, freshUntil)
  } catch (error) {
    engine.report(error)
    return reject(engine, request)
  }
}

function put(
  engine: Engine,
  request: Fill,
  value: unknown,
  deps: readonly TagRecord[] | undefined,
  createdAt: number,
  freshAtMost: number,
): boolean {
  const { space, key, policy } = request
  const freshUntil = Math.min(freshAtMost, createdAt + policy.sliding)
  const keepUntil = freshUntil + staleWindow(policy)
  // A hook may have taken until after the end of the cache.
  if (keepUntil <= createdAt || engine.closed) return reject(engine, request)
  const reuse = request.kept !== undefined && value === request.value
  const kept = reuse
    ? (request.kept as Intake)
    : intake(value, policy.clone, request.generation.codecs, engine)
  const size = policy.size ?? estimateBytes(kept.value)
  const needed = ENTRY_OVERHEAD + textBytes(key) + size + 24 * (deps === undefined ? 0 : deps.length)
  const weight = Math.min(0xffff_ffff, needed)
  const { copy } = kept
  const extras = extrasOf(request, createdAt, freshUntil, freshAtMost)
  const record = { validAt: order.epoch, createdAt, freshUntil, keepUntil, deps, weight, copy, extras }
  if (placed(engine, request, kept.value, record) === 0) {
    engine.counters.notStored += 1
    return false
  }
  space.counters.stored += 1
  order.stored += 1
  engine.sweeper.stored()
  engine.signals.stored?.({
    namespace: space.name,
    key,
    ttl: freshUntil - createdAt,
    deps: (deps ?? []).map(({ name }) => name),
    size: weight,
    correlation: request.correlation,
  })
  return true
}

function placed({ store }: Engine, { space, key }: Fill, value: unknown, record: EntryRecord): Slot {
  try {
    return store.put(space.local, key, value, record)
  } catch (error) {
    throw new StoreError(store.name, error)
  }
}

/** Most entries have none, and a hit of those that have looks closer from some point on. */
function extrasOf(
  { policy, flight, validators }: Fill,
  createdAt: number,
  freshUntil: number,
  freshAtMost: number,
): EntryExtras | undefined {
  const { refreshAhead, sliding } = policy
  const slides = sliding !== Number.POSITIVE_INFINITY
  const window = freshUntil === Number.POSITIVE_INFINITY ? staleWindow(policy) : 0
  const refreshes = refreshAhead.part !== 1 || refreshAhead.beta !== 0
  if (!slides && !refreshes && window === 0 && validators === undefined) return undefined
  const loadTime = flight === undefined ? 0 : createdAt - flight.startedAt
  const closerFrom = slides ? createdAt : refreshFrom(refreshAhead, createdAt, freshUntil, loadTime)
  return { closerFrom, loadTime, sliding, freshAtMost, validators, window }
}

/** For how long after its freshness the entry may be of use. */
function staleWindow({ staleWhileRevalidate, staleIfError }: CallPolicy): number {
  return Math.max(staleWhileRevalidate, staleIfError)
}

/** What the entry depends on beyond its own namespace, each once. */
function dependencies(
  engine: Engine,
  request: Fill,
  extra: readonly string[],
): readonly TagRecord[] | undefined {
  const { flight, policy } = request
  const noted = flight === undefined ? NO_RECORDS : flight.scope.deps
  if (noted.length === 0 && policy.tags.length === 0 && extra.length === 0) return undefined
  const found = new Set(noted)
  for (const name of policy.tags) found.add(engine.tags.of(name))
  if (extra.length > 0) for (const name of tagList(extra)) found.add(engine.tags.of(name))
  for (const record of request.space.lineage) found.delete(record)
  if (found.size === 0) return undefined
  const tooMany = found.has(everything) || found.size > request.generation.configuration.maxDeps
  return engine.sharedDeps.of(tooMany ? [everything] : [...found])
}

function refusedBecause(
  request: Fill,
  deps: readonly TagRecord[] | undefined,
): FillRefused['because'] | undefined {
  const { flight, lease, space, key, turn } = request
  if (flight?.fenced === true || (turn !== undefined && space.turns.isOvertaken(key, turn)))
    return 'superseded'
  if (order.epoch === lease && flight === undefined) return undefined
  if (lastChange(space.lineage) > lease || (deps !== undefined && lastChange(deps) > lease)) {
    return 'dependency-changed'
  }
  // What was noted may be more than what is kept (deps are capped), so ask the flight too.
  if (flight !== undefined && !flight.current) return 'dependency-changed'
  return flight?.scope.stale === true ? 'stale-source' : undefined
}

function endOfFreshness(
  engine: Engine,
  { policy, flight }: Fill,
  wanted: Duration,
  createdAt: number,
): number {
  const asked = wanted === policy.ttl ? policy.ttl : cacheTtl(wanted, 'ttl (from a store hook)')
  const ends = createdAt + jittered(asked, policy.jitter, engine.random)
  const own = policy.ownTtl || asked !== policy.ttl
  return own || flight === undefined ? ends : Math.min(ends, flight.scope.freshUntil)
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
  if (slot !== undefined && flight?.fenced !== true && engine.isFresh(slot)) engine.discard(slot, 'replaced')
  return false
}
