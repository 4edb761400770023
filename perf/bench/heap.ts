import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { LRUCache } from 'lru-cache'
import { createCache } from '../../src/index.ts'
import { benchOptions } from './harness.ts'
import { printBar, printColumns } from './report.ts'
import { keyList } from './workload.ts'

/*
 * Bar 2, second part: heap per entry beyond key and value. One process per store with `--expose-gc`, a million
 * entries. Keys and values exist before the first reading and are held by the bench, so the difference is what the
 * store adds. Two traps: a key made by concatenation is flattened when it is hashed, which frees memory in the middle
 * of the measurement (the keys here are flat), and values under `clone: 'auto'` are copied when stored unless they
 * are frozen (the values here are).
 */

const ENTRIES = 1_000_000
const TTL = 3_600_000

const BARS: Readonly<Record<string, number>> = {
  'hitherto w-tinylfu (default), ttl and size': 75,
  'hitherto lru, ttl and size': 75,
  'hitherto lru, no ttl': 65,
}

type Value = Readonly<{ id: number; name: string }>
type Fill = (keys: readonly string[], values: readonly Value[]) => Promise<{ size(): number }>

const SUBJECTS: Readonly<Record<string, Fill>> = {
  'bare Map': async (keys, values) => {
    const map = new Map(keys.map((key, i) => [key, values[i]]))
    return { size: () => map.size }
  },
  'hitherto w-tinylfu (default), ttl and size': (keys, values) =>
    hitherto(keys, () => ({ ttl: TTL }), values, 'w-tinylfu'),
  'hitherto lru, ttl and size': (keys, values) => hitherto(keys, () => ({ ttl: TTL }), values),
  'hitherto lru, no ttl': (keys, values) => hitherto(keys, () => ({ ttl: Number.POSITIVE_INFINITY }), values),
  'hitherto lru, ttl, size, stale window': (keys, values) =>
    hitherto(keys, () => ({ ttl: TTL, staleWhileRevalidate: TTL }), values),
  'hitherto lru, ttl, size, 2 shared tags': (keys, values) =>
    hitherto(keys, (i) => ({ ttl: TTL, tags: ['users', `team:${i % 1_000}`] }), values),
  'hitherto lru, ttl, size, 2 private tags': (keys, values) =>
    hitherto(keys, (i) => ({ ttl: TTL, tags: [`user:${i}`, `team:${i}`] }), values),
  'lru-cache, ttl': (keys, values) => lru(keys, values, { ttl: TTL }),
  'lru-cache, ttl and maxSize': (keys, values) =>
    lru(keys, values, { ttl: TTL, maxSize: 2 ** 40, sizeCalculation: () => 100 }),
}

if (process.send === undefined) await compare()
else await measure(process.argv[2] as string)

async function compare(): Promise<void> {
  const { json } = benchOptions()
  const figures: Record<string, Reading> = {}
  for (const name of Object.keys(SUBJECTS)) figures[name] = await inOwnProcess(name)
  console.log(`Node ${process.version}, heap beyond key and value, ${ENTRIES} entries, bytes per entry`)
  printColumns([
    ['', 'total', 'of it in typed arrays'],
    ...Object.entries(figures).map(([name, { total, arrays }]) => [
      name,
      total.toFixed(1),
      arrays.toFixed(1),
    ]),
  ])
  for (const [name, limit] of Object.entries(BARS)) {
    const { total } = figures[name] as Reading
    printBar(`${name} at most ${limit} B per entry`, total.toFixed(1), total <= limit)
  }
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ node: process.version, figures }, null, 2)}\n`)
}

interface Reading {
  readonly total: number
  readonly arrays: number
}

async function inOwnProcess(name: string): Promise<Reading> {
  const child = fork(import.meta.filename, [name], {
    execArgv: ['--expose-gc', '--max-old-space-size=4096'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [reading] = await once(child, 'message')
  child.kill()
  return reading as Reading
}

async function measure(name: string): Promise<void> {
  const keys = keyList(ENTRIES)
  const values = keys.map((key, id): Value => Object.freeze({ id, name: key }))
  const before = used()
  const store = await (SUBJECTS[name] as Fill)(keys, values)
  const after = used()
  if (store.size() !== ENTRIES) throw new Error(`${name} holds ${store.size()} of ${ENTRIES} entries.`)
  process.send?.({ total: after.total - before.total, arrays: after.arrays - before.arrays })
}

function used(): Reading {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { total: (heapUsed + arrayBuffers) / ENTRIES, arrays: arrayBuffers / ENTRIES }
}

async function hitherto(
  keys: readonly string[],
  options: (i: number) => { ttl: number; tags?: string[]; staleWhileRevalidate?: number },
  values: readonly Value[],
  strategy = 'lru',
): ReturnType<Fill> {
  const cache = await createCache({
    maxEntries: ENTRIES,
    maxBytes: 2 ** 40,
    maxTags: 3 * ENTRIES,
    strategy,
  })
  for (const [i, key] of keys.entries()) await cache.set(key, values[i], options(i))
  // The byte of an entry that hits need comes with the first of them.
  for (const key of keys) cache.getSync(key)
  return { size: () => cache.stats().entries }
}

async function lru(
  keys: readonly string[],
  values: readonly Value[],
  options: Omit<LRUCache.Options<string, Value, unknown>, 'max'>,
): ReturnType<Fill> {
  const cache = new LRUCache<string, Value>({ ...options, max: ENTRIES } as LRUCache.Options<
    string,
    Value,
    unknown
  >)
  for (const [i, key] of keys.entries()) cache.set(key, values[i] as Value)
  return { size: () => cache.size }
}
