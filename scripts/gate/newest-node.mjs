import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mocha, withoutLoader } from './mocha.mjs'
import { npm, root, run } from './processes.mjs'

const folder = join(root, '.node-latest')
const newestNode = join(folder, 'node_modules', 'node', 'bin', 'node')
const coverageData = join(root, 'coverage', 'tmp')

/** npm's `node` package holds Node itself: its newest version, without a version manager. */
export async function installNewestNode() {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }\n')
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund']
  const install = await npm(['install', ...flags, 'node@latest'], { cwd: folder })
  if (install.code !== 0)
    return { ...install, output: `node@latest could not be installed.\n${install.output}` }
  const { code, output } = await run(newestNode, ['--version'])
  if (code !== 0) return { code, output: `${install.output}\n${output}` }
  const older = output.slice(1).localeCompare(process.version.slice(1), 'en', { numeric: true }) < 0
  if (older) return { code: 1, output: `node@latest is ${output.trim()}, older than ${process.version}\n` }
  return { code: 0, output, note: output.trim() }
}

/** The coverage is written here: see scripts/coverage.mjs. */
export function testOnNewestNode(tests) {
  rmSync(coverageData, { recursive: true, force: true })
  return mocha(newestNode, [...withoutLoader(), tests], { NODE_V8_COVERAGE: coverageData })
}

export function measureCoverage() {
  return run(newestNode, ['--disable-warning=ExperimentalWarning', 'scripts/coverage.mjs', coverageData])
}
