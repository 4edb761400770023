import type { Cache, CacheStats } from '../../src/index.ts'

const GAUGES = ['entries', 'bytes', 'tags', 'loading', 'generation'] as const

type Counter = {
  [N in keyof CacheStats]: CacheStats[N] extends number ? N : never
}[Exclude<keyof CacheStats, (typeof GAUGES)[number]>]

/** The parts of the statistics that only ever grow; the others say how things stand. */
export type CacheCounts = { readonly [N in Counter]: number }

/**
 * What a cache counted while a task ran: the counters of `cache.stats()` after it less those before. What other tasks
 * did meanwhile is counted, too.
 *
 * @throws what the task throws
 * @example
 * const counts = await during(cache, () => Promise.all([cache.getOrSet('a', load), cache.getOrSet('a', load)]))
 * assert.equal(counts.loads, 1)
 * assert.equal(counts.coalesced, 1)
 */
export async function during(cache: Cache, task: () => unknown): Promise<CacheCounts> {
  const before = cache.stats()
  await task()
  const grown = Object.entries(cache.stats()).filter(
    ([name, now]) => typeof now === 'number' && !(GAUGES as readonly string[]).includes(name),
  )
  return Object.fromEntries(
    grown.map(([name, now]) => [name, now - (before[name as Counter] as number)]),
  ) as CacheCounts
}
