import type { FastifyRequest, RouteOptions } from 'fastify'

const identity: unique symbol = Symbol('hitherto.route')

type Named = { [identity]?: string }

/**
 * Routes that are told apart by constraints (host, version, custom ones) share a URL, so the matched route must be in
 * the key. The name travels in the route's config, which Fastify hands to each request.
 */
export function nameConstrainedRoute(route: RouteOptions): void {
  const constraints = Object.entries(route.constraints ?? {})
  if (constraints.length === 0) return
  const named: Named = {
    [identity]: JSON.stringify([route.url, constraints.map(([name, value]) => [name, String(value)])]),
  }
  route.config = { ...route.config, ...named }
}

/** The name of the matched route, if its URL alone does not tell it. */
export function routeName(request: FastifyRequest): string | undefined {
  return (request.routeOptions.config as Named | undefined)?.[identity]
}
