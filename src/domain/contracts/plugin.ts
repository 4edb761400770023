import type { Cache } from './cache.ts'
import type { Clock } from './clock.ts'
import type { HookHandler, PointName, SignalName, Signals } from './hooks.ts'
import type { Logger } from './logger.ts'

/** What a plugin may use. All it registers is gone when its generation is. */
export interface PluginHost {
  /** The cache it serves. In `start` it may be kept, not called. */
  readonly cache: Cache
  readonly clock: Clock
  readonly logger: Logger
  /** The number of the generation being built. */
  readonly generation: number
  /** Takes part in a point, after the plugins named by `after`. */
  hook<P extends PointName>(point: P, handler: HookHandler<P>): void
  on<S extends SignalName>(signal: S, listener: (event: Signals[S]) => void): void
  /** Reports a fault that the plugin contained. */
  report(error: unknown): void
  /** What `cache.surface(plugin)` returns. */
  provide(surface: unknown): void
}

/** Ends what `start` began. */
export type StopPlugin = () => void | Promise<void>

/**
 * A plugin: a name, what it comes after, and a start that returns its own stop.
 *
 * @example
 * const slowLoads: Plugin = {
 *   name: 'slow-loads',
 *   start(host) { host.on('loaded', (event) => event.ms > 100 && host.logger.warn(`slow: ${event.key}`)) },
 * }
 */
export interface Plugin<O = unknown> {
  readonly name: string
  readonly after?: readonly string[]
  start(host: PluginHost, options: O | undefined): StopPlugin | void | Promise<StopPlugin | void>
}

/** A plugin that offers a surface. It must start synchronously, because a surface may be asked for at any time. */
export interface SurfacePlugin<S, O = unknown> extends Plugin<O> {
  start(host: PluginHost, options: O | undefined): StopPlugin | void
  /** Only for the type of `cache.surface`; never set. */
  readonly surface?: S
}
