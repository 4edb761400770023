import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/*
 * Runs all benches one after the other, or those whose names begin as one of the arguments: `--quick` for short windows,
 * `--results <folder>` for JSON files.
 */

const BENCHES = [
  'get-or-set',
  'get-sync',
  'statistics',
  'eviction',
  'pauses',
  'heap',
  'misses',
  'http-hits',
  'http-misses',
  'http-herd',
]

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean' }, results: { type: 'string' } },
  allowPositionals: true,
})
const wanted = positionals.length === 0 ? [''] : positionals

for (const name of BENCHES.filter((bench) => wanted.some((begin) => bench.startsWith(begin)))) {
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
