import { KeyError } from '../../src/domain/index.ts'
import type { HttpPolicy } from './options.ts'
import { primaryKey, type RequestView, selectingKey } from './rules/index.ts'

/** What the adapter shows of a request. `raw` is what the route's own functions are called with. */
export interface HttpRequest<R = unknown> extends RequestView {
  readonly raw: R
  /** The matched route, where routes are told apart by more than host and target. */
  readonly route?: string | undefined
}

/**
 * The key under which the answer to a request is looked up, before its Vary is known.
 *
 * @throws KeyError `HITHERTO_KEY_INVALID`, and what the policy's own function throws
 */
export function pageKey<R>(request: HttpRequest<R>, policy: HttpPolicy<R>): string {
  const { method, host, target, route } = request
  const own = policy.key?.(request.raw)
  if (own === undefined) return primaryKey({ method, host, target, route })
  // A promise or null would be the same key for everybody.
  if (typeof own !== 'string') throw new KeyError(own)
  // No request has an empty target, so a route's own keys never meet those made from URLs.
  return primaryKey({ method, host, target: '', route: JSON.stringify([route ?? null, own]) })
}

/** The key of a URL alone, without what routes and policies add to it. */
export function urlKey({ host, target }: Pick<RequestView, 'host' | 'target'>): string {
  return primaryKey({ method: 'GET', host, target })
}

/** The key of the variant that a request asks for, where answers vary on these headers. */
export function variantKey(primary: string, names: readonly string[], request: RequestView): string {
  return `${primary}${selectingKey(names, request.headers)}`
}
