import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/* Runs all benches one after the other: `--quick` for short windows, `--results <folder>` for JSON files. */

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, results: { type: 'string' } } })

for (const name of ['get-or-set', 'get-sync', 'eviction', 'pauses', 'heap', 'misses']) {
  const args = [join(import.meta.dirname, `${name}.js`)]
  if (values.quick === true) args.push('--quick')
  if (values.results !== undefined) {
    mkdirSync(values.results, { recursive: true })
    args.push('--json', join(values.results, `${name}-${process.version}.json`))
  }
  console.log(`\n== ${name}`)
  const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')
  if (code !== 0) process.exitCode = 1
}
