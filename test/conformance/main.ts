import { parseArgs } from 'node:util'
import { BARS, misses } from './bars.ts'
import { runForked } from './fork.ts'
import { ORIGINS, type Origin } from './origins.ts'
import { differenceLines, type Measured, table, verdictLines } from './report.ts'
import { groups, withDependencies } from './suite.ts'
import { count, verdicts } from './verdicts.ts'

// Runs the public suite http-cache-tests against the caches in this repository; exits with 1 if a bar is missed.
//   --control    the applications alone, with no cache in front
//   --verbose    also each required and optimal test that did not pass, with the suite's message
//   --opt-in     also with the options that let errors and Set-Cookie be stored; no bar is held against these
//   --only=a,b   these tests alone, with every request and response printed
const { values } = parseArgs({
  options: {
    control: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    'opt-in': { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const only = values.only?.split(',') ?? []
withDependencies(only) // refuses an unknown id before anything is started

async function measure(origin: Origin, cached: boolean, optIn = false): Promise<Measured> {
  const run = await runForked({ origin, cached, optIn, only })
  const list = verdicts(groups, run)
  return { origin, cached, mounted: run.mounted, verdicts: list, counts: count(list) }
}

async function explain(cached: boolean): Promise<void> {
  const measured: Measured[] = []
  // One after the other, as the suite prints each request and response where it happens.
  for (const origin of ORIGINS) {
    console.log(`==== ${origin}`)
    measured.push(await measure(origin, cached))
  }
  console.log(verdictLines(measured, ({ id }) => only.includes(id)).join('\n'))
}

async function judge(cached: boolean): Promise<void> {
  const control = measure(ORIGINS[0], false)
  const rest = (cached ? ORIGINS : ORIGINS.slice(1)).map((origin) => measure(origin, cached))
  const optIn = (values['opt-in'] ? ORIGINS : []).map((origin) => measure(origin, true, true))
  const measured = await Promise.all([control, ...rest])
  const compared = cached ? measured.slice(1) : measured
  console.log(table(measured))
  if (optIn.length > 0) console.log(`\nwith what is opt-in:\n${table(await Promise.all(optIn))}`)
  if (values.verbose) {
    const shown = compared.filter((variant) => variant.cached)
    console.log(verdictLines(shown, ({ kind, outcome }) => kind !== 'check' && outcome !== 'pass').join('\n'))
  }
  console.log(differenceLines(compared, BARS.differences).join('\n'))
  const missed = misses(measured, compared)
  for (const miss of missed) console.error(`MISSED: ${miss}`)
  process.exitCode = missed.length > 0 ? 1 : 0
}

await (only.length > 0 ? explain(!values.control) : judge(!values.control))
