import type {
  Cache,
  CacheOptions,
  Settled,
  SurfacePlugin,
  WrapOptions,
  WrappedFunction,
} from '../../domain/index.ts'

/** What a cache cannot do by itself, because it takes the composition root. */
export interface Lifecycle {
  reconfigure(options: CacheOptions): Promise<void>
  surface<S>(plugin: SurfacePlugin<S>): S
  wrap<A extends unknown[], R, Self>(
    cache: Cache,
    fn: (this: Self, ...args: A) => R,
    options: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>> | undefined,
  ): WrappedFunction<A, R, Self>
  close(): Promise<void>
}
