import { expect } from 'chai'
import { MemoryBackend } from '../../../../plugins/backends/index.ts'
import { lru } from '../../../../plugins/strategies/lru/index.ts'
import { hitMany } from '../../../../src/application/engine/many.ts'
import { inScope, Scope } from '../../../../src/application/engine/scope.ts'
import { CacheView } from '../../../../src/application/index.ts'
import type { Cache } from '../../../../src/index.ts'
import { fakeClock } from '../../../contracts/index.ts'
import { cacheOnBackend } from '../../../fixtures/cache-on-backend.ts'
import { cacheUnderTest, rejection, thrown } from '../../../fixtures/cache-under-test.ts'

type Parts = NonNullable<ReturnType<typeof CacheView.parts>>

describe('the hits among many keys', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  let parts: Parts
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest({ ttl: 100 }))
    parts = CacheView.parts(cache) as Parts
  })
  afterEach(() => cache.close())

  const hits = (keys: readonly string[], scope?: Scope) => hitMany(parts.engine, parts.space, keys, scope)

  it('are in the places of their keys and counted; elsewhere one has to look closer', async () => {
    await cache.set('expired', 0, { ttl: 10 })
    await cache.set('changed', 0, { tags: ['t'] })
    clock.advance(10)
    await cache.invalidate({ tags: ['t'] })
    for (const key of ['a', 'b']) await cache.set(key, key)
    const keys = ['b', 'missing', 'a', 'expired', 'changed', 'b']
    expect(hits(keys)).to.deep.equal(['b', undefined, 'a', undefined, undefined, 'b'])
    expect(cache.stats()).to.include({ hits: 3, misses: 0 })
    expect(hits([])).to.deep.equal([])
  })

  it('are copies of their own, each in its way', async () => {
    const value = { list: [1] }
    await cache.set('copied', value)
    await cache.set('shared', value, { clone: 'none' })
    await cache.set('plain', 1)
    const [plain, copied, shared, again] = hits(['plain', 'copied', 'shared', 'copied'])
    expect([plain, copied, again]).to.deep.equal([1, value, value])
    expect(shared).to.equal(value)
    expect(copied).to.not.equal(again)
    expect(copied).to.not.equal(value)
  })

  it('are noted in the scope of the caller, those that are no hits are not', async () => {
    for (const key of ['a', 'b']) await cache.set(key, key, { tags: [`tag of ${key}`] })
    const { engine } = parts
    const options = {
      owner: engine,
      generation: engine.generation,
      parent: undefined,
      maxDeps: 100,
      load: true,
    }
    const scope = new Scope(options)
    inScope(scope, () => hits(['a', 'missing', 'b'], scope))
    const names = new Set(scope.close().map(({ name }) => name))
    expect([...names]).to.include.members(['a', 'b', 'tag of a', 'tag of b'])
    expect([...names]).to.not.include('missing')
  })

  it('are none where the cache is off, and none of a wrong list', async () => {
    await cache.set('a', 1)
    expect(thrown(() => hits(['a', 5 as unknown as string])).code).to.equal('HITHERTO_KEY_INVALID')
    expect(cache.stats().hits).to.equal(0)
    await cache.reconfigure({ ttl: 100, enabled: false })
    expect(hits(['a', 'b'])).to.deep.equal([undefined, undefined])
    expect(thrown(() => hits([5 as unknown as string])).code).to.equal('HITHERTO_KEY_INVALID')
  })

  it('are those that the store gave until it threw', async () => {
    const store = new MemoryBackend({
      bounds: { maxEntries: 100, maxBytes: 1_000_000, maxEntrySize: 100_000 },
      strategy: lru,
      fallback: lru,
      now: () => clock.now(),
      report: (error) => expect.fail(String(error)),
    })
    const errors: unknown[] = []
    const other = cacheOnBackend(store, fakeClock(), (error) => errors.push(error))
    for (const key of ['a', 'b', 'c']) await other.set(key, key)
    const { hit } = store
    let asked = 0
    store.hit = (...args) => {
      asked += 1
      if (asked === 2) throw new Error('broken')
      return hit.apply(store, args)
    }
    expect(await other.getOrSetMany(['a', 'b', 'c'], async (keys) => keys.map(() => 'loaded'))).to.deep.equal(
      ['a', 'loaded', 'loaded'],
    )
    expect(errors.map(String)).to.deep.equal(['StoreError: The store "memory" failed: broken'])
  })
})

describe('a call for many keys', () => {
  let cache: Cache
  beforeEach(async () => {
    ;({ cache } = await cacheUnderTest())
  })
  afterEach(() => cache.close())

  it('says what is wrong with it', async () => {
    const load = (await rejection(cache.getOrSetMany(['a'], undefined as never))) as Error & {
      option: string
    }
    expect([load.option, load.message]).to.deep.equal([
      'load',
      'load: expected a function that loads many keys, got undefined.',
    ])
    const most = thrown(() => cache.batch(async () => [], { maxBatch: 0 })) as Error & { option: string }
    expect([most.option, most.message]).to.deep.equal([
      'maxBatch',
      'maxBatch: expected a whole number above 0, got 0.',
    ])
  })

  it('has an Error in the place of a key that failed with anything else', async () => {
    const [error] = await cache.getOrSetMany(['a'], () => Promise.reject('no error'))
    expect(error).to.be.instanceOf(Error).and.include({ message: 'no error', cause: 'no error' })
  })
})
