import type { CacheStats } from '../cache-stats.ts'

/** Where readers of metrics pull from: a snapshot, so that the hot path never pushes anything. */
export interface MetricsPort {
  snapshot(): CacheStats
}

/** Where a configuration comes from. A source that can change calls `changed`; the returned function stops it. */
export interface ConfigurationPort<T> {
  read(): Promise<T>
  watch?(changed: () => void): () => void
}
