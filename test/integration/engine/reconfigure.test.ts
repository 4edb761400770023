import { expect } from 'chai'
import type { CacheOptions, Plugin } from '../../../src/index.ts'
import { cacheUnderTest, deferred, hooking, rejection, settled } from '../../fixtures/cache-under-test.ts'

/** A plugin that marks all its generation touches. */
function marking(mark: string): Plugin {
  return {
    name: 'marking',
    start(host) {
      host.hook('key', ({ key }) => ({ key: `${key}@${mark}` }))
      host.hook('load', ({ tags }) => ({ tags: [...tags, `load@${mark}`] }))
      host.hook('store', ({ tags }) => ({ tags: [...tags, `store@${mark}`] }))
    },
  }
}

describe('reconfigure', () => {
  it('changes what later calls get, and keeps the entries', async () => {
    const { cache } = await cacheUnderTest({ ttl: 1_000 })
    await cache.set('a', 1)
    await cache.reconfigure({ ttl: 50 })
    await cache.set('b', 1)
    expect([cache.inspect('a')?.ttlLeft, cache.inspect('b')?.ttlLeft]).to.deep.equal([1_000, 50])
    expect(cache.stats()).to.include({ generation: 2, entries: 2 })
    await cache.close()
  })

  it('carries the entries over to another strategy and to other bounds', async () => {
    const { cache } = await cacheUnderTest({ strategy: 'lru', maxEntries: 100 })
    for (let i = 0; i < 100; i++) await cache.set(`k${i}`, i)
    for (const strategy of ['fifo', 'ttl', 'lru']) {
      await cache.reconfigure({ strategy, maxEntries: 100 })
      expect(cache.stats().entries).to.equal(100)
      for (let i = 0; i < 100; i++) expect(cache.peek(`k${i}`)).to.equal(i)
    }
    await cache.set('k5', 'used')
    await cache.reconfigure({ maxEntries: 10 })
    expect(cache.stats().entries).to.equal(10)
    expect(cache.peek('k5')).to.equal('used')
    await cache.close()
  })

  it('with a bad configuration changes nothing', async () => {
    const log: string[] = []
    const plugin = (name: string, fails = false): Plugin => ({
      name,
      async start(host) {
        if (fails) throw new Error('no')
        host.on('hit', () => log.push(name))
        return () => void log.push(`stop ${name}`)
      },
    })
    const { cache } = await cacheUnderTest({ ttl: 1_000, plugins: [plugin('good')] })
    await cache.set('a', 1)
    const wrong: unknown[] = [
      undefined,
      { ttl: -1 },
      { maxEntries: 0 },
      { strategy: 'nope' },
      { clock: {} },
      { plugins: [plugin('late'), plugin('broken', true)] },
    ]
    for (const options of wrong) {
      const error = await rejection(cache.reconfigure(options as CacheOptions))
      expect(error.code, JSON.stringify(options)).to.match(/^HITHERTO_/)
    }
    expect(log).to.deep.equal(['stop late'])
    await cache.set('b', 1)
    expect(cache.getSync('a')).to.equal(1)
    expect(cache.inspect('b')?.ttlLeft).to.equal(1_000)
    expect(log).to.deep.equal(['stop late', 'good'])
    expect(cache.stats().generation).to.equal(1)
    await cache.close()
  })

  it('happens one after the other, in the order of the calls', async () => {
    const { cache } = await cacheUnderTest()
    const first = cache.reconfigure({ ttl: 10, plugins: [{ name: 'slow', start: () => settled() }] })
    const failing = rejection(cache.reconfigure({ ttl: -1 }))
    const last = cache.reconfigure({ ttl: 30 })
    await Promise.all([first, failing, last])
    await cache.set('a', 1)
    expect(cache.inspect('a')?.ttlLeft).to.equal(30)
    expect(cache.stats().generation).to.equal(3)
    await cache.close()
  })

  it('leaves a call with the generation it began with, and all that happens inside its scope', async () => {
    const { cache } = await cacheUnderTest({ plugins: [marking('one')] })
    const gate = deferred<void>()
    const outer = cache.getOrSet('outer', async (context) => {
      await gate.promise
      const inner = await cache.getOrSet('inner', ({ key }) => key)
      await cache.set('set', 1)
      return [context.key, inner]
    })
    await settled()
    await cache.reconfigure({ plugins: [marking('two')] })
    const inner = cache.getOrSet('inner', ({ key }) => key)
    gate.resolve()
    expect(await outer).to.deep.equal(['outer@one', 'inner@one'])
    expect(await inner).to.equal('inner@two')
    expect(cache.inspect('outer@one')?.deps).to.include.members(['load@one', 'store@one'])
    expect(cache.inspect('inner@one')?.deps).to.have.members(['load@one', 'store@one'])
    expect(cache.inspect('inner@two')?.deps).to.have.members(['load@two', 'store@two'])
    expect(cache.inspect('set@one')?.deps).to.deep.equal(['store@one'])
    await cache.close()
  })

  it('lets a load that began before it store its result', async () => {
    const { cache } = await cacheUnderTest()
    const gate = deferred<string>()
    const before = cache.getOrSet('a', () => gate.promise)
    await settled()
    await cache.reconfigure({ ttl: 5 })
    const joined = cache.getOrSet('a', () => 'never')
    await settled()
    gate.resolve('value')
    expect([await before, await joined]).to.deep.equal(['value', 'value'])
    expect(cache.inspect('a')?.ttlLeft).to.equal(300_000)
    await cache.close()
  })

  it('100 times under concurrent load fails and mixes no call', async function () {
    this.timeout(30_000)
    const { cache, errors } = await cacheUnderTest({ plugins: [marking('0')], ttl: 50 })
    let over = false
    let calls = 0
    const mixed: unknown[] = []
    const generation = (key: string) => key.slice(key.indexOf('@'))
    const call = async (n: number) => {
      const key = `k${n % 7}`
      const seen = await cache.getOrSet(
        key,
        async (context) => {
          await Promise.resolve()
          const inner = await cache.getOrSet(`${key}>`, async ({ key: innerKey }) => innerKey)
          if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
          const innermost = await cache.getOrSet(`${key}>>`, ({ key: innerKey }) => innerKey)
          return [context.key, inner, innermost]
        },
        { forceRefresh: n % 2 === 0 },
      )
      calls++
      if (new Set(seen.map(generation)).size !== 1) mixed.push(seen)
    }
    const worker = async (seed: number) => {
      for (let n = seed; !over; n++) await call(n)
    }
    const work = Promise.all([0, 1, 2, 3, 4, 5].map(worker))
    const strategies = ['lru', 'fifo', 'ttl']
    for (let i = 1; i <= 100; i++) {
      await cache.reconfigure({ plugins: [marking(`${i}`)], strategy: strategies[i % 3] as string, ttl: i })
      await new Promise((resolve) => setImmediate(resolve))
    }
    over = true
    await work
    expect(mixed).to.deep.equal([])
    expect(errors).to.deep.equal([])
    expect(calls).to.be.greaterThan(100)
    expect(cache.stats()).to.include({ generation: 101, loadErrors: 0 })
    await cache.close()
  })

  describe('with other codec hooks', () => {
    const wrapping = (mark: string): Plugin => ({
      name: 'codec',
      start(host) {
        host.hook('encode', ({ value }) => ({ value: { [mark]: value } }))
        host.hook('decode', ({ value }) => ({ value: (value as Record<string, unknown>)[mark] ?? 'garbage' }))
      },
    })

    it('forgets what only the old ones could read', async () => {
      const { cache } = await cacheUnderTest()
      for (const plugins of [[wrapping('a')], [wrapping('b')], []]) {
        await cache.set('k', 'value')
        await cache.reconfigure({ plugins })
        expect([cache.peek('k'), cache.getSync('k'), await cache.get('k')]).to.deep.equal(
          Array(3).fill(undefined),
        )
        expect(await cache.getOrSet('k', () => 'loaded')).to.equal('loaded')
        expect(cache.getSync('k')).to.equal('loaded')
      }
      await cache.close()
    })

    it('refuses what the old generation is still loading and setting', async () => {
      const { cache } = await cacheUnderTest({ plugins: [wrapping('a')] })
      const gate = deferred<string>()
      const answer = cache.getOrSet('k', async () => {
        const value = await gate.promise
        await cache.set('set', value)
        return [value, await cache.getOrSet('inner', () => 'inner'), await cache.get('other')]
      })
      await settled()
      await cache.reconfigure({ plugins: [wrapping('b')] })
      await cache.set('other', 'new')
      gate.resolve('old')
      expect(await answer).to.deep.equal(['old', 'inner', undefined])
      expect(['k', 'set', 'inner', 'other'].map((key) => cache.peek(key))).to.deep.equal([
        undefined,
        undefined,
        undefined,
        'new',
      ])
      await cache.close()
    })

    it('keeps the entries where the very same handlers go on', async () => {
      const encode = ({ value }: { value: unknown }) => ({ value: [value] })
      const decode = ({ value }: { value: unknown }) => ({ value: (value as unknown[])[0] })
      const plugins: Plugin[] = [hooking('encode', encode, 'e'), hooking('decode', decode, 'd')]
      const { cache } = await cacheUnderTest({ plugins })
      await cache.set('k', 'value')
      await cache.reconfigure({ plugins, ttl: 5 })
      expect(cache.peek('k')).to.equal('value')
      await cache.close()
    })
  })

  it('switches the cache off and on, entries kept', async () => {
    const { cache } = await cacheUnderTest()
    await cache.set('a', 1)
    await cache.reconfigure({ enabled: false })
    expect([cache.peek('a'), cache.getSync('a'), await cache.has('a')]).to.deep.equal([
      undefined,
      undefined,
      false,
    ])
    expect(await cache.getOrSet('a', () => 2)).to.equal(2)
    await cache.reconfigure({ enabled: true })
    expect(cache.peek('a')).to.equal(1)
    await cache.close()
  })
})
