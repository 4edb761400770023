import type { CacheStats, MetricsPort } from '../../domain/index.ts'
import type { Engine } from './engine.ts'

/** A snapshot of the counters and gauges. */
export function statsOf(engine: Engine): CacheStats {
  return {
    ...engine.counters,
    entries: engine.store.entries,
    bytes: engine.store.bytes,
    tags: engine.tags.size,
    loading: engine.bulkhead.running,
    generation: engine.generation.id,
  }
}

/** What exporters of metrics read from. */
export function metricsOf(engine: Engine): MetricsPort {
  return { snapshot: () => statsOf(engine) }
}
