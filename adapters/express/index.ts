export type { PagePurge } from '../../plugins/http-response/index.ts'
export type { CacheMiddleware, ExpressCacheOptions } from './http-cache.ts'
export { httpCache } from './http-cache.ts'
