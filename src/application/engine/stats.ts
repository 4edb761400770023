import type { CacheStats, MetricsPort, SurfaceStats } from '../../domain/index.ts'
import { SpaceCounters } from './counters.ts'
import type { Engine } from './engine.ts'

/** A snapshot of the counters and gauges. */
export function statsOf(engine: Engine): CacheStats {
  const { loadTime, ...counters } = engine.counters
  engine.shutter.shut()
  const all = new SpaceCounters()
  const surfaces: Record<string, SpaceCounters> = {}
  for (const { surface, counters: own, local } of engine.spaces) {
    surfaces[surface] ??= new SpaceCounters()
    const hits = own.hits + (local.shortcut?.hits ?? 0)
    add(surfaces[surface], { ...own, hits })
    add(all, { ...own, hits })
  }
  return {
    ...all,
    ...counters,
    loadTime: loadTime.snapshot(),
    surfaces: Object.fromEntries(Object.entries(surfaces).map(([name, own]) => [name, { ...own }])),
    strategy: strategyOf(engine),
    entries: engine.store.entries,
    bytes: engine.store.bytes,
    tags: engine.tags.size,
    loading: engine.bulkhead.running,
    generation: engine.generation.id,
  }
}

function strategyOf(engine: Engine): CacheStats['strategy'] {
  try {
    return engine.store.strategy()
  } catch (error) {
    engine.distrust(error)
    return { name: 'unknown', report: undefined }
  }
}

/** What exporters of metrics read from. */
export function metricsOf(engine: Engine): MetricsPort {
  return { snapshot: () => statsOf(engine) }
}

function add(total: SpaceCounters, own: SurfaceStats): void {
  for (const name of COUNTED) total[name] += own[name]
}

const COUNTED = Object.keys(new SpaceCounters()) as (keyof SurfaceStats)[]
