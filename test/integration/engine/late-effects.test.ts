import { expect } from 'chai'
import type { Cache, CacheEnvironment, CacheOptions, LoadContext } from '../../../src/index.ts'
import { fakeClock } from '../../contracts/index.ts'
import { cacheUnderTest, deferred, hooking, rejection, settled } from '../../fixtures/cache-under-test.ts'

/** A load whose answer is not kept. */
const skipping =
  (answer: number) =>
  ({ skip }: LoadContext) => {
    skip()
    return answer
  }

describe('what takes effect late', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  const open = async (options: CacheOptions & CacheEnvironment = {}) => {
    ;({ cache, clock } = await cacheUnderTest({ ttl: 100, ...options }))
  }
  afterEach(() => cache.close())

  describe('a delete', () => {
    it('takes effect within its call, so a set that comes next stays', async () => {
      await open()
      await cache.set('a', 1)
      const deleted = cache.delete('a')
      expect(cache.peek('a')).to.equal(undefined)
      const stored = cache.set('a', 2)
      expect(await Promise.all([deleted, stored])).to.deep.equal([true, true])
      expect(cache.peek('a')).to.equal(2)
    })

    for (const how of ['delete', 'invalidate'] as const) {
      it(`(${how}) that waits for a hook leaves what was set meanwhile`, async () => {
        const gate = deferred<void>()
        await open({ plugins: [hooking('invalidate', () => gate.promise)] })
        await cache.set('a', 1)
        const gone = how === 'delete' ? cache.delete('a') : cache.invalidate({ keys: ['a'] })
        await cache.set('a', 2)
        gate.resolve()
        await gone
        expect(cache.peek('a')).to.equal(2)
      })
    }
  })

  describe('a back-off', () => {
    const fails = () => Promise.reject(new Error('down'))

    it('ends with a clear, of the namespace or of one around it', async () => {
      await open({ errorBackoff: 1_000 })
      const inner = cache.namespace('inner')
      for (const cleared of [inner, cache]) {
        await rejection(inner.getOrSet('a', fails))
        await cleared.clear()
        expect(await inner.getOrSet('a', () => 1)).to.equal(1)
        await inner.delete('a')
      }
    })

    it('does not begin if the key was deleted, or all was cleared, while the load ran', async () => {
      for (const write of [() => cache.delete('a'), () => cache.clear()]) {
        await open({ errorBackoff: 1_000 })
        const gate = deferred<number>()
        const failing = rejection(cache.getOrSet('a', () => gate.promise))
        await settled()
        await write()
        gate.reject(new Error('down'))
        await failing
        expect(await cache.getOrSet('a', () => 1)).to.equal(1)
      }
    })
  })

  describe('notModified', () => {
    it('keeps the value as it was, whatever the load has done with its copy', async () => {
      await open({ staleIfError: 1_000 })
      await cache.set('a', { n: 1 })
      clock.advance(100)
      const answer = await cache.getOrSet('a', (context) => {
        ;(context.stale as { n: number }).n = 2
        return context.notModified()
      })
      expect([answer, cache.peek('a')]).to.deep.equal([{ n: 1 }, { n: 1 }])
    })

    it('hands out validators that nobody else sees change', async () => {
      await open({ staleIfError: 1_000 })
      await cache.getOrSet('a', ({ validate }) => {
        validate({ etag: 'one' })
        return 1
      })
      clock.advance(100)
      const seen: unknown[] = []
      for (let i = 0; i < 2; i++) {
        await cache.getOrSet('a', ({ validators }) => {
          seen.push({ ...validators })
          Object.assign(validators as object, { etag: 'two' })
          throw new Error('down')
        })
      }
      expect(seen).to.deep.equal([{ etag: 'one' }, { etag: 'one' }])
    })

    it('and the other functions of the context can be taken out of it, as the guide does', async () => {
      await open({ staleIfError: 1_000 })
      await cache.getOrSet('a', ({ validate, ttl, tag, key }) => {
        validate({ etag: 'one' })
        ttl(50)
        tag('t')
        return key
      })
      clock.advance(50)
      expect(await cache.getOrSet('a', ({ notModified }) => notModified())).to.equal('a')
      await cache.invalidate({ tags: ['t'] })
      expect(await cache.getOrSet('a', skipping(2))).to.equal(2)
      expect(cache.peek('a')).to.equal(undefined)
    })
  })

  describe('a sliding lifetime', () => {
    it('does not move the end of the stale window further than the end of freshness', async () => {
      const fractional = fakeClock({ start: 1_000.3 })
      await open({ clock: fractional, ttl: Number.POSITIVE_INFINITY })
      await cache.set('a', 1, { sliding: 100, staleIfError: 50 })
      for (let i = 0; i < 1_000; i++) {
        fractional.advance(0.3)
        cache.getSync('a')
      }
      expect(cache.inspect('a')?.staleLeft).to.be.within(150, 151)
    })

    it('that has no stale window ends with expire, beside entries that have one', async () => {
      const fractional = fakeClock({ start: 1_000.3 })
      await open({ clock: fractional })
      await cache.set('other', 1, { staleIfError: 50 })
      await cache.set('a', 1, { sliding: 10.1 })
      await cache.expire('a')
      expect(cache.inspect('a')?.state).to.equal('dead')
    })
  })

  describe('a hook that settles after close', () => {
    for (const call of ['set', 'getOrSet'] as const) {
      it(`stores nothing (${call}), and sets no timer`, async () => {
        const gate = deferred<void>()
        await open({ hookTimeout: '1h', plugins: [hooking('store', () => gate.promise)] })
        const written = call === 'set' ? cache.set('a', 1) : cache.getOrSet('a', () => 1)
        written.catch(() => {})
        await settled()
        const closing = cache.close()
        await settled()
        clock.advance(1_000)
        await closing
        gate.resolve()
        await written.catch(() => {})
        await settled()
        expect(cache.stats().entries).to.equal(0)
        expect(clock.pendingTimers).to.equal(0)
      })
    }
  })

  it('a tag found late has changed, though a full table pushed it out while it was invalidated', async () => {
    await open({ maxTags: 2 })
    const gate = deferred<void>()
    const loading = cache.getOrSet('a', async ({ tag }) => {
      await gate.promise
      tag('t2')
      return 'before'
    })
    await settled()
    await cache.invalidate({ tags: ['t1', 't2', 't3'] })
    await cache.reconfigure({ ttl: 100, maxTags: 100 })
    gate.resolve()
    await loading
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('a load that waits for itself is found, though another wait for it has ended', async () => {
    await open()
    const controller = new AbortController()
    const gate = deferred<void>()
    const outer = cache.getOrSet('outer', async () => {
      const load = async () => {
        await gate.promise
        return cache.getOrSet('outer', () => 0)
      }
      const left = rejection(cache.getOrSet('inner', load, { signal: controller.signal }))
      const stays = cache.getOrSet('inner', load)
      await settled()
      controller.abort(new Error('gone'))
      await left
      gate.resolve()
      return stays
    })
    expect((await rejection(outer)).code).to.equal('HITHERTO_LOAD_RECURSIVE')
  })
})
