import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect } from 'chai'
import { surfacePort } from '../../../src/application/index.ts'
import { cacheUnderTest, deferred, recorded, rejection, settled } from '../../fixtures/cache-under-test.ts'

describe('statistics', () => {
  it('tell how long loads took, failed ones included', async () => {
    const { cache, clock } = await cacheUnderTest()
    const loadIn = (ms: number) => async () => {
      clock.advance(ms)
      if (ms === 50) throw new Error('down')
      return ms
    }
    await cache.getOrSet('a', loadIn(10))
    await cache.getOrSet('b', loadIn(10))
    await rejection(cache.getOrSet('c', loadIn(50)))
    const { loadTime } = cache.stats()
    expect(loadTime).to.include({ count: 3, sum: 70, max: 50 })
    expect(loadTime.p50).to.be.within(10, 10.7)
    await cache.close()
  })

  it('count loads without the cache as all others, failed ones included, and tell of them', async () => {
    const { cache, clock } = await cacheUnderTest()
    const events = recorded(cache, 'loaded')
    const load = async () => {
      clock.advance(10)
      throw new Error('down')
    }
    await rejection(cache.getOrSet('a', load, { bypass: true }))
    await cache.reconfigure({ enabled: false })
    await rejection(cache.getOrSet('b', load))
    await cache.getOrSet('c', () => 1)
    const { loads, loadErrors, loadTime } = cache.stats()
    expect([loads, loadErrors, loadTime.count, loadTime.sum]).to.deep.equal([3, 2, 3, 20])
    expect(events.map(({ event: { key, ms, failed } }) => [key, ms, failed])).to.deep.equal([
      ['a', 10, true],
      ['b', 10, true],
      ['c', 0, false],
    ])
    await cache.close()
  })

  it('count no load that never began, for want of a place or because it was given up before', async () => {
    const { cache, clock } = await cacheUnderTest({ loads: { concurrency: 1, queue: 1 } })
    const events = recorded(cache, 'loaded')
    const gate = deferred<number>()
    const running = cache.getOrSet('a', () => gate.promise)
    await settled()
    const waiting = rejection(cache.getOrSet('b', () => 1, { timeout: { hard: 50 } }))
    await settled()
    for (const bypass of [false, true]) {
      const refused = await rejection(cache.getOrSet('c', () => 1, { bypass }))
      expect(refused.code).to.equal('HITHERTO_LOADS_QUEUE_FULL')
      const left = cache.getOrSet('d', () => 1, { bypass, signal: AbortSignal.abort(new Error('left')) })
      expect((await rejection(left)).message).to.equal('left')
    }
    clock.advance(50)
    await waiting
    gate.resolve(1)
    await running
    const { loads, loadErrors, loadTime } = cache.stats()
    expect([loads, loadErrors, loadTime.count, events.length]).to.deep.equal([1, 0, 1, 1])
    await cache.close()
  })

  for (const bypass of [false, true]) {
    const how = bypass ? ', around the cache' : ''
    it(`count no loads for a batch that got no place, and each key of one that did${how}`, async () => {
      const { cache } = await cacheUnderTest({ loads: { concurrency: 1, queue: 1 } })
      const events = recorded(cache, 'loaded')
      const gate = deferred<number>()
      const running = cache.getOrSet('a', () => gate.promise)
      const row = cache.batch((keys) => keys.map((key) => key), { bypass })
      await settled()
      const waiting = [row('b'), row('c')]
      await settled()
      const refused = cache.batch((keys) => keys.map((key) => key), { bypass })
      const codes = await Promise.all([rejection(refused('d')), rejection(refused('e'))])
      expect(codes.map(({ code }) => code)).to.deep.equal(new Array(2).fill('HITHERTO_LOADS_QUEUE_FULL'))
      expect([cache.stats().loads, cache.stats().loadErrors, events.length]).to.deep.equal([1, 0, 0])
      gate.resolve(1)
      await running
      expect(await Promise.all(waiting)).to.deep.equal(['b', 'c'])
      expect(await cache.getOrSetMany(['f', 'f2'], (keys) => [...keys], { bypass })).to.deep.equal([
        'f',
        'f2',
      ])
      const { loads, loadErrors, loadTime } = cache.stats()
      expect([loads, loadErrors, loadTime.count, events.length]).to.deep.equal([5, 0, 5, 5])
      await cache.close()
    })
  }

  it('count no load for a key that was given up before its batch got a place', async () => {
    const { cache, clock } = await cacheUnderTest({ loads: { concurrency: 1 } })
    const gate = deferred<number>()
    const running = cache.getOrSet('a', () => gate.promise)
    await settled()
    const row = cache.batch((keys) => [...keys], { timeout: { hard: 50 } })
    const givenUp = rejection(row('b'))
    // Not a turn of the event loop, at the end of which the batch is closed.
    for (let i = 0; i < 20; i++) await null
    clock.advance(30)
    const waiting = row('c')
    await settled()
    clock.advance(20)
    expect((await givenUp).code).to.equal('HITHERTO_LOAD_TIMEOUT')
    gate.resolve(1)
    await Promise.all([running, waiting])
    const { loads, loadErrors, loadTime } = cache.stats()
    expect([loads, loadErrors, loadTime.count]).to.deep.equal([2, 0, 2])
    await cache.close()
  })

  it('count no failed load where the caller of one around the cache leaves, nor one that ended', async () => {
    const { cache } = await cacheUnderTest()
    const events = recorded(cache, 'loaded')
    const caller = new AbortController()
    const left = rejection(
      cache.getOrSet('a', () => new Promise(() => {}), { bypass: true, signal: caller.signal }),
    )
    await settled()
    caller.abort(new Error('left'))
    expect((await left).message).to.equal('left')
    const { loads, loadErrors, loadTime, loading } = cache.stats()
    expect([loads, loadErrors, loadTime.count, loading, events.length]).to.deep.equal([1, 0, 0, 0, 0])
    await cache.close()
  })

  it('are kept by surface, and sum up', async () => {
    const { cache } = await cacheUnderTest()
    const double = cache.wrap(async (n: number) => 2 * n, { name: 'double' })
    await double(1)
    await double(1)
    await cache.set('a', 1)
    cache.getSync('a')
    cache.getSync('b')
    const port = surfacePort(cache, 'the test', 'http')
    port.hit('page')
    const { surfaces, ...all } = cache.stats()
    expect(surfaces.function).to.include({ hits: 1, misses: 1, loads: 1, stored: 1 })
    expect(surfaces.cache).to.include({ hits: 1, misses: 1, loads: 0, stored: 1 })
    expect(surfaces.http).to.include({ hits: 1 })
    expect(all).to.include({ hits: 3, misses: 2, loads: 1, stored: 2 })
    await cache.close()
  })

  it('are a snapshot: what happens later does not change it', async () => {
    const { cache } = await cacheUnderTest()
    const before = cache.stats()
    await cache.getOrSet('a', () => 1)
    expect([before.loads, before.surfaces.cache?.loads, before.loadTime.count]).to.deep.equal([0, 0, 0])
    await cache.close()
  })
})

describe('diagnostics channels', () => {
  it('tell a subscriber of each signal, from the moment it subscribes to that at which it leaves', async () => {
    const { cache } = await cacheUnderTest({ name: 'shop' })
    const told: unknown[] = []
    const hear = (event: unknown) => told.push(event)
    await cache.set('a', 1)
    cache.getSync('a')
    subscribe('hitherto:hit', hear)
    cache.getSync('a')
    await cache.getOrSet('a', () => 2)
    unsubscribe('hitherto:hit', hear)
    cache.getSync('a')
    const event = { cache: 'shop', namespace: '', key: 'a', correlation: 0 }
    expect(told).to.deep.equal([event, event])
    await cache.close()
  })

  it('are told beside the listeners of the cache, not instead of them', async () => {
    const { cache } = await cacheUnderTest()
    const told: string[] = []
    const hear = () => told.push('channel')
    cache.on('stored', () => told.push('listener'))
    subscribe('hitherto:stored', hear)
    await cache.set('a', 1)
    unsubscribe('hitherto:stored', hear)
    await cache.set('a', 2)
    expect(told).to.deep.equal(['listener', 'channel', 'listener'])
    await cache.close()
  })
})
