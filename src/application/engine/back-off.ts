import type { Engine } from './engine.ts'
import type { KeySpace } from './key-space.ts'
import type { LoadRequest } from './load.ts'

/** A load that failed lately. */
export interface Failure {
  readonly error: unknown
  /** Milliseconds of the cache's clock. */
  readonly until: number
}

/** Keys per namespace whose failure is remembered; beyond it a failing key is loaded at once, as without a back-off. */
const MOST_FAILURES = 10_000

/** Notes a failed load, so that the source is spared for a while. */
export function backOff(
  engine: Engine,
  { space, key, policy }: Pick<LoadRequest, 'space' | 'key' | 'policy'>,
  error: unknown,
): void {
  if (policy.errorBackoff === 0 || engine.closed) return
  const { failures } = space
  const now = engine.clock.now()
  if (failures.size >= MOST_FAILURES)
    for (const [name, { until }] of failures) if (until <= now) failures.delete(name)
  if (failures.size < MOST_FAILURES) failures.set(key, { error, until: now + policy.errorBackoff })
}

/** The failure because of which the key is not to be loaded now. */
export function recentFailure(engine: Engine, { failures }: KeySpace, key: string): Failure | undefined {
  if (failures.size === 0) return undefined
  const failure = failures.get(key)
  if (failure === undefined || engine.clock.now() < failure.until) return failure
  failures.delete(key)
  return undefined
}
