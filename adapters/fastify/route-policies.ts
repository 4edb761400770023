import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import {
  checkFront,
  type HttpCacheOptions,
  type HttpPolicy,
  httpPolicy,
  mustBeOptions,
  routeAdded,
} from '../../plugins/http-response/index.ts'

type Options = HttpCacheOptions<FastifyRequest>
type Policy = HttpPolicy<FastifyRequest>

/**
 * The policies of the routes over that of the mount over the plugin's own. Each is completed once, and again only
 * when a reconfigure has changed what it stands on.
 */
export class RoutePolicies {
  readonly #ground: () => HttpPolicy
  readonly #own: Options
  #base: HttpPolicy
  #mount: Policy
  readonly #given: Options[] = []
  #routes = new WeakMap<object, Policy>()

  constructor(ground: () => HttpPolicy, own: Options) {
    this.#ground = ground
    this.#own = own
    this.#base = ground()
    this.#mount = httpPolicy(own, this.#base as Policy)
    checkFront(this.#mount)
  }

  /** Of a route that is added. @throws CallOptionError for a policy that no request could be served by */
  check(route: Options | false | undefined): void {
    if (route === undefined || route === false) return
    mustBeOptions('cache', route, ' or false')
    checkFront(httpPolicy(route, this.#mount))
    this.#given.push(route)
    routeAdded()
  }

  /** The policies of the mount and of all its routes. */
  get all(): readonly HttpPolicy[] {
    const mount = httpPolicy(this.#own, this.#ground() as Policy)
    return [mount, ...this.#given.map((route) => httpPolicy(route, mount))] as HttpPolicy[]
  }

  /**
   * @param base the plugin's own policy, as it is now
   * @param config of the route
   */
  of(base: HttpPolicy, config: FastifyContextConfig | undefined): Policy {
    if (base !== this.#base) {
      this.#base = base
      this.#mount = httpPolicy(this.#own, base as Policy)
      this.#routes = new WeakMap()
    }
    if (config?.cache === undefined) return this.#mount
    const known = this.#routes.get(config)
    if (known !== undefined) return known
    const policy =
      config.cache === false ? { ...this.#mount, bypass: () => true } : httpPolicy(config.cache, this.#mount)
    this.#routes.set(config, policy)
    return policy
  }
}
