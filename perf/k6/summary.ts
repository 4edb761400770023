import { type Framework, frameworkNames } from '../../demo/ledger.ts'
import { type Column, formatTable, type Row } from '../../demo/table.ts'
import type { Latency, Total, Totals } from './totals.ts'

/** What k6 hands to `handleSummary`, as far as it is read here. */
export type SummaryData = {
  readonly metrics: { readonly [name: string]: Metric }
}

type Metric = {
  readonly values: { readonly [name: string]: number | undefined }
  readonly thresholds?: { readonly [text: string]: { readonly ok: boolean } }
}

export function totalsOf({ metrics }: SummaryData): Totals {
  const totalOf = (framework: Framework): Total => {
    const values = (metric: string): Metric['values'] =>
      metrics[`${metric}{framework:${framework}}`]?.values ?? {}
    const count = (counter: string): number => values(counter).count ?? 0
    return {
      requests: count('requests'),
      hitRatio: values('hit_ratio').rate ?? 0,
      hits: latencyOf(values('hit_ms')),
      misses: latencyOf(values('miss_ms')),
      errors: count('errors'),
      outdated: count('outdated'),
      purges: count('purges'),
      unsent: count('dropped_iterations'),
    }
  }
  return { fastify: totalOf('fastify'), express: totalOf('express') }
}

/** k6 gives zeros for a trend without samples; a latency nobody had is left out instead. */
function latencyOf(values: Metric['values']): Latency {
  const { count = 0, med, 'p(95)': p95, 'p(99)': p99, max } = values
  if (count === 0 || med === undefined || p95 === undefined || p99 === undefined || max === undefined) {
    return { count }
  }
  return { count, p50: med, p95, p99, max }
}

/** `hit_ratio{framework:express}: rate>=0.5`, for each threshold that was crossed. */
export function crossed({ metrics }: SummaryData): string[] {
  return Object.entries(metrics).flatMap(([name, { thresholds }]) =>
    Object.entries(thresholds ?? {})
      .filter(([, { ok }]) => !ok)
      .map(([text]) => `${name}: ${text}`),
  )
}

const titles: Readonly<Record<Framework, string>> = { fastify: 'Fastify', express: 'Express' }

/** One table for each server, then what was crossed. */
export function describeRun(scenario: string, data: SummaryData): string {
  const totals = totalsOf(data)
  const tables = frameworkNames.map((framework) =>
    tableOf(`${titles[framework]}, ${scenario}`, totals[framework]),
  )
  const faults = crossed(data).map((fault) => `  ${fault}`)
  const verdict = faults.length === 0 ? 'All thresholds hold.' : `Thresholds crossed:\n${faults.join('\n')}`
  return `\n${tables.join('\n\n')}\n\n${verdict}\n`
}

function tableOf(title: string, total: Total): string {
  const columns: readonly Column[] = [
    { head: [title, ''], align: 'left' },
    { head: ['', 'requests'], align: 'right' },
    { head: ['', 'share'], align: 'right' },
    ...['p50', 'p95', 'p99', 'max'].map((name): Column => ({ head: ['ms', name], align: 'right' })),
  ]
  const { requests, hits, misses, errors, hitRatio } = total
  const share = (count: number): string => (requests === 0 ? '-' : percent(count / requests))
  const row = (name: string, { count, ...ms }: Latency): Row => ({
    cells: [name, whole(count), share(count), ...[ms.p50, ms.p95, ms.p99, ms.max].map(milliseconds)],
  })
  const outcomes = [row('hits', hits), row('misses', misses)]
  const table = formatTable(columns, [outcomes, [{ cells: ['in all', whole(requests)] }]], false)
  return `${table}
Hit ratio ${percent(hitRatio)}, errors ${whole(errors)}, changes ${whole(total.purges)}, outdated answers ${whole(total.outdated)}, not sent for want of users ${whole(total.unsent)}.`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2)
}

/** k6 has no `Intl`. */
function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',')
}
