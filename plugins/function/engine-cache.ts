import type { CallOptions, Load, SetOptions } from '../../src/domain/index.ts'

/** What the function surface needs of a cache: so little that a test can write one by hand. */
export interface EngineCache {
  getOrSet<T>(key: string, load: Load<T>, options?: CallOptions): Promise<T>
  set(key: string, value: unknown, options?: SetOptions): Promise<boolean>
  delete(key: string): Promise<boolean>
  expire(key: string): Promise<boolean>
  clear(): Promise<void>
  namespace(name: string): EngineCache
}
