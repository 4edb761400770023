import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { cacheUnderTest, deferred, rejection, settled } from '../../fixtures/cache-under-test.ts'

describe('getOrSetMany', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest({ ttl: 100 }))
  })
  afterEach(() => cache.close())

  it('loads what is missing at once, in the order of the keys, and keeps each answer by itself', async () => {
    const asked: (readonly string[])[] = []
    const load = async (keys: readonly string[]) => {
      asked.push(keys)
      return keys.map((key) => key.toUpperCase())
    }
    await cache.set('b', 'there')
    expect(await cache.getOrSetMany(['a', 'b', 'c'], load)).to.deep.equal(['A', 'there', 'C'])
    expect(await cache.getOrSetMany(['c', 'd', 'a', 'd'], load)).to.deep.equal(['C', 'D', 'A', 'D'])
    expect(asked).to.deep.equal([['a', 'c'], ['d']])
    expect(cache.peek('c')).to.equal('C')
  })

  it('loads what is missing while somebody listens to hits', async () => {
    const heard: string[] = []
    cache.on('hit', ({ key }) => heard.push(key))
    await cache.set('b', 'there')
    const load = async (keys: readonly string[]) => keys.map((key) => key.toUpperCase())
    expect(await cache.getOrSetMany(['a', 'b'], load)).to.deep.equal(['A', 'there'])
    expect(heard).to.deep.equal(['b'])
  })

  it('takes a Map, in which a key that is not there has no answer', async () => {
    const load = async () => new Map([['a', 1]])
    expect(await cache.getOrSetMany(['a', 'b'], load)).to.deep.equal([1, undefined])
    expect(cache.inspect('b')).to.equal(undefined)
  })

  it('waits for what others are loading, and loads only the rest', async () => {
    const gate = deferred<string>()
    const single = cache.getOrSet('a', () => gate.promise)
    const asked: (readonly string[])[] = []
    const many = cache.getOrSetMany(['a', 'b'], async (keys) => {
      asked.push(keys)
      return keys.map((key) => `many ${key}`)
    })
    await settled()
    gate.resolve('single a')
    expect([await single, await many]).to.deep.equal(['single a', ['single a', 'many b']])
    expect(asked).to.deep.equal([['b']])
  })

  it('fails the keys whose place holds an Error, and no other', async () => {
    const answers = await cache.getOrSetMany(['a', 'b'], async () => [new Error('no a'), 2])
    expect(answers[0]).to.be.instanceOf(Error).with.property('message', 'no a')
    expect(answers[1]).to.equal(2)
    expect([cache.peek('a'), cache.peek('b')]).to.deep.equal([undefined, 2])
  })

  it('fails all missing keys with the load, and serves stale what may be', async () => {
    await cache.set('stale', 'old', { staleIfError: 1_000 })
    clock.advance(100)
    await cache.set('fresh', 'new')
    const down = new Error('down')
    const answers = await cache.getOrSetMany(
      ['fresh', 'stale', 'a'],
      async (): Promise<string[]> => {
        throw down
      },
      { staleIfError: 1_000 },
    )
    expect(answers).to.deep.equal(['new', 'old', down])
  })

  it('says so when the load gives another number of answers than it was given keys', async () => {
    const [answer] = await cache.getOrSetMany(['a', 'b'], async () => [1])
    expect(answer).to.include({ code: 'HITHERTO_OPTION_INVALID' })
  })

  it('refuses the fill of a key that was deleted meanwhile, and of no other', async () => {
    const gate = deferred<void>()
    const many = cache.getOrSetMany(['a', 'b'], async (keys) => {
      await gate.promise
      return keys
    })
    await settled()
    await cache.delete('a')
    gate.resolve()
    expect(await many).to.deep.equal(['a', 'b'])
    expect([cache.peek('a'), cache.peek('b')]).to.deep.equal([undefined, 'b'])
  })

  it('gives each key the lifetime and tags that were said for it, and all what the load has read', async () => {
    await cache.set('shared', 'source')
    await cache.getOrSetMany(['a', 'b'], async (keys, context) => {
      context.of('a').tag('only-a')
      context.of('b').ttl(10)
      await cache.get('shared')
      return keys
    })
    await cache.invalidate({ tags: ['only-a'] })
    expect([cache.peek('a'), cache.peek('b')]).to.deep.equal([undefined, 'b'])
    clock.advance(10)
    expect(cache.peek('b')).to.equal(undefined)
    await cache.getOrSetMany(['c', 'd'], async (keys) => {
      await cache.get('shared')
      return keys
    })
    await cache.set('shared', 'changed')
    expect([cache.peek('c'), cache.peek('d')]).to.deep.equal([undefined, undefined])
  })

  it('takes one place among the loads, however many keys are missing', async () => {
    const narrow = (await cacheUnderTest({ loads: { concurrency: 1, queue: 0 } })).cache
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`)
    let loads = 0
    const answers = await narrow.getOrSetMany(keys, async (missing) => {
      loads += 1
      return missing
    })
    expect(answers).to.deep.equal(keys)
    expect(loads).to.equal(1)
    expect(narrow.stats().loading).to.equal(0)
    await narrow.close()
  })

  it('finds out that its load asks for a key of its own', async () => {
    const [answer] = await cache.getOrSetMany(['a'], async (keys) => {
      await cache.getOrSet('a', () => 1)
      return keys
    })
    expect(answer).to.include({ code: 'HITHERTO_LOAD_RECURSIVE' })
  })

  it('is aborted by close, and by a hard timeout once it holds for all keys', async () => {
    let signal: AbortSignal | undefined
    const many = cache.getOrSetMany(
      ['a', 'b'],
      (_, context) => {
        signal = context.signal
        return new Promise<string[]>(() => {})
      },
      { timeout: { hard: 50 } },
    )
    await settled()
    clock.advance(50)
    const answers = await many
    expect(answers.map((error) => (error as { code?: string }).code)).to.deep.equal(
      Array(2).fill('HITHERTO_LOAD_TIMEOUT'),
    )
    expect(signal?.aborted).to.equal(true)
    expect(cache.stats().loading).to.equal(0)
  })

  it('rejects what is no list of keys and no load', async () => {
    expect(await rejection(cache.getOrSetMany('a' as never, async () => []))).to.include({
      code: 'HITHERTO_OPTION_INVALID',
    })
    expect(await rejection(cache.getOrSetMany(['a'], undefined as never))).to.include({
      code: 'HITHERTO_OPTION_INVALID',
    })
    expect(await rejection(cache.getOrSetMany([1 as never], async () => []))).to.include({
      code: 'HITHERTO_KEY_INVALID',
    })
  })
})

describe('batch', () => {
  it('loads the keys of one turn together, whoever asks, through several awaits', async () => {
    const { cache } = await cacheUnderTest()
    const asked: (readonly string[])[] = []
    const userById = cache.batch(async (ids) => {
      asked.push(ids)
      return ids.map((id) => ({ id }))
    })
    const later = async (id: string) => {
      await null
      await null
      return userById(id)
    }
    expect(await Promise.all([userById('1'), userById('2'), userById('1'), later('3')])).to.deep.equal([
      { id: '1' },
      { id: '2' },
      { id: '1' },
      { id: '3' },
    ])
    expect(asked).to.deep.equal([['1', '2', '3']])
    await userById('2')
    expect(asked).to.have.lengthOf(1)
    await cache.close()
  })

  it('splits what is more than maxBatch', async () => {
    const { cache } = await cacheUnderTest()
    const sizes: number[] = []
    const byId = cache.batch(
      async (ids) => {
        sizes.push(ids.length)
        return ids
      },
      { maxBatch: 2 },
    )
    await Promise.all(['1', '2', '3', '4', '5'].map(byId))
    expect(sizes).to.deep.equal([2, 2, 1])
    expect(() => cache.batch(async () => [], { maxBatch: 0 }))
      .to.throw()
      .with.property('code', 'HITHERTO_OPTION_INVALID')
    await cache.close()
  })

  it('makes each caller depend on the keys it asked for, not on those of the first caller', async () => {
    const { cache } = await cacheUnderTest()
    const rowById = cache.batch(async (ids) => ids.map((id) => `row ${id}`))
    const page = (id: string) => cache.getOrSet(`page:${id}`, async () => `page of ${await rowById(id)}`)
    await Promise.all([page('1'), page('2')])
    await cache.delete('2')
    expect([cache.peek('page:1'), cache.peek('page:2')]).to.deep.equal(['page of row 1', undefined])
    await cache.close()
  })

  it('does not run in the scope of the first caller: what it reads is everybody’s', async () => {
    const { cache } = await cacheUnderTest()
    await cache.set('config', 1)
    const rowById = cache.batch(async (ids) => {
      await cache.get('config')
      return ids
    })
    const page = (id: string) => cache.getOrSet(`page:${id}`, () => rowById(id))
    await Promise.all([page('1'), page('2')])
    await cache.set('config', 2)
    expect(['1', '2', 'page:1', 'page:2'].map((key) => cache.peek(key))).to.deep.equal(
      Array(4).fill(undefined),
    )
    await cache.close()
  })
})
