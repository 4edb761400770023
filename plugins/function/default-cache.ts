import { type Cache, NotACacheError } from '../../src/domain/index.ts'

/** What the decorators need of a cache. */
export type DecoratorCache = Pick<Cache, 'wrap' | 'namespace' | 'invalidate'>

/** A cache, or what gives it at the first call, for classes that are declared before the cache exists. */
export type CacheSource = DecoratorCache | (() => DecoratorCache)

let current: DecoratorCache | undefined

/**
 * The cache of every decorator that names none, and whose class names none: set it once, when the application starts.
 * Methods ask for it when they are called, so classes may be declared before, and a test may set another. Without an
 * argument there is none again.
 *
 * @throws NotACacheError `HITHERTO_NOT_A_CACHE`
 * @example setDefaultCache(await createCache({ ttl: '5m' }))
 */
export function setDefaultCache(cache?: DecoratorCache): void {
  if (cache !== undefined && !isCache(cache)) throw new NotACacheError('setDefaultCache', cache)
  current = cache
}

export function defaultCache(): DecoratorCache | undefined {
  return current
}

/** @throws NotACacheError `HITHERTO_NOT_A_CACHE` for what is neither a cache nor a function, at decoration */
export function checkSource(source: unknown, where: string): void {
  if (source !== undefined && typeof source !== 'function' && !isCache(source))
    throw new NotACacheError(where, source)
}

/** The cache of a decorated method: its own, its class's, or the default one. */
export function cacheFrom(source: CacheSource | undefined, where: string): DecoratorCache {
  const cache: unknown = typeof source === 'function' ? source() : (source ?? current)
  if (isCache(cache)) return cache
  const hint = source === undefined ? ' (the option cache, @CacheConfig, or setDefaultCache)' : ''
  throw new NotACacheError(`${where}${hint}`, cache)
}

function isCache(value: unknown): value is DecoratorCache {
  return typeof value === 'object' && value !== null && 'wrap' in value && typeof value.wrap === 'function'
}
