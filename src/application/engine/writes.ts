import {
  CallOptionError,
  ClosedError,
  cacheKey,
  type InvalidateTarget,
  type SetOptions,
  type TagRecord,
  tagList,
} from '../../domain/index.ts'
import { SET_OPTIONS } from './call-options.ts'
import { callPolicy } from './call-policy.ts'
import type { Engine } from './engine.ts'
import { type Fill, fill, fillNow } from './fill.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { settleAll } from './openers.ts'
import { change, order } from './order.ts'
import { currentScope, openScopes, type Scope } from './scope.ts'
import { shapedKey } from './shaped-read.ts'

const STORED: Promise<boolean> = Promise.resolve(true)
const NOT_STORED: Promise<boolean> = Promise.resolve(false)

/** Stores a value given by the caller. It wins over a load of the same key, and outdates what was made from the old one. */
export function write(
  engine: Engine,
  space: KeySpace,
  key: string,
  value: unknown,
  options: SetOptions | undefined,
): Promise<boolean> {
  try {
    if (engine.closed) throw new ClosedError()
    const scope = currentScope()
    const generation = engine.generationFor(scope)
    const request: Write = {
      generation,
      space,
      key: cacheKey(key),
      value,
      policy: callPolicy(options, generation.policy, SET_OPTIONS),
      lease: order.epoch,
      flight: undefined,
      turn: space.turns.next(),
      correlation: scope === undefined ? 0 : scope.correlation,
    }
    // Without hooks it takes effect within this call.
    if (!generation.writesAreHooked) return placeNow(engine, request) ? STORED : NOT_STORED
    return generation.serve(() => space.turns.wait(() => place(engine, request)))
  } catch (error) {
    return Promise.reject(error)
  }
}

type Write = Omit<Fill, 'turn'> & { readonly turn: number }

/** A set in which no hook takes part. */
function placeNow(engine: Engine, write: Write): boolean {
  const { space, key, value, turn } = write
  outdate(engine, space, key, turn)
  const kept = value !== undefined && fillNow(engine, write)
  // The old value is outdated, whether or not the new one is kept.
  if (!kept) drop(engine, space, key)
  return kept
}

async function place(engine: Engine, write: Write): Promise<boolean> {
  const { generation, space, value, turn } = write
  const { key, bypass } = await shapedKey(generation, space, write.key)
  if (space.turns.isOvertaken(key, turn)) return false
  outdate(engine, space, key, turn)
  if (value === undefined || bypass) {
    drop(engine, space, key)
    return false
  }
  const stored = fill(engine, { ...write, key })
  const kept = stored instanceof Promise ? await stored : stored
  // While hooks were asked, more may have been made from the old value.
  if (stored instanceof Promise) outdate(engine, space, key, turn)
  if (!kept && !space.turns.isOvertaken(key, turn)) drop(engine, space, key)
  return kept
}

/** Removes an entry; resolves to whether there was a live one. */
export async function remove(engine: Engine, space: KeySpace, key: string): Promise<boolean> {
  if (engine.closed) throw new ClosedError()
  const generation = engine.generationFor(currentScope())
  const turn = space.turns.next()
  const takeEffect = async () => {
    // Without hooks within this call, as a set does.
    const found = shapedKey(generation, space, cacheKey(key))
    const shaped = found instanceof Promise ? await found : found
    const existed = !space.turns.isOvertaken(shaped.key, turn) && engine.find(space, shaped.key) !== 0
    const marked = await mark(engine, generation, space, turn, [], [shaped.key])
    return existed && marked.includes(shaped.key)
  }
  return generation.serve(() => space.turns.wait(takeEffect))
}

/** Marks tags or keys as changed: entries made from them are dead, loads under way cannot store, from here on. */
export async function invalidate(engine: Engine, space: KeySpace, target: InvalidateTarget): Promise<void> {
  if (engine.closed) throw new ClosedError()
  const { tags, keys } = checkedTarget(target)
  const generation = engine.generationFor(currentScope())
  const { key: point, lookup } = generation.points
  const turn = space.turns.next()
  const takeEffect = async () => {
    const plain = point === null && lookup === null
    const shaped = plain ? [] : await Promise.all(keys.map((key) => shapedKey(generation, space, key)))
    await mark(engine, generation, space, turn, tags, plain ? keys : shaped.map(({ key }) => key))
  }
  return generation.serve(() => space.turns.wait(takeEffect))
}

/** Resolves to the keys that hooks have left: none, if one is against it. */
async function mark(
  engine: Engine,
  generation: Generation,
  space: KeySpace,
  turn: number,
  tags: readonly string[],
  keys: readonly string[],
): Promise<readonly string[]> {
  const { invalidate: point } = generation.points
  const asked = { namespace: space.name, tags, keys, veto: false }
  const shaped = point === null ? asked : await point.run(asked)
  if (shaped.veto) return []
  if (shaped.tags.length > 0) {
    currentScope()?.forget(undefined)
    // One by one: in a full table the next may push out the last, which must have changed by then.
    for (const name of shaped.tags) change([engine.tags.of(name)])
    engine.sweeper.invalidated()
  }
  // What was written by a later call is not what this one was to remove.
  for (const key of shaped.keys) if (!space.turns.isOvertaken(key, turn)) dropKey(engine, space, key, turn)
  announce(engine, space, shaped.tags, shaped.keys, false)
  return shaped.keys
}

/** Forgets a whole namespace in constant time; the memory comes back in slices. */
export async function clear(engine: Engine, space: KeySpace): Promise<void> {
  if (engine.closed) throw new ClosedError()
  currentScope()?.forget(undefined)
  change(space.lineage.slice(0, 1))
  engine.sweeper.invalidated()
  announce(engine, space, [], [], true)
}

/** Ends the freshness of an entry now. */
export async function expire(engine: Engine, space: KeySpace, key: string): Promise<boolean> {
  if (engine.closed) throw new ClosedError()
  const generation = engine.generationFor(currentScope())
  return generation.serve(async () => {
    const shaped = await shapedKey(generation, space, cacheKey(key))
    // What a load under way has read is what is to be fresh no more.
    fenceFlight(space, shaped.key)
    const slot = engine.find(space, shaped.key)
    if (slot === 0) return false
    forgetIn(engine, currentScope(), space, shaped.key)
    engine.endFreshness(slot)
    engine.sweeper.stored()
    return true
  })
}

/**
 * What was made from this key is outdated, and a load of it under way must not store. The order moves only if there
 * may be such an entry or load, so that plain sets leave every other entry's last look valid.
 */
function outdate(engine: Engine, space: KeySpace, key: string, turn: number): void {
  space.turns.tookEffect(key, turn)
  if (openScopes.count !== 0) {
    // A scope may have read the key without its having a record by now.
    settleAll()
    forgetIn(engine, currentScope(), space, key)
  }
  if (space.failures.size !== 0) space.failures.delete(key)
  if (space.flights.size === 0 && space.keys.size === 0 && !order.coarse) return
  const record: TagRecord | undefined = space.keys.get(key)
  // What depends on every invalidation may have read this key although its record is gone from the bounded table.
  const unseen = record === undefined && !(order.coarse && engine.tags.lossy)
  if (!fenceFlight(space, key) && unseen) return
  change(record === undefined ? [] : [record])
  engine.sweeper.invalidated()
}

/** A load of the key under way must not store; nobody joins it any more. False if there is none. */
function fenceFlight({ flights }: KeySpace, key: string): boolean {
  const flight = flights.get(key)
  if (flight === undefined) return false
  flight.fenced = true
  flights.delete(key)
  return true
}

/** An entry goes, what was made from it is outdated, and a load of it under way must not store. */
export function dropKey(
  engine: Engine,
  space: KeySpace,
  key: string,
  turn: number = space.turns.next(),
): void {
  outdate(engine, space, key, turn)
  drop(engine, space, key)
}

/** Who has written a key, in whatever way, reads it anew. */
function forgetIn(engine: Engine, scope: Scope | undefined, space: KeySpace, key: string): void {
  if (scope === undefined) return
  settleAll()
  const record = space.keys.get(key)
  // Without a record nobody has read it inside a scope, unless the table has dropped it.
  if (record !== undefined || engine.tags.lossy) scope.forget(record)
}

function drop(engine: Engine, space: KeySpace, key: string): void {
  const slot = space.local.index.get(key)
  if (slot !== undefined) engine.discard(slot, 'deleted')
}

function announce(
  engine: Engine,
  space: KeySpace,
  tags: readonly string[],
  keys: readonly string[],
  all: boolean,
): void {
  engine.counters.invalidations += 1
  engine.signals.invalidated?.({
    namespace: space.name,
    tags,
    keys,
    all,
    correlation: currentScope()?.correlation ?? 0,
  })
}

function checkedTarget(target: InvalidateTarget): { tags: readonly string[]; keys: readonly string[] } {
  const { tags, keys } = (target ?? {}) as Partial<Record<'tags' | 'keys', unknown>>
  const isNone = tags === undefined && keys === undefined
  if (isNone || (keys !== undefined && !Array.isArray(keys)))
    throw new CallOptionError('invalidate', 'expected { tags: [...] }, { keys: [...] }, or both.')
  return {
    tags: tags === undefined ? [] : tagList(tags),
    // Not map: it would skip the holes of a sparse list.
    keys: Array.from((keys ?? []) as unknown[], (key) => cacheKey(key)),
  }
}
