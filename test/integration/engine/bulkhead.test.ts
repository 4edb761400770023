import { expect } from 'chai'
import type { Cache, CacheOptions } from '../../../src/index.ts'
import { cacheUnderTest, deferred, rejection, settled } from '../../fixtures/cache-under-test.ts'

/** Loads that count how many of them run, and end when told. */
function meter() {
  let running = 0
  let most = 0
  const ends: (() => void)[] = []
  return {
    load: async () => {
      running++
      most = Math.max(most, running)
      await new Promise<void>((resolve) => ends.push(resolve))
      running--
      return 'done'
    },
    get running() {
      return running
    },
    get most() {
      return most
    },
    endAll() {
      for (const end of ends.splice(0)) end()
    },
  }
}

describe('the bulkhead', () => {
  let cache: Cache
  const open = async (loads: NonNullable<CacheOptions['loads']>) => {
    ;({ cache } = await cacheUnderTest({ loads }))
  }
  afterEach(() => cache.close())

  it('bounds how many loads run at once; the others follow in order', async () => {
    await open({ concurrency: 2 })
    const order: string[] = []
    const gates = new Map(['a', 'b', 'c', 'd'].map((key) => [key, deferred<string>()]))
    const load = (key: string) => () => {
      order.push(key)
      return (gates.get(key) as { promise: Promise<string> }).promise
    }
    const answers = [...gates.keys()].map((key) => cache.getOrSet(key, load(key)))
    await settled()
    expect(order).to.deep.equal(['a', 'b'])
    expect(cache.stats().loading).to.equal(2)
    gates.get('b')?.resolve('b')
    await settled()
    expect(order).to.deep.equal(['a', 'b', 'c'])
    for (const [key, gate] of gates) gate.resolve(key)
    expect(await Promise.all(answers)).to.deep.equal(['a', 'b', 'c', 'd'])
    expect(cache.stats().loading).to.equal(0)
  })

  it('refuses loads that would have to wait in a full queue', async () => {
    await open({ concurrency: 1, queue: 1 })
    const m = meter()
    const running = cache.getOrSet('a', m.load)
    const waiting = cache.getOrSet('b', m.load)
    await settled()
    expect((await rejection(cache.getOrSet('c', m.load))).code).to.equal('HITHERTO_LOADS_QUEUE_FULL')
    m.endAll()
    await running
    await settled()
    m.endAll()
    expect(await waiting).to.equal('done')
  })

  it('with no queue refuses at once, and serves stale answers meanwhile', async () => {
    await open({ concurrency: 1, queue: 0 })
    const m = meter()
    const how = { staleIfError: '1h' }
    await cache.set('b', 'old', how)
    await cache.expire('b')
    const running = cache.getOrSet('a', m.load)
    await settled()
    expect((await rejection(cache.getOrSet('c', m.load))).code).to.equal('HITHERTO_LOADS_QUEUE_FULL')
    expect(await cache.getOrSet('b', m.load, how)).to.equal('old')
    m.endAll()
    await running
  })

  it('is not asked for a place by a load inside a load', async () => {
    await open({ concurrency: 2, queue: 0 })
    const outer = (key: string) => cache.getOrSet(key, () => cache.getOrSet(`${key}>`, () => inner(key)))
    const inner = (key: string) => cache.getOrSet(`${key}>>`, async () => key)
    expect(await Promise.all([outer('a'), outer('b')])).to.deep.equal(['a', 'b'])
  })

  it('lets a queued load run past its bound when a running one waits for it', async () => {
    await open({ concurrency: 1 })
    const gate = deferred<void>()
    const outer = cache.getOrSet('outer', async () => {
      await gate.promise
      return cache.getOrSet('inner', () => 'never')
    })
    await settled()
    const queued = cache.getOrSet('inner', () => 'inner')
    await settled()
    expect(cache.stats().loads).to.equal(1)
    gate.resolve()
    expect([await outer, await queued]).to.deep.equal(['inner', 'inner'])
    expect(cache.stats().loading).to.equal(0)
  })

  for (const [what, options] of [
    ['that bypass the cache', { bypass: true }],
    ['of a cache that is off', {}],
  ] as const) {
    it(`bounds loads ${what}, too, and lets what they load in turn run on their places`, async () => {
      await open({ concurrency: 2, queue: 8 })
      if (!('bypass' in options))
        await cache.reconfigure({ enabled: false, loads: { concurrency: 2, queue: 8 } })
      const m = meter()
      const inner = (key: string) => cache.getOrSet(`${key}>`, m.load, options)
      const answers = Promise.all(
        Array.from({ length: 10 }, (_, i) => cache.getOrSet(`${i}`, () => inner(`${i}`), options)),
      )
      expect((await rejection(cache.getOrSet('one too many', m.load, options))).code).to.equal(
        'HITHERTO_LOADS_QUEUE_FULL',
      )
      for (let round = 0; round < 5; round++) {
        await settled()
        expect(cache.stats().loading).to.equal(2)
        m.endAll()
      }
      expect(await answers).to.deep.equal(new Array(10).fill('done'))
      expect([m.most, cache.stats().loading]).to.deep.equal([2, 0])
    })
  }

  it('has a load that bypasses the cache, and that of its batch, take one place between them', async () => {
    await open({ concurrency: 1, queue: 0 })
    const row = cache.batch((keys) => keys.map((key) => `row ${key}`), { bypass: true })
    expect(await Promise.all([row('a'), row('b')])).to.deep.equal(['row a', 'row b'])
    const page = () => Promise.all([row('a'), row('b')])
    expect(await cache.getOrSet('page', page, { bypass: true })).to.deep.equal(['row a', 'row b'])
  })

  it('asks for no place for a load inside a load of another cache: each would wait for the place of the other', async () => {
    await open({ concurrency: 1 })
    const { cache: other } = await cacheUnderTest({ loads: { concurrency: 1 } })
    const gate = deferred<void>()
    const crossing = (from: Cache, to: Cache, inner: string) =>
      from.getOrSet('outer', async () => {
        await gate.promise
        return to.getOrSet(inner, () => inner)
      })
    const answers = [crossing(cache, other, 'there'), crossing(other, cache, 'here')]
    await settled()
    gate.resolve()
    await settled()
    expect(other.peek('there')).to.equal('there')
    expect(await Promise.all(answers)).to.deep.equal(['there', 'here'])
    await other.close()
  })

  it('lets a queued load run past its bound when a running one waits for it by way of another cache', async () => {
    await open({ concurrency: 1 })
    const { cache: other } = await cacheUnderTest({ loads: { concurrency: 1 } })
    const gate = deferred<void>()
    const outer = cache.getOrSet('outer', async () => {
      await gate.promise
      return other.getOrSet('between', () => 'never')
    })
    await settled()
    const queued = cache.getOrSet('inner', () => 'inner')
    const between = other.getOrSet('between', () => cache.getOrSet('inner', () => 'never'))
    await settled()
    expect(cache.peek('inner')).to.equal('inner')
    gate.resolve()
    expect(await Promise.all([outer, between, queued])).to.deep.equal(['inner', 'inner', 'inner'])
    await other.close()
  })

  it('gives the place back when a load fails', async () => {
    await open({ concurrency: 1 })
    for (let i = 0; i < 3; i++) await rejection(cache.getOrSet('a', () => Promise.reject(new Error('down'))))
    expect(await cache.getOrSet('a', () => 1)).to.equal(1)
  })

  it('takes a new bound from a new configuration, for those who wait too', async () => {
    await open({ concurrency: 1 })
    const m = meter()
    const answers = ['a', 'b', 'c', 'd'].map((key) => cache.getOrSet(key, m.load))
    await settled()
    await cache.reconfigure({ loads: { concurrency: 3 } })
    await settled()
    expect(m.running).to.equal(3)
    m.endAll()
    await settled()
    m.endAll()
    await Promise.all(answers)
    expect(m.most).to.equal(3)
  })

  it('refreshes behind queue like other loads', async () => {
    await open({ concurrency: 1 })
    const m = meter()
    await cache.set('b', 'old', { ttl: '1h', staleWhileRevalidate: '1h' })
    await cache.expire('b')
    const running = cache.getOrSet('a', m.load)
    await settled()
    expect(await cache.getOrSet('b', () => 'new', { staleWhileRevalidate: '1h' })).to.equal('old')
    await settled()
    expect(cache.peek('b')).to.equal(undefined)
    m.endAll()
    await running
    await settled()
    expect(cache.peek('b')).to.equal('new')
  })
})

describe('a load that waits for itself', () => {
  let cache: Cache
  beforeEach(async () => {
    ;({ cache } = await cacheUnderTest())
  })
  afterEach(() => cache.close())
  const code = async (answer: Promise<unknown>) => (await rejection(answer)).code

  it('directly is told so', async () => {
    const load = (): unknown => cache.getOrSet('a', load)
    expect(await code(cache.getOrSet('a', load))).to.equal('HITHERTO_LOAD_RECURSIVE')
  })

  it('through other loads is told so', async () => {
    const a = (): Promise<unknown> => cache.getOrSet('a', b)
    const b = (): Promise<unknown> => cache.getOrSet('b', c)
    const c = (): Promise<unknown> => cache.getOrSet('c', a)
    expect(await code(a())).to.equal('HITHERTO_LOAD_RECURSIVE')
    expect(cache.stats().loading).to.equal(0)
  })

  it('through the load of another caller is told so', async () => {
    const gate = deferred<void>()
    const crossing = (own: string, other: string) =>
      cache.getOrSet(own, async () => {
        await gate.promise
        return cache.getOrSet(other, () => 'never')
      })
    const both = [code(crossing('a', 'b')), code(crossing('b', 'a'))]
    await settled()
    gate.resolve()
    expect(await Promise.all(both)).to.deep.equal(['HITHERTO_LOAD_RECURSIVE', 'HITHERTO_LOAD_RECURSIVE'])
  })

  it('through a forced refresh is told so, instead of loading for ever', async () => {
    let loads = 0
    const load = (): unknown => {
      if (++loads > 100) throw new Error('for ever')
      return cache.getOrSet('a', load, { forceRefresh: true })
    }
    expect(await code(cache.getOrSet('a', load))).to.equal('HITHERTO_LOAD_RECURSIVE')
    expect(loads).to.equal(1)
  })

  it('is not what asks twice for the same key at once', async () => {
    const inner = () => cache.getOrSet('inner', async () => 'x')
    expect(await cache.getOrSet('outer', () => Promise.all([inner(), inner()]))).to.deep.equal(['x', 'x'])
  })

  it('is not what shares a load with others that wait for it', async () => {
    const gate = deferred<string>()
    const shared = () => cache.getOrSet('shared', () => gate.promise)
    const answers = [cache.getOrSet('a', shared), cache.getOrSet('b', shared), shared()]
    await settled()
    gate.resolve('x')
    expect(await Promise.all(answers)).to.deep.equal(['x', 'x', 'x'])
  })

  it('is looked for once in each load, however many paths lead to it', async () => {
    // 16 levels of 4 keys: over four thousand million paths.
    const gate = deferred<number>()
    const level = (depth: number): (() => Promise<unknown>) =>
      depth === 0
        ? () => gate.promise
        : async () => {
            await Promise.all([0, 1, 2, 3].map((i) => cache.getOrSet(`${depth}:${i}`, level(depth - 1))))
            return depth
          }
    const answer = cache.getOrSet('top', level(16))
    await settled()
    gate.resolve(1)
    await answer
    expect(cache.stats().loads).to.equal(65)
  })
})
