import { catalogue } from '../plugins/catalogue.ts'
import type { functionPlugin } from '../plugins/function/index.ts'
import {
  type Engine,
  Generation,
  HookRegistry,
  type HostParts,
  hostFor,
  type Lifecycle,
  type Planned,
  startPlugins,
} from './application/index.ts'
import {
  type Cache,
  type CacheConfiguration,
  type CacheOptions,
  type Clock,
  ClosedError,
  ConfigurationError,
  cacheConfiguration,
  evictionPolicy,
  missingPackage,
  nearestNames,
  type Plugin,
  type PluginEntry,
  PluginStartError,
  type Settled,
  type StrategyFactory,
  type SurfacePlugin,
  UnknownNameError,
  type WrapOptions,
  type WrappedFunction,
} from './domain/index.ts'
import { checkedOptions } from './infrastructure/config/index.ts'
import {
  BACKEND,
  CACHE,
  CLOCK,
  CONFIGURATION,
  type Container,
  ENGINE,
  HOOKS,
  LOGGER,
  REPORT,
  STRATEGY,
} from './infrastructure/container/index.ts'

/** What is imported statically; everything else comes from the catalogue when it is named. */
export interface Statics {
  readonly lru: StrategyFactory
  readonly functionPlugin: typeof functionPlugin
  readonly heapLimit: number
}

/** How long `close` waits for requests whose answers are still being made, milliseconds. */
const LAST_CALLS = 1_000

/** Builds generations from configurations and swaps them: the part of the composition root that stays at work. */
export class Composition implements Lifecycle {
  readonly #services: Container
  readonly #statics: Statics
  /** Surfaces started on first use; each later generation starts them again. */
  readonly #attached: Planned[] = []
  #generations = 0
  #known: Engine | undefined
  #closing: Promise<void> | undefined
  /** Reconfigurations one after the other: two at once could each carry over what the other retires. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(services: Container, statics: Statics) {
    this.#services = services
    this.#statics = statics
  }

  /** Kept beside the container, which forgets it when the cache is closed. */
  get #engine(): Engine {
    this.#known ??= this.#services.resolve(ENGINE)
    return this.#known
  }

  reconfigure(options: CacheOptions): Promise<void> {
    const done = this.#turn.then(() => this.apply(checkedOptions(options)))
    this.#turn = done.catch(() => {})
    return done
  }

  /** Builds a generation, probes it, swaps it in and retires the one before. */
  async apply(options: CacheOptions): Promise<void> {
    const engine = this.#engine
    if (engine.closed) throw new ClosedError()
    const configuration = cacheConfiguration(options, this.#statics.heapLimit)
    const services = this.#services.child()
    const generation = await this.#build(configuration, services)
    try {
      if (engine.closed) throw new ClosedError()
      this.#services.resolve(BACKEND).reshape(configuration.bounds, services.resolve(STRATEGY))
    } catch (error) {
      await generation.retire()
      throw error
    }
    this.#retire(engine.swap(generation))
  }

  surface<S>(plugin: SurfacePlugin<S>): S {
    const engine = this.#engine
    if (!engine.generation.surfaces.has(plugin.name)) this.#attach(plugin)
    return engine.generation.surfaces.get(plugin.name) as S
  }

  wrap<A extends unknown[], R, Self>(
    cache: Cache,
    fn: (this: Self, ...args: A) => R,
    options?: WrapOptions<Settled<A>, Self>,
  ): WrappedFunction<A, R, Self> {
    return this.surface(this.#statics.functionPlugin).wrapOn(cache, fn, options)
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    const engine = this.#engine
    engine.closed = true
    engine.abortFlights(new ClosedError())
    await this.#turn
    await atMost(engine.clock, LAST_CALLS, engine.generation.drained())
    await engine.generation.dispose()
    await this.#services.dispose()
  }

  async #build(configuration: CacheConfiguration, services: Container): Promise<Generation> {
    const id = this.#generations + 1
    const strategy = await strategyFactory(configuration.strategy, this.#statics.lru)
    mustBeBackend(configuration.backend)
    const planned = await Promise.all(configuration.plugins.map(plan))
    services.register(CONFIGURATION, () => configuration)
    services.register(STRATEGY, () => strategy)
    services.register(HOOKS, () => new HookRegistry())
    const registry = services.resolve(HOOKS)
    const named = new Set(planned.map(({ plugin }) => plugin.name))
    const all = [...planned, ...this.#attached.filter(({ plugin }) => !named.has(plugin.name))]
    const started = await startPlugins(all, this.#host(registry, id))
    this.#generations = id
    return new Generation({
      id,
      configuration,
      points: this.#compile(registry, configuration),
      registry,
      surfaces: started.surfaces,
      dispose: async () => {
        await started.stop()
        await services.dispose()
      },
    })
  }

  /**
   * Starts a surface that nobody configured, in a generation of its own: the current one with this plugin added. It
   * takes over what the current one runs, so that one is not disposed before its heir is.
   */
  #attach(plugin: SurfacePlugin<unknown>): void {
    const engine = this.#engine
    if (engine.closed) throw new ClosedError()
    const before = engine.generation
    const registry = before.registry.copy()
    const surfaces = new Map(before.surfaces)
    const id = this.#generations + 1
    const stop = startNow(plugin, this.#host(registry, id), surfaces)
    this.#generations = id
    this.#attached.push({ plugin, options: undefined })
    const dispose = async () => {
      await stop?.()
      await before.retire()
    }
    const points = this.#compile(registry, before.configuration)
    engine.swap(
      new Generation({ id, configuration: before.configuration, points, registry, surfaces, dispose }),
    )
  }

  #host(registry: HookRegistry, generation: number): HostParts {
    return {
      cache: this.#services.resolve(CACHE),
      clock: this.#services.resolve(CLOCK),
      logger: this.#services.resolve(LOGGER),
      report: this.#services.resolve(REPORT),
      registry,
      generation,
    }
  }

  #compile(registry: HookRegistry, configuration: CacheConfiguration): Generation['points'] {
    return registry.compilePoints({
      clock: this.#services.resolve(CLOCK),
      timeout: configuration.hookTimeout,
      report: this.#services.resolve(REPORT),
    })
  }

  #retire(generation: Generation): void {
    generation.retire().catch(this.#services.resolve(REPORT))
  }
}

/** Until the promise has resolved, at most so long; leaves no timer behind. */
function atMost(clock: Clock, ms: number, promise: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(ms, resolve)
    void promise.then(() => {
      cancel()
      resolve()
    })
  })
}

function startNow(
  plugin: SurfacePlugin<unknown>,
  host: HostParts,
  surfaces: Map<string, unknown>,
): (() => unknown) | undefined {
  try {
    const stop = plugin.start(hostFor(plugin, host, surfaces), undefined)
    if (surfaces.has(plugin.name)) return stop ?? undefined
  } catch (error) {
    throw new PluginStartError(plugin.name, error)
  }
  throw new PluginStartError(
    plugin.name,
    new Error('it did not call host.provide(surface) while it started.'),
  )
}

async function strategyFactory(
  strategy: string | StrategyFactory,
  standard: StrategyFactory,
): Promise<StrategyFactory> {
  const factory = typeof strategy === 'string' ? await namedStrategy(strategy, standard) : strategy
  const probe = factory.create({ slots: 16, maxEntries: 8, deadline: () => Number.POSITIVE_INFINITY })
  for (const method of ['grow', 'insert', 'touch', 'renew', 'remove', 'victim'] as const) {
    if (typeof probe?.[method] !== 'function') {
      throw new ConfigurationError('strategy', `what '${factory.name}' creates has no method ${method}().`)
    }
  }
  return factory
}

async function namedStrategy(name: string, standard: StrategyFactory): Promise<StrategyFactory> {
  const known = evictionPolicy(name, Object.keys(catalogue.strategies))
  const load = catalogue.strategies[known]
  return known === standard.name || load === undefined ? standard : loaded(load, `The strategy "${name}"`)
}

function mustBeBackend(name: string): void {
  if (!catalogue.backends.includes(name)) throw unknown('backend', name, catalogue.backends)
}

async function plan(entry: PluginEntry): Promise<Planned> {
  if (typeof entry === 'string') return { plugin: await namedPlugin(entry), options: undefined }
  if (!('use' in entry)) return { plugin: entry, options: undefined }
  const plugin = typeof entry.use === 'string' ? await namedPlugin(entry.use) : entry.use
  return { plugin, options: entry.options }
}

async function namedPlugin(name: string): Promise<Plugin> {
  const load = Object.hasOwn(catalogue.plugins, name) ? catalogue.plugins[name] : undefined
  if (load === undefined) throw unknown('plugin', name, Object.keys(catalogue.plugins))
  return loaded(load, `The plugin "${name}"`)
}

async function loaded<T>(load: () => Promise<T>, neededBy: string): Promise<T> {
  try {
    return await load()
  } catch (error) {
    throw missingPackage(error, neededBy) ?? error
  }
}

function unknown(kind: string, name: string, known: readonly string[]): UnknownNameError {
  return new UnknownNameError(kind, name, nearestNames(name, known), known)
}
