import { getEventListeners } from 'node:events'
import { expect } from 'chai'
import type { Cache, CallOptions, LoadContext } from '../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  rejection,
  settled,
  type UnderTest,
} from '../../fixtures/cache-under-test.ts'

describe('a hard timeout', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ timeout: { hard: 100 }, loads: { concurrency: 1 } })
    cache = t.cache
  })
  afterEach(() => cache.close())

  it('rejects all who wait, and aborts the signal of the load with the same error', async () => {
    let signal: AbortSignal | undefined
    const load = (context: LoadContext) => {
      signal = context.signal
      return new Promise(() => {})
    }
    const waiting = [1, 2].map(() => rejection(cache.getOrSet('a', load)))
    await settled()
    t.clock.advance(99)
    await settled()
    expect(signal?.aborted).to.equal(false)
    t.clock.advance(1)
    const [error] = await Promise.all(waiting)
    expect(error?.code).to.equal('HITHERTO_LOAD_TIMEOUT')
    expect(signal?.reason).to.equal(error)
    expect(cache.stats()).to.include({ loadTimeouts: 1, loadErrors: 1 })
  })

  it('frees the place and the key at once', async () => {
    const stuck = rejection(cache.getOrSet('a', () => new Promise(() => {})))
    await settled()
    t.clock.advance(100)
    await stuck
    expect(cache.stats().loading).to.equal(0)
    expect(await cache.getOrSet('a', () => 'again')).to.equal('again')
  })

  it('refuses the late result', async () => {
    const gate = deferred<string>()
    const late = rejection(cache.getOrSet('a', () => gate.promise))
    await settled()
    t.clock.advance(100)
    await late
    gate.resolve('late')
    await settled()
    expect(cache.peek('a')).to.equal(undefined)
    expect(cache.stats().stored).to.equal(0)
  })

  it('ignores a late failure', async () => {
    const gate = deferred<string>()
    const late = rejection(cache.getOrSet('a', () => gate.promise))
    await settled()
    t.clock.advance(100)
    expect((await late).code).to.equal('HITHERTO_LOAD_TIMEOUT')
    gate.reject(new Error('too late to matter'))
    await settled()
  })

  it('counts the time in the queue', async () => {
    const gate = deferred<string>()
    const first = rejection(cache.getOrSet('a', () => gate.promise, { timeout: { hard: 1_000 } }))
    const queued = rejection(cache.getOrSet('b', () => 'b'))
    await settled()
    t.clock.advance(100)
    expect((await queued).code).to.equal('HITHERTO_LOAD_TIMEOUT')
    expect(cache.stats().loads).to.equal(1)
    t.clock.advance(900)
    expect((await first).code).to.equal('HITHERTO_LOAD_TIMEOUT')
    expect(cache.stats().loading).to.equal(0)
  })

  it('lets a stale answer be served where errors do', async () => {
    await cache.set('a', 'old', { ttl: 10, staleIfError: 1_000 })
    t.clock.advance(20)
    // With a soft timeout of its own, so that the hard one comes first.
    const answer = cache.getOrSet('a', () => new Promise(() => {}), {
      staleIfError: 1_000,
      timeout: { soft: '1h', hard: 100 },
    })
    await settled()
    t.clock.advance(100)
    expect(await answer).to.equal('old')
    expect(cache.stats().staleServed).to.equal(1)
  })

  it('leaves no timer behind a load that came in time', async () => {
    await cache.getOrSet('a', (context) => context.skip())
    expect(t.clock.pendingTimers).to.equal(0)
  })

  it('holds for a load that bypasses the cache', async () => {
    let signal: AbortSignal | undefined
    const load = (context: LoadContext) => {
      signal = context.signal
      return new Promise(() => {})
    }
    const answer = rejection(cache.getOrSet('a', load, { bypass: true }))
    await settled()
    t.clock.advance(100)
    expect((await answer).code).to.equal('HITHERTO_LOAD_TIMEOUT')
    expect(signal?.aborted).to.equal(true)
  })
})

describe('a soft timeout', () => {
  let t: UnderTest
  let cache: Cache
  const how = { timeout: { soft: 50 } }
  beforeEach(async () => {
    t = await cacheUnderTest({ ttl: 10, staleIfError: 1_000 })
    cache = t.cache
    await cache.set('a', 'old', { tags: ['t'] })
    t.clock.advance(20)
  })
  afterEach(() => cache.close())

  it('answers with what is stale when it passes, and the load goes on and is stored', async () => {
    const gate = deferred<string>()
    const events: unknown[] = []
    cache.on('stale', (event) => events.push(event))
    const answer = cache.getOrSet('a', () => gate.promise, how)
    await settled()
    t.clock.advance(50)
    expect(await answer).to.equal('old')
    gate.resolve('new')
    await settled()
    expect(cache.peek('a')).to.equal('new')
    expect(events).to.deep.equal([
      { namespace: '', key: 'a', because: 'soft-timeout', staleFor: 60, correlation: 0 },
    ])
  })

  it('does not matter to a load that comes in time', async () => {
    const gate = deferred<string>()
    const answer = cache.getOrSet('a', () => gate.promise, how)
    await settled()
    t.clock.advance(49)
    gate.resolve('new')
    expect(await answer).to.equal('new')
  })

  it('does nothing where nothing stale is at hand', async () => {
    const gate = deferred<string>()
    const answer = cache.getOrSet('b', () => gate.promise, how)
    await settled()
    t.clock.advance(60)
    gate.resolve('new')
    expect(await answer).to.equal('new')
  })

  const beyond: Record<string, readonly [before: number, during: number, options: CallOptions]> = {
    'an answer that was expired longer ago than staleIfError': [1_500, 60, {}],
    'an answer whose staleIfError ends during the wait': [980, 60, {}],
    'an answer that the call itself allows no stale window': [0, 60, { staleIfError: 0 }],
  }
  for (const [what, [before, during, options]] of Object.entries(beyond)) {
    it(`does not bring back ${what}`, async () => {
      await cache.set('a', 'old', { staleWhileRevalidate: '1h' })
      await cache.expire('a')
      t.clock.advance(before)
      const gate = deferred<string>()
      const answer = cache.getOrSet('a', () => gate.promise, { ...how, ...options })
      await settled()
      t.clock.advance(during)
      await settled()
      gate.resolve('new')
      expect(await answer).to.equal('new')
    })
  }

  it('does not bring back what was invalidated or deleted meanwhile', async () => {
    for (const change of [() => cache.invalidate({ tags: ['t'] }), () => cache.delete('a')]) {
      await cache.set('a', 'old', { tags: ['t'] })
      t.clock.advance(20)
      const gate = deferred<string>()
      const answer = cache.getOrSet('a', () => gate.promise, how)
      await settled()
      await change()
      t.clock.advance(60)
      await settled()
      gate.resolve('new')
      expect(await answer).to.equal('new')
    }
  })

  it('of one caller does not hurry the others', async () => {
    const gate = deferred<string>()
    const hasty = cache.getOrSet('a', () => gate.promise, how)
    const patient = cache.getOrSet('a', () => gate.promise)
    await settled()
    t.clock.advance(50)
    expect(await hasty).to.equal('old')
    gate.resolve('new')
    expect(await patient).to.equal('new')
    expect(cache.stats().loads).to.equal(1)
  })
})

describe('the signal of a caller', () => {
  let cache: Cache
  beforeEach(async () => {
    ;({ cache } = await cacheUnderTest())
  })
  afterEach(() => cache.close())
  const left = new Error('left')

  it('ends the wait of that caller only; the load goes on, for the others and for the store', async () => {
    const gate = deferred<string>()
    const controller = new AbortController()
    let signal: AbortSignal | undefined
    const load = (context: LoadContext) => {
      signal = context.signal
      return gate.promise
    }
    const leaving = rejection(cache.getOrSet('a', load, { signal: controller.signal }))
    const staying = cache.getOrSet('a', load)
    await settled()
    controller.abort(left)
    expect(await leaving).to.equal(left)
    expect(signal?.aborted).to.equal(false)
    gate.resolve('value')
    expect(await staying).to.equal('value')
    expect(cache.peek('a')).to.equal('value')
  })

  it('that is aborted before the call, or right after it, is noticed', async () => {
    let loads = 0
    const load = () => {
      loads++
      return new Promise(() => {})
    }
    const aborted = AbortSignal.abort(left)
    expect(await rejection(cache.getOrSet('a', load, { signal: aborted }))).to.equal(left)
    expect(loads).to.equal(0)
    const controller = new AbortController()
    const answer = rejection(cache.getOrSet('a', load, { signal: controller.signal }))
    controller.abort(left)
    expect(await answer).to.equal(left)
    await cache.set('b', 1)
    expect(await rejection(cache.getOrSet('b', load, { signal: aborted }))).to.equal(left)
  })

  it('does not matter to a hit, and leaves no listener behind', async () => {
    const { signal } = new AbortController()
    await cache.getOrSet('a', () => 1, { signal })
    expect(await cache.getOrSet('a', () => 2, { signal })).to.equal(1)
    await cache.getOrSet('b', () => 1, { signal, bypass: true })
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0)
  })

  it('ends the wait for a load that bypasses the cache, and aborts it, for nobody else waits', async () => {
    const controller = new AbortController()
    let seen: AbortSignal | undefined
    const load = (context: LoadContext) => {
      seen = context.signal
      return new Promise(() => {})
    }
    const answer = rejection(cache.getOrSet('a', load, { bypass: true, signal: controller.signal }))
    await settled()
    controller.abort(left)
    expect(await answer).to.equal(left)
    expect(seen?.reason).to.equal(left)
  })
})
