import { type CacheEntry, entryState, type Slot } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'

/** What is known of an entry, dead or alive, without touching or removing it. */
export function inspect(engine: Engine, space: KeySpace, key: string): CacheEntry | undefined {
  const slot = space.local.index.get(key)
  if (slot === undefined) return undefined
  try {
    return entryIn(engine, space, key, slot)
  } catch (error) {
    engine.distrust(error)
    return undefined
  }
}

function entryIn(engine: Engine, space: KeySpace, key: string, slot: Slot): CacheEntry {
  const { store } = engine
  const now = engine.clock.now()
  const freshUntil = store.freshUntil(slot)
  const keepUntil = store.keepUntil(slot)
  const changed = changedDependency(engine, space, slot)
  const state = entryState(now, freshUntil, keepUntil, changed === undefined)
  return {
    key,
    namespace: space.name,
    state,
    why: why(state, changed),
    age: now - store.createdAt(slot),
    ttlLeft: left(freshUntil, now),
    staleLeft: left(keepUntil, now),
    deps: (store.deps(slot) ?? []).map(({ name }) => name),
    size: store.weight(slot),
  }
}

/** Down to whole milliseconds: the store keeps deadlines rounded up to them, which may be after the ttl. */
function left(until: number, now: number): number {
  return Math.max(0, Math.floor(until - now))
}

function why(state: CacheEntry['state'], changed: string | undefined): CacheEntry['why'] {
  if (changed !== undefined) return { reason: 'invalidated', by: changed }
  return state === 'fresh' ? undefined : { reason: 'expired' }
}

function changedDependency(engine: Engine, space: KeySpace, slot: Slot): string | undefined {
  const validAt = engine.store.validAt(slot)
  const records = [...space.lineage, ...(engine.store.deps(slot) ?? [])]
  return records.find(({ changed }) => changed > validAt)?.name
}
