import { createHistogram, type Histogram, merge, record } from './histogram.ts'

/** `hit`: served from the cache. `collapsed`: waited for another request's handler run. `miss`: its own run. */
export type Outcome = 'hit' | 'collapsed' | 'miss'

/** What the client saw of one kind of request. */
export type Tally = {
  requests: number
  hits: number
  collapsed: number
  notModified: number
  /** Handler work, in ms, behind the answers that came without a run of their own. */
  savedMs: number
  readonly hitMs: Histogram
  readonly missMs: Histogram
}

export function createTally(): Tally {
  return {
    requests: 0,
    hits: 0,
    collapsed: 0,
    notModified: 0,
    savedMs: 0,
    hitMs: createHistogram(),
    missMs: createHistogram(),
  }
}

export type Seen = {
  readonly outcome: Outcome
  readonly status: number
  readonly ms: number
  readonly workMs: number
}

export function count(tally: Tally, { outcome, status, ms, workMs }: Seen): void {
  tally.requests++
  if (status === 304) tally.notModified++
  if (outcome === 'hit') tally.hits++
  if (outcome === 'collapsed') tally.collapsed++
  if (outcome !== 'miss') tally.savedMs += workMs
  // Who waited for another's run waited for a run: that is the latency of a miss.
  record(outcome === 'hit' ? tally.hitMs : tally.missMs, ms)
}

export function sum(tallies: readonly Tally[]): Tally {
  const total = (of: (tally: Tally) => number): number =>
    tallies.reduce((sofar, tally) => sofar + of(tally), 0)
  return {
    requests: total((tally) => tally.requests),
    hits: total((tally) => tally.hits),
    collapsed: total((tally) => tally.collapsed),
    notModified: total((tally) => tally.notModified),
    savedMs: total((tally) => tally.savedMs),
    hitMs: merge(tallies.map((tally) => tally.hitMs)),
    missMs: merge(tallies.map((tally) => tally.missMs)),
  }
}

/** Reads `Cache-Status` (RFC 9211 section 2) as far as the demo needs it: one cache, parameters of bare tokens. */
export function outcomeOf(cacheStatus: string | undefined): Outcome {
  const parameters = (cacheStatus ?? '').split(';').map((part) => part.trim())
  if (parameters.includes('collapsed') || parameters.includes('detail=collapsed')) return 'collapsed'
  return parameters.includes('hit') ? 'hit' : 'miss'
}

/** Reads the `dur` of our one `Server-Timing` metric. */
export function workOf(serverTiming: string | undefined): number {
  return Number(/dur=([\d.]+)/.exec(serverTiming ?? '')?.[1] ?? 0)
}
