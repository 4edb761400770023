import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './processes.mjs'

const scratch = mkdtempSync(join(tmpdir(), 'hitherto-gate-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

/** Far above that of .mocharc.json: with others beside it, on a busy machine, a test that is slow has not failed. */
const TIMEOUT = ['--timeout', '60000']

let reports = 0

/** Runs tests and counts them. A run without a report, or without a test, is a failure. */
export async function mocha(node, args, env) {
  reports += 1
  const report = join(scratch, `${reports}.json`)
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${report}`]
  const { code, output } = await run(
    node,
    ['node_modules/mocha/bin/mocha.js', ...args, ...TIMEOUT, ...reporter],
    { env },
  )
  if (!existsSync(report)) return { code: code || 1, output: `${output}\nmocha wrote no report.\n` }
  const { stats, failures, pending } = JSON.parse(readFileSync(report, 'utf8'))
  const faults = failures.map((test) => `${test.fullTitle}\n${test.err.stack ?? test.err.message}\n`)
  const skipped = pending.map((test) => `\n    skipped: ${test.fullTitle}`).join('')
  return {
    code: stats.tests === 0 ? 1 : code,
    output: `${faults.join('\n')}${output}`,
    note: `${stats.passes} passed, ${stats.failures} failed${skipped}`,
    counts: { passed: stats.passes, failed: stats.failures, skipped: stats.pending },
  }
}

/** .mocharc.json as arguments, without the TypeScript loader that newer Nodes do not need. */
export function withoutLoader() {
  const { 'node-option': _loader, ...config } = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8'))
  const options = Object.entries(config).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  )
  return ['--no-config', ...options]
}
