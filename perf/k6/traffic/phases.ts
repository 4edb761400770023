import type { Options, Scenario } from 'k6/options'
import { type Framework, frameworkNames } from '../../../demo/ledger.ts'

type Executor<S> = S extends Scenario ? Omit<S, 'startTime' | 'env' | 'tags'> : never

/** The scenarios of k6 that make up the load on one server; server and start are not theirs to say. */
export type Load = { readonly [name: string]: Executor<Scenario> }

/** What must hold for each server. Latencies are generous: they are there to find a stall, not to win a race. */
export type Bars = {
  readonly requests: number
  readonly hitRatio: number
  readonly hitP95Ms: number
  readonly missP95Ms: number
  /** Handler runs at most. */
  readonly misses?: number
  /** Changes at least. */
  readonly purges?: number
}

/** One server after the other, so that neither waits for the other's misses: they share one event loop. */
const pauseSeconds = 2

/** The options of a script that puts `load` on each server for `seconds`. */
export function phases(load: Load, seconds: number, bars: Bars): Options {
  const scenarios: Record<string, Scenario> = {}
  for (const [n, framework] of frameworkNames.entries()) {
    for (const [name, scenario] of Object.entries(load)) {
      scenarios[`${framework}_${name}`] = {
        gracefulStop: '10s',
        ...scenario,
        startTime: `${n * (seconds + pauseSeconds)}s`,
        env: { FRAMEWORK: framework },
        tags: { framework },
      } as Scenario
    }
  }
  return {
    scenarios,
    thresholds: Object.assign({}, ...frameworkNames.map((framework) => thresholds(framework, bars))),
    summaryTrendStats: ['count', 'med', 'p(95)', 'p(99)', 'max'],
  }
}

/** k6 keeps figures by tag only where a threshold asks for them, so what the summary shows stands here too. */
function thresholds(framework: Framework, bars: Bars): Record<string, string[]> {
  const named = (metric: string): string => `${metric}{framework:${framework}}`
  return {
    [named('errors')]: ['count==0'],
    [named('outdated')]: ['count==0'],
    [named('requests')]: [`count>=${bars.requests}`],
    [named('purges')]: [`count>=${bars.purges ?? 0}`],
    [named('misses')]: [bars.misses === undefined ? 'count>=0' : `count<=${bars.misses}`],
    [named('dropped_iterations')]: ['count>=0'],
    [named('hit_ratio')]: [`rate>=${bars.hitRatio}`],
    [named('hit_ms')]: [`p(95)<${bars.hitP95Ms}`],
    [named('miss_ms')]: [`p(95)<${bars.missP95Ms}`],
  }
}
