export type { CacheMiddleware, ExpressCacheOptions } from './http-cache.ts'
export { httpCache } from './http-cache.ts'
