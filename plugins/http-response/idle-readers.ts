import type { Caller } from './call-sites.ts'

/**
 * Reads that are no part of the answer. Frameworks read some headers for their own sake, and loggers and rate limiters
 * look at each client; an answer does not differ by what they read. Were these reads counted, each client would have an
 * answer of its own. Who reads is told by the stack, which is looked at only for the few headers named here.
 */

/** Headers whose readers are looked at, because frameworks, loggers and rate limiters read them unasked. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  'x-forwarded-for',
  'x-forwarded-host',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'fastly-client-ip',
  'x-request-id',
  'x-correlation-id',
  'traceparent',
  'user-agent',
  'referer',
  'authorization',
  'cache-control',
])

/** Headers that differ for nearly every client or request: counted, they leave little to share. */
const OF_ONE_CLIENT: ReadonlySet<string> = new Set(
  [...LOOKED_AT].filter(
    (name) => !['x-forwarded-host', 'user-agent', 'authorization', 'cache-control'].includes(name),
  ),
)

/** Packages that read and do not answer; what a rate limiter answers is an error, and no error of its kind is stored. */
const LOOKERS_ON: ReadonlySet<string> = new Set([
  'morgan',
  'express-winston',
  'pino-http',
  'express-pino-logger',
  'express-rate-limit',
  'express-slow-down',
  'rate-limiter-flexible',
  '@fastify/rate-limit',
])

/** Where a layer hands over to the next one: who stands beyond has not asked. */
const HANDING_OVER: ReadonlySet<string> = new Set([
  'router',
  'fastify',
  '@fastify/middie',
  '@fastify/express',
])

/** What only passes on a question. */
const GO_BETWEENS: ReadonlySet<string> = new Set([
  'express',
  'forwarded',
  '@fastify/forwarded',
  'proxy-addr',
  '@fastify/proxy-addr',
  'fresh',
  'accepts',
  'negotiator',
])

export function isLookedAt(name: string): boolean {
  return LOOKED_AT.has(name)
}

export function isOfOneClient(name: string): boolean {
  return OF_ONE_CLIENT.has(name)
}

/**
 * Whether a read says nothing of the answer.
 *
 * @param callers of the read, nearest first
 * @param trusted whether the framework believes the X-Forwarded headers of this request; if not, its own getters
 *   (`req.ip`, `req.hostname`) read them and take no notice
 */
export function isIdleRead(name: string, callers: readonly Caller[], trusted: () => boolean): boolean {
  const [first, second] = callers
  // `res.send` compares the conditions, which are the cache's own, and looks at Cache-Control for it.
  if (name === 'cache-control') return first?.package === 'fresh'
  if (first?.package === 'forwarded' && !trusted()) return true
  const getter = isExpressRequest(first) && isExpressRequest(second)
  if (getter && name === 'x-forwarded-host' && !trusted()) return true
  return callers.slice(0, border(callers)).some((caller) => LOOKERS_ON.has(caller.package ?? ''))
}

/** Who asked: the first one that did not do so for another. */
export function readerAmong(callers: readonly Caller[]): string {
  const asked = callers.slice(0, border(callers))
  const own = asked.find((caller) => caller.file !== '' && !isGoBetween(caller)) ?? callers[0]
  const through = asked.some((caller) => caller.package?.endsWith('forwarded')) ? ', through req.ip' : ''
  return `${own?.at() ?? 'unknown'}${through}`
}

function border(callers: readonly Caller[]): number {
  const at = callers.findIndex(
    (caller, i) => i > 0 && HANDING_OVER.has(caller.package ?? '') && !isFastifyRequest(caller),
  )
  return at === -1 ? callers.length : at
}

function isGoBetween(caller: Caller): boolean {
  return caller.file.startsWith('node:') || GO_BETWEENS.has(caller.package ?? '') || isFastifyRequest(caller)
}

function isExpressRequest(caller: Caller | undefined): boolean {
  return caller?.package === 'express' && caller.file.endsWith('/lib/request.js')
}

/** The getters of Fastify's request (`request.ip`) ask for who called them. */
function isFastifyRequest(caller: Caller): boolean {
  return caller.package === 'fastify' && caller.file.endsWith('/lib/request.js')
}
