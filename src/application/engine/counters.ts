import { Histogram } from '../../domain/index.ts'

/** What is counted for each key space. Plain integers that the hot path adds to; everybody else reads a snapshot. */
export class SpaceCounters {
  hits = 0
  misses = 0
  staleServed = 0
  loads = 0
  loadErrors = 0
  coalesced = 0
  stored = 0
}

/** What is counted for a whole cache. */
export class Counters {
  readonly loadTime: Histogram = new Histogram()
  loadTimeouts = 0
  refusedFills = 0
  notStored = 0
  evicted = 0
  evictedFresh = 0
  expired = 0
  invalidated = 0
  invalidations = 0
  hookErrors = 0
  errors = 0
}
