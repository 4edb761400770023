import type { Slot, TagRecord } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'
import type { Seen } from './read-log.ts'
import type { Scope } from './scope.ts'

/** Tells the scope of the caller that it asked for a key: what it makes depends on the key, found or not. */
export function noteKey(engine: Engine, scope: Scope, space: KeySpace, key: string): void {
  scope.add(engine.tags.at(space.keys, key))
  for (const record of space.lineage) scope.add(record)
}

/** Tells the scope of the caller what an answer from the cache was made from. */
export function noteRead(engine: Engine, scope: Scope, space: KeySpace, key: string, slot: Slot): void {
  const kept = engine.kept(slot)
  // Without it the store has failed, and the namespaces have just changed: what is made here is not stored.
  if (kept === undefined) scope.addAll(space.lineage)
  else noteHit(engine, scope, space, key, slot, kept.value, kept.copy)
}

/** The same, of an entry whose value is at hand. */
export function noteHit(
  engine: Engine,
  scope: Scope,
  space: KeySpace,
  key: string,
  slot: Slot,
  value: unknown,
  copy: number,
): void {
  const { store } = engine
  try {
    scope.note(recordOf(engine, space, key, slot), value, copy)
    for (const record of space.lineage) scope.add(record)
    const deps = store.deps(slot)
    if (deps !== undefined) scope.addAll(deps)
    scope.limit(store.freshUntil(slot))
  } catch (error) {
    noteFault(engine, scope, space, error)
  }
}

/**
 * The same, of all that a scope has read through a shortcut. Nothing has happened to the entries since they were read.
 * What this waits for is memory, so there is a loop for each column: the shorter a loop is, the more of its rounds the
 * processor has under way at once.
 */
export function noteReads(
  engine: Engine,
  scope: Scope,
  space: KeySpace,
  slots: Uint32Array,
  first: number,
  end: number,
): void {
  const { store, tags } = engine
  try {
    for (const record of space.lineage) scope.add(record)
    const records: (TagRecord | undefined)[] = []
    for (let at = first; at > end; at--) records.push(store.keyRecord(slots[at] as Slot))
    for (let at = first; at > end; at--) {
      const slot = slots[at] as Slot
      const kept = tags.lossy ? undefined : records[first - at]
      scope.note(kept ?? recordOf(engine, space, store.keyOf(slot), slot), store.value(slot), 0)
    }
    let freshUntil = Number.POSITIVE_INFINITY
    for (let at = first; at > end; at--)
      freshUntil = Math.min(freshUntil, store.freshUntil(slots[at] as Slot))
    scope.limit(freshUntil)
    for (let at = first; at > end; at--) {
      const deps = store.deps(slots[at] as Slot)
      if (deps !== undefined) scope.addAll(deps)
    }
  } catch (error) {
    noteFault(engine, scope, space, error)
  }
}

/** What the scope was answered when it read the key before; nothing, where that is in a form nobody reads any more. */
export function seenIn(
  engine: Engine,
  scope: Scope,
  space: KeySpace,
  key: string,
  slot: Slot,
): Seen | undefined {
  if (scope.lease < engine.recodedAt) return undefined
  return scope.seen(slot === 0 ? engine.tags.at(space.keys, key) : recordOf(engine, space, key, slot))
}

/** The key's record, kept with its entry: finding it in the table costs as much as the rest of a hit. */
function recordOf(engine: Engine, space: KeySpace, key: string, slot: Slot): TagRecord {
  const { store, tags } = engine
  try {
    const kept = store.keyRecord(slot)
    // The table may have dropped it: what was made from it is dead, and what is made from now on needs a live one.
    // Asked in this order, because a look into the record is a cache miss of its own.
    if (kept !== undefined && (!tags.lossy || kept.changed !== Number.POSITIVE_INFINITY)) return kept
    const record = tags.at(space.keys, key)
    store.setKeyRecord(slot, record)
    return record
  } catch (error) {
    engine.distrust(error)
    return tags.at(space.keys, key)
  }
}

function noteFault(engine: Engine, scope: Scope, space: KeySpace, error: unknown): void {
  engine.distrust(error)
  // They have just changed, so that what is made here, from what nobody knows, is not stored.
  scope.addAll(space.lineage)
}
