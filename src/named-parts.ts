import { catalogue } from '../plugins/catalogue.ts'
import type { Planned } from './application/index.ts'
import {
  ConfigurationError,
  evictionPolicy,
  missingPackage,
  nearestNames,
  type Plugin,
  type PluginEntry,
  type Strategy,
  type StrategyFactory,
  UnknownNameError,
} from './domain/index.ts'

/** The strategy of a configuration, found by name or given, and tried out once. */
export async function strategyFactory(
  strategy: string | StrategyFactory,
  standard: StrategyFactory,
): Promise<StrategyFactory> {
  const factory = typeof strategy === 'string' ? await namedStrategy(strategy, standard) : strategy
  const probe = probed(factory)
  for (const method of ['grow', 'insert', 'touch', 'renew', 'remove', 'victim'] as const) {
    if (typeof probe?.[method] !== 'function') {
      throw new ConfigurationError('strategy', `what '${factory.name}' creates has no method ${method}().`)
    }
  }
  return factory
}

function probed(factory: StrategyFactory): Partial<Strategy> | undefined {
  try {
    const deadline = () => Number.POSITIVE_INFINITY
    return factory.create({ slots: 16, maxEntries: 8, deadline, fingerprint: () => 0, weight: () => 0 })
  } catch (error) {
    throw new ConfigurationError('strategy', `'${factory.name}' could not be created: ${String(error)}`, {
      cause: error,
    })
  }
}

async function namedStrategy(name: string, standard: StrategyFactory): Promise<StrategyFactory> {
  const known = evictionPolicy(name, Object.keys(catalogue.strategies))
  const load = catalogue.strategies[known]
  return known === standard.name || load === undefined ? standard : loaded(load, `The strategy "${name}"`)
}

/** @throws UnknownNameError */
export function mustBeBackend(name: string): void {
  if (!catalogue.backends.includes(name)) throw unknown('backend', name, catalogue.backends)
}

/** A plugin of a configuration, found by name or given, with its options. */
export async function plan(entry: PluginEntry): Promise<Planned> {
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
