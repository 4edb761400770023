/**
 * The gate: everything that must hold before a change is merged. `npm test` runs it; .ci/run runs it with `--k6`, which
 * adds a load test with real k6 (perf/README.md) and compiles k6 with Go where there is none.
 *
 * Steps run side by side (gate/schedule.mjs). One line per step with its time, as it ends; the output of the first
 * step that fails, what was stopped or did not start because of it, and then the end. No step is skipped silently: what
 * cannot run, fails. The last line totals the tests of all mocha runs, and reads `N passed, N failed`, followed by
 * `, N skipped` when there are any.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { installK6 } from './gate/k6.mjs'
import { mocha } from './gate/mocha.mjs'
import { installNewestNode, measureCoverage, testOnNewestNode } from './gate/newest-node.mjs'
import { node, script, shown, stopAll } from './gate/processes.mjs'
import { runSteps } from './gate/schedule.mjs'

const ALL_TESTS = 'test/{unit,integration,structure}/**/*.test.ts'

/** Two on one core, too: some wait for the network. More than four would only add to the memory. */
const slots = Math.min(Math.max(availableParallelism(), 2), 4)

// The longest way through is newest Node, its tests, coverage: hence early. The installations come before what walks
// through folders, where files must not come and go. What takes long waits for the quick checks.
const steps = [
  { name: 'lock file', action: () => node('scripts/complete-lockfile.mjs', '--check') },
  { name: 'k6', action: installK6, aside: true },
  { name: 'typecheck', action: () => script('typecheck') },
  { name: 'newest Node', action: installNewestNode },
  { name: 'package tools', action: () => node('scripts/package-tools.mjs') },
  { name: 'lint', action: () => script('lint'), after: ['newest Node', 'package tools'] },
  {
    name: 'tests on the newest Node',
    action: () => testOnNewestNode(ALL_TESTS),
    after: ['newest Node', 'package tools'],
  },
  {
    name: `tests on Node ${process.version}`,
    action: () => mocha(process.execPath, [ALL_TESTS]),
    after: ['package tools'],
  },
  { name: 'coverage', action: () => shown(measureCoverage()), after: ['tests on the newest Node'] },
  { name: 'build', action: () => script('build') },
  {
    name: 'public names',
    action: () => shown(node('scripts/api-report.mjs')),
    after: ['build', 'package tools'],
  },
  { name: 'sizes', action: () => shown(node('scripts/entry-sizes.mjs')), after: ['build'] },
  {
    name: 'publint',
    action: () => node('node_modules/publint/src/cli.js', 'run', '--strict'),
    after: ['build'],
  },
  {
    name: 'packed tarball',
    action: () => mocha(process.execPath, ['test/package/*.test.ts']),
    after: ['build', 'package tools'],
  },
  { name: 'conformance', action: () => shown(script('test:conformance')), after: ['lint'] },
  { name: 'demo', action: () => shown(script('demo', '--once')), after: ['lint'] },
  { name: 'k6 smoke', action: () => shown(script('perf:k6', 'smoke')), after: ['k6', 'lint'] },
]

const { k6 } = parseArgs({ options: { k6: { type: 'boolean', default: false } } }).values
const totals = { passed: 0, failed: 0, skipped: 0 }

function report({ name }, { code, output, note, counts }, seconds) {
  for (const [kind, count] of Object.entries(counts ?? {})) totals[kind] += count
  if (code === 0) {
    console.log(`ok   ${name}  ${seconds.toFixed(1)} s${note ? `  ${note}` : ''}`)
    return
  }
  if (!counts?.failed) totals.failed += 1
  process.exitCode = 1
  console.log(`FAIL ${name}  ${seconds.toFixed(1)} s\n\n${output.trimEnd()}\n`)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopAll()
    process.exit(1)
  })
}

const wanted = steps.filter(({ name }) => k6 || !name.startsWith('k6'))
const unfinished = await runSteps(wanted, { slots, report, stop: stopAll })
if (unfinished.length > 0) console.log(`stopped, or not started: ${unfinished.join(', ')}`)
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`)
