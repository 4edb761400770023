import type { Engine } from './engine.ts'
import type { Flight } from './flight.ts'
import type { KeySpace } from './key-space.ts'
import type { LoadRequest } from './load.ts'
import { lastChange } from './order.ts'

/** A load that failed lately. */
export interface Failure {
  readonly error: unknown
  /** Milliseconds of the cache's clock. */
  readonly until: number
  /** The point in the order of invalidations at which the load began: a `clear` since then forgets it. */
  readonly lease: number
}

/** Keys per namespace whose failure is remembered; beyond it the one that has failed first is forgotten. */
const MOST_FAILURES = 10_000

/** Notes a failed load, so that the source is spared for a while. */
export function backOff(
  engine: Engine,
  { space, key, policy }: Pick<LoadRequest, 'space' | 'key' | 'policy'>,
  { fenced, lease }: Flight,
  error: unknown,
): void {
  // A key that was written meanwhile is to be loaded anew.
  if (policy.errorBackoff === 0 || engine.closed || fenced) return
  const { failures } = space
  failures.delete(key)
  if (failures.size >= MOST_FAILURES) for (const first of failures.keys()) if (failures.delete(first)) break
  failures.set(key, { error, until: engine.clock.now() + policy.errorBackoff, lease })
}

/** The failure because of which the key is not to be loaded now. */
export function recentFailure(
  engine: Engine,
  { failures, lineage }: KeySpace,
  key: string,
): Failure | undefined {
  if (failures.size === 0) return undefined
  const failure = failures.get(key)
  if (failure === undefined) return undefined
  if (engine.clock.now() < failure.until && lastChange(lineage) <= failure.lease) return failure
  failures.delete(key)
  return undefined
}
