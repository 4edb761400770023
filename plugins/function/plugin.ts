import type { Cache, SurfacePlugin, WrapOptions, Wrapped } from '../../src/domain/index.ts'
import { createFunctionSurface, type FunctionSurface } from './wrap.ts'

/** What the function plugin provides: a function surface for the cache and for each of its namespaces. */
export interface FunctionSurfaces {
  of(cache: Cache): FunctionSurface
  wrapOn<A extends unknown[], R>(cache: Cache, fn: (...args: A) => R, options?: WrapOptions<A>): Wrapped<A, R>
}

/** Outlives generations: who has which name must not be forgotten by a reconfigure. */
const surfaces = new WeakMap<Cache, FunctionSurface>()

function surfaceOf(cache: Cache): FunctionSurface {
  const known = surfaces.get(cache)
  if (known !== undefined) return known
  const surface = createFunctionSurface(cache)
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
