import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import {
  appendCacheStatus,
  checkFront,
  chooseLanguage,
  type Exchange,
  type FrontListener,
  HeadBefore,
  type HttpCacheOptions,
  type HttpPolicy,
  type HttpSurface,
  headerFields,
  httpPolicy,
  httpResponsesOf,
  knowMount,
  lateCache,
  observeRequest,
  type PagePurge,
  type Plan,
  purgePages,
  refuseCacheItself,
  type Served,
  sendBare,
} from '../../plugins/http-response/index.ts'
import { type Cache, CallOptionError, NotACacheError } from '../../src/index.ts'
import { AskedRequest } from './asked-request.ts'
import { frontOf, missFront, sentBy } from './front.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { beforeSending } from './sent-head.ts'

/** Options of `httpCache`: the cache, and what holds for the routes behind this mount. */
export interface ExpressCacheOptions extends HttpCacheOptions<Request> {
  /** Made by `await createCache()`. */
  readonly cache: Cache
}

declare global {
  namespace Express {
    interface Response {
      /** Adds what the answer depends on; `cache.invalidate({ tags })` then drops it. Without effect if it is not cached. */
      cacheTags(...tags: string[]): this
    }
  }
}

/** Middleware in Node's own types: Express then still infers the parameters of the handlers behind it. */
export interface CacheMiddleware {
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void
  /**
   * Purges pages of this cache, those of its other mounts too: by URL, tags, groups, prefix or pattern. Resolves when
   * none of those that were stored or begun before is served as fresh.
   *
   * @throws CallOptionError, TagError, KeyError, ClosedError
   * @example await pages.purge({ url: 'https://shop.example/products/42' })
   */
  purge(what: PagePurge): Promise<void>
  /**
   * Front mode: the application behind a listener that sends stored answers before it runs. Those come through whose
   * mount or route says `front: true`, of all mounts of this cache; everything else goes to the application. Nothing in
   * it runs for such an answer, no authentication and no log: docs/guides/http-front.md says when that is safe.
   *
   * @throws CallOptionError
   * @example
   * const pages = httpCache({ cache, front: true })
   * app.use(pages)
   * createServer(pages.front(app)).listen(3000)
   */
  front(app: FrontListener): (request: IncomingMessage, response: ServerResponse) => void
}

/**
 * Caching middleware: an onion layer. What was mounted before it runs for every request, and headers set there are
 * never stored; what comes after it runs only when there is no stored answer. Use it for the whole application or
 * for single routes. Behind another one it refines that one's policy (all but what makes its key:
 * `key` and `tenant` come too late there, and keep its answers out).
 *
 * @throws NotACacheError, CallOptionError; when mounted, not on the first request
 * @example
 * app.use(httpCache({ cache }))                                    // the handlers' own Cache-Control decides
 * app.get('/cities', httpCache({ cache, ttl: '5m' }), listCities)  // this route's policy decides
 */
export function httpCache(options: ExpressCacheOptions): CacheMiddleware {
  if (typeof options !== 'object' || options === null) {
    throw new CallOptionError('httpCache', 'expected options: httpCache({ cache }).')
  }
  refuseCacheItself('httpCache', options)
  const { cache, ...own } = options
  if (typeof cache?.surface !== 'function') throw new NotACacheError('httpCache({ cache })', cache)
  const current = httpResponsesOf(cache)
  let served = current()
  let mount = mountOf(cache, served, own)
  checkFront(mount.policy)
  const refined = new WeakMap<HttpPolicy, HttpPolicy>()
  const over = (outer: HttpPolicy): HttpPolicy => {
    const known = refined.get(outer) ?? (httpPolicy(own as HttpCacheOptions, outer) as HttpPolicy)
    refined.set(outer, known)
    return known
  }
  const handler: RequestHandler = (req, res, next) => {
    if (typeof req?.method !== 'string') return next(elsewhere())
    const now = current()
    if (now !== served) mount = mountOf(cache, now, own)
    served = now
    const outer = (req as Layered)[LAYER]
    if (outer !== undefined) {
      if (outer === 'passed') return next()
      if ((req as Layered)[CACHE] === cache) outer.refine(over(outer.policy), req)
      else outer.refuse(lateCache())
      return next()
    }
    chooseLanguage(req, mount.policy.languages)
    const asked = new AskedRequest(req)
    const here = mount
    const plan = here.surface.plan(asked, here.policy)
    if (!(plan instanceof Promise)) return act(plan, here, asked, res, next)
    plan.then((late) => act(late, here, asked, res, next)).catch(next)
  }
  knowMount(cache, () => [httpPolicy(own as HttpCacheOptions, current().policy)])
  return Object.assign(handler, {
    purge: (what: PagePurge) => purgePages(cache, what),
    front: (app: FrontListener) => frontOf(cache, app),
  }) as unknown as CacheMiddleware
}

/** Fastify takes a function of three arguments for a plugin, and waits for its `next`. */
function elsewhere(): CallOptionError {
  return new CallOptionError(
    'httpCache',
    'is for Express, and was called with what is no request. On Fastify register cachePlugin of hitherto/fastify.',
  )
}

/** What serves the requests of one mount. */
interface Mount {
  readonly cache: Cache
  readonly surface: HttpSurface
  readonly policy: HttpPolicy<Request>
}

function mountOf(
  cache: Cache,
  { surface, policy }: { readonly surface: HttpSurface; readonly policy: HttpPolicy },
  own: HttpCacheOptions<Request>,
): Mount {
  return { cache, surface, policy: httpPolicy(own, policy as HttpPolicy<Request>) }
}

/**
 * Where a request says what a layer nearer to the client does with it: records it (the exchange), or has let it pass.
 * A property costs less than a WeakMap, whose entries the collector has to look after.
 */
const LAYER: unique symbol = Symbol('hitherto.layer')
const CACHE: unique symbol = Symbol('hitherto.cache')

interface Layered {
  [LAYER]?: Exchange | 'passed'
  /** Whose that layer is. */
  [CACHE]?: Cache
}

function act(plan: Plan, mount: Mount, asked: AskedRequest, res: Response, next: NextFunction): void {
  if (plan.kind === 'serve') return serve(plan.answer, mount, asked, res)
  const { raw: req } = asked
  ;(req as Layered)[LAYER] = plan.kind === 'record' ? plan.exchange : 'passed'
  ;(req as Layered)[CACHE] = mount.cache
  if (plan.kind === 'record') return record(req, res, plan.exchange, next)
  res.cacheTags ??= noTags
  const member = mount.surface.passedStatus(mount.policy as HttpPolicy, plan)
  if (member !== undefined) addStatus(res, member)
  // Before the head is sent: who has the answer to a write must not find the old page any more.
  const { answered, observed } = plan
  if (observed !== undefined) observeRequest(req, observed)
  if (answered !== undefined) {
    const before = new HeadBefore(headerFields(res.getHeaders()))
    beforeSending(res, (status) => {
      const headers = before.madeBehind(headerFields(res.getHeaders()))
      for (const name of answered({ status, headers })) res.removeHeader(name)
    })
  }
  next()
}

function serve(answer: Served, { cache, surface, policy }: Mount, asked: AskedRequest, res: Response): void {
  if (!surface.front.wants(answer)) {
    if (answer.front !== undefined) missFront(cache, surface, asked.raw)
    return sendBare(res, answer) ? undefined : replay(res, answer)
  }
  replay(res, answer)
  const sent = sentBy(res)
  const sending = { request: asked, policy: policy as HttpPolicy, answer }
  if (sent !== undefined) surface.front.learn(sending, sent, asked.raw.rawHeaders)
}

function addStatus(res: Response, member: string): void {
  const before = res.getHeader('cache-status')
  res.setHeader('cache-status', appendCacheStatus(typeof before === 'number' ? undefined : before, member))
}

function noTags(this: Response): Response {
  return this
}
