import { SieveCache } from '@neophi/sieve-cache'
import { LRUCache } from 'lru-cache'
import QuickLRU from 'quick-lru'
import { type Cache, createCache } from '../../src/index.ts'
import { bench, type Comparison, type Contender } from './harness.ts'
import type { Batch } from './window.ts'
import { type Distribution, drawsOf, keyList } from './workload.ts'

/*
 * Stores that are full. Keys are drawn from ten times as many as there is room for, so nearly each `set` evicts an
 * entry under a uniform distribution, and about every fourth under Zipf. Ours runs with a ttl, sizes and its counters,
 * as it always does; its `set` returns a promise, which is awaited or not.
 */

const TTL = 3_600_000
const VALUE = 'an answer that needs no copy.'
/** Long enough that a cycle of draws is not a loop that some strategy could learn. */
const DRAWS = 2 ** 21

interface Store {
  get(key: string): unknown
  set(key: string, value: string): unknown
}

type Loop = (store: Store, cycle: readonly string[]) => Batch

const LRU_TTL = 'lru-cache, ttl'

/** Of the default strategy, and of the two whose hits and sets cost least. */
type Limits = readonly [byDefault: number, least?: number]

function comparison(title: string, capacity: number, loop: Loop, [byDefault, least]: Limits): Comparison {
  const entries = (name: string, create: () => Store): Contender => ({
    name,
    start: (workload) => loop(create(), cycle(capacity, workload)),
  })
  const ours = (strategy: string, wait: boolean): Contender => ({
    name: `hitherto ${strategy}${wait ? ', awaited' : ''}`,
    start: async (workload) => {
      const cache = await createCache({ maxEntries: capacity, strategy, ttl: TTL, maxBytes: '3gb' })
      const draws = cycle(capacity, workload)
      return wait
        ? awaiting(cache, draws)
        : loop({ get: (key) => cache.getSync(key), set: (key, value) => cache.set(key, value) }, draws)
    },
  })
  return {
    title: `${title}, ${capacity.toLocaleString('en')} entries`,
    workloads: ['uniform', 'zipf'],
    contenders: [
      entries(LRU_TTL, () => new LRUCache<string, string>({ max: capacity, ttl: TTL })),
      entries('quick-lru, maxAge', () => new QuickLRU<string, string>({ maxSize: capacity, maxAge: TTL })),
      entries('sieve-cache (no ttl)', () => new SieveCache<string, string>(capacity)),
      ...['w-tinylfu', 'lru', 'sieve', 's3-fifo'].map((strategy) => ours(strategy, false)),
      ...(loop === writing ? [ours('w-tinylfu', true)] : []),
    ],
    bars: [
      { of: 'hitherto w-tinylfu', to: LRU_TTL, limit: byDefault },
      ...(least === undefined
        ? []
        : ['sieve', 's3-fifo'].map((name) => ({ of: `hitherto ${name}`, to: LRU_TTL, limit: least }))),
    ],
  }
}

await bench(import.meta.filename, [
  comparison('set', 100_000, writing, [1, 0.8]),
  comparison('set, each key concatenated', 100_000, joining, [1, 0.8]),
  comparison('90 % get, set on a miss, 10 % set', 100_000, mixed, [0.9]),
  comparison('set', 1_000_000, writing, [1, 0.8]),
])

function cycle(capacity: number, workload: string): readonly string[] {
  return drawsOf(keyList(10 * capacity), workload as Distribution, DRAWS)
}

function writing(store: Store, cycle: readonly string[]): Batch {
  let at = 0
  return (operations) => {
    for (let i = 0; i < operations; i++) {
      store.set(cycle[at] as string, VALUE)
      at = at + 1 < cycle.length ? at + 1 : 0
    }
  }
}

/** Keys as programs make them: a store that hashes the text has to walk over both parts first. */
function joining(store: Store, cycle: readonly string[]): Batch {
  let at = 0
  return (operations) => {
    for (let i = 0; i < operations; i++) {
      store.set(`${cycle[at]}:1`, VALUE)
      at = at + 1 < cycle.length ? at + 1 : 0
    }
  }
}

function awaiting(cache: Cache, cycle: readonly string[]): Batch {
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) {
      await cache.set(cycle[at] as string, VALUE)
      at = at + 1 < cycle.length ? at + 1 : 0
    }
  }
}

function mixed(store: Store, cycle: readonly string[]): Batch {
  let at = 0
  return (operations) => {
    for (let i = 0; i < operations; i++) {
      const key = cycle[at] as string
      if (at % 10 === 9 || store.get(key) === undefined) store.set(key, VALUE)
      at = at + 1 < cycle.length ? at + 1 : 0
    }
  }
}
