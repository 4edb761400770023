import type { CallOptions, Load } from '../../src/domain/index.ts'

/** What the function surface needs of a cache: four methods, so that a test can write one by hand. */
export interface EngineCache {
  getOrSet<T>(key: string, load: Load<T>, options?: CallOptions): Promise<T>
  delete(key: string): Promise<boolean>
  expire(key: string): Promise<boolean>
  namespace(name: string): EngineCache
}
