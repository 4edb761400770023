import { expect } from 'chai'
import type { HookHandler, Plugin, PluginHost, PointName } from '../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  hooking,
  rejection,
  settled,
  thrown,
} from '../../fixtures/cache-under-test.ts'

const withHook = <P extends PointName>(point: P, handler: HookHandler<P>) =>
  cacheUnderTest({ plugins: [hooking(point, handler)], hookTimeout: 100 })

describe('hook points', () => {
  describe('key', () => {
    it('names the key as the cache knows it, for every operation', async () => {
      const { cache } = await withHook('key', ({ key }) => ({ key: key.toLowerCase() }))
      await cache.set('A', 1)
      expect([cache.peek('a'), cache.getSync('A'), await cache.get('a'), await cache.has('A')]).to.deep.equal(
        [1, 1, 1, true],
      )
      expect(await cache.getOrSet('A', () => 2)).to.equal(1)
      await cache.invalidate({ keys: ['A'] })
      expect(await cache.has('a')).to.equal(false)
      await cache.getOrSet('B', (context) => context.key)
      expect(await cache.get('b')).to.equal('b')
      expect(await cache.expire('B')).to.equal(true)
      await cache.set('b', 1)
      expect(await cache.delete('B')).to.equal(true)
      expect(cache.stats().entries).to.equal(0)
      await cache.close()
    })

    it('tells the namespace', async () => {
      const seen: string[] = []
      const { cache } = await withHook('key', ({ namespace, key }) => void seen.push(`${namespace}|${key}`))
      await cache.namespace('n').get('a')
      await cache.get('b')
      expect(seen).to.deep.equal(['["n"]|a', '|b'])
      await cache.close()
    })
  })

  describe('lookup', () => {
    it('can send a call past the cache', async () => {
      const { cache } = await withHook('lookup', ({ key }) => ({ bypass: key.startsWith('live:') }))
      expect(await cache.getOrSet('live:a', () => 1)).to.equal(1)
      expect(await cache.getOrSet('live:a', () => 2)).to.equal(2)
      expect(await cache.set('live:a', 3)).to.equal(false)
      expect([cache.peek('live:a'), cache.getSync('live:a'), await cache.get('live:a')]).to.deep.equal([
        undefined,
        undefined,
        undefined,
      ])
      expect(await cache.getOrSet('a', () => 1)).to.equal(1)
      expect(await cache.getOrSet('a', () => 2)).to.equal(1)
      await cache.close()
    })

    it('gets the key that the key hooks made', async () => {
      const seen: string[] = []
      const { cache } = await cacheUnderTest({
        plugins: [
          hooking('lookup', ({ key }) => void seen.push(key), 'looks'),
          hooking('key', ({ key }) => ({ key: `${key}!` }), 'names'),
        ],
      })
      await cache.get('a')
      cache.getSync('b')
      expect(seen).to.deep.equal(['a!', 'b!'])
      await cache.close()
    })
  })

  describe('load', () => {
    it('can name a lifetime and add tags, before the load', async () => {
      const seen: unknown[] = []
      const { cache } = await withHook('load', (context) => {
        seen.push(context)
        return { ttl: 700, tags: [...context.tags, 'hooked'] }
      })
      await cache.getOrSet('a', () => 1)
      await cache.getOrSet('b', () => 1, { ttl: 100, tags: ['own'] })
      expect(seen).to.deep.equal([
        { namespace: '', key: 'a', ttl: undefined, tags: [] },
        { namespace: '', key: 'b', ttl: 100, tags: ['own'] },
      ])
      expect(cache.inspect('a')).to.deep.include({ ttlLeft: 700, deps: ['hooked'] })
      expect(cache.inspect('b')?.deps).to.have.members(['own', 'hooked'])
      await cache.close()
    })

    it('names its own lifetime, so inner answers do not bound it', async () => {
      const { cache } = await withHook('load', ({ key }) => (key === 'outer' ? { ttl: 5_000 } : undefined))
      await cache.getOrSet('outer', () => cache.getOrSet('inner', () => 1, { ttl: 10 }))
      expect(cache.inspect('outer')?.ttlLeft).to.equal(5_000)
      await cache.close()
    })

    it('is not asked on a hit or a set', async () => {
      let asked = 0
      const { cache } = await withHook('load', () => void asked++)
      await cache.set('a', 1)
      await cache.getOrSet('a', () => 2)
      expect(asked).to.equal(0)
      await cache.close()
    })
  })

  describe('store', () => {
    it('can veto: the callers get the answer, the store does not, nor does what is made from it', async () => {
      const { cache } = await withHook('store', ({ key }) => ({ veto: key === 'secret' }))
      expect(await cache.getOrSet('secret', () => 1)).to.equal(1)
      expect(await cache.set('secret', 1)).to.equal(false)
      expect(cache.peek('secret')).to.equal(undefined)
      await cache.getOrSet('outer', () => cache.getOrSet('secret', () => 1))
      expect(cache.peek('outer')).to.equal(undefined)
      expect(cache.stats().notStored).to.equal(4)
      await cache.close()
    })

    it('can change the value, the lifetime and the tags', async () => {
      const { cache } = await withHook('store', ({ value }) => ({ value: `${value}!`, ttl: 70, tags: ['t'] }))
      await cache.set('a', 'x')
      expect(cache.peek('a')).to.equal('x!')
      expect(cache.inspect('a')).to.deep.include({ ttlLeft: 70, deps: ['t'] })
      expect(await cache.getOrSet('b', () => 'y')).to.equal('y')
      expect(cache.peek('b')).to.equal('y!')
      await cache.close()
    })

    it('that is slow outdates what was made from the old value meanwhile', async () => {
      let gate = deferred<void>()
      gate.resolve()
      const { cache } = await withHook('store', ({ key }) => (key === 'inner' ? gate.promise : undefined))
      await cache.set('inner', 'old')
      gate = deferred()
      const writing = cache.set('inner', 'new')
      await settled()
      expect(await cache.getOrSet('outer', () => cache.get('inner'))).to.equal('old')
      expect(cache.peek('outer')).to.equal('old')
      gate.resolve()
      await writing
      expect(cache.peek('outer')).to.equal(undefined)
      await cache.close()
    })

    it('that is slow loses against what was called later for the same key', async () => {
      const gates = new Map<unknown, PromiseLike<void>>()
      const { cache } = await withHook('store', ({ value }) => gates.get(value) as Promise<void> | undefined)
      const later: Record<string, [() => Promise<unknown>, unknown]> = {
        set: [() => cache.set('a', 'later'), 'later'],
        'set of undefined': [() => cache.set('a', undefined), undefined],
        delete: [() => cache.delete('a'), undefined],
        'invalidate by key': [() => cache.invalidate({ keys: ['a'] }), undefined],
      }
      for (const [name, [change, left]] of Object.entries(later)) {
        const gate = deferred<void>()
        gates.set('earlier', gate.promise)
        const setting = cache.set('a', 'earlier')
        await settled()
        await change()
        gate.resolve()
        expect(await setting, name).to.equal(false)
        expect(cache.peek('a'), name).to.equal(left)
      }
      await cache.close()
    })

    it('that is slow does not stop what was called later for another key, or after it', async () => {
      const gate = deferred<void>()
      const { cache } = await withHook('store', ({ key }) => (key === 'a' ? gate.promise : undefined))
      const setting = cache.set('a', 1)
      await settled()
      await cache.set('b', 2)
      gate.resolve()
      expect(await setting).to.equal(true)
      expect(await cache.getMany(['a', 'b'])).to.deep.equal([1, 2])
      expect(await cache.set('a', 3)).to.equal(true)
      await cache.close()
    })

    it('that is slow loses against an invalidation that comes meanwhile', async () => {
      const gate = deferred<void>()
      const { cache } = await withHook('store', () => gate.promise)
      const loading = cache.getOrSet('a', () => 'old', { tags: ['t'] })
      const setting = cache.set('b', 'old', { tags: ['t'] })
      await settled()
      await cache.invalidate({ tags: ['t'] })
      gate.resolve()
      expect([await loading, await setting]).to.deep.equal(['old', false])
      expect(cache.stats()).to.include({ entries: 0, refusedFills: 2 })
      await cache.close()
    })
  })

  describe('encode and decode', () => {
    const codec: Plugin = {
      name: 'codec',
      start(host) {
        host.hook('encode', ({ value }) => ({ value: JSON.stringify(value) }))
        host.hook('decode', ({ value }) => ({ value: JSON.parse(value as string) as unknown }))
      },
    }

    it('change what is kept, and turn it back for every reader', async () => {
      const { cache } = await cacheUnderTest({ plugins: [codec] })
      const gate = deferred<object>()
      const answers = [1, 2].map(() => cache.getOrSet<object>('a', () => gate.promise))
      await settled()
      gate.resolve({ n: 1 })
      expect(await Promise.all(answers)).to.deep.equal([{ n: 1 }, { n: 1 }])
      await cache.set('b', { n: 2 })
      expect([cache.peek('a'), cache.getSync('a'), await cache.get('b')]).to.deep.equal([
        { n: 1 },
        { n: 1 },
        { n: 2 },
      ])
      expect(await cache.getMany(['a', 'b'])).to.deep.equal([{ n: 1 }, { n: 2 }])
      expect(await cache.getOrSet('b', () => 'never')).to.deep.equal({ n: 2 })
      await cache.close()
    })

    it('decode stale answers, too', async () => {
      const { cache, clock } = await cacheUnderTest({ plugins: [codec], ttl: 10, staleWhileRevalidate: 100 })
      await cache.set('a', { n: 1 })
      clock.advance(20)
      expect(await cache.getOrSet('a', () => ({ n: 2 }))).to.deep.equal({ n: 1 })
      await settled()
      await cache.close()
    })

    it('decode that throws is a miss: nobody is given the encoded form', async () => {
      const broken = {
        name: 'broken',
        start: (host: PluginHost) => {
          host.hook('encode', ({ value }) => ({ value: JSON.stringify(value) }))
          host.hook('decode', () => {
            throw new Error('broken')
          })
        },
      }
      const { cache } = await cacheUnderTest({ plugins: [broken] })
      await cache.set('a', { n: 1 })
      expect([await cache.get('a'), cache.getSync('a'), cache.peek('a')]).to.deep.equal(
        Array(3).fill(undefined),
      )
      expect(await cache.getOrSet('a', () => ({ n: 2 }))).to.deep.equal({ n: 2 })
      await cache.close()
    })

    it('decode may be asynchronous where the read is', async () => {
      const { cache } = await cacheUnderTest({
        plugins: [hooking('decode', async ({ value }) => ({ value: [value] }))],
      })
      await cache.set('a', 1)
      expect(await cache.get('a')).to.deep.equal([1])
      expect(await cache.getOrSet('a', () => 2)).to.deep.equal([1])
      await cache.close()
    })

    it('encode may be asynchronous', async () => {
      const { cache } = await cacheUnderTest({
        plugins: [hooking('encode', async () => ({ value: 'coded' }))],
      })
      expect(await cache.set('a', 1)).to.equal(true)
      expect(cache.peek('a')).to.equal('coded')
      await cache.close()
    })
  })

  describe('invalidate', () => {
    it('can veto, and change tags and keys', async () => {
      const { cache } = await withHook('invalidate', ({ tags, keys }) => ({
        veto: tags.includes('never'),
        keys: [...keys, ...tags.filter((tag) => tag.startsWith('key:')).map((tag) => tag.slice(4))],
      }))
      await cache.set('a', 1, { tags: ['never'] })
      await cache.invalidate({ tags: ['never'] })
      expect(cache.peek('a')).to.equal(1)
      await cache.invalidate({ tags: ['key:a'] })
      expect(cache.peek('a')).to.equal(undefined)
      expect(cache.stats().invalidations).to.equal(1)
      await cache.close()
    })

    it('makes a delete that it is against, or whose key it takes away, say that nothing was removed', async () => {
      for (const against of [{ veto: true }, { keys: [] }]) {
        const { cache } = await withHook('invalidate', () => against)
        await cache.set('a', 1)
        expect([await cache.delete('a'), await cache.deleteMany(['a']), cache.peek('a')]).to.deep.equal([
          false,
          0,
          1,
        ])
        await cache.close()
      }
    })

    it('sees deletes, by the key that the key hooks made', async () => {
      const seen: unknown[] = []
      const { cache } = await cacheUnderTest({
        plugins: [
          hooking('invalidate', (context) => void seen.push(context), 'sees'),
          hooking('key', ({ key }) => ({ key: `${key}!` }), 'names'),
        ],
      })
      await cache.delete('a')
      expect(seen).to.deep.equal([{ namespace: '', tags: [], keys: ['a!'], veto: false }])
      await cache.close()
    })
  })

  it('run in the declared order, each with what the one before it left', async () => {
    const add = (name: string, after: readonly string[]): Plugin => ({
      ...hooking('key', ({ key }) => ({ key: `${key}${name}` }), name),
      after,
    })
    const { cache } = await cacheUnderTest({ plugins: [add('c', ['b']), add('a', []), add('b', ['a'])] })
    await cache.getOrSet('', (context) => context.key)
    expect(await cache.get('')).to.equal('abc')
    await cache.close()
  })

  it('that stay synchronous keep synchronous reads synchronous', async () => {
    const { cache } = await cacheUnderTest({
      plugins: [
        hooking('key', () => {}, 'a'),
        hooking('lookup', () => {}, 'b'),
        hooking('decode', () => {}, 'c'),
      ],
    })
    await cache.set('a', 1)
    expect([cache.getSync('a'), cache.peek('a')]).to.deep.equal([1, 1])
    await cache.close()
  })

  for (const point of ['key', 'lookup', 'decode'] as const) {
    it(`a promise from ${point} is refused for getSync and peek, and awaited for the others`, async () => {
      const { cache, errors } = await cacheUnderTest({ plugins: [hooking(point, async () => {})] })
      await cache.set('a', 1)
      for (const read of [() => cache.getSync('a'), () => cache.peek('a')]) {
        const error = thrown(read)
        expect(error.code).to.equal('HITHERTO_HOOK_ASYNC')
        expect(error.message).to.include(`The ${point} hook of "test"`)
      }
      expect([await cache.get('a'), await cache.getOrSet('a', () => 2), await cache.has('a')]).to.deep.equal([
        1,
        1,
        true,
      ])
      expect(errors).to.deep.equal([])
      await cache.close()
    })
  }

  it('a rejected promise from a hook of a refused read is nobody’s unhandled rejection', async () => {
    const { cache } = await cacheUnderTest({
      plugins: [hooking('key', () => Promise.reject(new Error('late')))],
    })
    expect(thrown(() => cache.getSync('a')).code).to.equal('HITHERTO_HOOK_ASYNC')
    await settled()
    await cache.close()
  })

  describe('with a handler that fails', () => {
    const points: readonly PointName[] = ['key', 'lookup', 'load', 'store', 'encode', 'decode', 'invalidate']
    const kinds: Record<string, () => unknown> = {
      throws: () => {
        throw new Error('broken')
      },
      rejects: () => Promise.reject(new Error('broken')),
      'never settles': () => new Promise(() => {}),
    }
    for (const point of points) {
      for (const [kind, handler] of Object.entries(kinds)) {
        it(`${point}: one that ${kind} is reported, and the work goes on`, async () => {
          const { cache, clock, errors } = await withHook(point, handler as HookHandler<typeof point>)
          const work = (async () => {
            const answer = await cache.getOrSet('a', () => 1, { tags: ['t'] })
            const again = await cache.getOrSet('a', () => 2)
            await cache.invalidate({ tags: ['t'] })
            return [answer, again, await cache.getOrSet('a', () => 3)]
          })()
          let done = false
          void work.finally(() => {
            done = true
          })
          for (let i = 0; i < 20 && !done; i++) {
            await settled()
            clock.advance(100)
          }
          expect(await work).to.deep.equal([1, secondAnswer(point), 3])
          expect(errors).to.not.deep.equal([])
          for (const error of errors) expect(error).to.have.property('code', 'HITHERTO_HOOK_FAILED')
          expect(String(errors[0])).to.include(`The ${point} hook of "test" failed`)
          expect(cache.stats().hookErrors).to.equal(errors.length)
          await cache.close()
        })
      }
    }

    const wrong: { [P in PointName]?: readonly object[] } = {
      key: [{ key: 42 }, { key: undefined }],
      lookup: [{ bypass: 'yes' }, { key: null }],
      load: [{ ttl: 'soon' }, { tags: 't' }, { tags: [''] }],
      store: [{ ttl: -1 }, { tags: [1] }, { veto: 1 }],
      invalidate: [{ tags: 't' }, { keys: [1] }, { veto: null }],
    }
    for (const [point, patches] of Object.entries(wrong) as [PointName, readonly object[]][]) {
      it(`${point}: one that returns what makes no sense is reported, and the work goes on`, async () => {
        for (const patch of patches) {
          const { cache, errors } = await withHook(point, () => patch as never)
          await cache.set('b', 0, { tags: ['t'] })
          expect(await cache.getOrSet('a', () => 1, { tags: ['t'] })).to.equal(1)
          expect(await cache.getOrSet('a', () => 2)).to.equal(1)
          await cache.invalidate({ tags: ['t'] })
          expect(await cache.has('a')).to.equal(false)
          expect(cache.stats().bytes).to.be.greaterThanOrEqual(0)
          expect(errors[0], JSON.stringify(patch)).to.have.property('code', 'HITHERTO_HOOK_FAILED')
          await cache.close()
        }
      })
    }
  })

  it('that answer after their deadline change nothing any more', async () => {
    const gate = deferred<object>()
    const { cache, clock } = await withHook('key', () => gate.promise)
    const answer = cache.getOrSet('a', (context) => context.key)
    await settled()
    clock.advance(100)
    expect(await answer).to.equal('a')
    gate.resolve({ key: 'late' })
    await settled()
    expect(clock.pendingTimers).to.equal(1)
    await cache.close()
  })

  it('that answer in time leave no timer behind', async () => {
    const { cache, clock } = await withHook('invalidate', async () => {})
    await cache.invalidate({ tags: ['t'] })
    expect(clock.pendingTimers).to.equal(0)
    await cache.close()
  })

  it('of an unknown name, or with what is not a function, fail the start of their plugin', async () => {
    const bad = hooking('sotre' as PointName, () => {})
    const error = await rejection(cacheUnderTest({ plugins: [bad] }))
    expect(error.code).to.equal('HITHERTO_PLUGIN_START')
    expect(error.message).to.include("did you mean 'store'?")
    const worse = hooking('store', 'not a function' as never)
    expect((await rejection(cacheUnderTest({ plugins: [worse] }))).code).to.equal('HITHERTO_PLUGIN_START')
  })
})

/** Without its codec nothing is kept, or what was kept cannot be read: a miss, never the encoded form. */
function secondAnswer(point: PointName): number {
  return point === 'encode' || point === 'decode' ? 2 : 1
}
