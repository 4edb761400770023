import { expect } from 'chai'
import type { Plugin } from '../../../src/index.ts'
import { cacheUnderTest, deferred, hooking, recorded, settled } from '../../fixtures/cache-under-test.ts'

/* What is done where the short way of a hit does not answer. */

describe('a fresh entry that is looked at anew', () => {
  it('is a hit of its key, in the request that asked', async () => {
    const { cache } = await cacheUnderTest()
    const inner = cache.namespace('n')
    await inner.set('a', 1)
    const events = recorded(cache, 'hit')
    const look = async () => {
      await cache.invalidate({ tags: ['so that it is looked at'] })
      return inner.getOrSet('a', () => 2)
    }
    expect(await look()).to.equal(1)
    expect(await cache.getOrSet('page', look)).to.equal(1)
    expect(events.map(({ event }) => [event.namespace, event.key])).to.deep.equal([
      [inner.name, 'a'],
      [inner.name, 'a'],
    ])
    expect(events[0]?.event.correlation).to.equal(0)
    expect(events[1]?.event.correlation).to.be.above(0)
    expect(cache.stats()).to.include({ hits: 2, loads: 1 })
    await cache.close()
  })

  it('is not removed in place of a newer one, when a hook cannot decode it', async () => {
    const gate = deferred<void>()
    let decodes = 0
    const plugin = hooking('decode', async ({ value }) => {
      decodes += 1
      if (decodes > 1) return { value }
      await gate.promise
      throw new Error('cannot be decoded')
    })
    const { cache, errors } = await cacheUnderTest({ plugins: [plugin] })
    await cache.set('a', 'old')
    const answer = cache.getOrSet('a', () => 'loaded')
    await settled()
    await cache.set('a', 'new')
    gate.resolve()
    expect(await answer).to.equal('new')
    expect([errors.length, cache.stats().loads]).to.deep.equal([1, 0])
    await cache.close()
  })

  it('whose key record the full table has dropped gets a new one with the next read', async () => {
    const { cache } = await cacheUnderTest({ maxTags: 16 })
    await cache.set('a', 1)
    const page = () => cache.getOrSet('page', () => cache.getSync('a'))
    await page()
    for (let i = 0; i < 100; i++) await cache.set(`${i}`, i, { tags: [`t${i}`] })
    await cache.delete('page')
    await page()
    expect(cache.peek('page')).to.equal(1)
    await cache.delete('a')
    expect(cache.peek('page')).to.equal(undefined)
    await cache.close()
  })
})

describe('entries of a cache whose codec hooks change', () => {
  const encoding: Plugin = hooking('encode', ({ value }) => ({ value }), 'encoding')
  const decoding: Plugin = hooking('decode', ({ value }) => ({ value }), 'decoding')
  const other = {
    encode: hooking('encode', ({ value }) => ({ value }), 'other'),
    decode: hooking('decode', ({ value }) => ({ value }), 'other'),
  }
  const changes: Record<string, readonly [readonly Plugin[], boolean]> = {
    'neither of them': [[encoding, decoding], true],
    'that encodes': [[other.encode, decoding], false],
    'that decodes': [[encoding, other.decode], false],
  }
  for (const [which, [plugins, stay]] of Object.entries(changes)) {
    it(`${stay ? 'stay' : 'are forgotten'}: ${which}`, async () => {
      const { cache } = await cacheUnderTest({ plugins: [encoding, decoding] })
      await cache.set('a', 1)
      await cache.reconfigure({ plugins: [...plugins] })
      expect(await cache.get('a')).to.equal(stay ? 1 : undefined)
      await cache.close()
    })
  }
})
