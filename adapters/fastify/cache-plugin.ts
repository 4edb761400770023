import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import {
  type HttpCacheOptions,
  httpPolicy,
  httpResponsesOf,
  knowMount,
  type PagePurge,
  purgePages,
  refuseCacheItself,
} from '../../plugins/http-response/index.ts'
import {
  type Cache,
  type CacheOptions,
  CallOptionError,
  createCache,
  DecorationError,
  NotACacheError,
} from '../../src/index.ts'
import { Call } from './asked-request.ts'
import { openFront } from './front.ts'
import { COURSE, lookUp, recordOrPutBack, tagAnswer } from './hooks.ts'
import { RouteContexts } from './route-context.ts'
import { constrainedBeyondVersion, nameConstrainedRoute } from './route-identity.ts'
import { RoutePolicies } from './route-policies.ts'

/** Options of the plugin: the cache, and what holds for all routes. */
export interface CachePluginOptions extends HttpCacheOptions<FastifyRequest> {
  /** Made by `await createCache()`, or the options for a cache that lives as long as the server. Default: such a cache. */
  readonly cache?: Cache | CacheOptions
  /** The name of the cache on the server. Default `'cache'`. */
  readonly decorateAs?: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The cache of the HTTP plugin. */
    cache: Cache
    /**
     * Purges pages of this cache by URL, tags, groups, prefix or pattern. Resolves when none of those that were stored
     * or begun before is served as fresh.
     *
     * @throws CallOptionError, TagError, KeyError, ClosedError
     * @example await app.purgePages({ url: 'https://shop.example/products/42' })
     */
    purgePages(what: PagePurge): Promise<void>
  }
  interface FastifyReply {
    /** Adds what the answer depends on; `cache.invalidate({ tags })` then drops it. Without effect if it is not cached. */
    cacheTags(...tags: string[]): FastifyReply
  }
  interface FastifyContextConfig {
    /** The HTTP cache's policy for this route; false: never cached. */
    cache?: HttpCacheOptions<FastifyRequest> | false
  }
}

const register: FastifyPluginAsync<CachePluginOptions> = async (fastify, options) => {
  refuseCacheItself('cachePlugin', options)
  const { cache: given, decorateAs = 'cache', ...own } = options
  refuseTaken(fastify, decorateAs)
  // Before a cache is made: nothing half-started stays behind.
  httpPolicy(own)
  const cache = isCache(given) ? given : await ownCache(fastify, given)
  const current = httpResponsesOf(cache)
  const policies = new RoutePolicies(() => current().policy, own)

  const contexts = new RouteContexts()
  let constrained: string | undefined

  knowMount(cache, () => policies.all)
  openFront(fastify, cache, () => ({ policies: policies.all, constrained }))
  fastify.decorate(decorateAs, cache)
  fastify.decorate('purgePages', (what: PagePurge) => purgePages(cache, what))
  fastify.decorateRequest(COURSE, undefined)
  fastify.decorateReply('cacheTags', function (this: FastifyReply, ...tags: string[]) {
    tagAnswer(this.request, tags)
    return this
  })
  fastify.addHook('onRoute', (route) => {
    policies.check(route.config?.cache)
    nameConstrainedRoute(route)
    constrained ??= constrainedBeyondVersion(route)
  })
  fastify.addHook('onRequest', (request, reply, done) => {
    const { surface, policy } = current()
    const config = contexts.configOf(request, reply)
    lookUp(new Call(surface, policies.of(policy, config), contexts, config, request, reply), done)
  })
  fastify.addHook('onSend', recordOrPutBack)
}

/**
 * Caches the responses of a server: `await app.register(cachePlugin)`. Request hooks registered before it run for
 * every request, later ones only on a miss; all onSend hooks run for hits too.
 *
 * @throws NotACacheError, DecorationError, CallOptionError; when registered, not on the first request
 * @example
 * await app.register(cachePlugin, { cache: await createCache() })
 * app.get('/cities', { config: { cache: { ttl: '5m', tags: ['cities'] } } }, listCities)
 */
export const cachePlugin: typeof register = fastifyPlugin(register, { fastify: '5.x', name: 'hitherto' })

function isCache(value: Cache | CacheOptions | undefined): value is Cache {
  return (
    typeof value === 'object' && value !== null && 'surface' in value && typeof value.surface === 'function'
  )
}

async function ownCache(fastify: FastifyInstance, options: CacheOptions | undefined): Promise<Cache> {
  if (
    options !== undefined &&
    (typeof options !== 'object' || options === null || options instanceof Promise)
  ) {
    throw new NotACacheError('cachePlugin', options)
  }
  const cache = await createCache(options)
  fastify.addHook('onClose', () => cache.close())
  return cache
}

function refuseTaken(fastify: FastifyInstance, name: string): void {
  if (typeof name !== 'string' || name === '') {
    throw new CallOptionError('decorateAs', 'expected the name of the cache on the server.')
  }
  // First: another name would not help a plugin that is there already.
  if (fastify.hasDecorator('purgePages') || fastify.hasReplyDecorator('cacheTags')) {
    throw new DecorationError('reply', 'cacheTags', 'Register the cache plugin once for a server.')
  }
  if (fastify.hasDecorator(name)) {
    throw new DecorationError('fastify', name, `Give the cache another name: { decorateAs: '...' }.`)
  }
}
