import { AssertionError } from 'node:assert'
import type { Cache, CacheEntry } from '../../src/index.ts'

/**
 * A read of the key made now would be a hit: there is an entry, fresh, and nothing it depends on has changed. Looks
 * without touching or counting. Keys are those of the store: `key` hooks are not asked.
 *
 * @returns what is known of the entry
 * @throws AssertionError that says what was found instead
 * @example
 * await cache.getOrSet('user:42', () => db.user(42), { tags: ['user:42'] })
 * expectHit(cache, 'user:42')
 * await cache.invalidate({ tags: ['user:42'] })
 * expectMiss(cache, 'user:42')
 */
export function expectHit(cache: Cache, key: string): CacheEntry {
  const entry = cache.inspect(key)
  if (entry?.state === 'fresh') return entry
  throw failure(cache, `be a hit, but ${found(entry)}`, key, expectHit)
}

/**
 * A read of the key made now would not be a hit: there is no entry, it is stale, or something changed.
 *
 * @throws AssertionError
 */
export function expectMiss(cache: Cache, key: string): void {
  const entry = cache.inspect(key)
  if (entry?.state !== 'fresh') return
  throw failure(cache, `be a miss, but ${found(entry)}`, key, expectMiss)
}

/**
 * The entry has passed its ttl, but may still be served within a stale window (`staleWhileRevalidate`,
 * `staleIfError`).
 *
 * @returns what is known of the entry
 * @throws AssertionError that says what was found instead
 */
export function expectStale(cache: Cache, key: string): CacheEntry {
  const entry = cache.inspect(key)
  if (entry?.state === 'stale') return entry
  throw failure(cache, `be stale, but ${found(entry)}`, key, expectStale)
}

/**
 * The entry depends on each of these tags: a change of any of them ends it. It may depend on more, the keys that it
 * was made from among them.
 *
 * @throws AssertionError with those that are missing, or if there is no entry
 * @example expectDependsOn(cache, 'page:/', ['user:42', 'news'])
 */
export function expectDependsOn(cache: Cache, key: string, tags: readonly string[]): void {
  const entry = cache.inspect(key)
  const missing = tags.filter((tag) => entry?.deps.includes(tag) !== true)
  if (entry !== undefined && missing.length === 0) return
  const what =
    entry === undefined ? found(entry) : `it lacks ${listed(missing)}; it has ${listed(entry.deps)}`
  throw failure(cache, `depend on ${listed(tags)}, but ${what}`, key, expectDependsOn)
}

/**
 * The entry depends on none of these tags.
 *
 * @throws AssertionError with those that it depends on, or if there is no entry
 */
export function expectIndependentOf(cache: Cache, key: string, tags: readonly string[]): void {
  const entry = cache.inspect(key)
  const had = tags.filter((tag) => entry?.deps.includes(tag) === true)
  if (entry !== undefined && had.length === 0) return
  const what = entry === undefined ? found(entry) : `it depends on ${listed(had)}`
  throw failure(cache, `be independent of ${listed(tags)}, but ${what}`, key, expectIndependentOf)
}

/** The matcher that fails: the stack of its error begins where it was called. */
type Thrower = (cache: Cache, key: string, tags: readonly string[]) => unknown

function failure(cache: Cache, what: string, key: string, stackStartFn: Thrower): AssertionError {
  const where = cache.name === '' ? '' : ` of ${cache.name}`
  return new AssertionError({ message: `expected ${JSON.stringify(key)}${where} to ${what}`, stackStartFn })
}

function found(entry: CacheEntry | undefined): string {
  if (entry === undefined) return 'there is no entry'
  if (entry.why?.reason === 'invalidated') return `it is dead: ${entry.why.by} has changed`
  if (entry.state === 'fresh') return `it is fresh for another ${entry.ttlLeft} ms`
  return entry.state === 'stale' ? `it is stale, for another ${entry.staleLeft} ms` : 'its time has passed'
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => JSON.stringify(name)).join(', ')
}
