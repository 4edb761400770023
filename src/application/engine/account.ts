import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'

/** A load that has begun and ended. */
export interface EndedLoad {
  readonly space: KeySpace
  readonly key: string
  /** When it was asked for, by the cache's clock. */
  readonly since: number
  readonly failed: boolean
  readonly correlation: number
}

/** Counts a load that has ended, and tells of it. One that never got a place has not begun, and is none. */
export function account(engine: Engine, { space, key, since, failed, correlation }: EndedLoad): void {
  const ms = engine.clock.now() - since
  if (failed) space.counters.loadErrors += 1
  engine.counters.loadTime.add(ms)
  engine.signals.loaded?.({ namespace: space.name, key, ms, failed, correlation })
}
