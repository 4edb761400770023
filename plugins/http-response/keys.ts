import { createHash } from 'node:crypto'
import { KeyError } from '../../src/domain/index.ts'
import { forwardedIn } from './forwarded.ts'
import type { HttpPolicy } from './options.ts'
import { keyTarget } from './query.ts'
import { asciiLower, type GroupScope, primaryKey, type RequestView, selectingKey } from './rules/index.ts'

/** What the adapter shows of a request. `raw` is what the route's own functions are called with. */
export interface HttpRequest<R = unknown> extends RequestView {
  readonly raw: R
  /** The matched route, where routes are told apart by more than host and target. */
  readonly route?: string | undefined
  /** What can be asked of the framework. */
  readonly framework?: Framework<R> | undefined
  /** True for one over TLS. */
  readonly secure?: boolean | undefined
  /** True for a request that was sent through the application once more: it is there to make a new answer. */
  readonly refreshing?: boolean | undefined
  /** What stands for the content of a QUERY request. */
  readonly contentDigest?: string | undefined
}

/** What an adapter does for the cache with a request of its framework. The same for all requests: none pays for it. */
export interface Framework<R> {
  /** Sends the request through the application once more, with nobody at the other end; resolves when it was answered. */
  redispatch?(raw: R): Redispatched
  /** Reads the content of a QUERY request, which stays there for its parser; resolves to what stands for it in the key. */
  content?(raw: R): Promise<string | undefined>
  /** Whether the framework believes the X-Forwarded headers of this request. Default yes. */
  trustsForwarded?(raw: R): boolean
  /** The path of the matched route for messages, when it is known. */
  routePattern?(raw: R): string | undefined
}

/** The path of the matched route, or what is asked for. */
export function routeOf<R>({ framework, raw, target }: HttpRequest<R>): string {
  return framework?.routePattern?.(raw) ?? target.split('?', 1)[0] ?? ''
}

/** A request without a client, on its way through the application. */
export interface Redispatched {
  /** Resolves when it was answered or given up. */
  readonly ended: Promise<void>
  /** Gives it up. */
  stop(): void
}

/** Where the answer to a request is looked for, before its Vary is known. A class: see `Visit`. */
export class PageKeys {
  /** The answer for everybody. */
  readonly shared: string
  /** The answer for the principal of this request, if it has one. */
  readonly own: string | undefined
  /** `shared` is what `urlKey` gives. */
  readonly isUrl: boolean

  constructor(shared: string, own: string | undefined, isUrl: boolean) {
    this.shared = shared
    this.own = own
    this.isUrl = isUrl
  }
}

/**
 * @throws KeyError `HITHERTO_KEY_INVALID`, and what the policy's own functions throw
 */
export function pageKeys<R>(request: HttpRequest<R>, policy: HttpPolicy<R>): PageKeys {
  const { host, secure } = request
  const method = request.contentDigest === undefined ? request.method : `QUERY ${request.contentDigest}`
  // Where nobody sees what the handler reads.
  const forwarded = policy.observe === true ? undefined : forwardedIn(request.headers)
  // Nothing but the URL tells most pages apart.
  if (policy.key === undefined && policy.principal === undefined && policy.tenant === undefined) {
    const target = keyTarget(request.target, policy)
    const shared = primaryKey({ method, secure, host, target, forwarded, route: request.route })
    const isPlain = request.route === undefined && forwarded === undefined && secure !== true
    return new PageKeys(shared, undefined, isPlain && method === request.method && target.startsWith('/'))
  }
  const key = text(policy.key?.(request.raw))
  const principal = text(policy.principal?.(request.raw))
  const tenant = tenantOf(request, policy)
  // No request has an empty target, so a route's own keys never meet those made from URLs.
  const target = key === undefined ? keyTarget(request.target, policy) : ''
  const at = (user: string | undefined): string =>
    primaryKey({ method, secure, host, target, forwarded, route: scoped(request.route, key, tenant, user) })
  const own = principal === undefined ? undefined : at(principal)
  return new PageKeys(at(undefined), own, false)
}

/**
 * The key of a URL alone, without what routes add to it: what a write to it outdates. An absolute target of this host
 * is the same URL (RFC 9112, 3.2.2), though its page has a key of its own: a handler may tell the forms apart.
 */
export function urlKey<R>(
  request: Pick<HttpRequest<R>, 'host' | 'target' | 'raw'>,
  policy: HttpPolicy<R>,
): string {
  const { host, target } = request
  return tenantKey(host, keyTarget(originForm(target, host), policy), tenantOf(request, policy))
}

/** The key of a target on a host, of one tenant or, where there are none, for all. */
export function tenantKey(host: string, target: string, tenant: string | undefined): string {
  const route = scoped(undefined, undefined, tenant, undefined)
  return primaryKey({ method: 'GET', host, target, route })
}

/** `urlKey` of a request whose keys are there already. */
export function pageUrl<R>(keys: PageKeys, request: HttpRequest<R>, policy: HttpPolicy<R>): string {
  return keys.isUrl ? keys.shared : urlKey(request, policy)
}

function originForm(target: string, host: string): string {
  const [, authority, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(target) ?? []
  if (authority === undefined || asciiLower(authority) !== asciiLower(host)) return target
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** The key of the variant that a request asks for, where answers vary on these headers. */
export function variantKey(primary: string, names: readonly string[], request: RequestView): string {
  return `${primary}${shortened(selectingKey(names, request.headers))}`
}

/** Longer values of selecting headers are in the key by their digest: 64 variants of 16 kB would be a page of 1 MB. */
const LONG_SELECTION = 256

/** A selecting key begins with a bracket and a digest with a quotation mark. */
function shortened(selection: string): string {
  if (selection.length <= LONG_SELECTION) return selection
  return JSON.stringify(createHash('sha256').update(selection).digest('base64url'))
}

/** Where the groups that an answer names are known (RFC 9875). */
export function groupScope<R>(
  request: Pick<HttpRequest<R>, 'host' | 'raw'>,
  policy: HttpPolicy<R>,
): GroupScope {
  return { host: request.host, tenant: tenantOf(request, policy) }
}

function tenantOf<R>(request: Pick<HttpRequest<R>, 'raw'>, policy: HttpPolicy<R>): string | undefined {
  if (policy.tenant === undefined) return undefined
  const tenant = policy.tenant(request.raw)
  // A request of no tenant must not find what was made for some.
  if (typeof tenant !== 'string') throw new KeyError(tenant)
  return tenant
}

/** All that tells pages apart beside host and target, in one unambiguous text. */
function scoped(
  route: string | undefined,
  key: string | undefined,
  tenant: string | undefined,
  user: string | undefined,
): string | undefined {
  if (tenant === undefined && user === undefined)
    return key === undefined ? route : JSON.stringify([route ?? null, key])
  return JSON.stringify([route ?? null, key ?? null, tenant ?? null, user ?? null])
}

/** A promise or null would be the same key for everybody. */
function text(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new KeyError(value)
}
