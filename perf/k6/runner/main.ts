import { loadGazetteer } from '../../../demo/data.ts'
import { findK6, K6MissingError } from './find-k6.ts'
import { howToGetK6, installK6 } from './install-k6.ts'
import { parseOptions, type RunnerOptions, UsageError, usage } from './options.ts'
import { runScenario } from './run-scenario.ts'

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) console.log(usage)
  else process.exitCode = await run(options)
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : 1
  if (stopping.signal.aborted) console.error('\nStopped.')
  else if (error instanceof UsageError || error instanceof K6MissingError) console.error(error.message)
  else console.error(error)
}

/** Returns the exit code. */
async function run(options: RunnerOptions): Promise<number> {
  const found = findK6(process.env)
  if (options.install) {
    console.log(found ?? (await installK6(process.env)))
    return 0
  }
  if (found === undefined) throw new K6MissingError(howToGetK6)

  const gazetteer = await loadGazetteer()
  let failed = false
  for (const scenario of options.scenarios) {
    const faults = await runScenario({
      k6: found,
      scenario,
      minutes: options.minutes,
      gazetteer,
      signal: stopping.signal,
    })
    for (const fault of faults) console.error(`${scenario}: ${fault}`)
    failed ||= faults.length > 0
  }
  return failed ? 1 : 0
}
