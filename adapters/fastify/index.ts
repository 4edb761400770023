export type { CachePluginOptions } from './cache-plugin.ts'
export { cachePlugin } from './cache-plugin.ts'
