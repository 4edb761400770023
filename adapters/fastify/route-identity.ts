import type { RouteOptions } from 'fastify'

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
    [identity]: JSON.stringify([route.url, constraints.map(([name, value]) => [name, identityOf(value)])]),
  }
  route.config = { ...route.config, ...named }
}

/** Its path, if host and URL lead to it, or past it, by something else than `Accept-Version`. */
export function constrainedBeyondVersion({ url, constraints = {} }: RouteOptions): string | undefined {
  return Object.keys(constraints).some((name) => name !== 'version') ? url : undefined
}

/** The name of the matched route, if its URL alone does not tell it. */
export function routeName(config: object | undefined): string | undefined {
  return (config as Named | undefined)?.[identity]
}

/** Text and patterns stand for themselves; a list or a function of a custom constraint is known by its number. */
function identityOf(value: unknown): unknown {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  if (!isObject || value instanceof RegExp) return [typeof value, String(value)]
  const number = numbers.get(value) ?? nextNumber++
  numbers.set(value, number)
  return number
}

const numbers = new WeakMap<object, number>()
let nextNumber = 1
