import { expect } from 'chai'
import { type SurfacePort, surfacePort } from '../../../../src/application/index.ts'
import type { Cache } from '../../../../src/index.ts'
import {
  cacheUnderTest,
  hooking,
  recorded,
  rejection,
  settled,
  thrown,
  type UnderTest,
} from '../../../fixtures/cache-under-test.ts'

describe('the port of a surface', () => {
  let t: UnderTest
  let cache: Cache
  let port: SurfacePort
  beforeEach(async () => {
    t = await cacheUnderTest({ name: 'shop' })
    cache = t.cache
    port = surfacePort(cache, 'the test', 'pages')
  })
  afterEach(() => cache.close())

  it('keeps an answer as it is, and reads it while it is fresh or within its stale window', async () => {
    const page = { body: 'x' }
    expect(await port.begin('a').keep(page, { ttl: 100, stale: 50, tags: ['t'], size: 10 })).to.equal(true)
    expect(port.read('a')).to.equal(page)
    t.clock.advance(149)
    expect(port.read('a')).to.equal(page)
    t.clock.advance(1)
    expect(port.read('a')).to.equal(undefined)
    expect(port.read('b')).to.equal(undefined)
  })

  it('is refused for what is not a cache', () => {
    expect(thrown(() => surfacePort({}, 'the test', 'pages')).code).to.equal('HITHERTO_NOT_A_CACHE')
    expect(thrown(() => surfacePort(undefined, 'the test', 'pages')).code).to.equal('HITHERTO_NOT_A_CACHE')
  })

  it('has a key space of its own in each namespace, which the namespace clears', async () => {
    const inside = surfacePort(cache.namespace('n'), 'the test', 'pages')
    await inside.begin('a').keep({ n: 1 }, { ttl: 100 })
    expect(port.read('a')).to.equal(undefined)
    expect(surfacePort(cache.namespace('n'), 'the test', 'pages').read('a')).to.deep.equal({ n: 1 })
    await cache.namespace('n').clear()
    expect(inside.read('a')).to.equal(undefined)
  })

  it('notes what a load without the cache reads in the scope, whatever becomes of it', async () => {
    const pending = port.begin('a')
    const bare = (load: () => Promise<unknown>) => cache.getOrSet('bare', load, { bypass: true })
    await pending.run(() => bare(() => cache.getOrSet('inner', () => 1, { ttl: 70, tags: ['t'] })))
    const failing = async () => {
      await cache.getOrSet('other', () => 1, { ttl: 60, tags: ['u'] })
      throw new Error('down')
    }
    await rejection(pending.run(() => bare(failing)))
    expect(pending.freshFor).to.equal(60)
    expect(pending.scope.deps.map(({ name }) => name)).to.include.members(['t', 'u'])
    pending.end()
  })

  it('notes what runs in the scope, and drops the answer when it changes', async () => {
    const pending = port.begin('a')
    await pending.run(() => cache.getOrSet('inner', () => 1, { ttl: 70 }))
    pending.tag(['found'])
    expect(pending.freshFor).to.equal(70)
    await pending.keep({ n: 1 }, { ttl: 1_000 })
    for (const change of [() => cache.delete('inner'), () => cache.invalidate({ tags: ['found'] })]) {
      expect(port.read('a')).to.deep.equal({ n: 1 })
      await change()
      expect(port.read('a')).to.equal(undefined)
      const again = port.begin('a')
      again.tag(['found'])
      await again.keep({ n: 1 }, { ttl: 1_000 })
    }
  })

  it('notes reads of its answers in the load around them', async () => {
    await port.begin('a').keep({ n: 1 }, { ttl: 1_000, tags: ['t'] })
    await cache.getOrSet('outer', () => port.read('a'))
    await cache.invalidate({ tags: ['t'] })
    expect(cache.peek('outer')).to.equal(undefined)
  })

  it('refuses an answer of which something changed meanwhile', async () => {
    const pending = port.begin('a')
    pending.tag(['t'])
    await cache.invalidate({ tags: ['t'] })
    expect(await pending.keep({ n: 1 }, { ttl: 100 })).to.equal(false)
    expect(port.read('a')).to.equal(undefined)
  })

  it('lets others wait for an answer in the making, unless something it read has changed', async () => {
    const pending = port.begin('a')
    const waiting = port.underWay('a')
    expect(waiting).to.be.instanceOf(Promise)
    expect(port.underWay('b')).to.equal(undefined)
    pending.tag(['t'])
    await cache.invalidate({ tags: ['t'] })
    expect(port.underWay('a')).to.equal(undefined)
    pending.end()
    await waiting
    expect(pending.ended).to.equal(true)
    expect(await pending.keep({ n: 1 }, { ttl: 100 })).to.equal(false)
  })

  it('can let those who wait go while the answer is still made; a purge then reaches it', async () => {
    for (const purge of [false, true]) {
      const pending = port.begin('a')
      const waiting = port.underWay('a')
      pending.release()
      await waiting
      expect([port.underWay('a'), pending.ended]).to.deep.equal([undefined, false])
      if (purge) port.purge('a')
      expect(await pending.keep({ n: 1 }, { ttl: 100 })).to.equal(!purge)
    }
    expect(port.read('a')).to.equal(undefined)
  })

  it('can make an answer alone: nobody joins it, it disturbs no other, and a purge reaches it', async () => {
    const shared = port.begin('a')
    const [alone, purged] = [port.beginAlone('a'), port.beginAlone('b')]
    expect(port.underWay('b')).to.equal(undefined)
    expect(port.underWay('a')).to.be.instanceOf(Promise)
    port.purge('b')
    expect(await purged.keep({ n: 1 }, { ttl: 100 })).to.equal(false)
    expect(await alone.keep({ n: 2 }, { ttl: 100 }, 'a:variant')).to.equal(true)
    expect(await shared.keep({ n: 3 }, { ttl: 100 })).to.equal(true)
    expect([port.read('a:variant'), port.read('a')]).to.deep.equal([{ n: 2 }, { n: 3 }])
  })

  it('keeps more than one answer of one flight', async () => {
    const pending = port.begin('a')
    await pending.keepAlso({ n: 1 }, { ttl: 10 }, 'a:1')
    expect(pending.freshFor).to.equal(Number.POSITIVE_INFINITY)
    await pending.keep({ n: 2 }, { ttl: 100 })
    expect([port.read('a:1'), port.read('a')]).to.deep.equal([{ n: 1 }, { n: 2 }])
  })

  it('is not encoded, because its readers do not decode', async () => {
    const { cache: coded } = await cacheUnderTest({
      plugins: [hooking('encode', () => ({ value: 'coded' }))],
    })
    const plain = surfacePort(coded, 'the test', 'pages')
    await plain.begin('a').keep({ n: 1 }, { ttl: 100 })
    expect(plain.read('a')).to.deep.equal({ n: 1 })
    await coded.close()
  })

  it('counts and tells what it is told to', async () => {
    const events = recorded(cache, 'hit', 'miss')
    port.miss('a')
    port.hit('a')
    port.coalesced()
    expect(cache.stats()).to.include({ hits: 1, misses: 1, coalesced: 1 })
    expect(events.map(({ signal, event }) => [signal, 'key' in event && event.key])).to.deep.equal([
      ['miss', 'a'],
      ['hit', 'a'],
    ])
    port.report(new Error('contained'))
    expect(t.errors.map(String)).to.deep.equal(['Error: contained'])
  })

  it('has the clock, the name and the switch of its cache', async () => {
    expect([port.wall(), port.name, port.enabled]).to.deep.equal([t.clock.wall(), 'shop', true])
    let rung = 0
    port.schedule(10, () => rung++)
    const cancel = port.schedule(10, () => rung++)
    cancel()
    t.clock.advance(10)
    expect(rung).to.equal(1)
    await cache.reconfigure({ enabled: false })
    expect(port.enabled).to.equal(false)
  })

  it('keeps its generation at work until its answers have ended', async () => {
    const log: string[] = []
    await cache.reconfigure({ plugins: [{ name: 'p', start: () => () => void log.push('stop') }] })
    const pending = port.begin('a')
    await cache.reconfigure({})
    await settled()
    expect(log).to.deep.equal([])
    pending.end()
    pending.end()
    await settled()
    expect(log).to.deep.equal(['stop'])
  })

  it('looks at an answer without noting it in the load around it', async () => {
    const page = { n: 1 }
    await port.begin('a').keep(page, { ttl: 100, stale: 50 })
    expect(await cache.getOrSet('outer', () => port.peek('a') === page)).to.equal(true)
    port.purge('a')
    expect(cache.peek('outer')).to.equal(true)
    expect(port.peek('a')).to.equal(undefined)
  })

  it('has no stale window and no other lifetime than it is told, whatever the cache has', async () => {
    await cache.reconfigure({ ttl: 10, sliding: 10, staleIfError: 1_000, jitter: 1, refreshAhead: 0.5 })
    await port.begin('a').keep({ n: 1 }, { ttl: 100 })
    t.clock.advance(99)
    expect(port.read('a')).to.deep.equal({ n: 1 })
    t.clock.advance(1)
    expect(port.read('a')).to.equal(undefined)
  })

  it('weighs as much as it is told; without that, as much as is estimated', async () => {
    const body = 'x'.repeat(1_000)
    await port.begin('a').keep({ body }, { ttl: 100, size: 100_000 })
    const { bytes } = cache.stats()
    expect(bytes).to.be.within(100_000, 101_000)
    await port.begin('b').keep({ body }, { ttl: 100 })
    expect(cache.stats().bytes - bytes).to.be.within(1_000, 3_000)
  })

  it('is kept once: a flight that has ended keeps nothing more', async () => {
    const pending = port.begin('a')
    await pending.keep({ n: 1 }, { ttl: 100 })
    expect(await pending.keep({ n: 2 }, { ttl: 100 })).to.equal(false)
    expect(port.read('a')).to.deep.equal({ n: 1 })
  })

  it('marks tags as changed at once: stored answers, answers in the making and what a load has read', async () => {
    await port.begin('a').keep({ n: 1 }, { ttl: 100, tags: ['s', 't'] })
    await port.begin('b').keep({ n: 1 }, { ttl: 100, tags: ['u'] })
    const pending = port.begin('c')
    pending.tag(['t'])
    port.purgeTags([])
    expect(cache.stats().invalidations).to.equal(0)
    const again = await cache.getOrSet('page', () => {
      const first = cache.getSync('k')
      port.purgeTags(['t'])
      return [first, port.read('a')]
    })
    expect(again).to.deep.equal([undefined, undefined])
    expect(await pending.keep({ n: 2 }, { ttl: 100 })).to.equal(false)
    expect(['a', 'b', 'c'].map((key) => port.read(key))).to.deep.equal([undefined, { n: 1 }, undefined])
    expect(cache.stats().invalidations).to.equal(1)
  })

  it('tells listeners in which request a hit or miss was', async () => {
    const events = recorded(cache, 'hit', 'miss')
    const pending = port.begin('a')
    port.hit('x')
    pending.run(() => {
      port.hit('x')
      port.miss('y')
    })
    pending.end()
    const { correlation } = pending.scope
    expect(correlation).to.be.above(0)
    expect(events.map(({ event }) => event.correlation)).to.deep.equal([0, correlation, correlation])
  })

  it('refuses a purge when the cache is closed', async () => {
    await cache.close()
    const purged = port.purgeWhere({ tags: [], matches: () => true })
    expect((await rejection(purged)).code).to.equal('HITHERTO_CACHE_CLOSED')
  })
})
