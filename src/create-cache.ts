import { getHeapStatistics } from 'node:v8'
import { MemoryBackend } from '../plugins/backends/index.ts'
import { functionPlugin } from '../plugins/function/index.ts'
import { lru } from '../plugins/strategies/lru/index.ts'
import { wTinyLfu } from '../plugins/strategies/w-tinylfu/index.ts'
import { CacheView, Engine, Generation, HookRegistry } from './application/index.ts'
import { Composition } from './composition.ts'
import { type Cache, type CacheEnvironment, type CacheOptions, cacheConfiguration } from './domain/index.ts'
import { systemClock } from './infrastructure/clock/index.ts'
import { checkedCreateOptions } from './infrastructure/config/index.ts'
import {
  BACKEND,
  CACHE,
  CLOCK,
  createContainer,
  ENGINE,
  LOGGER,
  REPORT,
} from './infrastructure/container/index.ts'
import { processWarnings } from './infrastructure/logging/index.ts'

/**
 * Creates a cache. Resolves when the configuration is checked, its plugins are started and it is ready to serve.
 *
 * @throws ConfigurationError, UnknownNameError, MissingPackageError, DuplicatePluginError, PluginOrderError,
 *   PluginStartError; nothing half-started stays behind
 * @example
 * const cache = await createCache({ ttl: '5m', maxBytes: '64mb' })
 * const user = await cache.getOrSet('user:42', () => db.user(42), { tags: ['user:42'] })
 */
export async function createCache(options: CacheOptions & CacheEnvironment = {}): Promise<Cache> {
  const { clock, logger, onError, random, ...configured } = checkedCreateOptions(options)
  const first = cacheConfiguration(configured, heapLimit())
  const services = createContainer()
  services.register(CLOCK, () => clock ?? systemClock())
  services.register(LOGGER, () => logger ?? processWarnings())
  services.register(REPORT, (c) => (error) => c.resolve(ENGINE).report(error))
  services.register(
    BACKEND,
    (c) => {
      const time = c.resolve(CLOCK)
      return new MemoryBackend({
        bounds: first.bounds,
        strategy: wTinyLfu,
        fallback: lru,
        now: () => time.now(),
        spare: (readings) => time.standing?.spare(readings),
        report: (error) => c.resolve(REPORT)(error),
      })
    },
    (store) => store.clear(),
  )
  services.register(
    ENGINE,
    (c) =>
      new Engine({
        clock: c.resolve(CLOCK),
        store: c.resolve(BACKEND),
        generation: emptyGeneration(first),
        random: random ?? Math.random,
        onError: onError ?? ((error) => c.resolve(LOGGER).warn(`hitherto: ${String(error)}`)),
      }),
    (engine) => {
      engine.sweeper.stop()
      engine.shutter.end()
    },
  )
  const composition = new Composition(services, {
    standard: wTinyLfu,
    functionPlugin,
    heapLimit: heapLimit(),
  })
  services.register(CACHE, (c) => new CacheView(c.resolve(ENGINE), c.resolve(ENGINE).root, composition))
  try {
    await composition.apply(configured)
  } catch (error) {
    await services.dispose()
    throw error
  }
  return services.resolve(CACHE)
}

/** What the engine stands on until the first real generation is built. */
function emptyGeneration(configuration: ReturnType<typeof cacheConfiguration>): Generation {
  const registry = new HookRegistry()
  const points = registry.compilePoints({ clock: systemClock(), timeout: 0, report() {} })
  return new Generation({
    id: 0,
    configuration,
    points,
    registry,
    surfaces: new Map(),
    dispose: async () => {},
  })
}

function heapLimit(): number {
  return getHeapStatistics().heap_size_limit
}
