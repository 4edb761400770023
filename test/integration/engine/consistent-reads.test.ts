import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { cacheUnderTest } from '../../fixtures/cache-under-test.ts'

/** Runs `task` as the load of a page: in a scope. */
function inPage<T>(cache: Cache, task: () => Promise<T>): Promise<T> {
  return cache.getOrSet('page', task, { forceRefresh: true })
}

/** Runs `task` outside of the scope it is called in. */
function elsewhere(task: () => Promise<unknown>): Promise<void> {
  return new Promise((resolve) => setElsewhere.push(() => void task().then(() => resolve())))
}
const setElsewhere: (() => void)[] = []

describe('inside a scope', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  let runner: NodeJS.Timeout
  before(() => {
    // Started outside of every scope: what it runs has none.
    runner = setInterval(() => setElsewhere.shift()?.(), 1)
  })
  after(() => clearInterval(runner))
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest({ ttl: 100 }))
    await cache.set('a', { version: 1 })
  })
  afterEach(() => cache.close())

  const reads: Record<string, () => Promise<unknown>> = {
    getSync: async () => cache.getSync('a'),
    get: () => cache.get('a'),
    getOrSet: () => cache.getOrSet('a', () => ({ version: 'loaded' })),
    getOrSetMany: async () => (await cache.getOrSetMany(['a'], async () => [{ version: 'loaded' }]))[0],
  }

  for (const [name, read] of Object.entries(reads)) {
    it(`${name} gives the same answer again, though the key was written elsewhere meanwhile`, async () => {
      const seen = await inPage(cache, async () => {
        const first = await read()
        await elsewhere(() => cache.set('a', { version: 2 }))
        return [first, await read()]
      })
      expect(seen).to.deep.equal([{ version: 1 }, { version: 1 }])
      expect(cache.peek('a')).to.deep.equal({ version: 2 })
    })

    it(`${name} sees what the scope itself has written`, async () => {
      const seen = await inPage(cache, async () => {
        await read()
        await cache.set('a', { version: 2 })
        const second = await read()
        await cache.invalidate({ keys: ['a'] })
        await cache.set('a', { version: 3 })
        return [second, await read()]
      })
      expect(seen).to.deep.equal([{ version: 2 }, { version: 3 }])
    })
  }

  it('an answer that expired and was loaded anew elsewhere stays what it was', async () => {
    const seen = await inPage(cache, async () => {
      const first = await cache.getOrSet('a', () => 0)
      clock.advance(100)
      await elsewhere(() => cache.getOrSet('a', () => ({ version: 2 })))
      return [first, await cache.getOrSet('a', () => 0)]
    })
    expect(seen).to.deep.equal([{ version: 1 }, { version: 1 }])
  })

  it('what was loaded for it is read once, too', async () => {
    const seen = await inPage(cache, async () => {
      const first = await cache.getOrSet('b', () => 1)
      await elsewhere(() => cache.set('b', 2))
      return [first, await cache.getOrSet('b', () => 3)]
    })
    expect(seen).to.deep.equal([1, 1])
  })

  it('each reader has a copy of its own', async () => {
    await inPage(cache, async () => {
      const first = (await cache.get<{ version: number }>('a')) as { version: number }
      await elsewhere(() => cache.set('b', 1))
      first.version = 99
      expect(await cache.get('a')).to.deep.equal({ version: 1 })
      return 'page'
    })
  })

  it('`consistent: false` looks again, and forceRefresh loads again', async () => {
    const seen = await inPage(cache, async () => {
      await cache.get('a')
      await elsewhere(() => cache.set('a', { version: 2 }))
      const again = await cache.getOrSet('a', () => 0, { consistent: false })
      return [again, await cache.getOrSet('a', () => ({ version: 3 }), { forceRefresh: true })]
    })
    expect(seen).to.deep.equal([{ version: 2 }, { version: 3 }])
  })

  it('what was made from an answer that is outdated by then is not kept', async () => {
    await cache.getOrSet('made', async () => {
      await cache.get('a')
      await elsewhere(() => cache.set('a', { version: 2 }))
      return cache.get('a')
    })
    expect(cache.peek('made')).to.equal(undefined)
    expect(cache.stats().refusedFills).to.equal(1)
  })

  it('a load inside it reads for itself: its answer is for others, too', async () => {
    const seen = await inPage(cache, async () => {
      await cache.get('a')
      await elsewhere(() => cache.set('a', { version: 2 }))
      return cache.getOrSet('inner', () => cache.get('a'))
    })
    expect(seen).to.deep.equal({ version: 2 })
    expect(cache.peek('inner')).to.deep.equal({ version: 2 })
  })
})
