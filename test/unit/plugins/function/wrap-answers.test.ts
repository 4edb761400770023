import { expect } from 'chai'
import { type Cache, createCache, type WrapOptions } from '../../../../src/index.ts'
import { type FakeClock, fakeClock } from '../../../contracts/index.ts'

interface User {
  readonly id: number
  readonly name: string
}

describe('wrap, with what its options say of the answer', () => {
  let clock: FakeClock
  let cache: Cache
  let calls: number[]
  const load = async function load(id: number): Promise<User | null> {
    calls.push(id)
    return id < 0 ? null : { id, name: `user ${id}` }
  }
  beforeEach(async () => {
    clock = fakeClock()
    cache = await createCache({ clock })
    calls = []
  })
  afterEach(() => cache.close())

  it('takes the ttl from the result and the arguments', async () => {
    const find = cache.wrap(load, { ttl: (user: User | null, id) => (user === null ? '1s' : id * 1_000) })
    for (const id of [-1, 5]) await find(id)
    clock.advance(1_001)
    for (const id of [-1, 5]) await find(id)
    clock.advance(4_000)
    await find(5)
    expect(calls).to.deep.equal([-1, 5, -1, 5])
  })

  it('rejects, and stores nothing, if that is no duration', async () => {
    const find = cache.wrap(load, { ttl: () => 'soon' as never })
    const error = await find(1).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'HITHERTO_OPTION_INVALID')
    expect(cache.namespace('fn:load').inspect('(1)')).to.equal(undefined)
  })

  it('joins the tags of the arguments with those of the result', async () => {
    const find = cache.wrap(load, {
      tags: (id) => [`id:${id}`],
      resultTags: (user: User | null) => [`${user?.name}`],
    })
    await find(1)
    expect(cache.namespace('fn:load').inspect('(1)')?.deps).to.have.members(['id:1', 'user 1'])
  })

  it('gives an answer that unless is against to all who wait, and does not store it', async () => {
    const find = cache.wrap(load, {
      unless: (user: User | null) => user === null,
      resultTags: (user) => [(user as User).name],
    })
    expect(await Promise.all([find(-1), find(-1)])).to.deep.equal([null, null])
    expect(calls).to.deep.equal([-1])
    await find(-1)
    await find(1)
    await find(1)
    expect(calls).to.deep.equal([-1, -1, 1])
  })

  it('does not ask for a key where the condition does not hold', async () => {
    let keys = 0
    const find = cache.wrap(load, {
      condition: (id) => id > 0,
      key: (id) => {
        keys++
        return `${id}`
      },
    })
    await Promise.all([find(-1), find(-1)])
    expect([calls.length, keys]).to.deep.equal([2, 0])
    await find(1)
    expect(keys).to.equal(1)
  })

  it('rejects when condition throws, and does not call the function', async () => {
    const find = cache.wrap(load, {
      condition: () => {
        throw new Error('broken')
      },
    })
    expect(await find(1).catch((reason: Error) => reason.message)).to.equal('broken')
    expect(calls).to.deep.equal([])
  })

  it('calls each callback on the object', async () => {
    const stock = async function stock(this: { readonly city: string }, item: string): Promise<string> {
      return `${item} in ${this.city}`
    }
    const find = cache.wrap(stock, {
      key(item) {
        return `${this.city}/${item}`
      },
      tags() {
        return [this.city]
      },
    })
    expect([
      await find.for({ city: 'Bern' })('milk'),
      await find.for({ city: 'Rome' })('milk'),
    ]).to.deep.equal(['milk in Bern', 'milk in Rome'])
    expect(cache.namespace('fn:stock').inspect('Rome/milk')?.deps).to.deep.equal(['Rome'])
  })

  it('keeps functions that share a namespace apart, and forgets them together', async () => {
    const find = cache.wrap(load, { namespace: 'users' })
    const count = cache.wrap(async (id: number) => id * 2, { namespace: 'users', name: 'a"b(1)' })
    await find(1)
    expect(await count(1)).to.equal(2)
    expect([find.key(1), count.key(1)]).to.deep.equal(['load(1)', '"a\\"b(1)"(1)'])
    await cache.namespace('users').clear()
    await find(1)
    expect(calls).to.deep.equal([1, 1])
  })

  describe('put', () => {
    it('stores an answer as the function would have: key, ttl and tags', async () => {
      const find = cache.wrap(load, {
        ttl: (user: User | null) => (user as User).id * 1_000,
        tags: (id) => [`id:${id}`],
        resultTags: (user: User | null) => [(user as User).name],
      })
      expect(await find.put({ id: 2, name: 'eve' }, 1)).to.equal(true)
      expect((await find(1))?.name).to.equal('eve')
      expect(cache.namespace('fn:load').inspect('(1)')?.deps).to.have.members(['id:1', 'eve'])
      clock.advance(2_001)
      expect((await find(1))?.name).to.equal('user 1')
    })

    it('stores null for as long as the function would have: negativeTtl, or what a ttl callback says', async () => {
      const lives = async (options: WrapOptions<[number], unknown, User | null>, value: User | null) => {
        const find = cache.wrap(load, { ttl: '5m', ...options })
        await find.put(value, 1)
        return cache.namespace('fn:load').inspect('(1)')?.ttlLeft
      }
      expect(await lives({ negativeTtl: '1s' }, null)).to.equal(1_000)
      expect(await lives({ negativeTtl: '1s' }, { id: 1, name: 'user 1' })).to.equal(300_000)
      expect(await lives({}, null)).to.equal(300_000)
      expect(await lives({ negativeTtl: '1s', ttl: () => '2s' }, null)).to.equal(2_000)
    })

    it('drops the answer before it, where unless is against the new one', async () => {
      const find = cache.wrap(load, { unless: (user: User | null) => user === null })
      await find(1)
      expect(await find.put(null, 1)).to.equal(false)
      await find(1)
      expect(calls).to.deep.equal([1, 1])
    })

    it('rejects for arguments without a key', async () => {
      const find = cache.wrap(async (_: object) => 1, { name: 'find' })
      const error = await find.put(1, () => {}).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'HITHERTO_KEY_ARGUMENT')
    })
  })
})
