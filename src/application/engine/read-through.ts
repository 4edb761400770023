import {
  type CallOptions,
  ClosedError,
  isRefreshDue,
  type Load,
  RecursiveLoadError,
  refreshFrom,
  type Slot,
  type StaleServed,
} from '../../domain/index.ts'
import { type CopyKind, copyOf } from '../values/index.ts'
import { recentFailure } from './back-off.ts'
import { type CallPolicy, callPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import type { Flight, Outcome } from './flight.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { armTimeout, insideLoad, type LoadRequest, lead, unlessAborted } from './load.ts'
import { Loading } from './load-context.ts'
import { order } from './order.ts'
import { isStillCurrent, isWithin, type Reserve, reserveOf } from './reserve.ts'
import { inScope, Scope } from './scope.ts'
import { handOut, shapedKey } from './shaped-read.ts'

interface Call {
  readonly generation: Generation
  readonly space: KeySpace
  readonly key: string
  readonly load: Load<unknown>
  readonly policy: CallPolicy
  readonly signal: AbortSignal | undefined
  readonly scope: Scope | undefined
  readonly batched: boolean
}

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
  const policy = callPolicy(options, generation.policy)
  options?.signal?.throwIfAborted()
  return generation.serve(async () => {
    const shaped = await shapedKey(generation, space, key)
    const { signal } = options ?? {}
    const call: Call = { generation, space, key: shaped.key, load, policy, signal, scope, batched }
    if (shaped.bypass || options?.bypass === true || !generation.serves) return runBare(engine, call)
    // Before anything is awaited: a delete of this key from now on must reach whatever is being made in this scope.
    if (scope !== undefined) engine.noteKey(scope, space, shaped.key)
    const force = options?.forceRefresh === true
    const again = scope === undefined || force || options?.consistent === false
    const seen = again ? undefined : engine.seenIn(scope, space, shaped.key, 0)
    if (seen === undefined) return resolve(engine, call, force)
    space.counters.hits += 1
    return handOut(generation, space, shaped.key, copyOf(seen.value, seen.copy as CopyKind))
  })
}

/** The answer of the flight that a caller joined is too old for it. */
const AGAIN = Symbol('again')

async function resolve(engine: Engine, call: Call, forced: boolean): Promise<unknown> {
  let answer = await attempt(engine, call, forced, true)
  while (answer === AGAIN) answer = await attempt(engine, call, false, false)
  return answer
}

async function attempt(engine: Engine, call: Call, force: boolean, first: boolean): Promise<unknown> {
  const slot = force ? 0 : engine.find(call.space, call.key)
  if (slot !== 0 && engine.isFresh(slot)) {
    if (isDue(engine, call, slot)) refreshBehind(engine, call, reserveOf(engine, slot))
    return serveFresh(engine, call, slot, first)
  }
  const reserve = slot === 0 ? undefined : reserveOf(engine, slot)
  if (reserve !== undefined && isWithin(engine, reserve, call.policy.staleWhileRevalidate)) {
    refreshBehind(engine, call, reserve)
    return serveStale(engine, call, reserve, 'revalidating')
  }
  if (first) countMiss(engine, call)
  const failure = force ? undefined : recentFailure(engine, call.space, call.key)
  if (failure !== undefined) return rescue(engine, call, failure.error, reserve)
  const arrival = order.epoch
  const { flight, joined } = board(engine, call, force, reserve)
  const outcome = await wait(engine, call, flight, reserve)
  if (outcome === 'too-slow') return serveStale(engine, call, reserve as Reserve, 'soft-timeout')
  if (joined && !flight.isGoodFor(arrival)) return AGAIN
  return finish(engine, call, flight, outcome, reserve)
}

async function finish(
  engine: Engine,
  call: Call,
  flight: Flight,
  outcome: Outcome,
  reserve: Reserve | undefined,
): Promise<unknown> {
  call.scope?.absorb(flight.scope)
  // A copy for the one who led it, too: what is kept is the value itself.
  if ('kept' in outcome) {
    const { value, copy } = outcome.kept
    call.scope?.note(engine.tags.at(call.space.keys, call.key), value, copy)
    return copyOf(value, copy)
  }
  return rescue(engine, call, outcome.error, reserve)
}

/** The load failed, or may not be tried now: what is stale, if it may be served, or the error. */
function rescue(engine: Engine, call: Call, error: unknown, reserve: Reserve | undefined): unknown {
  const alive = reserve !== undefined && isWithin(engine, reserve, call.policy.staleIfError)
  if (alive && isStillCurrent(engine, call.space, call.key, reserve)) {
    return serveStale(engine, call, reserve, 'error')
  }
  throw error
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
    if (insideLoad(call.scope, engine)) underWay.expedite?.()
    call.space.counters.coalesced += 1
    return { flight: underWay, joined: true }
  }
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
  let leave = () => {}
  try {
    return await new Promise<Outcome | 'too-slow'>((resolve, reject) => {
      void flight.landed.then(resolve)
      if (soft !== Number.POSITIVE_INFINITY) {
        cancel = engine.clock.schedule(soft, () => {
          if (isStillCurrent(engine, call.space, call.key, reserve as Reserve)) resolve('too-slow')
        })
      }
      leave = () => reject(signal?.reason)
      signal?.addEventListener('abort', leave, { once: true })
      if (signal?.aborted === true) leave()
    })
  } finally {
    cancel()
    signal?.removeEventListener('abort', leave)
    call.scope?.waits.delete(flight.scope)
  }
}

function refreshBehind(engine: Engine, call: Call, reserve: Reserve): void {
  if (call.space.flights.get(call.key)?.joinable === true) return
  if (recentFailure(engine, call.space, call.key) !== undefined) return
  const flight = lead(engine, loadOf(call, undefined, reserve))
  void flight.landed.then((outcome) => 'error' in outcome && engine.report(outcome.error))
}

async function serveFresh(engine: Engine, call: Call, slot: Slot, first: boolean): Promise<unknown> {
  const { store } = engine
  const { generation, space, key, scope } = call
  engine.use(slot)
  if (scope !== undefined) engine.noteRead(scope, space, key, slot)
  // Before anybody is told: a listener may write.
  const value = copyOf(store.value(slot), store.copyKind(slot) as CopyKind)
  if (first) {
    space.counters.hits += 1
    engine.signals.hit?.({ namespace: space.name, key, correlation: scope?.correlation ?? 0 })
  }
  return handOut(generation, space, key, value)
}

function serveStale(engine: Engine, call: Call, reserve: Reserve, because: StaleServed['because']): unknown {
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
  return handOut(call.generation, call.space, call.key, copyOf(reserve.value, reserve.copy as CopyKind))
}

/**
 * Without the cache: the load runs in the caller's scope, so that what it reads still counts there. Nobody shares it,
 * so the caller's signal is the load's, too.
 */
async function runBare(engine: Engine, call: Call): Promise<unknown> {
  const { generation, signal } = call
  const { maxDeps } = generation.configuration
  const scope =
    call.scope ?? new Scope({ owner: engine, generation, parent: undefined, maxDeps, load: false })
  const controller = new AbortController()
  const leave = () => controller.abort(signal?.reason)
  const disarm = armTimeout(engine, call, controller)
  signal?.addEventListener('abort', leave, { once: true })
  if (signal?.aborted === true) leave()
  engine.underWay.add(controller)
  try {
    const loading = new Loading(engine, scope, call.key, controller.signal, undefined)
    return await unlessAborted(controller.signal, async () => {
      call.space.counters.loads += 1
      return inScope(scope, () => call.load(loading))
    })
  } finally {
    engine.underWay.delete(controller)
    signal?.removeEventListener('abort', leave)
    disarm()
    if (call.scope === undefined) scope.close()
  }
}
