import { hostSpellings } from './default-port.ts'
import { type HttpRequest, urlKey } from './keys.ts'
import { type Policies, version } from './mounts.ts'
import { DEFAULT_POLICY, type HttpPolicy } from './options.ts'

/**
 * Under which keys a write to a URL must look for its pages (RFC 9111, 4.4: all that is stored for the target URI). The
 * route that is written to knows only how it would spell the key itself; those that are read may leave parameters out,
 * sort them, or have tenants. Hosts are spelled with and without the default port (RFC 9110, 4.2.3).
 */
export class WrittenKeys {
  readonly #policies: Policies
  #others: readonly HttpPolicy[] = []
  #version = -1

  /** @param policies of all mounts and routes of the cache */
  constructor(policies: Policies) {
    this.#policies = policies
  }

  of(request: HttpRequest, own: HttpPolicy, target: string): ReadonlySet<string> {
    const { host, raw, secure } = request
    const keys = new Set<string>()
    for (const spelling of new Set([host, ...hostSpellings(secure === true ? 'https' : 'http', host)])) {
      keys.add(urlKey({ host: spelling, target, raw }, own))
      for (const policy of this.#spelling()) addKey(keys, { host: spelling, target, raw }, policy)
    }
    return keys
  }

  /** One policy for each way to spell a key. Made anew when a mount or a route has come. */
  #spelling(): readonly HttpPolicy[] {
    if (this.#version === version()) return this.#others
    this.#version = version()
    const tenants: unknown[] = []
    const found = new Map<string, HttpPolicy>()
    for (const policy of [DEFAULT_POLICY, ...this.#policies()]) {
      const { sortQuery, allowQuery, dropQuery, tenant } = policy
      if (!tenants.includes(tenant)) tenants.push(tenant)
      found.set(JSON.stringify([sortQuery, allowQuery, dropQuery, tenants.indexOf(tenant)]), policy)
    }
    this.#others = [...found.values()]
    return this.#others
  }
}

/** A tenant's function that is not meant for such requests may throw: no page was stored by what it gives. */
function addKey(keys: Set<string>, at: Parameters<typeof urlKey>[0], policy: HttpPolicy): void {
  try {
    keys.add(urlKey(at, policy))
  } catch {
    // Nothing to outdate.
  }
}
