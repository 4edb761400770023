import { expect } from 'chai'
import type { Cache, LoadContext } from '../../../src/index.ts'
import { expectStale } from '../../contracts/index.ts'
import {
  cacheUnderTest,
  type Deferred,
  deferred,
  settled,
  type UnderTest,
} from '../../fixtures/cache-under-test.ts'

describe('a load and what happens to its key and tags meanwhile', () => {
  let t: UnderTest
  let cache: Cache
  let gate: Deferred<string>
  /** Names its tag before it waits. */
  const load = (context: LoadContext) => {
    context.tag('row')
    return gate.promise
  }
  beforeEach(async () => {
    t = await cacheUnderTest()
    cache = t.cache
    gate = deferred()
  })
  afterEach(() => cache.close())

  /** Starts a load, changes something, lets it end; gives what the first caller got. */
  async function during(change: () => Promise<unknown>): Promise<string> {
    const answer = cache.getOrSet('a', load)
    await settled()
    await change()
    gate.resolve('old')
    const got = await answer
    await settled()
    return got
  }

  const changes: Record<string, () => Promise<unknown>> = {
    'delete of the key': () => cache.delete('a'),
    'expire of the key': () => cache.expire('a'),
    'invalidate of the key': () => cache.invalidate({ keys: ['a'] }),
    'invalidate of a tag': () => cache.invalidate({ tags: ['row'] }),
    clear: () => cache.clear(),
  }
  for (const [name, change] of Object.entries(changes)) {
    it(`${name} refuses the result; who came before gets it`, async () => {
      const refused: unknown[] = []
      cache.on('refused', (event) => refused.push(event.because))
      expect(await during(change)).to.equal('old')
      expect(cache.peek('a')).to.equal(undefined)
      expect(cache.stats().refusedFills).to.equal(1)
      expect(refused).to.have.lengthOf(1)
    })

    it(`${name} makes later callers load anew, before the old load has ended`, async () => {
      const before = [cache.getOrSet('a', load), cache.getOrSet('a', load)]
      await settled()
      await change()
      const after = [1, 2].map(() => cache.getOrSet('a', async () => 'new'))
      expect(await Promise.all(after)).to.deep.equal(['new', 'new'])
      gate.resolve('old')
      expect(await Promise.all(before)).to.deep.equal(['old', 'old'])
      await settled()
      expect(cache.peek('a')).to.equal('new')
      expect(cache.stats().loads).to.equal(2)
    })
  }

  it('expire of an entry that is just refreshed leaves it stale', async () => {
    const windows = { ttl: 10, staleWhileRevalidate: 1_000 }
    await cache.set('a', 'older', windows)
    t.clock.advance(20)
    expect(await cache.getOrSet('a', load, windows)).to.equal('older')
    await settled()
    expect(await cache.expire('a')).to.equal(true)
    gate.resolve('old')
    await settled()
    expectStale(cache, 'a')
    expect(await cache.getOrSet('a', async () => 'new', windows)).to.equal('older')
    await settled()
    expect(cache.peek('a')).to.equal('new')
  })

  it('a clear of the namespace around refuses the result', async () => {
    const inner = cache.namespace('n').namespace('m')
    const answer = inner.getOrSet('a', load)
    await settled()
    await cache.namespace('n').clear()
    gate.resolve('old')
    expect(await answer).to.equal('old')
    expect(inner.peek('a')).to.equal(undefined)
  })

  it('a clear of another namespace does not', async () => {
    await during(() => cache.namespace('n').clear())
    expect(cache.peek('a')).to.equal('old')
  })

  it('an invalidation of other tags and keys does not', async () => {
    await during(async () => {
      await cache.invalidate({ tags: ['other'] })
      await cache.delete('other')
    })
    expect(cache.peek('a')).to.equal('old')
  })

  it('a set wins over the load', async () => {
    expect(await during(() => cache.set('a', 'set'))).to.equal('old')
    expect(cache.peek('a')).to.equal('set')
    expect(await cache.getOrSet('a', () => 'never')).to.equal('set')
  })

  it('a set is seen at once by who comes next, although the load is under way', async () => {
    const answer = cache.getOrSet('a', load)
    await settled()
    await cache.set('a', 'set')
    expect(await cache.getOrSet('a', () => 'never')).to.equal('set')
    gate.resolve('old')
    await answer
  })

  it('a set of undefined refuses the result, too', async () => {
    await during(() => cache.set('a', undefined))
    expect(cache.peek('a')).to.equal(undefined)
  })

  it('a newer load wins over the older one, whichever ends first', async () => {
    for (const newerFirst of [true, false]) {
      gate = deferred()
      const newer = deferred<string>()
      const first = cache.getOrSet('a', load)
      await settled()
      const second = cache.getOrSet('a', () => newer.promise, { forceRefresh: true })
      await settled()
      if (newerFirst) newer.resolve('new')
      else gate.resolve('old')
      await settled()
      newer.resolve('new')
      gate.resolve('old')
      expect(await Promise.all([first, second])).to.deep.equal(['old', 'new'])
      await settled()
      expect(cache.peek('a')).to.equal('new')
      await cache.delete('a')
    }
  })

  it('a delete and a set of another value during the load leaves the set', async () => {
    await during(async () => {
      await cache.delete('a')
      await cache.set('a', 'set')
    })
    expect(cache.peek('a')).to.equal('set')
  })

  it('a load of undefined does not remove what was set meanwhile', async () => {
    const answer = cache.getOrSet('a', () => gate.promise.then(() => undefined))
    await settled()
    await cache.set('a', 'set')
    gate.resolve('')
    await answer
    expect(cache.peek('a')).to.equal('set')
  })

  describe('with a tag that is found after its row was read', () => {
    let row: string
    let reads: number
    /** Reads the row, waits, and says only then what it was made from. */
    const late = async (context: LoadContext) => {
      const read = row
      reads++
      await gate.promise
      context.tag('row')
      return read
    }
    const write = async (value: string) => {
      row = value
      await cache.invalidate({ tags: ['row'] })
    }
    beforeEach(() => {
      row = 'v0'
      reads = 0
    })

    it('an invalidation in between refuses the result', async () => {
      const answer = cache.getOrSet('a', late)
      await settled()
      await write('v1')
      gate.resolve('')
      expect(await answer).to.equal('v0')
      expect(cache.peek('a')).to.equal(undefined)
    })

    it('who came after the invalidation gets the new row, though the flight looked joinable', async () => {
      const before = cache.getOrSet('a', late)
      await settled()
      await write('v1')
      const after = [cache.getOrSet('a', late), cache.getOrSet('a', late)]
      await settled()
      expect(reads).to.equal(1)
      gate.resolve('')
      expect(await before).to.equal('v0')
      expect(await Promise.all(after)).to.deep.equal(['v1', 'v1'])
      expect(reads).to.equal(2)
      expect(cache.peek('a')).to.equal('v1')
    })

    it('who came between two invalidations gets nothing older than the first', async () => {
      const before = cache.getOrSet('a', late)
      await settled()
      await write('v1')
      const between = cache.getOrSet('a', late)
      await settled()
      await write('v2')
      gate.resolve('')
      expect(await before).to.equal('v0')
      expect(await between).to.equal('v2')
    })

    it('who came after the invalidation gets the new row, even if the tag was forgotten meanwhile', async () => {
      await cache.reconfigure({ maxTags: 1 })
      const before = cache.getOrSet('a', async (context) => {
        const read = await late(context)
        // A table of one record: these push the record of the tag out while the load still needs it.
        context.tag('x', 'y')
        return read
      })
      await settled()
      await write('v1')
      const after = cache.getOrSet('a', late)
      await settled()
      gate.resolve('')
      expect(await before).to.equal('v0')
      expect(await after).to.equal('v1')
    })

    it('who came before an invalidation keeps the answer, whatever else was invalidated earlier', async () => {
      const named = (context: LoadContext) => {
        context.tag('row')
        return late(context)
      }
      const first = cache.getOrSet('a', named)
      await settled()
      await cache.invalidate({ tags: ['unrelated'] })
      const second = cache.getOrSet('a', named)
      await settled()
      await write('v1')
      gate.resolve('')
      expect([await first, await second]).to.deep.equal(['v0', 'v0'])
      expect(reads).to.equal(1)
    })

    it('the same for a row that a function inside the load has read', async () => {
      const outer = () => cache.getOrSet('outer', () => cache.getOrSet('a', late))
      const before = outer()
      await settled()
      await write('v1')
      const after = outer()
      await settled()
      gate.resolve('')
      expect(await before).to.equal('v0')
      expect(await after).to.equal('v1')
      expect([cache.peek('outer'), cache.peek('a')]).to.deep.equal(['v1', 'v1'])
    })
  })

  it('a tag that a hook adds is compared with the lease, too', async () => {
    const { cache: hooked } = await cacheUnderTest({
      plugins: [{ name: 'tagger', start: (host) => host.hook('store', () => ({ tags: ['row'] })) }],
    })
    const answer = hooked.getOrSet('a', () => gate.promise)
    await settled()
    await hooked.invalidate({ tags: ['row'] })
    gate.resolve('old')
    await answer
    expect(hooked.peek('a')).to.equal(undefined)
    await hooked.getOrSet('a', () => 'new')
    expect(hooked.peek('a')).to.equal('new')
    await hooked.invalidate({ tags: ['row'] })
    expect(hooked.peek('a')).to.equal(undefined)
    await hooked.close()
  })

  it('an unrelated invalidation leaves a hit a hit, and is looked at once', async () => {
    await cache.set('a', 1, { tags: ['row'] })
    await cache.invalidate({ tags: ['other'] })
    expect(cache.getSync('a')).to.equal(1)
    expect(cache.getSync('a')).to.equal(1)
    expect(cache.stats()).to.include({ hits: 2, misses: 0, invalidated: 0 })
  })
})
