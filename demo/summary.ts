import { quantile } from './histogram.ts'
import { type Framework, frameworkNames, type Ledger, type Route, routeNames } from './ledger.ts'
import { type Column, formatTable, type Row } from './table.ts'
import { createTally, sum, type Tally } from './tally.ts'
import type { TrafficResult } from './traffic.ts'

const columns: readonly Column[] = [
  { head: ['', ''], align: 'left' },
  { head: ['', 'requests'], align: 'right' },
  { head: ['', 'hits'], align: 'right' },
  { head: ['hit', 'ratio'], align: 'right' },
  { head: ['hit ms', 'p50'], align: 'right' },
  { head: ['hit ms', 'p99'], align: 'right' },
  { head: ['miss ms', 'p50'], align: 'right' },
  { head: ['miss ms', 'p99'], align: 'right' },
  { head: ['handler', 'runs'], align: 'right' },
  { head: ['runs', 'saved'], align: 'right' },
  { head: ['work ms', 'saved'], align: 'right' },
]

const titles: Readonly<Record<Framework | Route, string>> = {
  fastify: 'Fastify',
  express: 'Express',
  nearest: '/nearest',
  search: '/search',
  report: '/countries',
}

/** What came of the traffic: by server, by route, in all; then in words what the table has no column for. */
export function summarize(
  { tallies, touches, outdated }: TrafficResult,
  ledger: Ledger,
  color: boolean,
): string {
  const row = (title: string, frameworks: readonly Framework[], routes: readonly Route[]): Row => {
    const pairs = frameworks.flatMap((framework) => routes.map((route) => ({ framework, route })))
    const tally = sum(pairs.map(({ framework, route }) => tallies[`${framework} ${route}`] ?? createTally()))
    const runs = pairs.reduce((total, { framework, route }) => total + ledger.runs(framework, route), 0)
    return { cells: cellsOf(title, tally, runs), strong: frameworks.length > 1 && routes.length > 1 }
  }
  const table = formatTable(
    columns,
    [
      frameworkNames.map((framework) => row(titles[framework], [framework], routeNames)),
      routeNames.map((route) => row(titles[route], frameworkNames, [route])),
      [row('in all', frameworkNames, routeNames)],
    ],
    color,
  )
  const all = sum(Object.values(tallies))
  const [reports, computed] = [ledger.runs, ledger.computations].map((counted) =>
    frameworkNames.reduce((total, framework) => total + counted(framework, 'report'), 0),
  ) as [number, number]
  return `${table}

Answers 304 Not Modified: ${whole(all.notModified)}; requests that waited for a run another had begun: ${whole(all.collapsed)}.
The report handlers ran ${whole(reports)} times and computed ${whole(computed)} reports: both servers share the inner getOrSet.
Countries changed and invalidated by tag: ${whole(touches)}; reports served that were older than a change: ${whole(outdated)}.`
}

function cellsOf(title: string, tally: Tally, runs: number): string[] {
  const ratio = tally.requests === 0 ? '-' : `${((100 * tally.hits) / tally.requests).toFixed(1)} %`
  const times = [tally.hitMs, tally.missMs].flatMap((histogram) => [
    quantile(histogram, 0.5),
    quantile(histogram, 0.99),
  ])
  return [
    title,
    whole(tally.requests),
    whole(tally.hits),
    ratio,
    ...times.map((ms) => (ms === undefined ? '-' : ms.toFixed(2))),
    whole(runs),
    whole(Math.max(0, tally.requests - runs)),
    whole(tally.savedMs),
  ]
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
