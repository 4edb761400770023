import { getEventListeners } from 'node:events'
import { expect } from 'chai'
import { openScopes } from '../../../src/application/engine/scope.ts'
import type { Cache, CacheOptions, LoadMany } from '../../../src/index.ts'
import { cacheUnderTest, deferred, hooking, rejection, settled } from '../../fixtures/cache-under-test.ts'

const shout = async (keys: readonly string[]) => keys.map((key) => `${key}!`)

describe('batches, whatever is around them', () => {
  let cache: Cache
  const open = async (options: CacheOptions) => {
    ;({ cache } = await cacheUnderTest(options))
    return cache
  }
  afterEach(async () => {
    expect(cache.stats().loading).to.equal(0)
    await cache.close()
  })

  for (const queue of [10, 0]) {
    for (const bypass of [false, true]) {
      const how = bypass ? ', around the cache' : ''
      it(`inside a load take its place, where there is but one and ${queue} may wait${how}`, async () => {
        await open({ loads: { concurrency: 1, queue } })
        const inner = cache.batch(shout, { bypass })
        const middle = cache.batch((keys) => Promise.all(keys.map((key) => inner(`inner ${key}`))), {
          bypass,
        })
        expect(await cache.getOrSet('outer', () => middle('a'))).to.equal('inner a!')
      })
    }
  }

  it('that wait for a place are let in as soon as the load that has it waits for one of their keys', async () => {
    await open({ loads: { concurrency: 1, queue: 10 } })
    const batch = cache.batch(shout)
    const gate = deferred<void>()
    const outer = cache.getOrSet('outer', async () => {
      await gate.promise
      return cache.getOrSet('a', () => 'a load of its own')
    })
    await settled()
    const waiting = [batch('a'), batch('b')]
    await settled()
    gate.resolve()
    expect(await outer).to.equal('a!')
    expect(await Promise.all(waiting)).to.deep.equal(['a!', 'b!'])
  })

  it('do not wait for a place if such a load came before they were sent off', async () => {
    await open({ loads: { concurrency: 1, queue: 10 } })
    const batch = cache.batch(shout)
    const gate = deferred<void>()
    const outer = cache.getOrSet('outer', async () => {
      await gate.promise
      return cache.getOrSet('a', () => 'a load of its own')
    })
    await settled()
    const waiting = batch('a')
    gate.resolve()
    expect(await Promise.all([outer, waiting])).to.deep.equal(['a!', 'a!'])
  })

  for (const how of [{ forceRefresh: true }, { bypass: true }]) {
    it(`of one key twice, with ${Object.keys(how)}, give each place an answer`, async () => {
      await open({})
      expect(await cache.getOrSetMany(['a', 'b', 'a'], shout, how)).to.deep.equal(['a!', 'b!', 'a!'])
    })
  }

  it('load a key twice that was deleted between two calls of one turn', async () => {
    await open({})
    const loads: (readonly string[])[] = []
    const batch = cache.batch(async (keys) => {
      loads.push(keys)
      return shout(keys)
    })
    const before = [batch('a'), batch('b')]
    const after = Promise.resolve().then(async () => {
      await cache.delete('a')
      return batch('a')
    })
    expect(await Promise.all([...before, after])).to.deep.equal(['a!', 'b!', 'a!'])
    expect(loads).to.deep.equal([['a', 'b'], ['a']])
  })

  it('tell each of several loads of one key what was said for that key', async () => {
    await open({})
    const load: LoadMany<string> = async (keys, { of }) => {
      for (const key of keys) of(key).tag('said')
      return [...keys]
    }
    const batch = cache.batch(load, { forceRefresh: true })
    await Promise.all([cache.getOrSet('one', () => batch('a')), cache.getOrSet('two', () => batch('a'))])
    await cache.invalidate({ tags: ['said'] })
    expect([cache.peek('one'), cache.peek('two')]).to.deep.equal([undefined, undefined])
  })

  it('know by the key hooks which keys are one', async () => {
    await open({ plugins: [hooking('key', async ({ key }) => ({ key: key.toLowerCase() }))] })
    const loads: (readonly string[])[] = []
    const load = async (keys: readonly string[]) => {
      loads.push(keys)
      return shout(keys)
    }
    expect(await cache.getOrSetMany(['a', 'A', 'b'], load)).to.deep.equal(['a!', 'a!', 'b!'])
    expect(loads).to.deep.equal([['a', 'b']])
  })

  it('find that they wait for themselves, through one another', async () => {
    await open({ loads: { concurrency: 1, queue: 5 } })
    const batch: (key: string) => Promise<unknown> = cache.batch(async (keys) =>
      Promise.all(keys.map((key) => batch(key === 'a' ? 'b' : 'a'))),
    )
    expect((await rejection(batch('a'))).code).to.equal('HITHERTO_LOAD_RECURSIVE')
  })

  it('put one listener on a signal, however many keys there are, and take it off', async () => {
    await open({})
    const { signal } = new AbortController()
    const gate = deferred<void>()
    const many = cache.getOrSetMany<string>(
      Array.from({ length: 100 }, (_, i) => `k${i}`),
      (keys) => gate.promise.then(() => shout(keys)),
      { signal },
    )
    await settled()
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(1)
    gate.resolve()
    await many
    expect(getEventListeners(signal, 'abort')).to.have.lengthOf(0)
  })

  it('end each wait under a signal that is aborted', async () => {
    await open({})
    const controller = new AbortController()
    const gate = deferred<string[]>()
    const many = cache.getOrSetMany(['a', 'b'], () => gate.promise, { signal: controller.signal })
    await settled()
    controller.abort(new Error('gone'))
    expect((await many).map(String)).to.deep.equal(['Error: gone', 'Error: gone'])
    gate.resolve(['1', '2'])
    await settled()
    expect(cache.peek('b')).to.equal('2')
  })

  it('reject what is wrong with the call itself, as getOrSet does', async () => {
    await open({})
    expect((await rejection(cache.getOrSetMany(['a'], shout, { ttl: -1 }))).code).to.equal(
      'HITHERTO_OPTION_INVALID',
    )
    const keys = ['a', 1] as unknown as string[]
    expect((await rejection(cache.getOrSetMany(keys, shout, { forceRefresh: true }))).code).to.equal(
      (await rejection(cache.getOrSetMany(keys, shout))).code,
    )
    await cache.close()
    expect((await rejection(cache.getOrSetMany(['a'], shout))).code).to.equal('HITHERTO_CACHE_CLOSED')
  })

  it('leave nothing open when the cache is closed under them', async () => {
    const scopes = openScopes.count
    await open({ loads: { concurrency: 1, queue: 10 }, errorBackoff: 1_000 })
    const never = () => new Promise<string[]>(() => {})
    const calls = [
      cache.batch(never)('a'),
      cache.batch(never, { bypass: true })('b'),
      cache.getOrSetMany(['c', 'd'], never).then(([error]) => Promise.reject(error as Error)),
    ]
    const codes = Promise.all(calls.map(async (call) => (await rejection(call)).code))
    await settled()
    await cache.close()
    expect(await codes).to.deep.equal(calls.map(() => 'HITHERTO_CACHE_CLOSED'))
    await settled()
    expect(openScopes.count).to.equal(scopes)
  })
})
