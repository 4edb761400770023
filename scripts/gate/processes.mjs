import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

/** Longer than any step takes, on a busy machine too: it ends what hangs. */
const LIMIT_MS = 900_000

/** What npm sets for its own children would make a nested npm work in the wrong folder, or hide its errors. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:FORCE_COLOR$|npm_(?:config_(?:loglevel|(?:local_|global_)?prefix)|package_|lifecycle_))/i.test(
        name,
      ),
  ),
)

/** All children that have not ended. */
const running = new Set()

/**
 * Runs a program in the project; resolves with its exit code and all it printed. With `yielding` others come first
 * where processors are short.
 */
export function run(command, args, { env = {}, cwd = root, limitMs = LIMIT_MS, yielding = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    running.add(child)
    if (yielding) stepBack(child)
    let output = ''
    const collect = (chunk) => {
      output += chunk
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const deadline = setTimeout(() => {
      output += `\nStopped: it ran longer than ${limitMs / 1000} s.\n`
      stop(child)
    }, limitMs)
    const settle = (code) => {
      clearTimeout(deadline)
      running.delete(child)
      resolve({ code, output })
    }
    child.on('error', (error) => {
      output += `${error.message}\n`
      settle(1)
    })
    child.on('close', (code) => settle(code ?? 1))
  })
}

/** Ends all children with all that they started. */
export function stopAll() {
  for (const child of running) stop(child)
}

/** Each child leads a process group of its own. */
function stop(child) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

/**
 * Linux with `sched_autogroup_enabled` shares the processors among sessions first, and each child here leads one: there
 * the priority of the process alone would change nothing. Not the lowest priority: on a busy machine that is next to no
 * time, and what the child waits for (a network, say) would not go on either.
 */
function stepBack({ pid }) {
  const priority = constants.priority.PRIORITY_BELOW_NORMAL
  for (const lower of [
    () => setPriority(pid, Math.max(priority, getPriority(pid))),
    () => writeFileSync(`/proc/${pid}/autogroup`, String(priority)),
  ]) {
    try {
      lower()
    } catch {
      // A system without it lets the child compete with all others: only slower.
    }
  }
}

/** Runs one of the project's scripts in Node, without a loader. */
export function node(path, ...args) {
  return run(process.execPath, [path, ...args])
}

export function npm(args, options) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args], options) : run('npm', args, options)
}

export function script(name, ...args) {
  return npm(['run', '--silent', name, ...(args.length > 0 ? ['--', ...args] : [])])
}

/** For a step whose output is worth seeing when it succeeds, too. */
export async function shown(running) {
  const result = await running
  return { ...result, note: `\n${result.output.trimEnd()}` }
}
