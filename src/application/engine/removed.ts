import type { RemovalCause, Slot } from '../../domain/index.ts'
import type { Engine } from './engine.ts'
import { currentScope } from './scope.ts'

/** Counts an entry that leaves, and tells of it. Its slot can still be read. Called by the store, so it never throws. */
export function removed(
  engine: Engine,
  namespace: string,
  key: string,
  slot: Slot,
  cause: RemovalCause,
): void {
  const { counters, signals } = engine
  if (cause === 'evicted') {
    const fresh = engine.isLive(slot)
    counters.evicted += 1
    if (fresh) counters.evictedFresh += 1
    signals.evicted?.({ namespace, key, fresh, size: weightOf(engine, slot), correlation: correlation() })
  } else if (cause === 'expired') {
    counters.expired += 1
    signals.expired?.({ namespace, key, correlation: correlation() })
  } else if (cause === 'invalidated') {
    counters.invalidated += 1
  }
}

function correlation(): number {
  return currentScope()?.correlation ?? 0
}

function weightOf(engine: Engine, slot: Slot): number {
  try {
    return engine.store.weight(slot)
  } catch (error) {
    engine.distrust(error)
    return 0
  }
}
