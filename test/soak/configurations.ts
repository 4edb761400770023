import { httpResponse } from '../../plugins/http-response/index.ts'
import type { CacheOptions } from '../../src/index.ts'

/** Less than all pages need, so that there are evictions. */
export const BASE: CacheOptions = { maxBytes: '24mb', maxEntries: 3_000, maxEntrySize: '2mb' }

/** What is changed to, one after the other; one of them is off. */
const CONFIGURATIONS: readonly CacheOptions[] = [
  { ...BASE, strategy: 'lru', ...http({ cacheStatus: 'debug' }) },
  { ...BASE, strategy: 's3-fifo', maxEntries: 200, ...http({ collapseTimeout: 20 }) },
  { ...BASE, enabled: false },
  { ...BASE, strategy: 'sieve', maxBytes: '6mb', ...http({ etag: false }) },
  { ...BASE, strategy: 'arc', ...http({ softTimeout: 2, staleIfError: '1m' }) },
  BASE,
]

/** Of the changes, the one with this number. */
export function configuration(change: number): CacheOptions {
  return CONFIGURATIONS[change % CONFIGURATIONS.length] as CacheOptions
}

function http(options: object): CacheOptions {
  return { plugins: [{ use: httpResponse, options }] }
}
