import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as Package from '../../src/index.ts'
import { bench, type Comparison, type Contender } from './harness.ts'
import type { Batch } from './window.ts'
import { DRAW_MASK, draws, keyList } from './workload.ts'

/*
 * What counting costs a hit. The cache has no switch for its counters, so the contender is a copy of the built package
 * from which the lines that count hits are taken; that neither more nor less was taken shows in its statistics. With
 * 2,000 keys all is in the processor's caches, and a hit is as cheap as it gets; that is where counting weighs most. It is a
 * nanosecond or two, which drowns in a few windows on a shared machine: hence many short ones, in turns.
 */

const BUILT = join(import.meta.dirname, '../..')
const UNCOUNTED = join(BUILT, 'uncounted')
const COUNTS_HITS = /^.*\b(?:counters|shortcut)\.hits \+= \w+;\n/gm
const TURNS = { rounds: 121, window: 100 }
const TTL = 3_600_000
const VALUE = 'an answer that needs no copy'

const load = async () => VALUE

const COUNTED = 'with statistics'
const BARE = 'without'

await bench(prepared(import.meta.filename), [
  comparison('getSync, hit', (cache, cycle) => {
    let at = 0
    return (operations) => {
      for (let i = 0; i < operations; i++) cache.getSync(cycle[at++ & DRAW_MASK] as string)
    }
  }),
  comparison('getOrSet, hit', (cache, cycle) => {
    let at = 0
    return async (operations) => {
      for (let i = 0; i < operations; i++) await cache.getOrSet(cycle[at++ & DRAW_MASK] as string, load)
    }
  }),
])

type Reads = (cache: Package.Cache, cycle: readonly string[]) => Batch

function comparison(title: string, reads: Reads): Comparison {
  return {
    title,
    workloads: ['2000 keys', '50000 keys'],
    contenders: [contender(BARE, UNCOUNTED, 0, reads), contender(COUNTED, BUILT, 1, reads)],
    turns: TURNS,
    bars: [{ of: COUNTED, to: BARE, limit: 1.05 }],
  }
}

function contender(name: string, root: string, counted: number, reads: Reads): Contender {
  return {
    name,
    start: async (workload) => {
      const { createCache } = (await import(join(root, 'src/index.js'))) as typeof Package
      const cache = await createCache({ maxEntries: 100_000, ttl: TTL })
      const keys = keyList(Number.parseInt(workload, 10))
      for (const key of keys) await cache.set(key, VALUE)
      cache.getSync(keys[0] as string)
      const { hits, stored } = cache.stats()
      if (hits !== counted || stored !== keys.length)
        throw new Error(`${name}: ${hits} hits, ${stored} stored.`)
      return reads(cache, draws(keys, 'uniform'))
    },
  }
}

/** The parent makes the copy; its children find it there. */
function prepared(file: string): string {
  if (process.env.BENCH_CHILD !== undefined) return file
  rmSync(UNCOUNTED, { recursive: true, force: true })
  for (const part of ['src', 'plugins']) cpSync(join(BUILT, part), join(UNCOUNTED, part), { recursive: true })
  for (const folder of ['src/application/engine', 'plugins/backends/memory']) {
    for (const name of readdirSync(join(UNCOUNTED, folder)).filter((each) => each.endsWith('.js'))) {
      const path = join(UNCOUNTED, folder, name)
      writeFileSync(path, readFileSync(path, 'utf8').replace(COUNTS_HITS, ''))
    }
  }
  return file
}
