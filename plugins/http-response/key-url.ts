/** The URL that a key of this surface was made from, and whose it is. */
export interface KeyUrl {
  /** Lower case. */
  readonly host: string
  /** As the key has it: without the parameters that do not count. Empty where a function of the route made the key. */
  readonly target: string
  readonly tenant: string | undefined
}

const STRING = '"(?:[^"\\\\]|\\\\.)*"'
/** What `primaryKey` writes; the key of a variant goes on behind it. */
const KEY = new RegExp(
  `^\\["[A-Z]+(?: [\\w-]+){0,2}",(?:null|${STRING}),(${STRING}),(${STRING}),(null|${STRING})\\]`,
)

/** Reads a key back; undefined for what is no key of a page. */
export function keyUrl(key: string): KeyUrl | undefined {
  const [, host, target, route] = KEY.exec(key) ?? []
  if (host === undefined || target === undefined || route === undefined) return undefined
  return { host: JSON.parse(host), target: JSON.parse(target), tenant: tenantIn(JSON.parse(route)) }
}

/** As `keys.ts` writes it: a list of four where the key has a tenant or a user; other lists name routes. */
function tenantIn(route: string | null): string | undefined {
  if (route === null || !route.startsWith('[')) return undefined
  const parts: unknown = JSON.parse(route)
  const tenant = Array.isArray(parts) && parts.length === 4 ? parts[2] : undefined
  return typeof tenant === 'string' ? tenant : undefined
}
