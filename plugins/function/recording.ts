import { type Pending, surfacePort } from '../../src/application/index.ts'
import type { Cache, TagRecord } from '../../src/domain/index.ts'

/**
 * A method that is running and whose result will be put. A put is a fill like any other: if what it depends on has
 * changed since the method began, another writer came between, and nobody knows whose value is the newer one.
 */
export interface Recording {
  /** Runs the method where what it reads is noted. */
  run<T>(task: () => T): T
  /** Has nothing changed since it began: what the method read, these tags, and the entry under this key? */
  stillTrue(key: string, tags: readonly string[]): boolean
  /** Must be called, whatever became of the method. What it read counts for the load that called it, too. */
  end(): void
}

/** Begins a recording for an entry in a namespace; its key, where only the result tells it, is undefined. */
export type BeginRecording = (namespace: string, key: string | undefined) => Recording

const NOTHING = ''
const ignored = (): void => {}

/** For caches written by hand, which have no order of invalidations. */
export const unrecorded: BeginRecording = () => ({ run: (task) => task(), stillTrue: () => true, end() {} })

/** Recordings in the order of invalidations of a real cache. */
export function recorder(cache: Cache): BeginRecording {
  return (namespace, key) => {
    const pending = surfacePort(cache, '@CachePut', namespace).beginAlone(key ?? '')
    const { scope } = pending
    // A look at nothing: from now on the scope depends on the namespace, so that a clear counts as a change.
    pending.run(() => void cache.namespace(namespace).has(NOTHING).catch(ignored))
    const own = new Set(scope.deps)
    // A plain list: what is asked of the entry itself below is no affair of the load around it.
    const read: TagRecord[] = []
    return {
      run: (task) => pending.run(task),
      stillTrue(storedAs, tags) {
        read.push(...scope.deps)
        pending.tag(tags)
        pending.dependOn(storedAs)
        return !scope.late && scope.deps.every(({ changed }) => changed <= scope.lease)
      },
      end() {
        if (pending.ended) return
        const noted = read.length === 0 ? scope.deps : read
        handOver(
          scope,
          noted.filter((record) => !own.has(record)),
        )
        pending.end()
      },
    }
  }
}

function handOver(scope: Pending['scope'], read: readonly TagRecord[]): void {
  const { parent } = scope
  if (parent === undefined) return
  parent.addAll(read)
  parent.limit(scope.freshUntil)
  if (scope.stale) parent.markStale()
  if (scope.opaque) parent.markOpaque()
}
