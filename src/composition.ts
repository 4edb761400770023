import type { functionPlugin } from '../plugins/function/index.ts'
import {
  type Engine,
  Generation,
  HookRegistry,
  type HostParts,
  hostFor,
  type Lifecycle,
  startPlugins,
} from './application/index.ts'
import {
  type Cache,
  type CacheConfiguration,
  type CacheOptions,
  type Clock,
  ClosedError,
  cacheConfiguration,
  PluginStartError,
  type Settled,
  type StrategyFactory,
  type SurfacePlugin,
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
import { mustBeBackend, plan, strategyFactory } from './named-parts.ts'

/** What is imported statically; everything else comes from the catalogue when it is named. */
export interface Statics {
  /** The strategy of caches that name none. */
  readonly standard: StrategyFactory
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
  readonly #attached: SurfacePlugin<unknown>[] = []
  /** Generations that are not disposed yet: `close` must not leave their plugins running. */
  readonly #retiring = new Set<Generation>()
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
    const known = this.#attached.length
    const generation = await this.#build(configuration, services)
    try {
      if (engine.closed) throw new ClosedError()
      this.#services.resolve(BACKEND).reshape(configuration.bounds, services.resolve(STRATEGY))
    } catch (error) {
      await generation.retire()
      throw error
    }
    this.#retire(engine.swap(generation))
    // Surfaces that were asked for while this generation was built.
    const late = this.#attached.slice(known).filter(({ name }) => !generation.surfaces.has(name))
    for (const plugin of late) this.#attach(plugin)
  }

  surface<S>(plugin: SurfacePlugin<S>): S {
    const engine = this.#engine
    if (!engine.generation.surfaces.has(plugin.name)) this.#attach(plugin)
    return engine.generation.surfaces.get(plugin.name) as S
  }

  wrap<A extends unknown[], R, Self>(
    cache: Cache,
    fn: (this: Self, ...args: A) => R,
    options?: WrapOptions<Settled<A>, Self, NoInfer<Awaited<R>>>,
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
    const generations = [...this.#retiring, engine.generation]
    await atMost(engine.clock, LAST_CALLS, Promise.all(generations.map((each) => each.drained())))
    for (const generation of generations) await generation.dispose().catch((error) => engine.report(error))
    await this.#services.dispose()
  }

  async #build(configuration: CacheConfiguration, services: Container): Promise<Generation> {
    // Taken now: a surface that is attached meanwhile gets the next one.
    this.#generations += 1
    const id = this.#generations
    const strategy = await strategyFactory(configuration.strategy, this.#statics.standard)
    mustBeBackend(configuration.backend)
    const planned = await Promise.all(configuration.plugins.map(plan))
    services.register(CONFIGURATION, () => configuration)
    services.register(STRATEGY, () => strategy)
    services.register(HOOKS, () => new HookRegistry())
    const registry = services.resolve(HOOKS)
    const named = new Set(planned.map(({ plugin }) => plugin.name))
    const attached = this.#attached.filter(({ name }) => !named.has(name))
    const all = [...planned, ...attached.map((plugin) => ({ plugin, options: undefined }))]
    const started = await startPlugins(all, this.#host(registry, id))
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
    if (!this.#attached.includes(plugin)) this.#attached.push(plugin)
    const dispose = async () => {
      try {
        await stop?.()
      } finally {
        await (engine.closed ? before.dispose() : before.retire())
      }
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
    this.#retiring.add(generation)
    generation
      .retire()
      .catch(this.#services.resolve(REPORT))
      .finally(() => this.#retiring.delete(generation))
  }
}

/** Until the promise has resolved, at most so long; leaves no timer behind. */
async function atMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  // The clock's own timers let the process end, and whoever awaits `close` would never hear of it.
  const alive = setInterval(() => {}, ms)
  await new Promise<void>((resolve) => {
    const cancel = clock.schedule(ms, resolve)
    void promise.then(() => {
      cancel()
      resolve()
    })
  })
  clearInterval(alive)
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
