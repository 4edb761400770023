/**
 * The gate: everything that must hold before a change is merged. `npm test` and .ci/run run it.
 *
 * One line per step with its time; the output of the first step that fails, and then the end. No step is skipped
 * silently: what cannot run, fails. The last line totals the tests of all mocha runs, and reads
 * `N passed, N failed`, followed by `, N skipped` when there are any.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'hitherto-gate-'))
const coverageData = join(root, 'coverage', 'tmp')
const newestNodeFolder = join(root, '.node-latest')
const newestNode = join(newestNodeFolder, 'node_modules', 'node', 'bin', 'node')
const STEP_LIMIT_MS = 480_000
const ALL_TESTS = 'test/{unit,integration,structure}/**/*.test.ts'

const totals = { passed: 0, failed: 0, skipped: 0 }

/** What npm sets for its own children would make a nested npm work in the wrong folder, or hide its errors. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:FORCE_COLOR$|npm_(?:config_(?:loglevel|(?:local_|global_)?prefix)|package_|lifecycle_))/i.test(
        name,
      ),
  ),
)

/** The child of the current step. */
let running
let reports = 0

/** Runs a program in the project; resolves with its exit code and all it printed. */
function run(command, args, { env = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    running = child
    let output = ''
    const collect = (chunk) => {
      output += chunk
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const deadline = setTimeout(() => {
      output += `\nStopped: it ran longer than ${STEP_LIMIT_MS / 1000} s.\n`
      stop(child)
    }, STEP_LIMIT_MS)
    const settle = (code) => {
      clearTimeout(deadline)
      running = undefined
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += `${error.message}\n`
      settle(1)
    })
    child.on('close', (code) => settle(code ?? 1))
  })
}

/** Ends a child with all that it started; it leads its own process group. */
function stop(child) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function npm(args, options) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args], options) : run('npm', args, options)
}

function script(name, ...args) {
  return npm(['run', '--silent', name, ...(args.length > 0 ? ['--', ...args] : [])])
}

/** .mocharc.json as arguments, without the TypeScript loader that newer Nodes do not need. */
function mochaArguments() {
  const { 'node-option': _loader, ...config } = JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8'))
  return Object.entries(config).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  )
}

/** Runs tests and adds them to the totals. A run without a report, or without a test, is a failure. */
async function mocha(node, args, env) {
  reports += 1
  const report = join(scratch, `${reports}.json`)
  const { code, output } = await run(
    node,
    [
      'node_modules/mocha/bin/mocha.js',
      ...args,
      '--reporter',
      'json',
      '--reporter-option',
      `output=${report}`,
    ],
    { env },
  )
  if (!existsSync(report)) return { code: code || 1, output: `${output}\nmocha wrote no report.\n` }
  const { stats, failures, pending } = JSON.parse(readFileSync(report, 'utf8'))
  totals.passed += stats.passes
  totals.failed += stats.failures
  totals.skipped += stats.pending
  const faults = failures.map((test) => `${test.fullTitle}\n${test.err.stack ?? test.err.message}\n`)
  const skipped = pending.map((test) => `\n    skipped: ${test.fullTitle}`).join('')
  return {
    code: stats.tests === 0 ? 1 : code,
    output: `${faults.join('\n')}${output}`,
    note: `${stats.passes} passed, ${stats.failures} failed${skipped}`,
  }
}

/** npm's `node` package holds Node itself: its newest version, without a version manager. */
async function installNewestNode() {
  mkdirSync(newestNodeFolder, { recursive: true })
  writeFileSync(
    join(newestNodeFolder, 'package.json'),
    '{ "private": true, "allowScripts": { "node": true } }\n',
  )
  const install = await npm(
    ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', 'node@latest'],
    {
      cwd: newestNodeFolder,
    },
  )
  if (install.code !== 0)
    return { ...install, output: `node@latest could not be installed.\n${install.output}` }
  const { code, output } = await run(newestNode, ['--version'])
  if (code !== 0) return { code, output: `${install.output}\n${output}` }
  const older = output.slice(1).localeCompare(process.version.slice(1), 'en', { numeric: true }) < 0
  if (older) return { code: 1, output: `node@latest is ${output.trim()}, older than ${process.version}\n` }
  return { code: 0, output, note: output.trim() }
}

async function testOnNewestNode() {
  rmSync(coverageData, { recursive: true, force: true })
  return mocha(newestNode, ['--no-config', ...mochaArguments(), ALL_TESTS], {
    NODE_V8_COVERAGE: coverageData,
  })
}

/** Runs a script whose output is worth seeing when it succeeds, too. */
async function shown(name, ...args) {
  const result = await script(name, ...args)
  return { ...result, note: `\n${result.output.trimEnd()}` }
}

const steps = [
  ['lock file', () => run(process.execPath, ['scripts/complete-lockfile.mjs', '--check'])],
  ['typecheck', () => script('typecheck')],
  ['lint', () => script('lint')],
  [`tests on Node ${process.version}`, () => mocha(process.execPath, [ALL_TESTS])],
  ['install the newest Node', installNewestNode],
  ['tests on the newest Node', testOnNewestNode],
  [
    'coverage',
    async () =>
      withOutput(
        await run(newestNode, [
          '--disable-warning=ExperimentalWarning',
          'scripts/coverage.mjs',
          coverageData,
        ]),
      ),
  ],
  ['build', () => script('build')],
  ['package tools', () => run(process.execPath, ['scripts/package-tools.mjs'])],
  ['public names', async () => withOutput(await run(process.execPath, ['scripts/api-report.mjs']))],
  ['sizes', async () => withOutput(await run(process.execPath, ['scripts/entry-sizes.mjs']))],
  ['publint', () => run(process.execPath, ['node_modules/publint/src/cli.js', 'run', '--strict'])],
  ['packed tarball', () => mocha(process.execPath, ['test/package/*.test.ts'])],
  ['conformance', () => shown('test:conformance')],
  ['demo', () => shown('demo', '--once')],
]

function withOutput(result) {
  return { ...result, note: `\n${result.output.trimEnd()}` }
}

/** Runs one step and prints its line; false when it failed. */
async function pass([name, action]) {
  const start = performance.now()
  const failedBefore = totals.failed
  const { code, output, note } = await action().catch((error) => ({ code: 1, output: `${error.stack}\n` }))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}  ${seconds} s${note && code === 0 ? `  ${note}` : ''}`)
  if (code === 0) return true
  if (totals.failed === failedBefore) totals.failed += 1
  console.log(`\n${output.trimEnd()}\n`)
  return false
}

process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (running !== undefined) stop(running)
    process.exit(1)
  })
}

for (const step of steps) {
  if (!(await pass(step))) {
    process.exitCode = 1
    break
  }
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`)
