import { expect } from 'chai'
import { type SurfacePort, surfacePort } from '../../../../src/application/index.ts'
import type { Cache } from '../../../../src/index.ts'
import { cacheUnderTest } from '../../../fixtures/cache-under-test.ts'

describe('a purge that looks at every key', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  let port: SurfacePort
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest())
    port = surfacePort(cache, 'the test', 'pages')
  })
  afterEach(() => cache.close())

  const keep = (key: string, how: { tags?: readonly string[]; ttl?: number } = {}) =>
    port.begin(key).keep({ key }, { ttl: 1_000, stale: 1_000, ...how })
  const held = (...keys: string[]) => keys.filter((key) => port.peek(key) !== undefined)
  const startsWith = (start: string) => ({ tags: [], matches: (key: string) => key.startsWith(start) })

  it('drops the entries whose keys match, of its namespace alone', async () => {
    for (const key of ['/a/1', '/a/2', '/b']) await keep(key)
    await cache.set('/a/1', 'not a page')
    await port.purgeWhere(startsWith('/a'))
    expect(held('/a/1', '/a/2', '/b')).to.deep.equal(['/b'])
    expect(cache.peek('/a/1')).to.equal('not a page')
    expect(cache.stats()).to.include({ invalidations: 1, entries: 2 })
  })

  it('drops the entries that depend on its tags, and what is being made from them is not kept', async () => {
    await keep('/a', { tags: ['t'] })
    await keep('/b', { tags: ['u'] })
    const pending = port.begin('/c')
    pending.tag(['t'])
    await port.purgeWhere({ tags: ['t'], matches: () => false })
    expect(await pending.keep({}, { ttl: 100 })).to.equal(false)
    expect(held('/a', '/b', '/c')).to.deep.equal(['/b'])
  })

  it('reaches answers in the making, beside their key and on it, and what depends on a key', async () => {
    const [joined, alone, other] = [port.begin('/a'), port.beginAlone('/a/x'), port.begin('/b')]
    const dependent = port.begin('/c')
    dependent.dependOn('/a')
    const purged = port.purgeWhere(startsWith('/a'))
    expect(port.underWay('/a')).to.equal(undefined)
    await purged
    expect(await joined.keep({}, { ttl: 100 })).to.equal(false)
    expect(await alone.keep({}, { ttl: 100 }, '/a/x')).to.equal(false)
    expect(await dependent.keep({}, { ttl: 100 })).to.equal(false)
    expect(await other.keep({}, { ttl: 100 })).to.equal(true)
  })

  it('leaves what depends on other keys, kept or in the making', async () => {
    const kept = port.begin('/c')
    kept.dependOn('/b')
    await kept.keep({}, { ttl: 100 })
    const pending = port.begin('/d')
    pending.dependOn('/b')
    await port.purgeWhere(startsWith('/a'))
    expect(await pending.keep({}, { ttl: 100 })).to.equal(true)
    expect(held('/c', '/d')).to.deep.equal(['/c', '/d'])
  })

  for (const [how, soften] of [
    ['', undefined],
    [', softly', () => true],
  ] as const) {
    it(`outdates what was made while it looked, from what it had not found yet${how}`, async () => {
      await keep('/a')
      for (let i = 0; i < 1_200; i++) await keep(`/b/${i}`)
      await keep('/a/last', { ttl: 60_000 })
      const purged = port.purgeWhere({ ...startsWith('/a'), soften })
      const making = port.begin('/c')
      const read = () => cache.namespace('pages').getSync('/a/last')
      // Without a record yet: the first of them opens the shortcut, outside of what is made.
      expect([read(), making.run(read)]).to.deep.equal([{ key: '/a/last' }, { key: '/a/last' }])
      await purged
      expect(await making.keep({}, { ttl: 100 })).to.equal(false)
    })
  }

  it('lets the event loop go on between slices, and still finds every key', async () => {
    for (let i = 0; i < 3_000; i++) await keep(`/a/${i}`)
    await keep('/b')
    let turns = 0
    const count = () => {
      turns += 1
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await port.purgeWhere(startsWith('/a'))
    clearImmediate(timer)
    expect(turns).to.be.at.least(2)
    expect(cache.stats().entries).to.equal(1)
    expect(held('/b')).to.deep.equal(['/b'])
  })

  it('that is soft ends the freshness of what it asks for, and keeps all that it found', async () => {
    for (const key of ['/a/1', '/a/2']) await keep(key, { tags: ['t'] })
    await keep('/b', { tags: ['t'] })
    await keep('/c')
    await cache.getOrSet('made of it', () => port.read('/a/1') !== undefined)
    const pending = port.begin('/a/3')
    const asked: unknown[] = []
    await port.purgeWhere({
      ...startsWith('/a'),
      soften: (value) => {
        asked.push((value as { key: string }).key)
        return (value as { key: string }).key === '/a/1'
      },
    })
    expect(asked).to.have.members(['/a/1', '/a/2'])
    expect(held('/a/1', '/a/2', '/b', '/c')).to.deep.equal(['/a/1', '/a/2', '/b', '/c'])
    expect(cache.peek('made of it')).to.equal(undefined)
    expect(await pending.keep({}, { ttl: 100 })).to.equal(false)
    const states = ['/a/1', '/a/2', '/b'].map((key) => cache.namespace('pages').inspect(key)?.state)
    expect(states).to.deep.equal(['stale', 'fresh', 'fresh'])
    clock.advance(2_000)
    expect(held('/a/1', '/a/2', '/b', '/c')).to.deep.equal([])
  })

  it('that is soft leaves what depends on its tags to be served, once: the next purge finds it again', async () => {
    await keep('/a', { tags: ['t'] })
    await keep('/b', { tags: ['t', 'u'] })
    await port.purgeWhere({ tags: ['t'], matches: () => false, soften: () => true })
    expect(held('/a', '/b')).to.deep.equal(['/a', '/b'])
    port.purgeTags(['u'])
    expect(held('/a', '/b')).to.deep.equal(['/a'])
    port.purgeTags(['t'])
    expect(held('/a', '/b')).to.deep.equal([])
  })

  it('makes the scope it is called in read anew', async () => {
    await cache.set('k', 1)
    const seen = await cache.getOrSet('page', async () => {
      const first = cache.getSync('k')
      await port.purgeWhere(startsWith('/'))
      await cache.set('k', 2)
      return [first, cache.getSync('k')]
    })
    expect(seen).to.deep.equal([1, 2])
  })
})
