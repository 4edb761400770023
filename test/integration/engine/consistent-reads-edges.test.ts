import { expect } from 'chai'
import type { Cache, CacheOptions, Plugin } from '../../../src/index.ts'
import { cacheUnderTest, deferred, hooking, settled } from '../../fixtures/cache-under-test.ts'

/** A codec of its own for what is stored, and what it read that was not its own. */
function marked(mark: string, later: boolean): Plugin[] {
  const soon = <T>(value: T) => (later ? Promise.resolve(value) : value)
  return [
    hooking('encode', ({ value }) => soon({ value: { mark, value } }), `encode ${mark}`),
    hooking(
      'decode',
      ({ value }) => {
        const kept = value as { mark?: string; value?: unknown }
        return soon({ value: kept.mark === mark ? kept.value : `not written by ${mark}` })
      },
      `decode ${mark}`,
    ),
  ]
}

describe('inside a scope, at the edges', () => {
  const elsewhere: (() => void)[] = []
  let runner: NodeJS.Timeout
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  let errors: unknown[]
  before(() => {
    // Started outside of every scope: what it runs has none.
    runner = setInterval(() => elsewhere.shift()?.(), 1)
  })
  after(() => clearInterval(runner))
  afterEach(() => cache.close())

  const open = async (options: CacheOptions = {}) => {
    ;({ cache, clock, errors } = await cacheUnderTest({ ttl: 100, ...options }))
  }
  const page = <T>(task: () => Promise<T>) => cache.getOrSet('page', task)
  const setElsewhere = (key: string, value: unknown) =>
    new Promise((resolve) => elsewhere.push(() => resolve(cache.set(key, value))))

  for (const later of [false, true]) {
    it(`an answer is decoded once, with ${later ? 'asynchronous' : 'synchronous'} codec hooks`, async () => {
      await open({ plugins: marked('one', later) })
      await cache.set('kept', { n: 1 })
      const seen = await page(async () => [
        await cache.getOrSet('loaded', () => ({ n: 2 })),
        await cache.getOrSet('loaded', () => 0),
        await cache.get('loaded'),
        await cache.get('kept'),
        await cache.getOrSet('kept', () => 0),
        await cache.get('kept'),
      ])
      expect(seen).to.deep.equal([2, 2, 2, 1, 1, 1].map((n) => ({ n })))
      expect(errors).to.deep.equal([])
    })
  }

  it('what was seen in a form that nobody reads any more is read anew', async () => {
    const outer = (await cacheUnderTest()).cache
    await open({ plugins: marked('one', false) })
    await cache.set('a', 'good')
    const seen = await outer.getOrSet('page', async () => {
      const first = await cache.get('a')
      await cache.reconfigure({ plugins: marked('two', false) })
      return [first, await cache.getOrSet('a', () => 'good')]
    })
    expect(seen).to.deep.equal(['good', 'good'])
    await outer.close()
  })

  it('what it writes while it waits for an older answer is what it reads then', async () => {
    for (const how of ['set', 'delete', 'tag'] as const) {
      await open()
      const gate = deferred<string>()
      const seen = await page(async () => {
        const older = cache.getOrSet('a', () => gate.promise)
        await settled()
        if (how === 'set') await cache.set('a', 'newer')
        else if (how === 'delete') await cache.delete('a')
        else await cache.invalidate({ tags: ['any'] })
        if (how === 'tag') await cache.set('a', 'newer')
        gate.resolve('older')
        await older
        return cache.getOrSet('a', () => 'newer')
      })
      expect(seen, how).to.equal('newer')
    }
  })

  it('a load that sets its own key has written it for whoever waits for it, too', async () => {
    await open()
    const seen = await page(async () => {
      await cache.getOrSet('a', async () => {
        await cache.set('a', 'set')
        return 'returned'
      })
      return cache.getOrSet('a', () => 'loaded')
    })
    expect(seen).to.equal('set')
  })

  it('what the load of a batch writes, those who wait for it have written', async () => {
    await open()
    await cache.set('a', 1)
    const many = cache.batch(async (keys) => {
      await cache.set('a', 2)
      return [...keys]
    })
    const read = async (key: string) => {
      const first = cache.getSync('a')
      await many(key)
      return [first, cache.getSync('a')]
    }
    const pages = ['b', 'c'].map((key) => cache.getOrSet(`page of ${key}`, () => read(key)))
    expect(await Promise.all(pages)).to.deep.equal([
      [1, 2],
      [1, 2],
    ])
    const bypassed = cache.batch(
      async (keys) => {
        await cache.set('a', 3)
        return [...keys]
      },
      { bypass: true },
    )
    const seen = await page(async () => [cache.getSync('a'), await bypassed('d'), cache.getSync('a')])
    expect(seen).to.deep.equal([2, 'd', 3])
  })

  it('an answer stays what it was when its entry has gone, and what was loaded then was not kept', async () => {
    await open()
    await cache.set('a', 1)
    const seen = await page(async () => {
      const reads = [cache.getSync('a')]
      clock.advance(100)
      reads.push(cache.getSync('a'), await cache.get('a'))
      reads.push(
        await cache.getOrSet('a', (load) => {
          load.skip()
          return 2
        }),
      )
      return reads
    })
    expect(seen).to.deep.equal([1, 1, 1, 1])
  })

  it('peek and has see the same as others', async () => {
    await open()
    await cache.set('a', 1)
    const seen = await page(async () => {
      await cache.get('a')
      await setElsewhere('a', 2)
      const peeked = cache.peek('a')
      clock.advance(100)
      return [peeked, await cache.has('a'), await cache.get('a')]
    })
    expect(seen).to.deep.equal([1, true, 1])
  })

  it('with more dependencies than are kept apart, a key is still read once', async () => {
    await open({ maxDeps: 2 })
    for (let i = 0; i < 10; i++) await cache.set(`k${i}`, 1)
    const seen = await page(async () => {
      for (let i = 0; i < 10; i++) await cache.get(`k${i}`)
      await setElsewhere('k9', 2)
      return cache.get('k9')
    })
    expect(seen).to.equal(1)
  })

  it('however often one key is read, others are remembered', async () => {
    await open()
    await cache.set('hot', 1)
    await cache.set('a', 1)
    const seen = await page(async () => {
      for (let i = 0; i < 1_100; i++) cache.getSync('hot')
      await cache.get('a')
      await setElsewhere('a', 2)
      return [await cache.get('a'), cache.getSync('hot')]
    })
    expect(seen).to.deep.equal([1, 1])
  })

  it('with more keys than are remembered, it never goes back to an older answer', async () => {
    await open()
    await cache.set('a', 1)
    const seen = await page(async () => {
      await cache.get('a')
      for (let i = 0; i < 1_100; i++) await cache.getOrSet(`k${i}`, () => i)
      await cache.getOrSet('a', () => 2, { forceRefresh: true })
      return cache.get('a')
    })
    expect(seen).to.equal(2)
  })

  it('its own writes count, though the tag table has dropped the record of the key', async () => {
    await open({ maxTags: 1 })
    const gate = deferred<string>()
    const seen = await page(async () => {
      const older = cache.getOrSet('a', () => gate.promise)
      await settled()
      await cache.getOrSet('b', () => 1)
      await cache.set('a', 'newer')
      gate.resolve('older')
      await older
      return cache.getOrSet('a', () => 'newer')
    })
    expect(seen).to.equal('newer')
  })

  it('a value that cannot be copied is not remembered: who reads it again gets another one', async () => {
    class Open {
      n = 1
    }
    await open()
    const seen = await page(async () => {
      const first = await cache.getOrSet('a', () => new Open())
      first.n = 2
      return (await cache.getOrSet('a', () => new Open())).n
    })
    expect(seen).to.equal(1)
  })
})
