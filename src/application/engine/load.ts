import { type CacheTtl, type Load, LoadTimeoutError, OverloadError } from '../../domain/index.ts'
import { type CopyKind, copyOf, type Intake, intake } from '../values/index.ts'
import { account } from './account.ts'
import { backOff } from './back-off.ts'
import type { Haste, Turn } from './bulkhead.ts'
import { type CallPolicy, callPolicy, withTtl } from './call-policy.ts'
import type { Engine } from './engine.ts'
import { fill, reject } from './fill.ts'
import { Flight, type Kept, type Outcome } from './flight.ts'
import type { Generation } from './generation.ts'
import { runsAtOnce } from './haste.ts'
import type { KeySpace } from './key-space.ts'
import { Loading, NOT_MODIFIED, type Replaced } from './load-context.ts'
import type { Reserve } from './reserve.ts'
import { inScope, Scope } from './scope.ts'
import { handOut } from './shaped-read.ts'

/** A load to be led. */
export interface LoadRequest {
  readonly generation: Generation
  readonly space: KeySpace
  readonly key: string
  readonly load: Load<unknown>
  readonly policy: CallPolicy
  /** The scope of the caller. */
  readonly scope: Scope | undefined
  /** True if it waits for a batch, which takes a place of its own. */
  readonly batched: boolean
  /** The entry it replaces. */
  readonly reserve: Reserve | undefined
}

type Departure = Pick<LoadRequest, 'generation' | 'space' | 'key' | 'scope'>

/** Registers a flight for the key: from now on it is the one to join. An older one must not store any more. */
export function takeOff(engine: Engine, departure: Departure, load: boolean): Flight {
  const { space, key } = departure
  const flight = newFlight(engine, departure, load)
  const older = space.flights.get(key)
  if (older !== undefined) older.fenced = true
  space.flights.set(key, flight)
  return flight
}

/** A flight that is not registered. What would fence it changes the record of its key, on which it depends. */
export function takeOffAlone(engine: Engine, departure: Departure): Flight {
  const flight = newFlight(engine, departure, false)
  flight.scope.add(engine.tags.at(departure.space.keys, departure.key))
  return flight
}

function newFlight(
  engine: Engine,
  { generation, space, key, scope: parent }: Departure,
  load: boolean,
): Flight {
  const { maxDeps } = generation.configuration
  generation.enter()
  const flight = new Flight(space, key, new Scope({ owner: engine, generation, parent, maxDeps, load }))
  if (load) engine.underWay.add(flight.controller)
  return flight
}

/** Ends a flight, whatever became of it. */
export function touchDown(flight: Flight, generation: Generation, outcome: Outcome): void {
  if (flight.ended) return
  flight.scope.close()
  flight.land(outcome)
  generation.leave()
}

/** Loads a value in a flight of its own. The flight lands with the value or the error; nothing is thrown here. */
export function lead(engine: Engine, request: LoadRequest): Flight {
  const flight = takeOff(engine, request, true)
  for (const name of request.policy.tags) flight.scope.add(engine.tags.of(name))
  flight.urgent = runsAtOnce(engine, request.scope)
  flight.scope.haste = flight
  void fly(engine, request, flight).then((outcome) => touchDown(flight, request.generation, outcome))
  return flight
}

async function fly(engine: Engine, request: LoadRequest, flight: Flight): Promise<Outcome> {
  const { signal } = flight.controller
  const disarm = armTimeout(engine, request, flight.controller)
  let leave: (() => void) | undefined
  const since = engine.clock.now()
  let failed = true
  try {
    if (!request.batched) {
      const place = takePlace(engine, signal, [flight])
      leave = place instanceof Promise ? await place : place
      flight.begin(engine.clock.now())
    }
    const kept = await loadAndFill(engine, request, flight)
    failed = false
    if (request.space.failures.size !== 0) request.space.failures.delete(request.key)
    return { kept }
  } catch (error) {
    if (!(error instanceof OverloadError)) backOff(engine, request, flight, error)
    return { error }
  } finally {
    disarm()
    engine.underWay.delete(flight.controller)
    leave?.()
    const { correlation } = flight.scope
    if (flight.began) account(engine, { space: request.space, key: request.key, since, failed, correlation })
  }
}

/**
 * A place among the loads for one, or for a batch; none is needed if a load that has one waits for any of them. Returns
 * what gives it back.
 *
 * @throws OverloadError, or the reason of the signal
 */
export function takePlace(
  engine: Engine,
  signal: AbortSignal,
  together: readonly Haste[],
): (() => void) | Promise<() => void> {
  if (together.some(({ urgent }) => urgent)) return () => {}
  const turn = engine.bulkhead.enter(signal)
  const leave = () => engine.bulkhead.leave()
  return turn === undefined ? leave : waitForTurn(turn, together).then(() => leave)
}

async function waitForTurn(turn: Turn, together: readonly Haste[]): Promise<void> {
  for (const each of together) each.expedite = () => turn.expedite()
  try {
    await turn.come
  } finally {
    for (const each of together) each.expedite = undefined
  }
}

async function loadAndFill(engine: Engine, request: LoadRequest, flight: Flight): Promise<Kept> {
  const policy = await shapedPolicy(engine, request, flight)
  const { signal } = flight.controller
  const replaced = await replacedBy(request)
  const loading = new Loading(engine, flight.scope, request.key, signal, replaced, flight)
  const loaded = await unlessAborted(signal, async () => inScope(flight.scope, () => request.load(loading)))
  const unchanged = loaded === NOT_MODIFIED
  // Another copy: the load may have changed the one it was given. A decode hook may fail this time.
  const value = unchanged ? ((await replacedBy(request))?.value ?? replaced?.value) : loaded
  if (unchanged && request.reserve?.deps !== undefined) flight.scope.addAll(request.reserve.deps)
  const final = finalPolicy(policy, loading.named, value)
  const kept = safely(engine, request.generation, value, final)
  // What is made from an answer that must not be kept must not be kept either, unless it names its own lifetime.
  if (loading.skipped) flight.scope.limit(engine.clock.now())
  if (value === undefined) {
    dropOlder(engine, request, flight)
  } else if (!loading.skipped && kept !== undefined) {
    await fill(engine, {
      generation: request.generation,
      space: request.space,
      key: request.key,
      policy: final,
      value,
      kept,
      lease: flight.lease,
      flight,
      correlation: flight.scope.correlation,
      validators: loading.validated ?? (unchanged ? request.reserve?.validators : undefined),
    })
  } else {
    reject(engine, { space: request.space, key: request.key, flight })
  }
  return kept ?? { value, copy: 0, unsafe: true }
}

/** The earlier value as the load may see it: a copy of its own, decoded. */
async function replacedBy({ generation, space, key, reserve }: LoadRequest): Promise<Replaced | undefined> {
  if (reserve === undefined) return undefined
  const value = await handOut(generation, space, key, copyOf(reserve.value, reserve.copy as CopyKind))
  return { value, validators: reserve.validators && { ...reserve.validators } }
}

/** What the load named goes first, then what was asked for "there is nothing". */
function finalPolicy(policy: CallPolicy, named: CacheTtl | undefined, value: unknown): CallPolicy {
  if (named !== undefined) return withTtl(policy, named, true)
  return value === null && policy.negativeTtl !== undefined
    ? withTtl(policy, policy.negativeTtl, true)
    : policy
}

/** `undefined` says that there is nothing: an older answer must not go on saying otherwise. */
function dropOlder(engine: Engine, { space, key }: LoadRequest, flight: Flight): void {
  const slot = space.local.index.get(key)
  if (slot !== undefined && !flight.fenced) engine.discard(slot, 'replaced')
}

/** The value as it is kept and handed to those who joined; undefined, and reported, if it cannot be made safe. */
function safely(
  engine: Engine,
  generation: Generation,
  value: unknown,
  policy: CallPolicy,
): Intake | undefined {
  try {
    return intake(value, policy.clone, generation.codecs, engine)
  } catch (error) {
    engine.report(error)
    return undefined
  }
}

async function shapedPolicy(engine: Engine, request: LoadRequest, flight: Flight): Promise<CallPolicy> {
  const { load } = request.generation.points
  const { policy } = request
  if (load === null) return policy
  const own = policy.ownTtl ? policy.ttl : undefined
  const shaped = await load.run({
    namespace: request.space.name,
    key: request.key,
    ttl: own,
    tags: policy.tags,
  })
  const named = shaped.ttl === undefined ? {} : { ttl: shaped.ttl }
  const checked = callPolicy({ ...named, tags: shaped.tags }, policy)
  for (const name of checked.tags) flight.scope.add(engine.tags.of(name))
  return { ...checked, size: policy.size }
}

/** Aborts a load when its hard timeout passes; returns what disarms it. */
export function armTimeout(
  engine: Engine,
  { policy, key }: Pick<LoadRequest, 'policy' | 'key'>,
  controller: AbortController,
): () => void {
  if (policy.hard === Number.POSITIVE_INFINITY) return () => {}
  return engine.clock.schedule(policy.hard, () => {
    engine.counters.loadTimeouts += 1
    controller.abort(new LoadTimeoutError(key, policy.hard))
  })
}

/** The result of the task, or the reason of the signal as soon as it is aborted; what the task does later is ignored. */
export async function unlessAborted<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([task(), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
