import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common'
import { type Cache, createCache } from 'hitherto'
import { setDefaultCache } from 'hitherto/function'

/** Where the cache is injected. */
export const CACHE: unique symbol = Symbol('cache')

/** One cache for the application: to be injected, and the default one of the decorators. */
@Global()
@Module({
  providers: [
    {
      provide: CACHE,
      useFactory: async () => {
        const cache = await createCache({ ttl: '5m', maxBytes: '64mb' })
        setDefaultCache(cache)
        return cache
      },
    },
  ],
  exports: [CACHE],
})
export class CacheModule implements OnApplicationShutdown {
  @Inject(CACHE) private readonly cache!: Cache

  async onApplicationShutdown(): Promise<void> {
    setDefaultCache()
    await this.cache.close()
  }
}
