import {
  type CallOptions,
  ClosedError,
  type Load,
  RecursiveLoadError,
  type Slot,
  type StaleServed,
  type TagRecord,
} from '../../domain/index.ts'
import { type CopyKind, copyOf } from '../values/index.ts'
import { type CallPolicy, callPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import type { Flight, Outcome } from './flight.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { armTimeout, insideLoad, type LoadRequest, lead, unlessAborted } from './load.ts'
import { Loading } from './load-context.ts'
import { order } from './order.ts'
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
}

/** A stale entry at hand, with what it was made from, so that it can be served even if it is evicted meanwhile. */
interface Reserve {
  readonly slot: Slot
  readonly value: unknown
  readonly copy: number
  readonly freshUntil: number
  readonly deps: readonly TagRecord[] | undefined
}

/** getOrSet when the short way did not answer: hooks, stale entries, single flight, loads. */
export async function readThrough(
  engine: Engine,
  space: KeySpace,
  key: string,
  load: Load<unknown>,
  options: CallOptions | undefined,
  scope: Scope | undefined,
): Promise<unknown> {
  if (engine.closed) throw new ClosedError()
  const generation = engine.generationFor(scope)
  const policy = callPolicy(options, generation.policy)
  options?.signal?.throwIfAborted()
  return generation.serve(async () => {
    const shaped = await shapedKey(generation, space, key)
    const call: Call = { generation, space, key: shaped.key, load, policy, signal: options?.signal, scope }
    if (shaped.bypass || options?.bypass === true || !generation.serves) return runBare(engine, call)
    // Before anything is awaited: a delete of this key from now on must reach whatever is being made in this scope.
    if (scope !== undefined) engine.noteKey(scope, space, shaped.key)
    return resolve(engine, call, options?.forceRefresh === true)
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
  if (slot !== 0 && engine.isFresh(slot)) return serveFresh(engine, call, slot, first)
  const reserve = slot === 0 ? undefined : reserveOf(engine, slot)
  if (reserve !== undefined && within(engine, reserve, call.policy.staleWhileRevalidate)) {
    refreshBehind(engine, call, reserve)
    return serveStale(engine, call, reserve, 'revalidating')
  }
  if (first) countMiss(engine, call)
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
  if ('kept' in outcome) return copyOf(outcome.kept.value, outcome.kept.copy)
  const alive = reserve !== undefined && within(engine, reserve, call.policy.staleIfError)
  if (alive && stillCurrent(engine, call, reserve)) return serveStale(engine, call, reserve, 'error')
  throw outcome.error
}

function countMiss(engine: Engine, { space, key, scope }: Call): void {
  engine.counters.misses += 1
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
    engine.counters.coalesced += 1
    return { flight: underWay, joined: true }
  }
  return { flight: lead(engine, loadOf(call, call.scope, reserve)), joined: false }
}

/** Field by field: a spread of objects like these costs microseconds. */
function loadOf(call: Call, scope: Scope | undefined, reserve: Reserve | undefined): LoadRequest {
  const { generation, space, key, load, policy } = call
  return { generation, space, key, load, policy, scope, stale: reserve?.value }
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
          if (stillCurrent(engine, call, reserve as Reserve)) resolve('too-slow')
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
  const flight = lead(engine, loadOf(call, undefined, reserve))
  void flight.landed.then((outcome) => 'error' in outcome && engine.report(outcome.error))
}

async function serveFresh(engine: Engine, call: Call, slot: Slot, first: boolean): Promise<unknown> {
  const { store } = engine
  const { generation, space, key, scope } = call
  store.touch(slot)
  if (scope !== undefined) engine.noteRead(scope, space, key, slot)
  // Before anybody is told: a listener may write.
  const value = copyOf(store.value(slot), store.copyKind(slot) as CopyKind)
  if (first) {
    engine.counters.hits += 1
    engine.signals.hit?.({ namespace: space.name, key, correlation: scope?.correlation ?? 0 })
  }
  return handOut(generation, space, key, value)
}

function serveStale(engine: Engine, call: Call, reserve: Reserve, because: StaleServed['because']): unknown {
  engine.counters.staleServed += 1
  const staleFor = engine.clock.now() - reserve.freshUntil
  const correlation = call.scope?.correlation ?? 0
  engine.signals.stale?.({ namespace: call.space.name, key: call.key, because, staleFor, correlation })
  if (call.scope !== undefined) {
    if (reserve.deps !== undefined) call.scope.addAll(reserve.deps)
    call.scope.limit(reserve.freshUntil)
    call.scope.markStale()
  }
  return handOut(call.generation, call.space, call.key, copyOf(reserve.value, reserve.copy as CopyKind))
}

function reserveOf(engine: Engine, slot: Slot): Reserve {
  const { store } = engine
  return {
    slot,
    value: store.value(slot),
    copy: store.copyKind(slot),
    freshUntil: store.freshUntil(slot),
    deps: store.deps(slot),
  }
}

function within(engine: Engine, reserve: Reserve, window: number): boolean {
  return engine.clock.now() < reserve.freshUntil + window
}

/** A stale answer may be served later only if it is still the entry and nothing it depends on changed meanwhile. */
function stillCurrent(engine: Engine, call: Call, reserve: Reserve): boolean {
  const slot = call.space.local.index.get(call.key)
  return slot === reserve.slot && engine.store.value(slot) === reserve.value && engine.isCurrent(slot)
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
      engine.counters.loads += 1
      return inScope(scope, () => call.load(loading))
    })
  } finally {
    engine.underWay.delete(controller)
    signal?.removeEventListener('abort', leave)
    disarm()
    if (call.scope === undefined) scope.close()
  }
}
