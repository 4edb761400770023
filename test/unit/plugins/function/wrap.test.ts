import { expect } from 'chai'
import fc from 'fast-check'
import {
  createFunctionSurface,
  encodeArguments,
  type FunctionSurface,
} from '../../../../plugins/function/index.ts'
import { type RecordingCache, recordingCache } from './recording-cache.ts'

const reasonOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (reason: unknown) => reason,
  )

describe('wrap', () => {
  let cache: RecordingCache
  let surface: FunctionSurface
  let calls: unknown[][]
  beforeEach(() => {
    cache = recordingCache()
    surface = createFunctionSurface(cache)
    calls = []
  })
  async function findUser(id: number, fields: { page?: number } = {}): Promise<string> {
    calls.push([id, fields])
    return `user ${id}`
  }

  it('calls the function once for equal arguments, in a namespace of its name', async () => {
    const find = surface.wrap(findUser, { ttl: '5m' })
    expect([await find(1), await find(1), await find(2)]).to.deep.equal(['user 1', 'user 1', 'user 2'])
    expect(calls).to.have.length(2)
    expect([...cache.entries.keys()]).to.deep.equal(['fn:findUser/(1)', 'fn:findUser/(2)'])
  })

  it('uses the encoding of the arguments as key', () => {
    const find = surface.wrap((...args: unknown[]) => args.length, { name: 'count' })
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (args) => {
        expect(find.key(...args)).to.equal(encodeArguments(args))
      }),
      { numRuns: 50 },
    )
  })

  it('hands options on to the cache, but not those that it uses itself', async () => {
    const signal = new AbortController().signal
    const rest = {
      ttl: 5,
      jitter: 0.1,
      timeout: { soft: 1, hard: '2s' },
      clone: 'none',
      size: 9,
      signal,
    } as const
    await surface.wrap(findUser, { ...rest, tags: ['users'], name: 'find', id: () => 'x' })(1)
    expect(cache.calls[0]?.options).to.deep.equal({ ...rest, tags: ['users'] })
  })

  it('asks a tags function only when it loads, with the arguments of the call', async () => {
    const asked: unknown[][] = []
    const find = surface.wrap(findUser, {
      tags: (...args) => {
        asked.push(args)
        return [`user:${args[0]}`]
      },
    })
    await find(1)
    await find(1)
    expect(asked).to.deep.equal([[1]])
    expect(cache.entries.get('fn:findUser/(1)')?.tags).to.deep.equal(['user:1'])
  })

  it('keeps this, and leaves it out of the key unless instance says how it counts', async () => {
    class Shop {
      readonly city: string
      constructor(city: string) {
        this.city = city
      }
      stock = surface.wrap(stockOf, { name: 'stock' })
      own = surface.wrap(stockOf, { name: 'own', instance: cityOf })
    }
    const [rome, oslo] = [new Shop('Rome'), new Shop('Oslo')]
    expect([await rome.stock(1), await oslo.stock(1)]).to.deep.equal(['Rome 1', 'Rome 1'])
    expect([await rome.own(1), await oslo.own(1)]).to.deep.equal(['Rome 1', 'Oslo 1'])
    expect(oslo.own.for(oslo).key(1)).to.equal('"Oslo"(1)')
    expect(await oslo.own.for(oslo).invalidate(1)).to.equal(true)
    expect(cache.entries.has('fn:own/"Rome"(1)')).to.equal(true)
    expect(cache.entries.has('fn:own/"Oslo"(1)')).to.equal(false)
  })

  it('for() calls the function on the object', async () => {
    const stock = surface.wrap(stockOf, { instance: cityOf })
    const rome = stock.for({ city: 'Rome' })
    expect(await rome(1)).to.equal('Rome 1')
    expect(await rome.fresh(1)).to.equal('Rome 1')
    expect(await stock.call({ city: 'Rome' }, 1)).to.equal('Rome 1')
    expect(cache.entries.size).to.equal(1)
  })

  it('bounds the length of keys with an instance', () => {
    const stock = surface.wrap(stockOf, { instance: cityOf })
    expect(stock.for({ city: 'x'.repeat(1_000) }).key(1)).to.have.length(250)
  })

  it('takes the key from the option instead of the arguments', async () => {
    const find = surface.wrap(findUser, { key: (id) => `user-${id}` })
    await find(1, { page: 1 })
    await find(1, { page: 2 })
    expect(calls).to.have.length(1)
    expect(find.key(1)).to.equal('user-1')
    const own = surface.wrap(stockOf, { key: (item) => `${item}`, instance: cityOf })
    expect(own.for({ city: 'a"b' }).key(1)).to.equal('"a\\"b"1')
  })

  it('fresh calls the function whatever is stored, and stores the result', async () => {
    let count = 0
    const next = surface.wrap(() => ++count, { name: 'next' })
    expect([await next(), await next(), await next.fresh(), await next()]).to.deep.equal([1, 1, 2, 2])
  })

  it('invalidate drops and expire makes stale the answer for the arguments, and no other', async () => {
    const find = surface.wrap(findUser)
    await find(1)
    await find(2)
    expect([await find.expire(1), await find.expire(3)]).to.deep.equal([true, false])
    expect(cache.entries.get('fn:findUser/(1)')?.stale).to.equal(true)
    expect(cache.entries.get('fn:findUser/(2)')?.stale).to.equal(false)
    expect([await find.invalidate(1), await find.invalidate(1)]).to.deep.equal([true, false])
    expect([...cache.entries.keys()]).to.deep.equal(['fn:findUser/(2)'])
  })

  it('looks like the function', () => {
    const find = surface.wrap(findUser, { name: 'other' })
    expect([find.name, find.length]).to.deep.equal(['findUser', 1])
  })

  it('rejects, and does not throw, for arguments without a key; key throws', async () => {
    const find = surface.wrap(findUser)
    const bad = { page: Symbol('x') } as never
    const message = /^findUser: args\[1\]\.page is a symbol/
    for (const call of [find(1, bad), find.fresh(1, bad), find.invalidate(1, bad), find.expire(1, bad)]) {
      const reason = await reasonOf(call)
      expect(reason).to.have.property('code', 'HITHERTO_KEY_ARGUMENT')
      expect(reason).to.have.property('message').that.matches(message)
    }
    expect(() => find.key(1, bad)).to.throw(message)
    expect(calls).to.deep.equal([])
  })

  it('rejects with what the function throws', async () => {
    const fault = new Error('down')
    const fail = surface.wrap(
      () => {
        throw fault
      },
      { name: 'fail' },
    )
    expect(await reasonOf(fail())).to.equal(fault)
  })

  it('rejects for a key or an instance that is not a string', async () => {
    const find = surface.wrap(findUser, { key: ((id: number) => id) as never })
    expect(await reasonOf(find(1))).to.have.property('code', 'HITHERTO_KEY_INVALID')
    const stock = surface.wrap(stockOf, { instance: () => undefined as never })
    expect(await reasonOf(stock.call({ city: '' }, 1))).to.have.property('code', 'HITHERTO_KEY_INVALID')
  })

  describe('names', () => {
    it('refuses a function without one', () => {
      expect(() => surface.wrap(() => 1))
        .to.throw(/name: '\.\.\.'/)
        .with.property('code', 'HITHERTO_OPTION_INVALID')
    })

    it('refuses two functions of one name on one cache, and not on two', () => {
      const other = { findUser: async (id: string) => id }
      surface.wrap(findUser)
      expect(() => surface.wrap(other.findUser))
        .to.throw(/"findUser" is wrapped already, as another function/)
        .with.property('option', 'name')
      expect(surface.wrap(other.findUser, { name: 'findOther' })).to.be.a('function')
      expect(createFunctionSurface(recordingCache()).wrap(other.findUser)).to.be.a('function')
    })

    it('accepts one function twice, and both share their answers', async () => {
      await surface.wrap(findUser, { ttl: '1m' })(1)
      await surface.wrap(findUser, { ttl: '2m' })(1)
      expect(calls).to.have.length(1)
    })

    for (const part of ['key', 'id', 'instance'] as const) {
      it(`refuses one function twice with another ${part}, which would mix two kinds of keys`, () => {
        surface.wrap(findUser, { [part]: () => 'a' })
        expect(() => surface.wrap(findUser, { [part]: () => 'b' })).to.throw(
          new RegExp(`another ${part} option`),
        )
        expect(surface.wrap(findUser, { [part]: () => 'b', name: 'second' })).to.be.a('function')
      })
    }

    it('claims no name for a call that was refused', () => {
      expect(() => surface.wrap(findUser, { ttl: -1 })).to.throw()
      expect(surface.wrap(async function findUser() {})).to.be.a('function')
    })
  })

  const wrong: Record<string, [options: object, message: RegExp]> = {
    'an unknown option, with the nearest known ones': [
      { tagz: [] },
      /tagz: there is no such option\. Did you mean tags/,
    ],
    'an option unlike any, with all known ones': [{ quux: 1 }, /Known: name, namespace, key/],
    'an inherited name as option': [{ constructor: 1 }, /no such option/],
    'a negative ttl': [{ ttl: -1 }, /ttl/],
    'an unparsable staleWhileRevalidate': [{ staleWhileRevalidate: '5 minutes' }, /staleWhileRevalidate/],
    'an unparsable staleIfError': [{ staleIfError: 'x' }, /staleIfError/],
    'a jitter above 1': [{ jitter: 2 }, /jitter/],
    'a timeout that is a number': [{ timeout: 5 }, /timeout: expected \{ soft, hard \}/],
    'an unknown timeout': [{ timeout: { firm: 5 } }, /timeout\.firm/],
    'an unparsable timeout': [{ timeout: { hard: 'x' } }, /timeout\.hard/],
    'a negative size': [{ size: -1 }, /size/],
    'an unknown clone policy': [{ clone: 'deep' }, /clone/],
    'a key that is not a function': [{ key: 'k' }, /key: expected a function/],
    'an id that is not a function': [{ id: 1 }, /id: expected a function/],
    'an instance that is not a function': [{ instance: {} }, /instance: expected a function/],
    'an empty name': [{ name: '' }, /name/],
    'a forceRefresh that is not a boolean': [{ forceRefresh: 1 }, /forceRefresh/],
    'a bypass that is not a boolean': [{ bypass: 'no' }, /bypass/],
    'a signal that is not one': [{ signal: {} }, /signal/],
  }
  for (const [what, [options, message]] of Object.entries(wrong)) {
    it(`refuses ${what} at once`, () => {
      expect(() => surface.wrap(findUser, options))
        .to.throw(message)
        .with.property('code', 'HITHERTO_OPTION_INVALID')
    })
  }

  it('refuses tags that are no tags, and what is no function', () => {
    expect(() => surface.wrap(findUser, { tags: 'users' as never }))
      .to.throw()
      .with.property('code', 'HITHERTO_TAG_INVALID')
    expect(() => surface.wrap(findUser, { tags: [''] }))
      .to.throw()
      .with.property('code', 'HITHERTO_TAG_INVALID')
    expect(() => surface.wrap('findUser' as never)).to.throw(/expected a function/)
  })

  it('accepts options that are undefined', () => {
    expect(surface.wrap(findUser, { ttl: undefined, tags: undefined } as never)).to.be.a('function')
  })
})

function stockOf(this: { readonly city: string }, item: number): string {
  return `${this.city} ${item}`
}

function cityOf(self: { readonly city: string }): string {
  return self.city
}
