import type { SimulatedSize } from './simulate.ts'

/** How a strategy did over several traces and sizes. */
export interface StrategySummary {
  readonly strategy: string
  readonly meanHitRatio: number
  /** The mean of hit ratio over optimum, where the optimum is above 0. */
  readonly meanOfOptimum: number
  /** The mean of misses over those of the baseline, where it has any. */
  readonly missesOfBaseline: number
  /** The least of hit ratio minus the baseline's: how deep the deepest fall is. */
  readonly worstAgainstBaseline: number
}

/**
 * One line for each strategy that is in all of the results, in their order.
 *
 * @param baseline the strategy that the others are measured against; its differences are 0
 */
export function summarise(results: readonly SimulatedSize[], baseline: string): readonly StrategySummary[] {
  const names = Object.keys(results[0]?.hitRatios ?? {}).filter((name) =>
    results.every(({ hitRatios }) => name in hitRatios),
  )
  return names.map((strategy) => {
    const hits = ({ hitRatios }: SimulatedSize) => hitRatios[strategy] as number
    const base = ({ hitRatios }: SimulatedSize) => hitRatios[baseline] ?? Number.NaN
    return {
      strategy,
      meanHitRatio: mean(results.map(hits)),
      meanOfOptimum: mean(results.filter(({ optimum }) => optimum > 0).map((r) => hits(r) / r.optimum)),
      missesOfBaseline: mean(results.filter((r) => base(r) < 1).map((r) => (1 - hits(r)) / (1 - base(r)))),
      worstAgainstBaseline: Math.min(...results.map((r) => hits(r) - base(r))),
    }
  })
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? Number.NaN : numbers.reduce((sum, n) => sum + n, 0) / numbers.length
}
