import { CallOptionError, cacheKey, describe, tagList } from '../../src/domain/index.ts'
import { hostSpellings } from './default-port.ts'
import type { KeyUrl } from './key-url.ts'
import { knownOptions } from './option-checks.ts'
import { purgePattern } from './purge-pattern.ts'
import { groupTag } from './rules/index.ts'

/** What `purge` takes: one way to say which pages are meant. */
export type PagePurge = PurgedPages & {
  /** The pages become stale and are not dropped: they stand in while new ones are made, as `staleWhileRevalidate` and `staleIfError` allow. Default false. */
  readonly soft?: boolean
  /** Only pages of this tenant, where mounts tell tenants apart. Default: of all. */
  readonly tenant?: string
}

type PurgedPages =
  /** One URL with all variants: `https://shop.example/cart?page=1`, or `/cart?page=1` on every host. */
  | { readonly url: string }
  /** What depends on one of these tags, values included. */
  | { readonly tags: readonly string[] }
  /** What belongs to one of these groups (`Cache-Groups`, RFC 9875) on that host. */
  | { readonly groups: readonly string[]; readonly host: string }
  /** URLs that begin so: `https://shop.example/products/`, or `/products/` on every host. */
  | { readonly prefix: string }
  /** `/products/*`, `https://*.example/*`: `*` for any characters, `?` for one, a backslash before either for itself. */
  | { readonly pattern: string }

/** A purge, checked. */
export interface CheckedPurge {
  readonly tags: readonly string[]
  /** One URL on one host, in whatever way that is spelled. */
  readonly url: { readonly hosts: readonly string[]; readonly target: string } | undefined
  readonly matches: (url: KeyUrl, targets: ReadonlySet<string>) => boolean
  readonly soft: boolean
  readonly tenant: string | undefined
  /** The target of `url`, on whatever host. */
  readonly target: string | undefined
}

const WAYS = ['url', 'tags', 'groups', 'prefix', 'pattern'] as const

/** @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`, KeyError `HITHERTO_KEY_INVALID` */
export function checkedPurge(purge: PagePurge): CheckedPurge {
  const given = (purge ?? {}) as Partial<Record<string, unknown>>
  const way = wayOf(purge, given)
  const { soft = false, tenant, host } = given
  if (typeof soft !== 'boolean')
    throw new CallOptionError('soft', `expected true or false, got ${describe(soft)}.`)
  const none = { tags: [], url: undefined, matches: () => false, soft, target: undefined }
  const rest = { ...none, tenant: tenant === undefined ? undefined : cacheKey(tenant as string) }
  const value = given[way]
  if (way === 'tags') return { ...rest, tags: tagList(value as string[]) }
  if (way === 'groups') return { ...rest, tags: groups(value, host, rest.tenant) }
  const text = cacheKey(value as string)
  if (way === 'pattern') {
    const pattern = purgePattern(text)
    return { ...rest, matches: (url) => pattern.matches(url.host, url.target) }
  }
  const place = placeOf(way, text)
  const isThere = (url: KeyUrl): boolean => place.hosts === undefined || place.hosts.includes(url.host)
  if (way === 'prefix')
    return { ...rest, matches: (url) => isThere(url) && url.target.startsWith(place.target) }
  return {
    ...rest,
    target: place.target,
    url: place.hosts === undefined ? undefined : { hosts: place.hosts, target: place.target },
    matches: (url, targets) => isThere(url) && targets.has(url.target),
  }
}

function wayOf(purge: unknown, given: object): (typeof WAYS)[number] {
  if (typeof purge === 'object' && purge !== null)
    knownOptions(given, [...WAYS, 'host', 'soft', 'tenant'], 'purge')
  const [way, second] = WAYS.filter((name) => (given as Partial<Record<string, unknown>>)[name] !== undefined)
  if (way === undefined || typeof purge !== 'object') {
    const got = typeof purge === 'object' && purge !== null ? 'none of them' : describe(purge)
    throw new CallOptionError('purge', `expected one of ${WAYS.join(', ')}, got ${got}.`)
  }
  if (second === undefined) return way
  throw new CallOptionError(second, `cannot stand beside ${way}: both say which pages. Purge once for each.`)
}

/** RFC 9875, 2.1: groups of different origins have nothing to do with each other. */
function groups(names: unknown, host: unknown, tenant: string | undefined): readonly string[] {
  if (typeof host !== 'string' || host === '') {
    throw new CallOptionError('host', `expected the host whose groups are meant, got ${describe(host)}.`)
  }
  return tagList(names as string[]).map((name) => groupTag(name, { host, tenant }))
}

/** Hosts and target, as requests for the URL would have them: nothing but the port is normalised, and nothing decoded. */
function placeOf(
  option: string,
  url: string,
): { readonly hosts: readonly string[] | undefined; readonly target: string } {
  const [, scheme, host, target = ''] = /^(https?):\/\/([^/?#]+)([^#]*)$/i.exec(url) ?? []
  if (scheme !== undefined && host !== undefined)
    return { hosts: hostSpellings(scheme, host), target: target.startsWith('/') ? target : `/${target}` }
  if (url.startsWith('/') && !url.includes('#')) return { hosts: undefined, target: url }
  throw new CallOptionError(
    option,
    `expected a URL such as 'https://shop.example/cart' or '/cart', got ${describe(url)}.`,
  )
}
