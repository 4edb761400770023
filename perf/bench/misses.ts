import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { createCache } from '../../src/index.ts'
import { benchOptions } from './harness.ts'
import { printBar, printColumns } from './report.ts'

/*
 * Bar 5: misses in masses. 10,000 callers of one absent key must cause one load; a million distinct keys through a
 * cache with default options must leave a process with a small heap alive, within its bounds.
 */

const CALLERS = 10_000
const KEYS = 1_000_000
const HEAP_MB = 96
/** Loads under way at once, as on a busy server. */
const CONCURRENCY = 200

interface Flood {
  readonly entries: number
  readonly bytes: number
  readonly maxBytes: number
  readonly evicted: number
  readonly peakRss: number
  readonly heapUsed: number
  readonly cpuPerKey: number
}

if (process.send === undefined) await main()
else await flood()

async function main(): Promise<void> {
  const { json } = benchOptions()
  console.log(`Node ${process.version}`)
  const herd = await thunder()
  const text = `${CALLERS} concurrent misses of one key, one load (${herd.cpu.toFixed(1)} ms of CPU)`
  printBar(text, `${herd.loads} loads, ${herd.answers} answers`, herd.loads === 1 && herd.answers === CALLERS)
  const after = await inSmallProcess()
  if (after === undefined) {
    printBar(`${KEYS} distinct keys, --max-old-space-size=${HEAP_MB}`, 'the process died', false)
  } else {
    printBar(`${KEYS} distinct keys, --max-old-space-size=${HEAP_MB}`, 'alive', after.bytes <= after.maxBytes)
    printColumns([
      ['entries held', String(after.entries)],
      ['evicted', String(after.evicted)],
      ['bytes (estimated by the cache)', megabytes(after.bytes)],
      ['bound of bytes (default)', megabytes(after.maxBytes)],
      ['heap used at the end', megabytes(after.heapUsed)],
      ['peak resident memory', megabytes(after.peakRss)],
      ['CPU per key', `${after.cpuPerKey.toFixed(1)} us`],
    ])
  }
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify({ node: process.version, herd, flood: after }, null, 2)}\n`)
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}

async function thunder(): Promise<{ loads: number; answers: number; cpu: number }> {
  const cache = await createCache()
  let loads = 0
  const load = async () => {
    loads += 1
    await new Promise((resolve) => setTimeout(resolve, 20))
    return 'the one answer'
  }
  const before = process.cpuUsage()
  const answers = await Promise.all(Array.from({ length: CALLERS }, () => cache.getOrSet('hot', load)))
  const { user, system } = process.cpuUsage(before)
  await cache.close()
  const right = answers.filter((answer) => answer === 'the one answer')
  return { loads, answers: right.length, cpu: (user + system) / 1_000 }
}

async function inSmallProcess(): Promise<Flood | undefined> {
  const child = fork(import.meta.filename, [], {
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  })
  const died = once(child, 'exit').then(() => [undefined])
  const [message] = await Promise.race([once(child, 'message'), died])
  child.kill()
  return message as Flood | undefined
}

async function flood(): Promise<void> {
  const cache = await createCache()
  const before = process.cpuUsage()
  let next = 0
  const worker = async () => {
    while (next < KEYS) {
      const id = next++
      await cache.getOrSet(`user:profile:${id}`, async () => ({
        id,
        name: `person number ${id}`,
        active: true,
      }))
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  const { user, system } = process.cpuUsage(before)
  const { entries, bytes, evicted } = cache.stats()
  const result: Flood = {
    entries,
    bytes,
    maxBytes: Math.floor(getHeapStatistics().heap_size_limit / 4),
    evicted,
    peakRss: process.resourceUsage().maxRSS * 1_024,
    heapUsed: process.memoryUsage().heapUsed,
    cpuPerKey: (user + system) / KEYS,
  }
  process.send?.(result)
}
