import { expect } from 'chai'
import { cacheUnderTest, deferred, rejection, settled } from '../../fixtures/cache-under-test.ts'

describe('refreshAhead', () => {
  it('as a part of the ttl refreshes behind the first read after it, once, and nobody waits', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, refreshAhead: 0.8 })
    let loads = 0
    const load = async () => ++loads
    await cache.getOrSet('a', load)
    clock.advance(79)
    expect(await cache.getOrSet('a', load)).to.equal(1)
    expect(loads).to.equal(1)
    clock.advance(1)
    expect(await Promise.all([cache.getOrSet('a', load), cache.getOrSet('a', load)])).to.deep.equal([1, 1])
    await settled()
    expect(loads).to.equal(2)
    clock.advance(50)
    expect(await cache.getOrSet('a', load)).to.equal(2)
    expect(cache.stats()).to.include({ misses: 1, staleServed: 0 })
    await cache.close()
  })

  it('as xfetch refreshes by chance, the likelier the nearer the end is', async () => {
    const draws: number[] = []
    const { cache, clock } = await cacheUnderTest({
      ttl: 1_000,
      refreshAhead: 'xfetch',
      random: () => draws.shift() ?? 0,
    })
    let loads = 0
    const load = async () => {
      clock.advance(20)
      return ++loads
    }
    await cache.getOrSet('a', load)
    clock.advance(900)
    draws.push(0.99)
    await cache.getOrSet('a', load)
    await settled()
    // -20 ms * ln(0.01) is 92 ms: not yet 100 ms before the end.
    expect(loads).to.equal(1)
    clock.advance(10)
    draws.push(0.99)
    await cache.getOrSet('a', load)
    await settled()
    expect(loads).to.equal(2)
    await cache.close()
  })

  it('that fails leaves the answer, is reported, and is tried again by the next read', async () => {
    const errors: unknown[] = []
    const { cache, clock } = await cacheUnderTest({
      ttl: 100,
      refreshAhead: 0.5,
      onError: (e) => errors.push(e),
    })
    await cache.getOrSet('a', () => 1)
    clock.advance(60)
    expect(await cache.getOrSet('a', () => Promise.reject(new Error('down')))).to.equal(1)
    await settled()
    expect(errors).to.have.lengthOf(1)
    expect(await cache.getOrSet('a', () => 2)).to.equal(1)
    await settled()
    expect(await cache.getOrSet('a', () => 3)).to.equal(2)
    await cache.close()
  })

  it('leaves synchronous reads alone: they have no load', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, refreshAhead: 0.5 })
    await cache.getOrSet('a', () => 1)
    clock.advance(99)
    expect([cache.getSync('a'), cache.peek('a'), await cache.get('a')]).to.deep.equal([1, 1, 1])
    clock.advance(1)
    expect(cache.getSync('a')).to.equal(undefined)
    await cache.close()
  })
})

describe('a load that finds nothing new', () => {
  it('keeps the value it has, with its validators and a new lifetime', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 1_000 })
    const seen: unknown[] = []
    const load = async (context: import('../../../src/index.ts').LoadContext): Promise<{ page: string }> => {
      seen.push([context.stale, context.validators])
      if (context.validators?.etag === '"v1"') return context.notModified()
      context.validate({ etag: '"v1"' })
      return { page: 'one' }
    }
    await cache.getOrSet('a', load)
    for (let round = 0; round < 2; round++) {
      clock.advance(150)
      expect(await cache.getOrSet('a', load)).to.deep.equal({ page: 'one' })
      clock.advance(99)
      expect(cache.peek('a')).to.deep.equal({ page: 'one' })
    }
    const again = [{ page: 'one' }, { etag: '"v1"' }]
    expect(seen).to.deep.equal([[undefined, undefined], again, again])
    await cache.close()
  })

  it('still depends on what the value was made from', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 1_000 })
    await cache.getOrSet('a', (context) => {
      context.tag('t')
      return 1
    })
    clock.advance(150)
    await cache.getOrSet('a', (context) => context.notModified())
    expect(cache.inspect('a')?.deps).to.include('t')
    await cache.invalidate({ tags: ['t'] })
    expect(cache.peek('a')).to.equal(undefined)
    await cache.close()
  })

  it('is refused where there is no value to keep', async () => {
    const { cache } = await cacheUnderTest()
    const error = await rejection(cache.getOrSet('a', (context) => context.notModified()))
    expect(error).to.include({ code: 'HITHERTO_OPTION_INVALID' })
    await cache.close()
  })

  it('gets a copy of the stale value, which it may change', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 1_000 })
    await cache.getOrSet('a', () => ({ n: 1 }))
    clock.advance(150)
    const spoil = async (context: import('../../../src/index.ts').LoadContext): Promise<unknown> => {
      ;(context.stale as { n: number }).n = 99
      throw new Error('down')
    }
    expect(await cache.getOrSet('a', spoil)).to.deep.equal({ n: 1 })
    await cache.close()
  })
})

describe('negativeTtl', () => {
  it('is the lifetime of null, unless the load names one', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, negativeTtl: 10 })
    await cache.getOrSet('a', () => null)
    await cache.getOrSet('b', (context) => {
      context.ttl(50)
      return null
    })
    await cache.getOrSet('c', () => 0)
    clock.advance(10)
    expect(['a', 'b', 'c'].map((key) => cache.peek(key))).to.deep.equal([undefined, null, 0])
    await cache.close()
  })
})

describe('errorBackoff', () => {
  it('spares the source: the error is given to all callers until it has passed', async () => {
    const { cache, clock } = await cacheUnderTest({ errorBackoff: 100 })
    let loads = 0
    const fault = new Error('down')
    const load = async (): Promise<string> => {
      loads += 1
      if (loads === 1) throw fault
      return 'up'
    }
    expect(await rejection(cache.getOrSet('a', load))).to.equal(fault)
    clock.advance(99)
    expect(await rejection(cache.getOrSet('a', load))).to.equal(fault)
    expect(loads).to.equal(1)
    clock.advance(1)
    expect(await cache.getOrSet('a', load)).to.equal('up')
    await cache.close()
  })

  it('serves what is stale meanwhile, and forceRefresh, a set or a delete end it', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, staleIfError: 10_000, errorBackoff: 1_000 })
    let loads = 0
    const down = async (): Promise<string> => {
      loads += 1
      throw new Error('down')
    }
    await cache.set('a', 'old')
    clock.advance(100)
    expect(await cache.getOrSet('a', down)).to.equal('old')
    expect(await cache.getOrSet('a', down)).to.equal('old')
    expect(loads).to.equal(1)
    expect(await cache.getOrSet('a', () => 'forced', { forceRefresh: true })).to.equal('forced')
    await rejection(cache.getOrSet('b', down))
    await cache.delete('b')
    expect(await cache.getOrSet('b', () => 'after the delete')).to.equal('after the delete')
    await cache.close()
  })

  it('is of one key', async () => {
    const { cache } = await cacheUnderTest({ errorBackoff: 1_000 })
    await rejection(cache.getOrSet('a', () => Promise.reject(new Error('down'))))
    expect(await cache.getOrSet('b', () => 1)).to.equal(1)
    await cache.close()
  })
})

describe('sliding', () => {
  it('ends an answer that nobody asks for, and prolongs one with each read, up to its ttl', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 100, sliding: 30 })
    await cache.set('idle', 1)
    await cache.set('used', 2)
    const gone: number[] = []
    for (let passed = 0; passed < 130; passed += 10) {
      if (cache.getSync('used') === undefined) gone.push(passed)
      clock.advance(10)
    }
    expect(gone[0]).to.equal(100)
    expect(cache.peek('idle')).to.equal(undefined)
    await cache.close()
  })

  it('is exact, through getOrSet too, and peek prolongs nothing', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 1_000, sliding: 30 })
    const load = deferred<number>()
    load.resolve(1)
    await cache.getOrSet('a', () => load.promise)
    clock.advance(29)
    await cache.getOrSet('a', () => 2)
    clock.advance(29)
    expect(cache.peek('a')).to.equal(1)
    clock.advance(1)
    expect(cache.peek('a')).to.equal(undefined)
    await cache.close()
  })
})
