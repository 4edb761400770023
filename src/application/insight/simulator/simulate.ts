import { CallOptionError, type StrategyFactory } from '../../../domain/index.ts'
import { optimalHits } from './optimum.ts'
import { type ReplayOptions, replay } from './replay.ts'
import type { Trace } from './trace.ts'

/** A number of entries, or a part of the trace's distinct keys, such as `'5%'`. */
export type CacheSize = number | string

/** What to simulate. */
export interface SimulationOptions extends ReplayOptions {
  readonly strategies: readonly StrategyFactory[]
  readonly sizes: readonly CacheSize[]
}

/** What happened at one size. Ratios are from 0 to 1. */
export interface SimulatedSize {
  readonly size: CacheSize
  readonly capacity: number
  /** Belady's optimum: no strategy can have more. */
  readonly optimum: number
  /** By the name of the strategy. */
  readonly hitRatios: Readonly<Record<string, number>>
}

/**
 * The hit ratio of strategies on a trace, at some sizes, beside the best that is possible. The strategies are the ones
 * a cache runs, not copies of them. Entries weigh the same and do not expire.
 *
 * Throws `HITHERTO_OPTION_INVALID` for a size that is none.
 *
 * @example
 * simulate(traceOf(keys), { strategies: [lru, sieve], sizes: [1_000, '5%'] })
 * // [{ size: 1000, capacity: 1000, optimum: 0.63, hitRatios: { lru: 0.5, sieve: 0.53 } }, ...]
 */
export function simulate(trace: Trace, options: SimulationOptions): readonly SimulatedSize[] {
  const capacities = options.sizes.map((size) => capacityOf(size, trace.distinct))
  const accesses = Math.max(1, trace.keys.length)
  return capacities.map((capacity, i) => ({
    size: options.sizes[i] as CacheSize,
    capacity,
    optimum: optimalHits(trace, capacity) / accesses,
    hitRatios: Object.fromEntries(
      options.strategies.map((strategy) => [
        strategy.name,
        replay(trace, strategy, capacity, options) / accesses,
      ]),
    ),
  }))
}

/** How many entries a size stands for, at least 1. */
export function capacityOf(size: CacheSize, distinct: number): number {
  const part = typeof size === 'string' ? /^(\d+(?:\.\d+)?)(%?)$/.exec(size.trim()) : null
  const number = part === null ? Number(typeof size === 'number' ? size : Number.NaN) : Number(part[1])
  const capacity = part?.[2] === '%' ? Math.max(1, Math.round((number / 100) * distinct)) : number
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new CallOptionError(
      'sizes',
      `${JSON.stringify(size)} is no size. Use a number of entries, or '5%'.`,
    )
  }
  return capacity
}
