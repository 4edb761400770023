import { surfacePort } from '../../src/application/index.ts'
import { type Cache, CallOptionError, type SurfacePlugin } from '../../src/domain/index.ts'
import { policiesOf } from './mounts.ts'
import { mustBeOptions } from './option-checks.ts'
import { DEFAULT_POLICY, type HttpCacheOptions, type HttpPolicy, httpPolicy } from './options.ts'
import { HttpSurface } from './surface.ts'

/** What the plugin provides: the surface, and the policy that its mounts extend. */
export interface HttpResponses {
  readonly surface: HttpSurface
  readonly policy: HttpPolicy
  /** The surface over the pages of one namespace: namespaces do not share them. */
  within(cache: Cache): HttpSurface
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
    if (options !== undefined) mustBeOptions('options', options)
    refuseFront(options)
    const policy = options === undefined ? DEFAULT_POLICY : httpPolicy(options as HttpCacheOptions)
    const surfaces = new Map<string, HttpSurface>()
    const within = (cache: Cache): HttpSurface => {
      const surface =
        surfaces.get(cache.name) ??
        new HttpSurface(
          surfacePort(cache, 'http-response', 'http'),
          (message) => host.logger.warn(message),
          () => policiesOf(cache),
        )
      surfaces.set(cache.name, surface)
      return surface
    }
    host.provide({ surface: within(host.cache), policy, within } satisfies HttpResponses)
  },
}

/** Where a mount stands in its application says what runs before it; a configuration knows nothing of that. */
function refuseFront(options: unknown): void {
  if ((options as HttpCacheOptions | undefined)?.front === undefined) return
  throw new CallOptionError('front', 'is for mounts and routes. Take it out of the options of the plugin.')
}

/**
 * What serves now: another one after each reload. After the cache was closed it is what served last, and that lets
 * everything through.
 *
 * @throws what starting the plugin throws, at once and not when called
 */
export function httpResponsesOf(cache: Cache): () => Pick<HttpResponses, 'surface' | 'policy'> {
  let all = cache.surface(httpResponse)
  let own = { surface: all.within(cache), policy: all.policy }
  return () => {
    try {
      const now = cache.surface(httpResponse)
      if (now !== all) own = { surface: now.within(cache), policy: now.policy }
      all = now
    } catch {
      // A closed cache has no surfaces any more.
    }
    return own
  }
}
