import { expect } from 'chai'
import type { Cache, CallOptions, LoadContext } from '../../../src/index.ts'
import { cacheUnderTest, rejection, type UnderTest } from '../../fixtures/cache-under-test.ts'

/** A load that says something through its context on the way. */
function also(say: (context: LoadContext) => void, value: unknown = 1): (context: LoadContext) => unknown {
  return (context) => {
    say(context)
    return value
  }
}

describe('getOrSet', () => {
  let t: UnderTest
  let cache: Cache
  let loads: number
  const load = () => ++loads
  beforeEach(async () => {
    t = await cacheUnderTest({ ttl: 1_000 })
    cache = t.cache
    loads = 0
  })
  afterEach(() => cache.close())

  it('loads on a miss and not on a hit', async () => {
    expect(await cache.getOrSet('a', load)).to.equal(1)
    expect(await cache.getOrSet('a', load)).to.equal(1)
    expect(cache.stats()).to.include({ hits: 1, misses: 1, loads: 1, stored: 1 })
  })

  it('has an object form, for hits too', async () => {
    const request = { key: 'a', load, ttl: 500, tags: ['t'] }
    expect(await cache.getOrSet(request)).to.equal(1)
    expect(await cache.getOrSet(request)).to.equal(1)
    expect(cache.inspect('a')).to.deep.include({ ttlLeft: 500, deps: ['t'] })
  })

  it('takes the type of its result from the load', async () => {
    const direct: { id: number } = await cache.getOrSet('a', async () => ({ id: 1 }))
    const object: string = await cache.getOrSet({ key: 'b', load: () => 'text' })
    expect([direct.id, object]).to.deep.equal([1, 'text'])
  })

  it('keeps null, and loads undefined each time', async () => {
    const loadNull = () => {
      load()
      return null
    }
    expect(await cache.getOrSet('null', loadNull)).to.equal(null)
    expect(await cache.getOrSet('null', loadNull)).to.equal(null)
    expect(loads).to.equal(1)
    expect(await cache.getOrSet('undefined', () => void load())).to.equal(undefined)
    expect(await cache.getOrSet('undefined', () => void load())).to.equal(undefined)
    expect(loads).to.equal(3)
  })

  it('that loads undefined drops an older answer', async () => {
    await cache.set('a', 1)
    await cache.getOrSet('a', () => undefined, { forceRefresh: true })
    expect(cache.peek('a')).to.equal(undefined)
    await cache.set('a', 1, { ttl: 10, staleWhileRevalidate: 1_000 })
    t.clock.advance(20)
    await cache.getOrSet('a', () => undefined)
    expect(cache.inspect('a')).to.equal(undefined)
  })

  it('rejects without a load that is a function', async () => {
    const wrong = [undefined, null, 'load', {}]
    for (const each of wrong) {
      expect((await rejection(cache.getOrSet('a', each as never))).code).to.equal('HITHERTO_OPTION_INVALID')
      expect((await rejection(cache.getOrSet({ key: 'a', load: each as never }))).code).to.equal(
        'HITHERTO_OPTION_INVALID',
      )
    }
    expect((await rejection(cache.getOrSet(null as never))).code).to.equal('HITHERTO_OPTION_INVALID')
  })

  it('rejects with wrong options before it loads', async () => {
    const wrong = [
      { ttl: '-1s' },
      { timeout: { hard: -1 } },
      { timeout: { soft: 'x' } },
      { nonsense: 1 },
      null,
    ]
    for (const options of wrong) {
      const error = await rejection(cache.getOrSet('a', load, options as unknown as CallOptions))
      expect(error.code, JSON.stringify(options)).to.equal('HITHERTO_OPTION_INVALID')
    }
    expect(loads).to.equal(0)
  })

  it('forceRefresh loads although a fresh entry is there, and stores', async () => {
    await cache.getOrSet('a', load)
    expect(await cache.getOrSet('a', load, { forceRefresh: true })).to.equal(2)
    expect(cache.peek('a')).to.equal(2)
  })

  it('a forced refresh that skips drops the old answer', async () => {
    await cache.set('a', 'old')
    const skipped = also((context) => context.skip(), 'new')
    expect(await cache.getOrSet('a', skipped, { forceRefresh: true })).to.equal('new')
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('bypass neither reads nor writes', async () => {
    await cache.set('a', 'kept')
    expect(await cache.getOrSet('a', load, { bypass: true })).to.equal(1)
    expect(cache.peek('a')).to.equal('kept')
    expect(await cache.getOrSet('b', load, { bypass: true })).to.equal(2)
    expect(cache.peek('b')).to.equal(undefined)
  })

  it('enabled: false loads each time and keeps nothing', async () => {
    const off = (await cacheUnderTest({ enabled: false })).cache
    expect(await off.set('a', 1)).to.equal(false)
    expect([await off.getOrSet('a', load), await off.getOrSet('a', load)]).to.deep.equal([1, 2])
    expect([off.peek('a'), off.getSync('a'), await off.get('a'), await off.has('a')]).to.deep.equal(
      Array(4).fill(undefined).with(3, false),
    )
    expect(off.stats()).to.include({ loads: 2, stored: 0, entries: 0 })
    await off.close()
  })

  describe('gives its load', () => {
    it('the key, a signal and the stale value', async () => {
      const seen: unknown[] = []
      const look = ({ key, signal, stale }: LoadContext) => {
        seen.push(key, signal.aborted, stale)
        return 'new'
      }
      await cache.set('a', { old: true }, { ttl: 10, staleIfError: 100 })
      t.clock.advance(20)
      await cache.getOrSet('a', look)
      await cache.getOrSet('b', look)
      expect(seen).to.deep.equal(['a', false, { old: true }, 'b', false, undefined])
    })

    it('ttl(), which wins over the options', async () => {
      await cache.getOrSet(
        'a',
        also((context) => context.ttl('2s')),
        { ttl: 100 },
      )
      expect(cache.inspect('a')?.ttlLeft).to.equal(2_000)
      await cache.getOrSet(
        'b',
        also((context) => context.ttl(0)),
      )
      expect(cache.inspect('b')).to.equal(undefined)
      const wrong = cache.getOrSet(
        'c',
        also((context) => context.ttl('soon')),
      )
      expect((await rejection(wrong)).code).to.equal('HITHERTO_OPTION_INVALID')
    })

    it('tag(), beside the tags of the options', async () => {
      const tagged = also((context) => context.tag('found', 'more'))
      await cache.getOrSet('a', tagged, { tags: ['named'] })
      expect(cache.inspect('a')?.deps).to.have.members(['named', 'found', 'more'])
      const wrong = cache.getOrSet(
        'b',
        also((context) => context.tag('')),
      )
      expect((await rejection(wrong)).code).to.equal('HITHERTO_TAG_INVALID')
    })

    it('skip(), after which nothing is stored', async () => {
      expect(
        await cache.getOrSet(
          'a',
          also((context) => context.skip()),
        ),
      ).to.equal(1)
      expect(cache.peek('a')).to.equal(undefined)
      expect(cache.stats()).to.include({ stored: 0, notStored: 1 })
    })

    it('the same when it bypasses, without effect on the store', async () => {
      const busy = (context: LoadContext) => {
        context.tag('t')
        context.ttl(5)
        context.skip()
        return context.key
      }
      expect(await cache.getOrSet('a', busy, { bypass: true })).to.equal('a')
      expect(cache.stats().entries).to.equal(0)
    })
  })
})
