/**
 * Installs what checks the package (older compilers, "are the types wrong?") into test/package/tools, from the lock
 * file there. They are apart from the project's own dependencies because each TypeScript brings a command `tsc`, and
 * npm would let one of them take the project's. Does nothing when they are installed as locked.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'test', 'package', 'tools')

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(folder, path), 'utf8')).packages
  } catch {
    return undefined
  }
}

/** npm leaves a lock file of what it has installed, which differs from ours by the entry of the root alone. */
function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json')
  const { '': _root, ...locked } = readPackages('package-lock.json')
  return (
    installed !== undefined &&
    Object.keys(installed).length === Object.keys(locked).length &&
    Object.entries(locked).every(([path, { integrity }]) => installed[path]?.integrity === integrity)
  )
}

if (isInstalled()) {
  console.log('the tools of the package tests are installed')
} else {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const cli = process.env.npm_execpath
  const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []]
  const { status, error } = spawnSync(command, [...first, ...args], { cwd: folder, stdio: 'inherit' })
  if (error !== undefined) console.error(error.message)
  process.exitCode = status ?? 1
}
