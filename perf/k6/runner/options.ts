import { parseArgs } from 'node:util'

export type Scenario = 'smoke' | 'ramp' | 'spike' | 'stampede' | 'purge-storm' | 'soak'

/** Shortest first; the soak is the only one that takes long. */
export const scenarioNames: readonly Scenario[] = [
  'smoke',
  'stampede',
  'purge-storm',
  'spike',
  'ramp',
  'soak',
]

export type RunnerOptions = {
  readonly scenarios: readonly Scenario[]
  /** Only see to it that k6 is there. */
  readonly install: boolean
  /** How long the soak loads each server. */
  readonly minutes: number
  readonly help: boolean
}

/** The command line makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Usage: npm run perf:k6 -- [scenario...] [options]

  Starts the demo's servers for each scenario and puts load on them with k6 (default: smoke).

  smoke           25 s: a little of everything
  stampede        1 min: all users ask for one cold page at once
  purge-storm     45 s: many changes while others read
  spike           1.5 min: twenty times the requests within a second
  ramp            2 min: from nobody to 100 users and back
  soak            20 min: everyday traffic for long
  --minutes N     the soak's minutes on each server (default 10)
  --install       run nothing; install k6 into .k6/ with Go unless it is found
  --help          show this

  K6=path         the k6 to run, before one on the PATH, in .k6/ and where Go installs`

/** Throws `UsageError`. */
export function parseOptions(args: readonly string[]): RunnerOptions {
  const { values, positionals } = readFlags(args)
  const minutes = Number(values.minutes ?? 10)
  if (!(minutes > 0 && minutes <= 10_000)) {
    throw new UsageError(`--minutes must be a number above 0, not "${values.minutes}"`)
  }
  return {
    scenarios: positionals.length === 0 ? ['smoke'] : positionals.map(scenarioOf),
    install: values.install ?? false,
    minutes,
    help: values.help ?? false,
  }
}

function readFlags(args: readonly string[]) {
  const options = {
    install: { type: 'boolean' },
    minutes: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}.\n\n${usage}`)
  }
}

function scenarioOf(text: string): Scenario {
  const name = scenarioNames.find((known) => known === text)
  if (name === undefined) throw new UsageError(`No scenario "${text}": ${scenarioNames.join(', ')}.`)
  return name
}
