import { expect } from 'chai'
import type { Cache, Codec } from '../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  hooking,
  recorded,
  rejection,
  settled,
} from '../../fixtures/cache-under-test.ts'
import { Money, money, User, user } from '../../unit/application/values/classes.ts'

const codecs = [money, user]
const ann = () => new User('ann', 'secret', new Money(250, 'EUR'))

/** What somebody can see of a user. */
function seen(value: unknown): unknown {
  if (!(value instanceof User)) return value
  const { name, password, parts } = value
  return { name, password, cents: parts instanceof Money ? parts.cents : parts }
}

const ANN = { name: 'ann', password: undefined, cents: 250 }

/** `user`, whose decode can be made to fail. */
function moodyUser() {
  const mood = { well: true, decoded: 0 }
  const codec: Codec = {
    ...user,
    decode(data) {
      mood.decoded += 1
      if (mood.well) return user.decode(data as never)
      throw new Error('unwell')
    },
  }
  return { mood, codec }
}

describe('instances of classes in a cache', () => {
  it('show on a miss what they show on a hit: what their codec keeps, and no more', async () => {
    const { cache, errors } = await cacheUnderTest({ codecs })
    const original = ann()
    const miss = await cache.getOrSet('a', () => original)
    const hits = [
      await cache.getOrSet('a', () => ann()),
      cache.getSync('a'),
      cache.peek('a'),
      await cache.get('a'),
      ...(await cache.getMany(['a'])),
      ...(await cache.getOrSetMany(['a'], () => [])),
    ]
    for (const got of [miss, ...hits]) expect(seen(got)).to.deep.equal(ANN)
    expect(new Set([original, miss, ...hits]).size).to.equal(hits.length + 2)
    expect(errors).to.deep.equal([])
    await cache.close()
  })

  it('are one of his own for each who waited for the same load', async () => {
    const { cache } = await cacheUnderTest({ codecs })
    const gate = deferred<User>()
    const answers = [1, 2, 3].map(() => cache.getOrSet('a', () => gate.promise))
    await settled()
    gate.resolve(ann())
    const got = await Promise.all(answers)
    expect(new Set(got).size).to.equal(3)
    for (const each of got) expect(seen(each)).to.deep.equal(ANN)
    await cache.close()
  })

  it('show the same where the answer is not stored: skipped, vetoed, too large', async () => {
    const { cache } = await cacheUnderTest({
      codecs,
      maxEntrySize: 1_000,
      plugins: [hooking('store', ({ key }) => ({ veto: key === 'vetoed' }))],
    })
    const skipped = await cache.getOrSet('skipped', (load) => {
      load.skip()
      return ann()
    })
    const vetoed = await cache.getOrSet('vetoed', ann)
    const large = await cache.getOrSet('large', ann, { size: 2_000 })
    for (const got of [skipped, vetoed, large]) expect(seen(got)).to.deep.equal(ANN)
    expect(cache.stats().entries).to.equal(0)
    await cache.close()
  })

  it('are kept by set, and by wrapped functions', async () => {
    const { cache } = await cacheUnderTest({ codecs })
    expect(await cache.set('a', { user: ann() })).to.equal(true)
    expect(seen(cache.peek<{ user: User }>('a')?.user)).to.deep.equal(ANN)
    const find = cache.wrap(async (name: string) => new User(name, 'secret', new Money(250, 'EUR')), {
      name: 'find',
    })
    expect([seen(await find('ann')), seen(await find('ann'))]).to.deep.equal([ANN, ANN])
    await cache.close()
  })

  it('are given to the load that replaces them, and may be kept by it', async () => {
    const { cache, clock } = await cacheUnderTest({ codecs, ttl: 10, staleIfError: 1_000 })
    await cache.set('a', ann())
    clock.advance(20)
    const got = await cache.getOrSet('a', (load) => {
      expect(seen(load.stale)).to.deep.equal(ANN)
      return load.notModified()
    })
    expect(seen(got)).to.deep.equal(ANN)
    expect(seen(cache.peek('a'))).to.deep.equal(ANN)
    clock.advance(20)
    const stale = await cache.getOrSet<User>('a', () => Promise.reject(new Error('down')))
    expect(seen(stale)).to.deep.equal(ANN)
    await cache.close()
  })

  it('are read once in a scope, each reader with his own', async () => {
    const { cache } = await cacheUnderTest({ codecs })
    await cache.getOrSet('outer', async () => {
      const first = await cache.getOrSet('a', ann)
      await cache.set('b', 1)
      const second = await cache.getOrSet('a', ann)
      expect([seen(first), seen(second)]).to.deep.equal([ANN, ANN])
      expect(first).to.not.equal(second)
      return 1
    })
    await cache.close()
  })

  it('without a codec are given to the caller as they are, not stored, and reported', async () => {
    const { cache, errors } = await cacheUnderTest({ codecs: [money] })
    const original = ann()
    expect(await cache.getOrSet('a', () => original)).to.equal(original)
    expect(await cache.set('a', original)).to.equal(false)
    expect(cache.peek('a')).to.equal(undefined)
    expect(errors.map((error) => (error as { code?: string }).code)).to.deep.equal([
      'HITHERTO_VALUE_UNSAFE',
      'HITHERTO_VALUE_UNSAFE',
    ])
    await cache.close()
  })

  it('leave the short way to hits of plain data and of their own: getSync works', async () => {
    const { cache } = await cacheUnderTest({ codecs })
    await cache.set('a', ann())
    await cache.set('b', { plain: true })
    expect(seen(cache.getSync('a'))).to.deep.equal(ANN)
    expect(cache.getSync('b')).to.deep.equal({ plain: true })
    await cache.close()
  })
})

describe('a codec that fails at what it could read before', () => {
  it('is reported, and its entry is loaded anew, once for all', async () => {
    const { mood, codec } = moodyUser()
    const { cache, errors } = await cacheUnderTest({ codecs: [money, codec] })
    await cache.getOrSet('a', ann)
    mood.well = false
    expect([cache.getSync('a'), cache.peek('a'), await cache.get('a')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ])
    let loads = 0
    const reload = () => {
      loads += 1
      mood.well = true
      return ann()
    }
    const answers = await Promise.all([1, 2].map(() => cache.getOrSet('a', reload)))
    for (const got of answers) expect(seen(got)).to.deep.equal(ANN)
    expect(loads).to.equal(1)
    expect(errors.length).to.be.at.least(2)
    for (const error of errors) expect(error).to.have.property('code', 'HITHERTO_HOOK_FAILED')
    await cache.close()
  })

  // What slides is not read the short way.
  for (const [way, sliding] of [
    ['the short way', {}],
    ['closer', { sliding: 50 }],
  ] as const) {
    it(`leaves a miss, counted as one, and no hit and no entry, whoever looks ${way}`, async () => {
      const reads: Record<string, (cache: Cache) => unknown> = {
        get: (cache) => cache.get('a'),
        getSync: (cache) => cache.getSync('a'),
        getOrSet: (cache) => cache.getOrSet('a', () => 'loaded', { ttl: 0 }),
        getOrSetMany: (cache) => cache.getOrSetMany(['a'], () => ['loaded'], { ttl: 0 }),
      }
      for (const [name, read] of Object.entries(reads)) {
        const { mood, codec } = moodyUser()
        const { cache } = await cacheUnderTest({ codecs: [money, codec], ...sliding })
        const misses = recorded(cache, 'miss')
        await cache.set('a', ann())
        mood.well = false
        await read(cache)
        const { hits, misses: counted, entries } = cache.stats()
        expect([hits, counted, entries, misses.length], name).to.deep.equal([0, 1, 0, 1])
        await cache.close()
      }
    })
  }

  it('is no stale answer: the load is waited for, or its error is thrown', async () => {
    const { mood, codec } = moodyUser()
    const options = { codecs: [money, codec], ttl: 10, staleWhileRevalidate: 50, staleIfError: 100 }
    const { cache, clock } = await cacheUnderTest(options)
    await cache.getOrSet('a', ann)
    clock.advance(20)
    mood.well = false
    const got = await cache.getOrSet('a', () => {
      mood.well = true
      return new User('bob', 'x')
    })
    expect(seen(got)).to.have.property('name', 'bob')
    clock.advance(70)
    mood.well = false
    let loads = 0
    const down = () => {
      loads += 1
      return Promise.reject(new Error('down'))
    }
    const error = await rejection(cache.getOrSet<User>('a', down))
    expect([error.message, loads]).to.deep.equal(['down', 1])
    await cache.close()
  })

  it('rejects where there is nothing else to give', async () => {
    const { mood, codec } = moodyUser()
    const { cache } = await cacheUnderTest({ codecs: [money, codec] })
    const gate = deferred<User>()
    const answer = cache.getOrSet('a', () => gate.promise)
    cache.on('stored', () => {
      mood.well = false
    })
    gate.resolve(ann())
    expect((await rejection(answer)).code).to.equal('HITHERTO_VALUE_UNSAFE')
    await cache.close()
  })
})

describe('codecs in a configuration', () => {
  it('are checked', async () => {
    const wrong: readonly unknown[] = [
      'money',
      {},
      { ...money, name: '' },
      { ...money, decode: undefined },
      { ...money, is: () => true },
      { ...money, class: undefined },
      { ...money, class: {} },
    ]
    for (const codec of wrong) {
      const error = await rejection(cacheUnderTest({ codecs: [codec as Codec] }))
      expect([error.code, error.message]).to.deep.equal([
        'HITHERTO_CONFIG_INVALID',
        'codecs.0: expected a codec: { name, encode(instance), decode(data) } and either class or is(value).',
      ])
    }
  })

  it('keep the entries through a reconfiguration that has the same ones, and forget them if it has others', async () => {
    const { cache } = await cacheUnderTest({ codecs })
    await cache.set('a', ann())
    await cache.reconfigure({ codecs: [...codecs], ttl: 99 })
    expect(seen(cache.peek('a'))).to.deep.equal(ANN)
    await cache.reconfigure({ codecs: [money, { ...user, encode: () => ({ name: 'x', parts: 1 }) }] })
    expect(cache.peek('a')).to.equal(undefined)
    await cache.close()
  })
})
