import type { Pending, SurfacePort } from '../../src/application/index.ts'
import type { Cache } from '../../src/domain/index.ts'

/** Tells whether what a value depends on is as it was when the value was given. */
export interface Lease {
  holds(): boolean
  end(): void
}

/**
 * Taken for a value that waits for its schema. A tag that changes meanwhile, its key or the whole namespace, outdates it
 * as it would outdate a load: the lease is the point in the order of invalidations at which a scope was opened.
 */
export function takeLease(port: SurfacePort, space: Cache, key: string, tags: readonly string[]): Lease {
  const pending: Pending = port.beginAlone(key)
  const { scope } = pending
  pending.tag(tags)
  // A look at any key makes a scope depend on the namespaces around it.
  pending.run(() => space.namespace('lease').peek(''))
  return {
    holds: () => scope.deps.every(({ changed }) => changed <= scope.lease),
    end: () => pending.end(),
  }
}
