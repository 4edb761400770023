import { expect } from 'chai'
import type { Cache, CacheOptions } from '../../../src/index.ts'
import { cacheUnderTest, deferred, settled } from '../../fixtures/cache-under-test.ts'

const ONE = { concurrency: 1 }

describe('places for loads, where loads of one cache ask another', () => {
  const opened: Cache[] = []
  const open = async (loads?: NonNullable<CacheOptions['loads']>) => {
    const { cache } = await cacheUnderTest(loads && { loads })
    opened.push(cache)
    return cache
  }
  afterEach(() => Promise.all(opened.splice(0).map((cache) => cache.close())))

  for (const options of [{}, { bypass: true }]) {
    it(`are kept to by the inner one, however many loads of the outer one ask: ${JSON.stringify(options)}`, async () => {
      const [outer, inner] = [await open(), await open({ concurrency: 2 })]
      let running = 0
      let most = 0
      const source = async () => {
        most = Math.max(most, ++running)
        await settled()
        running--
        return 'done'
      }
      const page = (i: number) =>
        outer.getOrSet(`page ${i}`, () => inner.getOrSet(`row ${i}`, source, options), options)
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => page(i)))
      expect(answers).to.deep.equal(new Array(50).fill('done'))
      expect(most).to.equal(2)
      expect(inner.stats().loading).to.equal(0)
    })
  }

  it('are not waited for by a load inside a load without the cache, which has one of the same cache', async () => {
    const [outer, inner] = [await open(), await open(ONE)]
    const bare = () => inner.getOrSet('a', () => inner.getOrSet('b', () => 'b'), { bypass: true })
    expect(await outer.getOrSet('page', bare)).to.equal('b')
  })

  /** Each of the caches asks the next one while all their places are held. */
  const circle = async (caches: readonly Cache[], options: object) => {
    const gate = deferred<void>()
    const answers = caches.map((cache, at) =>
      cache.getOrSet(
        'outer',
        async () => {
          await gate.promise
          const next = caches[(at + 1) % caches.length] as Cache
          return next.getOrSet('inner', () => at, options)
        },
        options,
      ),
    )
    await settled()
    gate.resolve()
    return Promise.all(answers)
  }

  for (const [how, options] of [
    ['with the cache', {}],
    ['around the cache', { bypass: true }],
  ] as const) {
    it(`are not waited for in a circle, ${how}: two caches, whichever was first`, async () => {
      const [a, b] = [await open(ONE), await open(ONE)]
      expect(await circle([a, b], options)).to.deep.equal([0, 1])
      await Promise.all([a.clear(), b.clear()])
      expect(await circle([b, a], options)).to.deep.equal([0, 1])
    })

    it(`are not waited for in a circle, ${how}: three caches`, async () => {
      const caches = [await open(ONE), await open(ONE), await open(ONE)]
      expect(await circle(caches, options)).to.deep.equal([0, 1, 2])
    })
  }

  it('are not waited for in a circle of caches that are off', async () => {
    const off = { enabled: false, loads: ONE }
    const [a, b] = [await open(ONE), await open(ONE)]
    await Promise.all([a.reconfigure(off), b.reconfigure(off)])
    expect(await circle([a, b], {})).to.deep.equal([0, 1])
  })

  it('are not waited for by a load that another one joins which holds such a place', async () => {
    const [a, b] = [await open(ONE), await open(ONE)]
    const [first, gate] = [deferred<void>(), deferred<void>()]
    const held = a.getOrSet('held', async () => {
      await gate.promise
      return b.getOrSet('shared', () => 'never')
    })
    // It runs in b, and waits for the place of a that `held` has: that was first.
    const shared = b.getOrSet('shared', async () => {
      await first.promise
      const rows = [a.getOrSet('row 1', () => 1), a.getOrSet('row 2', () => 2, { bypass: true })]
      return [...(await Promise.all(rows)), await a.getOrSet('row 3', () => 3)]
    })
    await settled()
    first.resolve()
    await settled()
    expect([a.peek('row 1'), a.stats().loads]).to.deep.equal([undefined, 1])
    gate.resolve()
    expect(await Promise.all([held, shared])).to.deep.equal([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('are not waited for by a batch whose keys such a load waits for', async () => {
    const [a, b] = [await open(ONE), await open({ concurrency: 2 })]
    await b.getOrSet('first', () => a.getOrSet('b waits for a', () => 1))
    const row = b.batch((keys) => Promise.all(keys.map((key) => a.getOrSet(key, () => key))))
    expect(await a.getOrSet('page', () => Promise.all([row('x'), row('y')]))).to.deep.equal(['x', 'y'])
  })
})
