import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { catalogue } from '../../plugins/catalogue.ts'
import { type SimulatedSize, simulate, summarise } from '../../src/application/insight/index.ts'
import {
  HithertoError,
  nearestNames,
  type StrategyFactory,
  UnknownNameError,
} from '../../src/domain/index.ts'
import { parseOptions, UsageError, usage } from './options.ts'
import { readTraceFile } from './read-file.ts'
import { resultTable, summaryTable } from './tables.ts'

/** What all others are measured against; what users run today. */
const BASELINE = 'lru'
/** Ranks by lifetime, of which a trace says nothing. */
const BLIND = 'ttl'

/** Where the output goes. */
export interface Output {
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
}

/** Runs the command; resolves to the exit code. What the user can put right is one line, not a stack. */
export async function simulateCommand(args: readonly string[], output: Output): Promise<number> {
  try {
    await run(args, output)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof HithertoError)) throw error
    output.complain((error as Error).message)
    return 2
  }
}

async function run(args: readonly string[], { print, complain }: Output): Promise<void> {
  const options = parseOptions(args)
  if (options.help) return print(usage)
  const inTraces = Object.keys(catalogue.strategies).filter((name) => name !== BLIND)
  const strategies = await strategiesNamed(options.strategies ?? inTraces)
  const results: { readonly trace: string; readonly sizes: readonly SimulatedSize[] }[] = []
  for (const path of options.traces) {
    const { trace, skipped } = readTraceFile(path, options.format)
    if (skipped > 0) complain(`${path}: ${skipped} lines are no GET or HEAD request of an access log.`)
    const sizes = simulate(trace, { strategies, sizes: options.sizes })
    results.push({ trace: basename(path), sizes })
    print(`${path}: ${trace.keys.length} accesses, ${trace.distinct} distinct keys; hits in percent\n`)
    print(`${resultTable(sizes)}\n`)
  }
  const all = results.flatMap(({ sizes }) => sizes)
  const hasBaseline = strategies.some(({ name }) => name === BASELINE)
  if (all.length > 1 && hasBaseline) print(`${summaryTable(summarise(all, BASELINE), BASELINE)}\n`)
  if (options.json !== undefined) write(options.json, `${JSON.stringify(results, null, 2)}\n`)
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new UsageError(`--json: ${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
  }
}

function strategiesNamed(names: readonly string[]): Promise<StrategyFactory[]> {
  const known = Object.keys(catalogue.strategies)
  return Promise.all(
    names.map((name) => {
      const load = Object.hasOwn(catalogue.strategies, name) ? catalogue.strategies[name] : undefined
      if (load === undefined) throw new UnknownNameError('strategy', name, nearestNames(name, known), known)
      return load()
    }),
  )
}
