import { cacheKey, type Slot } from '../../domain/index.ts'
import { type CopyKind, copyOf } from '../values/index.ts'
import type { Engine } from './engine.ts'
import type { Generation } from './generation.ts'
import type { KeySpace } from './key-space.ts'
import { noteKey, noteRead, seenIn } from './notes.ts'
import type { Seen } from './read-log.ts'
import type { Scope } from './scope.ts'
import { type handOut, handOutSync, shapedKeySync } from './shaped-read.ts'

/** getSync when the short way found nothing: an entry to verify, hooks on reads, or a miss. */
export function readSync(engine: Engine, space: KeySpace, key: string, scope: Scope | undefined): unknown {
  const generation = engine.generationFor(scope)
  const shaped = shapedKeySync(generation, space, cacheKey(key))
  if (shaped.bypass || !generation.serves) return undefined
  return read(engine, generation, space, shaped.key, scope, handOutSync)
}

/** What the short way says of a key that is certainly not there. */
export const ABSENT: unique symbol = Symbol('absent')

/** A read, outside of any scope, of a key that is not there, by no hooks. */
export function missed(engine: Engine, space: KeySpace, key: string): undefined {
  cacheKey(key)
  space.counters.misses += 1
  engine.signals.miss?.({ namespace: space.name, key, correlation: 0 })
}

/** A read without a loader: counted, noted in the scope, decoded; nothing but a fresh answer. */
export function read(
  engine: Engine,
  generation: Generation,
  space: KeySpace,
  key: string,
  scope: Scope | undefined,
  decoded: typeof handOut | typeof handOutSync,
): unknown {
  const slot = engine.find(space, key)
  const seen = scope === undefined ? undefined : seenBefore(engine, space, key, slot, scope)
  if (seen !== undefined) {
    const asIs = seen.plain || seen.value === undefined
    return asIs ? seen.value : decoded(generation, space, key, seen.value)
  }
  if (slot === 0 || !engine.isFresh(slot)) return nothing(engine, space, key, scope)
  engine.use(slot)
  if (scope !== undefined) noteRead(engine, scope, space, key, slot)
  const kept = engine.store.value(slot)
  const value = copyOf(kept, engine.store.copyKind(slot) as CopyKind)
  if (value === undefined) {
    dropUnreadable(engine, space, key, kept)
    return nothing(engine, space, key, scope)
  }
  space.counters.hits += 1
  signalHit(engine, space, key, scope)
  return decoded(generation, space, key, value)
}

/** A miss. */
function nothing(engine: Engine, space: KeySpace, key: string, scope: Scope | undefined): undefined {
  space.counters.misses += 1
  engine.signals.miss?.({ namespace: space.name, key, correlation: scope?.correlation ?? 0 })
  if (scope !== undefined) noteKey(engine, scope, space, key)
}

/** What its codec cannot read any more (which it has reported) is as if it were not there. */
export function dropUnreadable(engine: Engine, space: KeySpace, key: string, kept: unknown): void {
  const { store } = engine
  const slot = space.local.index.get(key)
  try {
    if (slot !== undefined && store.value(slot) === kept) store.remove(slot, 'replaced')
  } catch (error) {
    engine.distrust(error)
  }
}

/** A fresh answer as it is kept. Without side effects, but that a scope depends on what it has seen. */
export function look(
  engine: Engine,
  space: KeySpace,
  key: string,
  scope: Scope | undefined,
): Seen | undefined {
  const slot = space.local.index.get(key)
  const seen = scope === undefined ? undefined : seenIn(engine, scope, space, key, slot ?? 0)
  if (seen !== undefined) return seen
  const good = slot !== undefined && engine.isLive(slot)
  if (scope !== undefined && good) noteRead(engine, scope, space, key, slot)
  else if (scope !== undefined) noteKey(engine, scope, space, key)
  if (!good) return undefined
  return { value: engine.store.value(slot), copy: engine.store.copyKind(slot), plain: false }
}

/** The caller's own copy of what its scope was answered before. */
export function seenBefore(
  engine: Engine,
  space: KeySpace,
  key: string,
  slot: Slot,
  scope: Scope,
): Pick<Seen, 'value' | 'plain'> | undefined {
  const seen = seenIn(engine, scope, space, key, slot)
  if (seen === undefined) return undefined
  space.counters.hits += 1
  return { value: copyOf(seen.value, seen.copy as CopyKind), plain: seen.plain }
}

/** A hit of what is kept apart from its readers; none, and not counted, where a codec cannot read it any more. */
export function ownHit(
  engine: Engine,
  space: KeySpace,
  key: string,
  scope: Scope | undefined,
  kept: unknown,
  copy: CopyKind,
): unknown {
  const value = copyOf(kept, copy)
  if (value === undefined) return undefined
  space.counters.hits += 1
  if (engine.signals.hit !== null) signalHit(engine, space, key, scope)
  return value
}

export function signalHit(engine: Engine, space: KeySpace, key: string, scope: Scope | undefined): void {
  engine.signals.hit?.({ namespace: space.name, key, correlation: scope?.correlation ?? 0 })
}
