import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { expectDependsOn, expectIndependentOf } from '../../contracts/index.ts'
import {
  cacheUnderTest,
  deferred,
  rejection,
  settled,
  type UnderTest,
} from '../../fixtures/cache-under-test.ts'

describe('an answer made from other answers', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ ttl: 10_000 })
    cache = t.cache
  })
  afterEach(() => cache.close())

  const user = () => cache.getOrSet('user', () => 'ada', { tags: ['row:1'] })
  const card = () => cache.getOrSet('card', async () => `<${await user()}>`)
  const page = () => cache.getOrSet('page', async () => `[${await card()}]`)
  const held = () => ['user', 'card', 'page'].map((key) => cache.peek(key) !== undefined)

  /** The same with everything missing, and with the inner answers already there. */
  const preparations: Record<string, () => Promise<unknown>> = {
    'made on the way': async () => {},
    'hit on the way': card,
  }
  for (const [how, prepare] of Object.entries(preparations)) {
    describe(`that were ${how}`, () => {
      beforeEach(async () => {
        await prepare()
        expect(await page()).to.equal('[<ada>]')
        expect(held()).to.deep.equal([true, true, true])
      })

      it('goes with their tags', async () => {
        await cache.invalidate({ tags: ['row:1'] })
        expect(held()).to.deep.equal([false, false, false])
      })

      it('goes when one of them is deleted', async () => {
        await cache.delete('user')
        expect(held()).to.deep.equal([false, false, false])
      })

      it('goes when one of them is set', async () => {
        await cache.set('user', 'grace')
        expect(held()).to.deep.equal([true, false, false])
        expect(await page()).to.equal('[<grace>]')
      })

      it('goes when one of them is invalidated by key', async () => {
        await cache.invalidate({ keys: ['card'] })
        expect(held()).to.deep.equal([true, false, false])
      })

      it('does not take them with it', async () => {
        await cache.delete('page')
        expect(held()).to.deep.equal([true, true, false])
      })

      it('says what it depends on', () => {
        expectDependsOn(cache, 'page', ['row:1', 'user', 'card'])
      })
    })
  }

  it('knows those of getMany, getSync, get and peek, too', async () => {
    const reads: Record<string, () => unknown> = {
      getMany: () => cache.getMany(['x', 'inner']),
      getSync: () => cache.getSync('inner'),
      get: () => cache.get('inner'),
      peek: () => cache.peek('inner'),
      has: () => cache.has('inner'),
      'getOrSet after an invalidation': async () => {
        await cache.invalidate({ tags: ['unrelated'] })
        return cache.getOrSet('inner', () => 'never')
      },
    }
    for (const [name, read] of Object.entries(reads)) {
      await cache.set('inner', 1, { tags: ['row:2'] })
      await cache.getOrSet(name, async () => (await read()) ?? null)
      expect(cache.peek(name), name).to.not.equal(undefined)
      await cache.invalidate({ tags: ['row:2'] })
      expect(cache.peek(name), name).to.equal(undefined)
    }
  })

  it('depends on what it asked for and did not find', async () => {
    const reads: Record<string, () => unknown> = {
      getSync: () => cache.getSync('flag'),
      get: () => cache.get('flag'),
      peek: () => cache.peek('flag'),
      has: () => cache.has('flag'),
    }
    for (const [name, read] of Object.entries(reads)) {
      await cache.getOrSet(name, async () => (await read()) ?? 'off')
      expect(cache.peek(name), name).to.not.equal(undefined)
      await cache.set('flag', 'on')
      expect(cache.peek(name), name).to.equal(undefined)
      await cache.delete('flag')
    }
  })

  it('goes when the namespace of an inner one is cleared, or one around it', async () => {
    const users = cache.namespace('users')
    const inner = users.namespace('x')
    for (const prepare of [async () => {}, () => inner.getOrSet('u', () => 1)]) {
      for (const cleared of [inner, users]) {
        await inner.clear()
        await prepare()
        await cache.getOrSet('outer', () => inner.getOrSet('u', () => 1))
        expect(cache.peek('outer')).to.equal(1)
        await cleared.clear()
        expect(cache.peek('outer')).to.equal(undefined)
      }
    }
  })

  it('goes with an inner answer of another cache', async () => {
    const other = (await cacheUnderTest()).cache
    const make = () => cache.getOrSet('outer', () => other.getOrSet('inner', () => 1, { tags: ['t'] }))
    const ends = [
      () => other.delete('inner'),
      () => other.set('inner', 2),
      () => other.clear(),
      () => other.invalidate({ tags: ['t'] }),
    ]
    for (const end of ends) {
      await make()
      expect(cache.peek('outer')).to.not.equal(undefined)
      await end()
      expect(cache.peek('outer'), end.toString()).to.equal(undefined)
    }
    await make()
    await cache.invalidate({ tags: ['t'] })
    expect(cache.peek('outer')).to.not.equal(undefined)
    await other.close()
  })

  describe('that change while it is made', () => {
    it('is not stored when an inner one is deleted after it was read', async () => {
      const gate = deferred<void>()
      const outer = cache.getOrSet('outer', async () => {
        const read = await cache.getOrSet('inner', () => 'old')
        await gate.promise
        return read
      })
      await settled()
      await cache.delete('inner')
      gate.resolve()
      expect(await outer).to.equal('old')
      expect(cache.peek('outer')).to.equal(undefined)
    })

    it('is not stored when an inner one is set while its load is under way', async () => {
      const gate = deferred<string>()
      const outer = cache.getOrSet('outer', () => cache.getOrSet('inner', () => gate.promise))
      await settled()
      await cache.set('inner', 'set')
      gate.resolve('old')
      expect(await outer).to.equal('old')
      await settled()
      expect(cache.peek('outer')).to.equal(undefined)
      expect(cache.peek('inner')).to.equal('set')
    })

    it('is not joined by who comes after an inner one was deleted', async () => {
      const gate = deferred<string>()
      const make = () => cache.getOrSet('outer', () => cache.getOrSet('inner', () => gate.promise))
      const before = make()
      await settled()
      await cache.delete('inner')
      const after = cache.getOrSet('outer', () => 'new')
      expect(await after).to.equal('new')
      gate.resolve('old')
      expect(await before).to.equal('old')
    })

    it('is stored when the change came before it was read', async () => {
      const gate = deferred<void>()
      const outer = cache.getOrSet('outer', async () => {
        await gate.promise
        return cache.getOrSet('inner', () => 'new')
      })
      await settled()
      await cache.delete('inner')
      gate.resolve()
      await outer
      expect(cache.peek('outer')).to.equal('new')
    })
  })

  it('takes over what a load that it joined was made from', async () => {
    const gate = deferred<string>()
    const first = cache.getOrSet('inner', (context) => {
      context.tag('row:3')
      return gate.promise
    })
    await settled()
    const outer = cache.getOrSet('outer', () => cache.getOrSet('inner', () => 'never'))
    await settled()
    gate.resolve('x')
    expect(await Promise.all([first, outer])).to.deep.equal(['x', 'x'])
    await cache.invalidate({ tags: ['row:3'] })
    expect(cache.peek('outer')).to.equal(undefined)
  })

  it('depends on nothing that is read after it was made', async () => {
    const gate = deferred<void>()
    let background: Promise<unknown> = Promise.resolve()
    await cache.set('later', 1, { tags: ['row:4'] })
    await cache.getOrSet('outer', (context) => {
      background = gate.promise.then(() => {
        context.tag('row:5')
        return cache.get('later')
      })
      return 'made'
    })
    gate.resolve()
    await background
    await cache.invalidate({ tags: ['row:4', 'row:5'] })
    await cache.delete('later')
    expect(cache.peek('outer')).to.equal('made')
  })

  it('keeps apart what loads side by side have read', async () => {
    await cache.set('x', 1, { tags: ['row:x'] })
    await cache.set('y', 1, { tags: ['row:y'] })
    const make = (key: string, ...reads: string[]) =>
      cache.getOrSet(key, async () => {
        for (let round = 0; round < 5; round++) {
          for (const read of reads) await cache.get(read)
          await settled()
        }
        return key
      })
    await Promise.all([make('one', 'x'), make('two', 'y'), make('both', 'x', 'y')])
    expectDependsOn(cache, 'one', ['x', 'row:x'])
    expectIndependentOf(cache, 'one', ['y', 'row:y'])
    expectDependsOn(cache, 'two', ['y', 'row:y'])
    expectIndependentOf(cache, 'two', ['x', 'row:x'])
    expectDependsOn(cache, 'both', ['x', 'row:x', 'y', 'row:y'])
  })

  it('is not bound to an answer whose wait was given up', async () => {
    const controller = new AbortController()
    const outer = cache.getOrSet('outer', async () => {
      const inner = cache.getOrSet('slow', () => new Promise(() => {}), { signal: controller.signal })
      await rejection(inner)
      return 'without'
    })
    await settled()
    controller.abort(new Error('enough'))
    expect(await outer).to.equal('without')
    expect(cache.peek('outer')).to.equal('without')
  })

  it('with bypass still notes what it reads in the load around it', async () => {
    await cache.set('inner', 1, { tags: ['row:6'] })
    await cache.getOrSet('outer', () =>
      cache.getOrSet(
        'between',
        async (context) => {
          context.tag('row:7')
          return cache.get('inner')
        },
        { bypass: true },
      ),
    )
    expectDependsOn(cache, 'outer', ['row:6', 'row:7', 'inner'])
  })

  describe('lives no longer than they do', () => {
    const ttlLeft = () => cache.inspect('outer')?.ttlLeft
    const make = (how = {}) =>
      cache.getOrSet('outer', () => cache.getOrSet('inner', () => 1, { ttl: 1_000 }), how)

    it('when they were made on the way', async () => {
      await make()
      expect(ttlLeft()).to.equal(1_000)
    })

    it('when they were hit on the way, with what is left of their time', async () => {
      await cache.set('inner', 1, { ttl: 1_000 })
      t.clock.advance(400)
      await make()
      expect(ttlLeft()).to.equal(600)
    })

    it('when they were joined on the way', async () => {
      const gate = deferred<number>()
      const first = cache.getOrSet('inner', () => gate.promise, { ttl: 1_000 })
      await settled()
      const outer = make()
      await settled()
      gate.resolve(1)
      await Promise.all([first, outer])
      expect(ttlLeft()).to.equal(1_000)
    })

    it('unless it names its own lifetime, in its options or in its load', async () => {
      await make({ ttl: 5_000 })
      expect(ttlLeft()).to.equal(5_000)
      await cache.delete('outer')
      await cache.getOrSet('outer', (context) => {
        context.ttl(7_000)
        return cache.get('inner')
      })
      expect(ttlLeft()).to.equal(7_000)
    })

    it('and an inner one that named its own speaks for what it was made from', async () => {
      await cache.set('innermost', 1, { ttl: 100 })
      const middle = () => cache.getOrSet('middle', () => cache.get('innermost'), { ttl: 2_000 })
      await cache.getOrSet('outer', middle)
      expect(ttlLeft()).to.equal(2_000)
    })

    it('also where the load in between has the default lifetime', async () => {
      await cache.getOrSet('outer', () =>
        cache.getOrSet('middle', () => cache.getOrSet('inner', () => 1, { ttl: 1_000 })),
      )
      expect([ttlLeft(), cache.inspect('middle')?.ttlLeft]).to.deep.equal([1_000, 1_000])
    })

    it('so it is not stored if one of them was not to be kept', async () => {
      await cache.getOrSet('outer', () => cache.getOrSet('inner', (context) => context.skip() ?? 1))
      expect(cache.peek('outer')).to.equal(undefined)
      await cache.getOrSet('outer', () => cache.getOrSet('inner', () => 1, { ttl: 0 }))
      expect(cache.peek('outer')).to.equal(undefined)
      await cache.getOrSet('outer', () => cache.getOrSet('inner', (context) => context.skip() ?? 1), {
        ttl: 50,
      })
      expect(ttlLeft()).to.equal(50)
    })
  })

  it('lives as long where a sliding one was loaded as where it was there', async () => {
    const inner = () => cache.getOrSet('inner', () => 1, { ttl: 1_000, sliding: 10 })
    await cache.getOrSet('on a miss', inner)
    await cache.getOrSet('on a hit', inner)
    for (const key of ['on a miss', 'on a hit']) expect(cache.inspect(key)?.ttlLeft).to.equal(10)
  })

  describe('is not stored as fresh when one of them was stale', () => {
    const make = (load: () => unknown, how = {}) =>
      cache.getOrSet('outer', () => cache.getOrSet('inner', load, how), { ttl: 60_000 })
    beforeEach(async () => {
      await cache.set('inner', 'old', { ttl: 10, staleWhileRevalidate: 1_000, staleIfError: 1_000 })
      t.clock.advance(20)
    })

    it('while it was being revalidated', async () => {
      expect(await make(() => 'new', { staleWhileRevalidate: 1_000 })).to.equal('old')
      expect(cache.peek('outer')).to.equal(undefined)
      await settled()
      expect(await make(() => 'never')).to.equal('new')
      expect(cache.peek('outer')).to.equal('new')
    })

    it('because of an error', async () => {
      const down = () => Promise.reject(new Error('down'))
      expect(await make(down, { staleIfError: 1_000 })).to.equal('old')
      expect(cache.peek('outer')).to.equal(undefined)
    })

    it('because of a soft timeout', async () => {
      const answer = make(() => new Promise(() => {}), { staleIfError: 1_000, timeout: { soft: 50 } })
      await settled()
      t.clock.advance(50)
      expect(await answer).to.equal('old')
      expect(cache.peek('outer')).to.equal(undefined)
      expect(cache.stats().refusedFills).to.equal(1)
    })

    it('and is not joined by who comes after what the stale one was made from has changed', async () => {
      await cache.set('inner', 'old', { ttl: 10, staleWhileRevalidate: 1_000, tags: ['row:8'] })
      t.clock.advance(20)
      const gate = deferred<void>()
      const before = cache.getOrSet('outer', async () => {
        const read = await cache.getOrSet('inner', () => gate.promise, { staleWhileRevalidate: 1_000 })
        await gate.promise
        return read
      })
      await settled()
      await cache.invalidate({ tags: ['row:8'] })
      expect(await cache.getOrSet('outer', () => 'new')).to.equal('new')
      gate.resolve()
      expect(await before).to.equal('old')
    })

    it('two levels up neither', async () => {
      const middle = () => cache.getOrSet('middle', () => cache.getOrSet('inner', () => 'new', swr))
      const swr = { staleWhileRevalidate: 1_000 }
      expect(await cache.getOrSet('outer', middle)).to.equal('old')
      expect([cache.peek('middle'), cache.peek('outer')]).to.deep.equal([undefined, undefined])
    })
  })
})
