import type { Engine, HookRegistry } from '../../application/index.ts'
import type {
  Cache,
  CacheConfiguration,
  Clock,
  LocalBackend,
  Logger,
  StrategyFactory,
} from '../../domain/index.ts'

declare const service: unique symbol

/** The name of a service in the container, with its type. */
export type Token<T> = symbol & { readonly [service]?: T }

function token<T>(name: string): Token<T> {
  return Symbol(name) as Token<T>
}

/** Services of one cache: they live as long as it does. */
export const CLOCK: Token<Clock> = token('clock')
export const LOGGER: Token<Logger> = token('logger')
export const REPORT: Token<(error: unknown) => void> = token('report')
export const BACKEND: Token<LocalBackend> = token('backend')
export const ENGINE: Token<Engine> = token('engine')
export const CACHE: Token<Cache> = token('cache')

/** Services of one generation: made anew by each reconfigure. */
export const CONFIGURATION: Token<CacheConfiguration> = token('configuration')
export const STRATEGY: Token<StrategyFactory> = token('strategy')
export const HOOKS: Token<HookRegistry> = token('hooks')
