import { isPage } from './status-codes.ts'

/** Times that a route gives its answers, milliseconds. */
export interface RoutePolicy {
  readonly ttl?: number | undefined
  readonly staleWhileRevalidate?: number | undefined
  readonly staleIfError?: number | undefined
}

/**
 * The part of a route policy that speaks of a response with this status, or undefined.
 *
 * A policy acts as a targeted cache-control field (RFC 9213) that may only say three times. It replaces the
 * response's own lifetime, and nothing else: `no-store`, `private`, `no-cache`, Set-Cookie, `Vary: *` and the
 * rules for requests with Authorization or Cookie are asked first and as if there were no policy. It was written
 * with the page in mind, so it does not speak of errors or of empty answers: one bad minute of the handler
 * would otherwise last as long as the page.
 */
export function applicablePolicy(policy: RoutePolicy | undefined, status: number): RoutePolicy | undefined {
  return policy !== undefined && isPage(status) ? policy : undefined
}
