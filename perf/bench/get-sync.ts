import { SieveCache } from '@neophi/sieve-cache'
import { LRUCache } from 'lru-cache'
import QuickLRU from 'quick-lru'
import { type Cache, createCache } from '../../src/index.ts'
import { bench, type Comparison, type Contender } from './harness.ts'
import type { Batch } from './window.ts'
import { type Distribution, DRAW_MASK, draws, keyList } from './workload.ts'

/*
 * Bar 2: the synchronous read. All stores hold 50,000 of at most 100,000 entries, and each read is a hit. Ours runs
 * with a ttl and its counters, as it always does; lru-cache with the ttl that makes it comparable.
 */

const CAPACITY = 100_000
const RESIDENT = 50_000
const TTL = 3_600_000
/** Of odd length, so that steps of it reach all draws. */
const VALUE = 'an answer that needs no copy.'

interface Store {
  get(key: string): unknown
  set(key: string, value: string): unknown
}

const OURS = 'hitherto getSync, ttl'
const MAP = 'bare Map'
const LRU_TTL = 'lru-cache, ttl'

const reads: Comparison = {
  title: 'getSync, hit',
  workloads: ['uniform', 'zipf'],
  contenders: [
    reading(MAP, () => new Map<string, string>()),
    hitherto(OURS, TTL),
    hitherto('hitherto getSync, no ttl', Number.POSITIVE_INFINITY),
    reading('lru-cache', () => new LRUCache<string, string>({ max: CAPACITY })),
    reading(LRU_TTL, () => new LRUCache<string, string>({ max: CAPACITY, ttl: TTL, updateAgeOnGet: false })),
    reading(
      'lru-cache, ttl, updateAgeOnGet',
      () => new LRUCache<string, string>({ max: CAPACITY, ttl: TTL, updateAgeOnGet: true }),
    ),
    reading('lru-cache, ttl and maxSize', boundedBySize),
    reading('quick-lru, maxAge', () => new QuickLRU<string, string>({ maxSize: CAPACITY, maxAge: TTL })),
    reading('sieve-cache (no ttl)', () => new SieveCache<string, string>(CAPACITY)),
  ],
  bars: [
    { of: OURS, to: MAP, limit: 2 },
    { of: OURS, to: LRU_TTL, limit: 0.8 },
  ],
}

/*
 * In the loop above no read needs the one before, so the processor works on several at once: about as many as fit into
 * its window of a few hundred instructions, and many more of a bare Map's than of a cache's. In a program there is
 * other work between two reads. Here the next key depends on the value read, and what shows is the time of one read.
 */
const chained: Comparison = {
  title: 'getSync, hit, each read needs the one before',
  workloads: ['uniform', 'zipf'],
  contenders: [
    reading(MAP, () => new Map<string, string>(), inChain),
    hitherto(OURS, TTL, inChain),
    reading(LRU_TTL, () => new LRUCache<string, string>({ max: CAPACITY, ttl: TTL }), inChain),
    reading('sieve-cache (no ttl)', () => new SieveCache<string, string>(CAPACITY), inChain),
  ],
}

const writes: Comparison = {
  title: 'set, each evicts one',
  workloads: ['400,000 keys in turn'],
  contenders: [
    writing('lru-cache, ttl and maxSize', boundedBySize),
    writing('lru-cache, ttl', () => new LRUCache<string, string>({ max: CAPACITY, ttl: TTL })),
    writing('quick-lru, maxAge', () => new QuickLRU<string, string>({ maxSize: CAPACITY, maxAge: TTL })),
    writing('sieve-cache (no ttl)', () => new SieveCache<string, string>(CAPACITY)),
    { name: 'hitherto, awaited set', start: writingOurs },
  ],
}

await bench(import.meta.filename, [reads, chained, writes])

function boundedBySize(): LRUCache<string, string> {
  return new LRUCache({
    max: CAPACITY,
    ttl: TTL,
    maxSize: 2 ** 30,
    sizeCalculation: (value, key) => value.length + key.length,
  })
}

type Loop = (read: (key: string) => unknown, cycle: readonly string[]) => Batch

function reading(name: string, create: () => Store, loop: Loop = oneByOne): Contender {
  return {
    name,
    start: (workload) => {
      const store = create()
      const keys = keyList(RESIDENT)
      for (const key of keys) store.set(key, VALUE)
      return loop((key) => store.get(key), draws(keys, workload as Distribution))
    },
  }
}

function hitherto(name: string, ttl: number, loop: Loop = oneByOne): Contender {
  return {
    name,
    start: async (workload) => {
      const cache = await createCache({ maxEntries: CAPACITY })
      const keys = keyList(RESIDENT)
      for (const key of keys) await cache.set(key, VALUE, { ttl })
      return loop((key) => cache.getSync(key), draws(keys, workload as Distribution))
    },
  }
}

/** `read` is a closure of its own in each process, so that it is compiled into the loop. */
function oneByOne(read: (key: string) => unknown, cycle: readonly string[]): Batch {
  let at = 0
  return (operations) => {
    let missed = 0
    for (let i = 0; i < operations; i++) {
      if (read(cycle[at++ & DRAW_MASK] as string) === undefined) missed += 1
    }
    if (missed > 0) throw new Error(`${missed} reads missed: this bench measures hits.`)
  }
}

/** The length of the value, the same for all, is the step to the next key: a dependency that cannot be predicted. */
function inChain(read: (key: string) => unknown, cycle: readonly string[]): Batch {
  let at = 0
  return (operations) => {
    for (let i = 0; i < operations; i++) at += (read(cycle[at & DRAW_MASK] as string) as string).length
  }
}

function writing(name: string, create: () => Store): Contender {
  return {
    name,
    start: () => {
      const store = create()
      const keys = keyList(4 * CAPACITY)
      let at = 0
      return (operations) => {
        for (let i = 0; i < operations; i++) {
          store.set(keys[at] as string, VALUE)
          at = at + 1 < keys.length ? at + 1 : 0
        }
      }
    },
  }
}

async function writingOurs(): Promise<Batch> {
  const cache: Cache = await createCache({ maxEntries: CAPACITY, ttl: TTL })
  const keys = keyList(4 * CAPACITY)
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) {
      await cache.set(keys[at] as string, VALUE)
      at = at + 1 < keys.length ? at + 1 : 0
    }
  }
}
