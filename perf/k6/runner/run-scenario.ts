import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Gazetteer } from '../../../demo/data.ts'
import { frameworkNames, type Ledger, routeNames } from '../../../demo/ledger.ts'
import { startServers } from '../../../demo/servers.ts'
import type { Totals } from '../totals.ts'
import { demoPages } from './demo-pages.ts'
import type { Scenario } from './options.ts'

/**
 * A handler that computes without a break lets nobody in before its answer is stored: no herd could form. So in the
 * stampede the data are this far away.
 */
const stampedeDelayMs = 200

export type Run = {
  readonly k6: string
  readonly scenario: Scenario
  readonly minutes: number
  readonly gazetteer: Gazetteer
  readonly signal: AbortSignal
}

/** Runs one script against new servers with an empty cache; returns what is wrong, in words. */
export async function runScenario(run: Run): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hitherto-k6-'))
  const servers = await startServers(run.gazetteer, {
    port: 0,
    delayMs: run.scenario === 'stampede' ? stampedeDelayMs : 0,
  })
  try {
    const [pages, totals] = [join(folder, 'pages.json'), join(folder, 'totals.json')]
    await writeFile(pages, JSON.stringify(demoPages(run.gazetteer)))
    const [fastify, express] = [servers.ports.fastify, servers.ports.express].map(
      (port) => `http://127.0.0.1:${port}`,
    )
    const code = await runK6(run, {
      FASTIFY: fastify as string,
      EXPRESS: express as string,
      PAGES: pages,
      TOTALS: totals,
      SCENARIO: run.scenario,
      MINUTES: String(run.minutes),
    })
    if (code !== 0) return [`k6 ended with exit code ${code}.`]
    return doubts(JSON.parse(await readFile(totals, 'utf8')), servers.ledger)
  } finally {
    await servers.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function runK6(
  { k6, scenario, signal }: Run,
  variables: Readonly<Record<string, string>>,
): Promise<number | null> {
  const args = [
    'run',
    '--no-usage-report',
    // k6's own control server: nobody uses it here, and its fixed port may be taken.
    '--address=',
    ...(process.stdout.isTTY ? [] : ['--quiet']),
    ...Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    join(import.meta.dirname, '..', 'scenarios', `${scenario}.ts`),
  ]
  const child = spawn(k6, args, { stdio: 'inherit', signal })
  const [code] = await once(child, 'exit')
  return code
}

/**
 * What k6 calls a miss it has read from `Cache-Status`; the handlers counted their runs themselves. On an honest cache
 * both are the same number.
 */
export function doubts(totals: Totals, ledger: Ledger): string[] {
  return frameworkNames.flatMap((framework) => {
    const { requests, misses } = totals[framework]
    const runs = routeNames.reduce((sum, route) => sum + ledger.runs(framework, route), 0)
    if (requests === 0) return [`k6 sent no request to ${framework}.`]
    if (runs === misses.count) return []
    return [`The ${framework} handlers ran ${runs} times, but k6 saw ${misses.count} misses.`]
  })
}
