export type { PagePurge } from '../../plugins/http-response/index.ts'
export type { CachePluginOptions } from './cache-plugin.ts'
export { cachePlugin } from './cache-plugin.ts'
export { frontServer } from './front.ts'
