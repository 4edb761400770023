import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { LRUCache } from 'lru-cache'
import { createCache } from '../../src/index.ts'
import { printBar, printColumns } from './report.ts'
import { keyList } from './workload.ts'

/*
 * The longest single `set` while a cache grows to a million entries, and while it then evicts another million. What is
 * read is elapsed time, so whatever else runs on the machine shows: each store makes five passes, each in a process of
 * its own and in turns, and the pass with the shortest longest call is printed. V8 collects garbage within whichever call
 * needs memory; how much of a call that was is printed beside it.
 */

const ENTRIES = 1_000_000
const PASSES = 5
const VALUE = 'an answer that needs no copy.'
const TTL = 3_600_000

const SUBJECTS: Readonly<Record<string, () => Promise<(key: string) => void>>> = {
  'hitherto, default strategy': async () => {
    const cache = await createCache({ maxEntries: ENTRIES, maxBytes: '3gb', ttl: TTL })
    return (key) => void cache.set(key, VALUE)
  },
  'lru-cache, ttl': async () => {
    const cache = new LRUCache<string, string>({ max: ENTRIES, ttl: TTL })
    return (key) => void cache.set(key, VALUE)
  },
}

/** A call that took long, milliseconds; `collecting` is the part of it in which V8 collected garbage. */
interface Slow {
  readonly took: number
  readonly collecting: number
}

const subject = process.argv[2]
if (subject === undefined) await compare()
else process.send?.(await longest(await (SUBJECTS[subject] as () => Promise<(key: string) => void>)()))

async function compare(): Promise<void> {
  const best = new Map<string, Slow[]>()
  for (let pass = 0; pass < PASSES; pass++) {
    for (const name of Object.keys(SUBJECTS)) {
      const child = fork(import.meta.filename, [name])
      const [slow] = (await once(child, 'message')) as [Slow[]]
      child.kill()
      const before = best.get(name)
      if (before === undefined || (slow[0]?.took ?? 0) < (before[0]?.took ?? 0)) best.set(name, slow)
    }
  }
  console.log(
    `Node ${process.version}, the longest sets of ${2 * ENTRIES}, milliseconds (of these, V8 collecting), best of ${PASSES} passes`,
  )
  printColumns([
    ['', 'longest', 'second', 'third', 'over 2 ms', 'longest without collecting'],
    ...[...best].map(([name, slow]) => [
      name,
      ...[0, 1, 2].map((at) => shown(slow[at])),
      String(slow.length),
      Math.max(0, ...slow.map(({ took, collecting }) => took - collecting)).toFixed(1),
    ]),
  ])
  const most = best.get('hitherto, default strategy')?.[0]?.took ?? 0
  printBar('no single set longer than 20 ms', most.toFixed(1), most <= 20)
}

function shown(slow: Slow | undefined): string {
  return slow === undefined ? '-' : `${slow.took.toFixed(1)} (${slow.collecting.toFixed(1)})`
}

/** The calls that took more than 2 ms, longest first. */
async function longest(set: (key: string) => void): Promise<Slow[]> {
  const collections: PerformanceEntry[] = []
  const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  const calls: (readonly [start: number, end: number])[] = []
  for (const key of keyList(2 * ENTRIES)) {
    const start = performance.now()
    set(key)
    const end = performance.now()
    if (end - start > 2) calls.push([start, end])
  }
  // Observers are told in turns of the event loop of their own.
  await new Promise((resolve) => setTimeout(resolve, 100))
  const slow = calls.map(([start, end]) => {
    const within = collections.filter(({ startTime }) => startTime >= start && startTime < end)
    return { took: end - start, collecting: within.reduce((sum, { duration }) => sum + duration, 0) }
  })
  return slow.sort((a, b) => b.took - a.took)
}
