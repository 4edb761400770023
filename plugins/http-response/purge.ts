import { type SurfacePort, surfacePort } from '../../src/application/index.ts'
import type { Cache } from '../../src/domain/index.ts'
import { type KeyUrl, keyUrl } from './key-url.ts'
import { urlKey } from './keys.ts'
import { policiesOf } from './mounts.ts'
import type { HttpPolicy } from './options.ts'
import { type CheckedPurge, checkedPurge, type PagePurge } from './purge-target.ts'
import { keyTarget } from './query.ts'
import { endFreshness } from './soft-purge.ts'
import type { StoredValue } from './stored-response.ts'
import { isVariationOf, pathPurged, UrlVariations } from './url-variations.ts'

/**
 * Purges stored pages; when it resolves, no answer that was stored or begun before is served as fresh. By tag, by
 * group and by one URL with its host, it costs no more for many pages than for one. Anything else, and all that is soft,
 * looks at every entry of the cache, a thousand at a time with the event loop between them.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`, KeyError `HITHERTO_KEY_INVALID`, ClosedError `HITHERTO_CACHE_CLOSED`
 */
export async function purgePages(cache: Cache, what: PagePurge): Promise<void> {
  const purge = checkedPurge(what)
  const port = surfacePort(cache, 'purge', 'http')
  if (purge.tags.length > 0 && !purge.soft) return cache.invalidate({ tags: purge.tags })
  const policies = policiesOf(cache)
  const known = knownKeys(purge, policies)
  if (known !== undefined) {
    const urls = new UrlVariations(port)
    for (const key of known) urls.purge(key)
    return
  }
  if (purge.target !== undefined) pathPurged(purge.target, port.stamp())
  const targets = new Set(purge.target === undefined ? [] : targetsOf(purge.target, policies))
  await port.purgeWhere({
    tags: purge.tags,
    matches: (key) => {
      const url = keyUrl(key)
      if (url === undefined || !isOf(purge.tenant, url)) return false
      return purge.matches(url, targets) || isSameUrlAs(purge, url)
    },
    soften: purge.soft ? soften(port) : undefined,
  })
}

/** The keys of one URL, if they can be named. */
function knownKeys(
  { url, tenant, soft }: CheckedPurge,
  policies: readonly HttpPolicy[],
): Set<string> | undefined {
  if (url === undefined || soft) return undefined
  if (tenant === undefined && policies.some((policy) => policy.tenant !== undefined)) return undefined
  const places = url.hosts.map((host) => ({ host, target: url.target, raw: undefined }))
  const plain = { sortQuery: false, allowQuery: undefined, dropQuery: [], tenant: undefined }
  return new Set(
    [plain, ...policies].flatMap((policy) => {
      const own = { ...policy, tenant: tenant === undefined ? undefined : () => tenant } as HttpPolicy
      return places.map((at) => urlKey(at, own))
    }),
  )
}

/** The target in all the forms in which it may stand in a key. */
function targetsOf(target: string, policies: readonly HttpPolicy[]): readonly string[] {
  return [target, ...policies.map((policy) => keyTarget(target, policy))]
}

/** What leads to answers for one URL that were made for another one of its path (No-Vary-Search). */
function isSameUrlAs({ target, matches }: CheckedPurge, url: KeyUrl): boolean {
  if (target === undefined || !isVariationOf(url.target, target)) return false
  return matches({ ...url, target }, new Set([target]))
}

function isOf(tenant: string | undefined, url: KeyUrl): boolean {
  return tenant === undefined || url.tenant === tenant
}

/** The index of variants stays as it is: what it leads to is stale. */
function soften(port: SurfacePort): (value: unknown) => boolean {
  const now = port.wall()
  return (value) => {
    const stored = value as StoredValue
    if (stored.kind !== 'response') return false
    endFreshness(stored, now)
    return true
  }
}
