import type { Cache, Settled, SurfacePlugin, WrapOptions, WrappedFunction } from '../../src/domain/index.ts'
import { recorder } from './recording.ts'
import { createFunctionSurface, type FunctionSurface } from './wrap.ts'

/** What the function plugin provides: a function surface for the cache and for each of its namespaces. */
export interface FunctionSurfaces {
  of(cache: Cache): FunctionSurface
  wrapOn<A extends unknown[], R, Self>(
    cache: Cache,
    fn: (this: Self, ...args: A) => R,
    options?: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>>,
  ): WrappedFunction<A, R, Self>
}

/** Outlives generations: who has which name must not be forgotten by a reconfigure. */
const surfaces = new WeakMap<Cache, FunctionSurface>()

function surfaceOf(cache: Cache): FunctionSurface {
  const known = surfaces.get(cache)
  if (known !== undefined) return known
  const surface = createFunctionSurface(cache, recorder(cache))
  surfaces.set(cache, surface)
  return surface
}

/** The function surface as a plugin: `cache.wrap` and `@Cached` stand on it. */
export const functionPlugin: SurfacePlugin<FunctionSurfaces> = {
  name: 'function',
  start(host) {
    host.provide({
      of: surfaceOf,
      wrapOn: (cache, fn, options) => surfaceOf(cache).wrap(fn, options),
    } satisfies FunctionSurfaces)
  },
}
