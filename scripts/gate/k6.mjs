import { run } from './processes.mjs'

/** Cold caches make it some 4 minutes of processor time, most of it after the other steps. */
const LIMIT_MS = 1_200_000

/** Finds k6 or compiles it, and sees it run: see perf/k6/runner/install-k6.ts. */
export async function installK6() {
  // Without Go there is nothing to compile: then it need not yield, and who has no k6 either is told at once.
  const go = await run('go', ['version'])
  const args = ['--import', 'tsx', 'perf/k6/runner/main.ts', '--install']
  const install = await run(process.execPath, args, { yielding: go.code === 0, limitMs: LIMIT_MS })
  if (install.code !== 0) return install
  const path = install.output.trimEnd().split('\n').at(-1)
  const { code, output } = await run(path, ['version'])
  return { code, output, note: `${output.trim()}, ${path}` }
}
