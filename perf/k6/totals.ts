import type { Framework } from '../../demo/ledger.ts'

/** Latencies of one kind of answer, in milliseconds; no percentiles without answers. */
export type Latency = {
  readonly count: number
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
  readonly max?: number
}

/** What came of a run on one server. */
export type Total = {
  readonly requests: number
  readonly hitRatio: number
  readonly hits: Latency
  readonly misses: Latency
  readonly errors: number
  readonly outdated: number
  readonly purges: number
  /** What an open model had no user for. */
  readonly unsent: number
}

export type Totals = Readonly<Record<Framework, Total>>
