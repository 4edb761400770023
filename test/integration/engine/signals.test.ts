import { expect } from 'chai'
import { surfacePort } from '../../../src/application/index.ts'
import { type Cache, createCache, type SignalName } from '../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  recorded,
  rejection,
  settled,
  thrown,
  type UnderTest,
} from '../../fixtures/cache-under-test.ts'

describe('signals', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ ttl: 1_000 })
    cache = t.cache
  })
  afterEach(() => cache.close())

  it('tell of a miss of getSync, outside of any scope', () => {
    const events = recorded(cache, 'miss')
    cache.namespace('n').getSync('a')
    const { namespace } = events[0]?.event ?? {}
    expect(events[0]?.event).to.deep.equal({ namespace, key: 'a', correlation: 0 })
    expect(namespace).to.include('n')
  })

  it('tell the story of a miss, its load and the hit after it', async () => {
    const events = recorded(cache, 'miss', 'loaded', 'stored', 'hit')
    await cache.getOrSet('a', () => t.clock.advance(30) ?? 'value', { tags: ['t'] })
    await cache.getOrSet('a', () => 'never')
    expect(events.map(({ signal }) => signal)).to.deep.equal(['miss', 'stored', 'loaded', 'hit'])
    expect(events[1]?.event).to.deep.include({ namespace: '', key: 'a', ttl: 1_000, deps: ['t'] })
    expect(events[1]?.event).to.have.property('size').that.is.greaterThan(5)
    expect(events[2]?.event).to.include({ key: 'a', ms: 30, failed: false })
  })

  it('tell of failed loads, stale answers and refused results', async () => {
    const events = recorded(cache, 'loaded', 'stale', 'refused')
    await cache.set('a', 'old', { ttl: 10, staleIfError: 100 })
    t.clock.advance(25)
    await cache.getOrSet('a', () => Promise.reject(new Error('down')), { staleIfError: 100 })
    expect(events.map(({ event }) => event)).to.deep.equal([
      { namespace: '', key: 'a', ms: 0, failed: true, correlation: correlationOf(events[0]?.event) },
      { namespace: '', key: 'a', because: 'error', staleFor: 15, correlation: 0 },
    ])
    const because: unknown[] = []
    cache.on('refused', (event) => because.push(event.because))
    for (const change of [() => cache.invalidate({ tags: ['t'] }), () => cache.set('b', 1)]) {
      const gate = deferred<void>()
      const answer = cache.getOrSet('b', () => gate.promise.then(() => 1), {
        tags: ['t'],
        forceRefresh: true,
      })
      await settled()
      await change()
      gate.resolve()
      await answer
    }
    expect(because).to.deep.equal(['dependency-changed', 'superseded'])
  })

  it('tell who left, and why', async () => {
    const small = await cacheUnderTest({ maxEntries: 1, ttl: 100, staleWhileRevalidate: 50 })
    const events = recorded(small.cache, 'evicted', 'expired')
    await small.cache.set('a', 1)
    await small.cache.set('b', 1)
    small.clock.advance(100)
    await small.cache.set('c', 1)
    small.clock.advance(150)
    small.cache.getSync('c')
    const seen = events.map(({ signal, event }) => [signal, 'key' in event && event.key])
    expect(seen).to.deep.equal([
      ['evicted', 'a'],
      ['evicted', 'b'],
      ['expired', 'c'],
    ])
    expect(events[0]?.event).to.include({ fresh: true })
    expect(events[1]?.event).to.include({ fresh: false })
    expect(small.cache.stats()).to.include({ evicted: 2, evictedFresh: 1, expired: 1 })
    await small.cache.close()
  })

  it('tell what was invalidated', async () => {
    const events: unknown[] = []
    cache.on('invalidated', (event) => events.push(event))
    const users = cache.namespace('users')
    await users.invalidate({ tags: ['t', 'u'] })
    await users.delete('a')
    await cache.invalidate({ keys: ['b', 'c'] })
    await users.clear()
    const event = { namespace: '["users"]', tags: [], keys: [], all: false, correlation: 0 }
    expect(events).to.deep.equal([
      { ...event, tags: ['t', 'u'] },
      { ...event, keys: ['a'] },
      { ...event, namespace: '', keys: ['b', 'c'] },
      { ...event, all: true },
    ])
  })

  it('carry one correlation for all that happens inside one outermost load', async () => {
    const events = recorded(cache, 'miss', 'stored', 'loaded', 'hit', 'invalidated')
    await cache.set('x', 1)
    await cache.getOrSet('outer', async () => {
      await cache.getOrSet('inner', () => cache.get('x'))
      await cache.invalidate({ tags: ['t'] })
      return cache.get('missing') ?? null
    })
    const inside = events.filter(({ event }) => correlationOf(event) !== 0)
    expect(new Set(inside.map(({ event }) => correlationOf(event)))).to.have.lengthOf(1)
    const names = inside.map(({ signal }) => signal)
    expect(names).to.include.members(['miss', 'stored', 'loaded', 'hit', 'invalidated'])
    await cache.getOrSet('another', () => 1)
    expect(correlationOf(events.at(-1)?.event)).to.not.equal(correlationOf(inside[0]?.event))
  })

  it('are not built when nobody listens', async () => {
    // The deps of the stored event are read from the records: a name that is watched tells if they were. It is read
    // once in any case, to share lists of deps.
    const plain = await cacheUnderTest()
    const port = surfacePort(plain.cache, 'the test', 'watched')
    const pending = port.begin('a')
    let reads = 0
    const record = { changed: 0, uses: 0, seenBy: 0 }
    pending.scope.add(
      Object.defineProperty(record, 'name', {
        get: () => {
          reads++
          return 'watched'
        },
      }) as typeof record & { name: string },
    )
    await pending.keepAlso({ body: 1 }, { ttl: 100 }, 'a')
    expect(reads).to.equal(1)
    const stop = plain.cache.on('stored', () => {})
    await pending.keepAlso({ body: 2 }, { ttl: 100 }, 'a')
    expect(reads).to.equal(3)
    stop()
    await pending.keep({ body: 3 }, { ttl: 100 })
    expect(reads).to.equal(4)
    await plain.cache.close()
  })

  it('reach listeners until they are taken off, from every namespace', async () => {
    const seen: string[] = []
    const stop = cache.namespace('n').on('hit', ({ namespace, key }) => seen.push(`${namespace}${key}`))
    await cache.set('a', 1)
    await cache.namespace('n').set('b', 1)
    cache.getSync('a')
    cache.namespace('n').getSync('b')
    stop()
    stop()
    cache.getSync('a')
    expect(seen).to.deep.equal(['a', '["n"]b'])
  })

  it('outlive a reconfigure, and tell of it', async () => {
    const seen: number[] = []
    cache.on('reloaded', ({ generation }) => seen.push(generation))
    await cache.reconfigure({ ttl: 5 })
    await cache.reconfigure({ ttl: 6 })
    expect(seen).to.deep.equal([2, 3])
    expect(cache.stats().generation).to.equal(3)
  })

  it('of an unknown name, or for what is not a function, are refused', () => {
    const wrong = (signal: string, listener: unknown) => () =>
      cache.on(signal as SignalName, listener as () => void)
    const error = thrown(wrong('hitt', () => {}))
    expect(error.code).to.equal('HITHERTO_CONFIG_INVALID')
    expect(error.message).to.include("did you mean 'hit'?")
    expect(thrown(wrong('xyzxyzxyz', () => {})).message).to.include('known: hit, miss')
    expect(thrown(wrong('hit', 'f')).code).to.equal('HITHERTO_CONFIG_INVALID')
  })

  it('contain listeners that throw or reject; the others still hear them', async () => {
    const heard: string[] = []
    cache.on('hit', () => {
      throw new Error('first')
    })
    cache.on('hit', async () => {
      throw new Error('second')
    })
    cache.on('hit', ({ key }) => heard.push(key))
    await cache.set('a', 1)
    expect(cache.getSync('a')).to.equal(1)
    expect(await cache.getOrSet('a', () => 2)).to.equal(1)
    await settled()
    expect(heard).to.deep.equal(['a', 'a'])
    expect(t.errors).to.have.lengthOf(4)
    expect(String(t.errors[0])).to.equal('HookError: The hit hook of "cache.on" failed: first')
    expect(cache.stats()).to.include({ hookErrors: 4, errors: 4 })
  })

  it('of errors tell what was contained; a listener that fails on them is not told of itself', async () => {
    const told: unknown[] = []
    cache.on('error', ({ error }) => {
      told.push(error)
      throw new Error('sync')
    })
    cache.on('error', async ({ error }) => {
      told.push(error)
      throw new Error('async')
    })
    await cache.set('a', () => 'unsafe')
    await settled()
    expect(told).to.have.lengthOf(2)
    expect(t.errors).to.have.lengthOf(3)
  })

  it('an onError that throws, rejects or causes faults itself is contained', async () => {
    const kinds: ((error: unknown) => unknown)[] = [
      () => {
        throw new Error('throws')
      },
      async () => {
        throw new Error('rejects')
      },
    ]
    for (const onError of kinds) {
      const { cache: each } = await cacheUnderTest({ onError: onError as () => void })
      expect(await each.set('a', () => 'unsafe')).to.equal(false)
      await settled()
      expect(each.stats().errors).to.equal(1)
      await each.close()
    }
  })

  it('without an onError faults go to the logger, as warnings', async () => {
    const lines: string[] = []
    const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} }
    const each = await createCache({ logger })
    await each.set('a', () => 'unsafe')
    expect(lines).to.have.lengthOf(1)
    expect(lines[0]).to.match(/^hitherto: ValueError: /)
    await each.close()
  })

  it('what a load rejects with is the caller’s, not a contained fault', async () => {
    await rejection(cache.getOrSet('a', () => Promise.reject(new Error('mine'))))
    expect(t.errors).to.deep.equal([])
  })
})

function correlationOf(event: object | undefined): number {
  return (event as { correlation: number }).correlation
}
