import { surfacePort } from '../../src/application/index.ts'
import type { Cache, SurfacePlugin } from '../../src/domain/index.ts'
import { DEFAULT_POLICY, type HttpCacheOptions, type HttpPolicy, httpPolicy } from './options.ts'
import { HttpSurface } from './surface.ts'

/** What the plugin provides: the surface, and the policy that its mounts extend. */
export interface HttpResponses {
  readonly surface: HttpSurface
  readonly policy: HttpPolicy
}

/**
 * HTTP responses as a plugin. The adapters start it by themselves; list it in `plugins` to give options that hold for
 * all mounts of a cache.
 *
 * @example createCache({ plugins: [{ use: 'http-response', options: { cacheStatus: false } }] })
 */
export const httpResponse: SurfacePlugin<HttpResponses> = {
  name: 'http-response',
  start(host, options) {
    const policy = options === undefined ? DEFAULT_POLICY : httpPolicy(options as HttpCacheOptions)
    const surface = new HttpSurface(surfacePort(host.cache, 'http-response', 'http'))
    host.provide({ surface, policy } satisfies HttpResponses)
  },
}

/**
 * What serves now: another one after each reload. After the cache was closed it is what served last, and that lets
 * everything through.
 *
 * @throws what starting the plugin throws, at once and not when called
 */
export function httpResponsesOf(cache: Cache): () => HttpResponses {
  let last = cache.surface(httpResponse)
  return () => {
    try {
      last = cache.surface(httpResponse)
    } catch {
      // A closed cache has no surfaces any more.
    }
    return last
  }
}
