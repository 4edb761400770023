import {
  type Cache,
  type Clock,
  ConfigurationError,
  describe,
  type Logger,
  missingPackage,
  type Plugin,
  type PluginHost,
  PluginStartError,
  type StopPlugin,
} from '../../domain/index.ts'
import type { HookRegistry } from '../hooks/index.ts'
import { inOrder, type Planned } from './plugin-order.ts'

/** What plugins are started with. */
export interface HostParts {
  readonly cache: Cache
  readonly clock: Clock
  readonly logger: Logger
  readonly generation: number
  readonly registry: HookRegistry
  readonly report: (error: unknown) => void
}

/** Plugins at work: what they provided, and how they are stopped (last started first). */
export interface Started {
  readonly surfaces: Map<string, unknown>
  readonly stop: () => Promise<void>
}

/**
 * Starts plugins in their declared order. If one does not start, those before it are stopped again, so nothing
 * half-started stays behind.
 *
 * @throws DuplicatePluginError, PluginOrderError, MissingPackageError, PluginStartError
 */
export async function startPlugins(planned: readonly Planned[], parts: HostParts): Promise<Started> {
  const surfaces = new Map<string, unknown>()
  const stops: { name: string; stop: StopPlugin }[] = []
  const stop = () => stopAll(stops, parts)
  for (const { plugin, options } of inOrder(planned)) {
    try {
      const stopPlugin = await plugin.start(hostFor(plugin, parts, surfaces), options)
      if (stopPlugin !== undefined) stops.push({ name: plugin.name, stop: checkedStop(plugin, stopPlugin) })
    } catch (error) {
      await stop()
      throw missingPackage(error, `The plugin "${plugin.name}"`) ?? new PluginStartError(plugin.name, error)
    }
  }
  return { surfaces, stop }
}

/** The part of the host that knows which plugin it is for. */
export function hostFor(plugin: Plugin, parts: HostParts, surfaces: Map<string, unknown>): PluginHost {
  const { registry } = parts
  return {
    cache: parts.cache,
    clock: parts.clock,
    logger: parts.logger,
    generation: parts.generation,
    hook: (point, handler) => registry.hook(point, plugin.name, handler),
    on: (signal, listener) => {
      registry.on(signal, plugin.name, listener)
    },
    report: parts.report,
    provide: (surface) => {
      surfaces.set(plugin.name, surface)
    },
  }
}

function checkedStop(plugin: Plugin, stop: unknown): StopPlugin {
  if (typeof stop === 'function') return stop as StopPlugin
  throw new ConfigurationError(
    `plugins.${plugin.name}`,
    `start must return a function or nothing, got ${describe(stop)}.`,
  )
}

/** A plugin that fails to stop is reported; the others are stopped all the same. */
async function stopAll(stops: { name: string; stop: StopPlugin }[], parts: HostParts): Promise<void> {
  for (let last = stops.pop(); last !== undefined; last = stops.pop()) {
    try {
      await last.stop()
    } catch (error) {
      parts.report(error)
    }
  }
}
