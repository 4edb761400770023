import {
  type CallOptions,
  ClosedError,
  isRefreshDue,
  type Load,
  RecursiveLoadError,
  refreshFrom,
  type Slot,
  type StaleServed,
  ValueError,
} from '../../domain/index.ts'
import { type CopyKind, copyOf } from '../values/index.ts'
import { recentFailure } from './back-off.ts'
import { type BareCall as Call, runBare } from './bare.ts'
import { optionsOfLoad } from './call-options.ts'
import { callPolicy } from './call-policy.ts'
import { dropUnreadable, signalHit } from './closer-look.ts'
import type { Engine } from './engine.ts'
import type { Flight, Kept, Outcome } from './flight.ts'
import { hasten } from './haste.ts'
import type { KeySpace } from './key-space.ts'
import { type LoadRequest, lead } from './load.ts'
import { noteKey, noteRead, seenIn } from './notes.ts'
import { onAbort } from './on-abort.ts'
import { order } from './order.ts'
import { isStillCurrent, isWithin, type Reserve, reserveOf } from './reserve.ts'
import type { Scope } from './scope.ts'
import { handOut, shapedKey } from './shaped-read.ts'

/** getOrSet when the short way did not answer: hooks, stale entries, single flight, loads. */
export async function readThrough(
  engine: Engine,
  space: KeySpace,
  key: string,
  load: Load<unknown>,
  options: CallOptions | undefined,
  scope: Scope | undefined,
  batched = false,
): Promise<unknown> {
  if (engine.closed) throw new ClosedError()
  const generation = engine.generationFor(scope)
  const policy = callPolicy(options, generation.policy, optionsOfLoad(options))
  options?.signal?.throwIfAborted()
  return generation.serve(async () => {
    const shaped = await shapedKey(generation, space, key)
    const { signal } = options ?? {}
    const call: Call = { generation, space, key: shaped.key, load, policy, signal, scope, batched }
    if (shaped.bypass || options?.bypass === true || !generation.serves) return runBare(engine, call)
    // Before anything is awaited: a delete of this key from now on must reach whatever is being made in this scope.
    if (scope !== undefined) noteKey(engine, scope, space, shaped.key)
    const force = options?.forceRefresh === true
    const seen = force || options?.consistent === false ? undefined : seenBefore(engine, call)
    const own = seen instanceof Promise ? await seen : seen
    if (own === undefined) return resolve(engine, call, force)
    space.counters.hits += 1
    return own
  })
}

/** The caller's own copy of what its scope was answered before; undefined if there is none that can be read. */
function seenBefore(engine: Engine, { generation, scope, space, key }: Call): unknown {
  const seen = scope === undefined ? undefined : seenIn(engine, scope, space, key, 0)
  if (seen === undefined) return undefined
  const own = copyOf(seen.value, seen.copy as CopyKind)
  return own === undefined || seen.plain ? own : handOut(generation, space, key, own)
}

/** The answer of the flight that a caller joined is too old for it. */
const AGAIN: unique symbol = Symbol('again')

async function resolve(engine: Engine, call: Call, forced: boolean): Promise<unknown> {
  let answer = await attempt(engine, call, forced, true)
  // Meanwhile its generation may have been set aside: what is stored by now it cannot read.
  while (answer === AGAIN) {
    answer = await (call.generation.serves ? attempt(engine, call, false, false) : runBare(engine, call))
  }
  return answer
}

async function attempt(engine: Engine, call: Call, force: boolean, first: boolean): Promise<unknown> {
  let reserve: Reserve | undefined
  try {
    const slot = force ? 0 : engine.find(call.space, call.key)
    if (slot !== 0 && engine.isFresh(slot)) {
      if (isDue(engine, call, slot)) refreshBehind(engine, call, reserveOf(engine, slot))
      return serveFresh(engine, call, slot, first)
    }
    reserve = slot === 0 ? undefined : reserveOf(engine, slot)
  } catch (error) {
    // Nothing but the store can have thrown here; without it there is the load.
    engine.distrust(error)
  }
  if (reserve !== undefined && isWithin(engine, reserve, call.policy.staleWhileRevalidate)) {
    refreshBehind(engine, call, reserve)
    return serveStale(engine, call, reserve, 'revalidating')
  }
  if (first) countMiss(engine, call)
  const failure = force ? undefined : recentFailure(engine, call.space, call.key)
  if (failure !== undefined) return rescue(engine, call, failure.error, reserve)
  return ride(engine, call, force, reserve)
}

/** The answer of a load: one that is under way, or a new one. */
async function ride(engine: Engine, call: Call, force: boolean, reserve?: Reserve): Promise<unknown> {
  const arrival = order.epoch
  const writes = call.scope?.writes ?? 0
  const { flight, joined } = board(engine, call, force, reserve)
  const outcome = await wait(engine, call, flight, reserve)
  if (outcome === 'too-slow') return serveStale(engine, call, reserve as Reserve, 'soft-timeout')
  if (joined && !flight.isGoodFor(arrival)) return AGAIN
  call.scope?.absorb(flight.scope)
  if (joined && 'kept' in outcome && outcome.kept.unsafe === true) flight.share(engine)
  return 'kept' in outcome
    ? answered(engine, call, outcome.kept, writes)
    : rescue(engine, call, outcome.error, reserve)
}

/** A copy for the one who led it, too: what is kept is the value itself. */
function answered(engine: Engine, { space, key, scope }: Call, kept: Kept, writes: number): unknown {
  const { value, copy } = kept
  const own = copyOf(value, copy)
  if (value === undefined) return undefined
  if (own === undefined) throw new ValueError('an instance that its codec cannot read')
  if (kept.unsafe !== true) scope?.noteLoaded(engine.tags.at(space.keys, key), value, copy, writes)
  return own
}

/** The load failed, or may not be tried now: what is stale, if it may be served, or the error. */
function rescue(engine: Engine, call: Call, error: unknown, reserve: Reserve | undefined): unknown {
  if (reserve !== undefined && mayStandIn(engine, call, reserve)) {
    const stale = serveStale(engine, call, reserve, 'error')
    if (stale !== AGAIN) return stale
  }
  throw error
}

/** Whether what is stale may stand in, now, for a load that fails or takes too long. */
function mayStandIn(engine: Engine, { space, key, policy }: Call, reserve: Reserve): boolean {
  return isWithin(engine, reserve, policy.staleIfError) && isStillCurrent(engine, space, key, reserve)
}

/** Whether this read of a fresh entry starts a refresh ahead of its end. */
function isDue(engine: Engine, { policy }: Call, slot: Slot): boolean {
  const { refreshAhead } = policy
  const extras = engine.store.extras(slot)
  if (extras === undefined || (refreshAhead.part === 1 && refreshAhead.beta === 0)) return false
  const now = engine.clock.now()
  const freshUntil = engine.store.freshUntil(slot)
  const { loadTime } = extras
  const from = refreshFrom(refreshAhead, engine.store.createdAt(slot), freshUntil, loadTime)
  return now >= from && isRefreshDue(refreshAhead, now, freshUntil, loadTime, engine.random())
}

function countMiss(engine: Engine, { space, key, scope }: Call): void {
  space.counters.misses += 1
  engine.signals.miss?.({ namespace: space.name, key, correlation: scope?.correlation ?? 0 })
}

/** The flight to wait for: one that this caller may share, or a new one. */
function board(
  engine: Engine,
  call: Call,
  force: boolean,
  reserve: Reserve | undefined,
): { flight: Flight; joined: boolean } {
  const underWay = call.space.flights.get(call.key)
  if (underWay !== undefined && call.scope?.isAwaitedBy(underWay.scope) === true) {
    throw new RecursiveLoadError(call.key)
  }
  if (!force && underWay?.joinable === true) {
    hasten(engine, call.scope, underWay)
    call.space.counters.coalesced += 1
    return { flight: underWay, joined: true }
  }
  // Meanwhile the cache may have been closed, and whoever closed it has ended what was under way by then.
  if (engine.closed) throw new ClosedError()
  return { flight: lead(engine, loadOf(call, call.scope, reserve)), joined: false }
}

/** Field by field: a spread of objects like these costs microseconds. */
function loadOf(call: Call, scope: Scope | undefined, reserve: Reserve | undefined): LoadRequest {
  const { generation, space, key, load, policy, batched } = call
  return { generation, space, key, load, policy, scope, reserve, batched }
}

/** Until the flight lands, the caller leaves, or the soft timeout passes while something stale is at hand. */
async function wait(
  engine: Engine,
  call: Call,
  flight: Flight,
  reserve: Reserve | undefined,
): Promise<Outcome | 'too-slow'> {
  const soft = reserve === undefined ? Number.POSITIVE_INFINITY : call.policy.soft
  if (call.scope === undefined && call.signal === undefined && soft === Number.POSITIVE_INFINITY)
    return flight.landed
  call.scope?.waits.add(flight.scope)
  const { signal } = call
  let cancel = () => {}
  let stay = () => {}
  try {
    return await new Promise<Outcome | 'too-slow'>((resolve, reject) => {
      void flight.landed.then(resolve)
      if (soft !== Number.POSITIVE_INFINITY) {
        cancel = engine.clock.schedule(soft, () => {
          if (mayStandIn(engine, call, reserve as Reserve)) resolve('too-slow')
        })
      }
      if (signal === undefined) return
      const leave = () => reject(signal.reason)
      stay = onAbort(signal, leave)
      if (signal.aborted) leave()
    })
  } finally {
    cancel()
    stay()
    call.scope?.waits.delete(flight.scope)
  }
}

function refreshBehind(engine: Engine, call: Call, reserve: Reserve): void {
  if (engine.closed) return
  if (call.space.flights.get(call.key)?.joinable === true) return
  if (recentFailure(engine, call.space, call.key) !== undefined) return
  const flight = lead(engine, loadOf(call, undefined, reserve))
  void flight.landed.then((outcome) => 'error' in outcome && engine.report(outcome.error))
}

function serveFresh(engine: Engine, call: Call, slot: Slot, first: boolean): unknown {
  const { store } = engine
  const { space, key, scope } = call
  engine.use(slot)
  if (scope !== undefined) noteRead(engine, scope, space, key, slot)
  // Before anybody is told: a listener may write.
  const kept = store.value(slot)
  const value = copyOf(kept, store.copyKind(slot) as CopyKind)
  if (value === undefined) {
    if (first) countMiss(engine, call)
    return unreadable(engine, call, kept)
  }
  if (first) {
    space.counters.hits += 1
    signalHit(engine, space, key, scope)
  }
  return decoded(engine, call, kept, value)
}

/** What a failed decode hook leaves is as if it were not there. */
function decoded(engine: Engine, call: Call, kept: unknown, value: unknown): unknown {
  const { generation, space, key } = call
  const out = handOut(generation, space, key, value)
  if (generation.points.decode === null) return out
  return Promise.resolve(out).then((plain) => (plain === undefined ? unreadable(engine, call, kept) : plain))
}

function unreadable(engine: Engine, { space, key }: Call, kept: unknown): typeof AGAIN {
  dropUnreadable(engine, space, key, kept)
  return AGAIN
}

function serveStale(engine: Engine, call: Call, reserve: Reserve, because: StaleServed['because']): unknown {
  const value = copyOf(reserve.value, reserve.copy as CopyKind)
  if (value === undefined) return unreadable(engine, call, reserve.value)
  call.space.counters.staleServed += 1
  const staleFor = engine.clock.now() - reserve.freshUntil
  const correlation = call.scope?.correlation ?? 0
  engine.signals.stale?.({ namespace: call.space.name, key: call.key, because, staleFor, correlation })
  if (call.scope !== undefined) {
    if (reserve.deps !== undefined) call.scope.addAll(reserve.deps)
    call.scope.limit(reserve.freshUntil)
    call.scope.markStale()
    call.scope.note(engine.tags.at(call.space.keys, call.key), reserve.value, reserve.copy)
  }
  return decoded(engine, call, reserve.value, value)
}
