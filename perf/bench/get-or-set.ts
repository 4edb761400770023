import { AsyncLocalStorage } from 'node:async_hooks'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { createCache as createCacheManager } from 'cache-manager'
import { Cacheable, createKeyv } from 'cacheable'
import { Loader } from 'layered-loader/core'
import { LRUCache } from 'lru-cache'
// Not public: a load or a request opens scopes, and here a scope is to be had without them.
import { inScope, Scope } from '../../src/application/engine/scope.ts'
import { CacheView, surfacePort } from '../../src/application/index.ts'
import { type Cache, type ClonePolicy, createCache } from '../../src/index.ts'
import { bench, type Comparison, type Contender } from './harness.ts'
import type { Batch } from './window.ts'
import { type Distribution, DRAW_MASK, draws, keyList } from './workload.ts'

/*
 * Bar 1: the awaited hit of getOrSet. 50,000 resident keys, every read a hit, values that need no copy. The floor is
 * what any asynchronous cache must cost: awaiting an async function that looks into a Map.
 *
 * A scope makes a read dearer twice: AsyncLocalStorage itself (on Node 20 its first use switches promise hooks on for
 * the whole process, so the floor rises too) and our notes of what was read. Hence a floor for each context: a bar
 * compares what runs in the same one, and the table shows the ratio to the plain floor for all.
 */

const CAPACITY = 100_000
const RESIDENT = 50_000
const TTL = 3_600_000
const VALUE = 'an answer that needs no copy'
/** One list for filling and reading: a lookup with another string of the same text would compare characters. */
const KEYS = keyList(RESIDENT)
/** Reads in one scope: about what a page is made from. */
const READS_PER_SCOPE = 20

const FLOOR = 'await of an async Map lookup'
const FLOOR_ALS = 'the same, AsyncLocalStorage used before'
const FLOOR_RUN = 'the same, 20 reads per als.run'
const FLOOR_LONG = 'the same, in one long als.run'
const OURS = 'hitherto, no scope opened yet in the process'
const OURS_ALS = 'hitherto, outside, scopes opened before'
const OURS_SCOPES = 'hitherto, in scopes of 20 reads'
const OURS_LONG = 'hitherto, in one long scope'
const LAYERED = 'layered-loader'
const LAYERED_ALS = 'layered-loader, AsyncLocalStorage used before'
const CACHEABLE = 'cacheable'
const CACHE_MANAGER = 'cache-manager'
const BENTOCACHE = 'bentocache, memory, serialize: false'

type Read = (key: string) => Promise<unknown>

const load = async () => VALUE

const hits: Comparison = {
  title: 'getOrSet, hit',
  workloads: ['uniform', 'zipf'],
  contenders: [
    contender(FLOOR, asyncMap),
    contender(FLOOR_ALS, usingStorage(asyncMap)),
    { name: FLOOR_RUN, start: mapInRuns },
    { name: FLOOR_LONG, start: mapInOneRun },
    { name: OURS, start: async (workload) => outside(await filled(), workload) },
    { name: OURS_ALS, start: usingStorage(async (workload) => outside(await filled(), workload)) },
    { name: 'hitherto, outside, a scope open elsewhere', start: besideScope },
    { name: OURS_SCOPES, start: inScopes },
    { name: OURS_LONG, start: inOneScope },
    { name: 'hitherto, in requests of 20 reads, their flights included', start: inRequests },
    contender(LAYERED, layeredLoader),
    contender(LAYERED_ALS, usingStorage(layeredLoader)),
    contender('lru-cache, fetch', lruFetch),
    contender(CACHEABLE, cacheable),
    contender(CACHE_MANAGER, cacheManager),
    contender(BENTOCACHE, bentocache),
  ],
  bars: [
    { of: OURS, to: FLOOR, limit: 1.5 },
    { of: OURS_ALS, to: FLOOR_ALS, limit: 1.5 },
    { of: OURS_SCOPES, to: FLOOR_RUN, limit: 1.8 },
    { of: OURS_LONG, to: FLOOR_LONG, limit: 1.8 },
    { of: OURS, to: LAYERED, limit: 1 },
    { of: OURS_ALS, to: LAYERED_ALS, limit: 1 },
    ...[CACHEABLE, CACHE_MANAGER, BENTOCACHE].map((to) => ({ of: OURS, to, limit: 0.25 })),
  ],
}

const SMALL = { id: 17, name: 'Ada Lovelace', email: 'ada@example.org', active: true, score: 4.5 }
/** About 10 KB as JSON: a page of 50 rows. */
const LARGE = {
  total: 50,
  rows: Array.from({ length: 50 }, (_, id) => ({
    id,
    name: `person number ${id}`,
    email: `person.${id}@example.org`,
    created: '2024-03-01T12:30:00.000Z',
    tags: ['reader', 'writer'],
    address: { street: 'Long Street', house: id, city: 'Springfield', country: 'US' },
  })),
}
const POLICIES: readonly ClonePolicy[] = ['none', 'freeze', 'auto', 'structured']

const copies = (
  title: string,
  start: (policy: ClonePolicy, value: object) => Promise<Batch>,
): Comparison => ({
  title,
  workloads: ['small object', '10 KB object'],
  contenders: POLICIES.map((policy) => ({
    name: `clone: ${policy}`,
    start: (workload) => start(policy, workload === 'small object' ? SMALL : LARGE),
  })),
})

/* A hundred keys at once: one promise instead of a hundred. */
const MANY = 'getOrSetMany of 100 hits'
const ONE_BY_ONE = '100 getOrSet'
const many: Comparison = {
  title: 'a hundred hits',
  workloads: ['uniform', 'zipf'],
  contenders: [
    { name: ONE_BY_ONE, start: async (workload) => hundreds(await filled(), workload, oneByOne) },
    { name: MANY, start: async (workload) => hundreds(await filled(), workload, atOnce) },
  ],
  bars: [{ of: MANY, to: ONE_BY_ONE, limit: 0.5 }],
}

await bench(import.meta.filename, [
  hits,
  many,
  copies('getOrSet, hit by clone policy', hitOfObject),
  copies('set by clone policy', setOfObject),
])

async function oneByOne(cache: Cache, keys: readonly string[]): Promise<unknown> {
  return Promise.all(keys.map((key) => cache.getOrSet(key, load)))
}

function atOnce(cache: Cache, keys: readonly string[]): Promise<unknown> {
  return cache.getOrSetMany(keys, async (missing) => missing)
}

/** An operation is a read of a hundred keys. */
function hundreds(
  cache: Cache,
  workload: string,
  read: (cache: Cache, keys: readonly string[]) => Promise<unknown>,
): Batch {
  const cycle = draws(KEYS, workload as Distribution)
  const lists = Array.from({ length: Math.floor(cycle.length / 100) }, (_, i) =>
    cycle.slice(100 * i, 100 * i + 100),
  )
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) await read(cache, lists[at++ % lists.length] as string[])
  }
}

/** A contender that reads by `await read(key)`. */
function contender(name: string, create: (workload: string) => Read | Promise<Read>): Contender {
  return {
    name,
    start: async (workload) => {
      const read = await create(workload)
      for (const key of KEYS) await read(key)
      const cycle = draws(KEYS, workload as Distribution)
      let at = 0
      return async (operations) => {
        for (let i = 0; i < operations; i++) await read(cycle[at++ & DRAW_MASK] as string)
      }
    },
  }
}

/** The same after one use of AsyncLocalStorage. */
function usingStorage<T>(start: (workload: string) => T): (workload: string) => T {
  return (workload) => {
    new AsyncLocalStorage().run({}, () => {})
    return start(workload)
  }
}

function asyncMap(): Read {
  const map = new Map(KEYS.map((key) => [key, VALUE]))
  return async (key) => map.get(key)
}

function mapReads(workload: string): (operations: number) => Promise<void> {
  const read = asyncMap()
  const cycle = draws(KEYS, workload as Distribution)
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) await read(cycle[at++ & DRAW_MASK] as string)
  }
}

function mapInRuns(workload: string): Batch {
  const reads = mapReads(workload)
  const page = () => reads(READS_PER_SCOPE)
  const storage = new AsyncLocalStorage()
  return async (operations) => {
    for (let i = 0; i < operations; i += READS_PER_SCOPE) await storage.run({}, page)
  }
}

function mapInOneRun(workload: string): Batch {
  const reads = mapReads(workload)
  const storage = new AsyncLocalStorage()
  return (operations) => storage.run({}, () => reads(operations))
}

/** Filled by `set`: a load would open a scope. */
async function filled(): Promise<Cache> {
  const cache = await createCache({ maxEntries: CAPACITY, ttl: TTL })
  for (const key of KEYS) await cache.set(key, VALUE)
  return cache
}

function outside(cache: Cache, workload: string): Batch {
  const cycle = draws(KEYS, workload as Distribution)
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) await cache.getOrSet(cycle[at++ & DRAW_MASK] as string, load)
  }
}

async function besideScope(workload: string): Promise<Batch> {
  const cache = await filled()
  inScope(openScope(cache), () => {})
  return outside(cache, workload)
}

/** A scope as a load opens it, without the load. */
function openScope(cache: Cache): Scope {
  const engine = CacheView.parts(cache)?.engine
  const generation = engine?.generation
  const maxDeps = generation?.configuration.maxDeps ?? 0
  return new Scope({ owner: engine, generation, parent: undefined, maxDeps, load: false })
}

async function inOneScope(workload: string): Promise<Batch> {
  const cache = await filled()
  const scope = openScope(cache)
  const batch = outside(cache, workload)
  return (operations) => inScope(scope, () => batch(operations))
}

async function inScopes(workload: string): Promise<Batch> {
  const cache = await filled()
  const page = outside(cache, workload)
  const task = () => page(READS_PER_SCOPE)
  return async (operations) => {
    for (let i = 0; i < operations; i += READS_PER_SCOPE) {
      const scope = openScope(cache)
      await inScope(scope, task)
      scope.close()
    }
  }
}

/** What an HTTP adapter does on a miss, without storing the page. */
async function inRequests(workload: string): Promise<Batch> {
  const cache = await filled()
  const port = surfacePort(cache, 'bench', 'pages')
  const page = outside(cache, workload)
  const task = () => page(READS_PER_SCOPE)
  return async (operations) => {
    for (let i = 0; i < operations; i += READS_PER_SCOPE) {
      const pending = port.begin('/page')
      await pending.run(task)
      pending.end()
    }
  }
}

function layeredLoader(): Read {
  const loader = new Loader<string>({
    inMemoryCache: { cacheType: 'lru-map', ttlInMsecs: TTL, maxItems: CAPACITY },
    dataSourceGetOneFn: load,
  })
  return (key) => loader.get(key)
}

function lruFetch(): Read {
  const cache = new LRUCache<string, string>({ max: CAPACITY, ttl: TTL, fetchMethod: load })
  return (key) => cache.fetch(key)
}

function cacheable(): Read {
  const cache = new Cacheable({ primary: createKeyv({ lruSize: CAPACITY, useClone: false }), ttl: TTL })
  return (key) => cache.getOrSet(key, load)
}

function cacheManager(): Read {
  const cache = createCacheManager({ stores: [createKeyv({ lruSize: CAPACITY, useClone: false })], ttl: TTL })
  return (key) => cache.wrap(key, load)
}

function bentocache(): Read {
  const memory = memoryDriver({ maxItems: CAPACITY, serialize: false })
  const cache = new BentoCache({
    default: 'memory',
    ttl: TTL,
    stores: { memory: bentostore().useL1Layer(memory) },
  })
  return (key) => cache.getOrSet({ key, factory: load })
}

/** A thousand keys: what is measured is the copy. */
async function hitOfObject(clone: ClonePolicy, value: object): Promise<Batch> {
  const cache = await createCache({ ttl: TTL, clone })
  const keys = keyList(1_000)
  for (const key of keys) await cache.set(key, structuredClone(value))
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) await cache.getOrSet(keys[at++ % keys.length] as string, load)
  }
}

/** The value is new each time, as from a database; making it is in the figure of each policy alike. */
async function setOfObject(clone: ClonePolicy, value: object): Promise<Batch> {
  const cache = await createCache({ ttl: TTL, clone })
  const text = JSON.stringify(value)
  const keys = keyList(1_000)
  let at = 0
  return async (operations) => {
    for (let i = 0; i < operations; i++) await cache.set(keys[at++ % keys.length] as string, JSON.parse(text))
  }
}
