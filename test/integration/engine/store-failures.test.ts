import { expect } from 'chai'
import { MemoryBackend } from '../../../plugins/backends/index.ts'
import { lru } from '../../../plugins/strategies/lru/index.ts'
import { surfacePort } from '../../../src/application/index.ts'
import { type LocalBackend, StoreError } from '../../../src/domain/index.ts'
import type { Cache, CacheOptions } from '../../../src/index.ts'
import { type FakeClock, fakeClock } from '../../contracts/index.ts'
import { cacheOnBackend } from '../../fixtures/cache-on-backend.ts'
import { cacheUnderTest, deferred, settled } from '../../fixtures/cache-under-test.ts'

type Method =
  | 'validAt'
  | 'keepUntil'
  | 'keyOf'
  | 'freshUntil'
  | 'remove'
  | 'expire'
  | 'sweep'
  | 'strategy'
  | 'put'
  | 'deps'
  | 'shut'

/** A cache over a store whose methods break when the test says so. */
function onBreakable(options: CacheOptions = {}) {
  const clock = fakeClock()
  const errors: unknown[] = []
  const store = new MemoryBackend({
    bounds: { maxEntries: 100, maxBytes: 1_000_000, maxEntrySize: 100_000 },
    strategy: lru,
    fallback: lru,
    now: () => clock.now(),
    report: (error) => expect.fail(String(error)),
  })
  const cache = cacheOnBackend(store, clock, (error) => errors.push(error), options)
  const fault = new Error('broken')
  const breaks = (...methods: Method[]) => {
    const whole = methods.map((method) => [method, store[method]] as const)
    for (const method of methods) {
      store[method] = () => {
        throw fault
      }
    }
    return () => Object.assign(store, Object.fromEntries(whole))
  }
  return { cache, clock, errors, fault, store: store as LocalBackend, breaks }
}

describe('a store that throws', () => {
  let t: ReturnType<typeof onBreakable>
  let cache: Cache
  let clock: FakeClock
  beforeEach(() => {
    t = onBreakable()
    ;({ cache, clock } = t)
  })

  it('outdates what another cache has made from it, where nobody could tell yet that it was read', async () => {
    const { cache: other } = await cacheUnderTest({ clock })
    await cache.set('a', 1)
    const read = () => [cache.getSync('a'), cache.getSync('a')]
    read()
    const broken = deferred<void>()
    const page = other.getOrSet('page', async () => {
      const seen = read()
      await broken.promise
      return seen
    })
    await settled()
    const mend = t.breaks('shut')
    cache.on('miss', () => {})
    mend()
    broken.resolve()
    expect(await page).to.deep.equal([1, 1])
    expect(other.peek('page')).to.equal(undefined)
    expect(t.errors).to.have.lengthOf(1)
    await other.close()
  })

  it('is a miss for the call, and told of with a code and its cause', async () => {
    await cache.set('a', 'old')
    await cache.set('b', 1)
    await cache.invalidate({ tags: ['so that entries are looked at'] })
    const mend = t.breaks('validAt')
    expect(await cache.getOrSet('a', () => 'new')).to.equal('new')
    mend()
    expect(t.errors).to.have.lengthOf(1)
    expect(t.errors[0]).to.be.instanceOf(StoreError).with.property('cause', t.fault)
    expect(cache.stats().errors).to.equal(1)
  })

  it('has nothing any more of what it held until then, and keeps what comes after', async () => {
    await cache.set('a', 1)
    await cache.namespace('n').set('b', 2, { staleIfError: 1_000 })
    expect([cache.peek('a'), cache.namespace('n').peek('b')]).to.deep.equal([1, 2])
    const mend = t.breaks('strategy')
    expect(cache.stats().strategy.name).to.equal('unknown')
    mend()
    expect([cache.peek('a'), cache.namespace('n').peek('b')]).to.deep.equal([undefined, undefined])
    await cache.set('a', 3)
    expect(cache.peek('a')).to.equal(3)
    clock.advance(60_000)
    expect(cache.stats().entries).to.equal(1)
  })

  it('refuses what is being made meanwhile: it may be made from anything', async () => {
    const gate = deferred<number>()
    const loading = cache.getOrSet('page', () => gate.promise)
    await settled()
    const mend = t.breaks('strategy')
    cache.stats()
    mend()
    gate.resolve(1)
    expect(await loading).to.equal(1)
    expect(cache.peek('page')).to.equal(undefined)
    expect(cache.stats().refusedFills).to.equal(1)
  })

  it('leaves nothing that was to be removed', async () => {
    await cache.set('a', 1)
    const mend = t.breaks('remove')
    await cache.delete('a')
    mend()
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('leaves nothing fresh that was to expire', async () => {
    await cache.set('a', 1)
    const mend = t.breaks('expire')
    expect(await cache.expire('a')).to.equal(true)
    mend()
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('leaves no older entry of a key that it could not store', async () => {
    await cache.set('a', 1)
    await cache.set('b', 1)
    const mend = t.breaks('put')
    expect(await cache.set('a', 2)).to.equal(false)
    mend()
    expect([cache.peek('a'), cache.peek('b')]).to.deep.equal([undefined, 1])
    expect(t.errors[0]).to.be.instanceOf(StoreError)
  })

  it('leaves nothing that was to be purged', async () => {
    const port = surfacePort(cache, 'the test', 'pages')
    for (const soften of [undefined, () => true]) {
      for (const method of ['keepUntil', 'keyOf', 'remove', 'expire'] as const) {
        await port.begin('/a').keep({}, { ttl: 100 })
        const mend = t.breaks(method)
        await port.purgeWhere({ tags: [], matches: () => true, soften })
        mend()
        expect(cache.namespace('pages').inspect('/a')?.state ?? 'dead').to.not.equal('fresh')
      }
    }
  })

  it('does not end the process from a timer, and is swept again', async () => {
    await cache.set('a', 1, { ttl: 100 })
    const mend = t.breaks('sweep')
    clock.advance(1_000)
    expect(t.errors.length).to.be.within(1, 4)
    mend()
    clock.advance(1_000)
    expect(cache.stats().entries).to.equal(0)
  })

  it('does not serve what is stale after a soft timeout', async () => {
    await cache.set('a', 'old', { ttl: 10, staleIfError: 1_000 })
    clock.advance(20)
    const gate = deferred<string>()
    const how = { timeout: { soft: 50 }, staleIfError: 1_000 }
    const answer = cache.getOrSet('a', () => gate.promise, how)
    await settled()
    const mend = t.breaks('validAt', 'deps')
    await cache.invalidate({ tags: ['so that it is looked at'] })
    clock.advance(50)
    mend()
    gate.resolve('new')
    expect(await answer).to.equal('new')
  })

  it('makes what was read from it in a load of no use to others', async () => {
    await cache.set('a', 1, { tags: ['t'] })
    const mend = t.breaks('deps')
    const answer = await cache.getOrSet('page', () => cache.getSync('a'))
    mend()
    expect(answer).to.equal(1)
    expect(cache.peek('page')).to.equal(undefined)
  })

  it('is told of once where a listener asks it again', async () => {
    await cache.set('a', 1)
    let told = 0
    cache.on('error', () => {
      told += 1
      cache.inspect('a')
    })
    const mend = t.breaks('freshUntil')
    expect(cache.inspect('a')).to.equal(undefined)
    mend()
    expect([told, t.errors.length, cache.stats().errors]).to.deep.equal([1, 1, 2])
  })
})
