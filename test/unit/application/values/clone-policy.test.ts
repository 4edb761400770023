import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { copyOf, intake } from '../../../../src/application/values/index.ts'
import { afterVandals, refusal } from './keeping.ts'
import { build, recipe, vandalise } from './recipes.ts'

describe('what is kept under auto', () => {
  it('is what was given, to the last detail, whatever writer and readers do to theirs', () => {
    const property = fc.property(recipe, (how) => {
      for (const got of afterVandals(build(how), 'auto'))
        expect(isDeepStrictEqual(got, build(how))).to.equal(true)
    })
    fc.assert(property, { numRuns: 1_000 })
  })

  it('is shared where nobody can change it: primitives and deeply frozen data', () => {
    const frozen = Object.freeze({ a: Object.freeze([1, Object.freeze({ b: 'x' })]), c: null })
    for (const value of [1, 'text', null, true, 5n, undefined, frozen]) {
      expect(intake(value, 'auto')).to.deep.equal({ value, copy: 0 })
      expect(intake(value, 'auto').value).to.equal(value)
    }
  })

  it('keeps one shared part one part, and a cycle a cycle', () => {
    const part = { n: 1 }
    const list: unknown[] = [part, part, new Map([[part, Buffer.from('x')]])]
    list.push(list)
    const kept = intake(list, 'auto')
    const copy = copyOf(kept.value, kept.copy) as [object, object, Map<object, Buffer>, unknown]
    expect(copy[0]).to.equal(copy[1])
    expect(copy[0]).to.not.equal(part)
    expect(copy[3]).to.equal(copy)
    expect(copy[2].get(copy[0])?.toString()).to.equal('x')
  })

  it('keeps a Buffer a Buffer, also beside shared parts', () => {
    const shared = { a: 1 }
    const kept = intake({ x: shared, y: shared, body: Buffer.from('text') }, 'auto')
    const { body } = copyOf(kept.value, kept.copy) as { body: Buffer }
    expect(Buffer.isBuffer(body)).to.equal(true)
    expect(body.toString()).to.equal('text')
  })

  it('holds no more memory than the bytes that were given: no pool, nothing around a slice', () => {
    const big = new Uint8Array(1e6)
    const shared = {}
    for (const around of [{}, { shared, again: shared }]) {
      const kept = intake({ ...around, a: Buffer.from('small'), b: big.subarray(5, 10) }, 'auto')
      for (const got of [kept.value, copyOf(kept.value, kept.copy)]) {
        const { a, b } = got as { a: Buffer; b: Uint8Array }
        expect([a.buffer.byteLength, b.buffer.byteLength]).to.deep.equal([5, 5])
      }
    }
  })

  it('keeps the rarer built-ins: regular expressions, errors, boxed primitives', () => {
    const value = { re: /a+/gi, error: new Error('x'), boxed: [Object(1), Object('s'), Object(true)] }
    const kept = intake(value, 'auto')
    const copy = copyOf(kept.value, kept.copy) as typeof value
    expect(copy.re).to.be.instanceOf(RegExp).and.not.equal(value.re)
    expect(String(copy.re)).to.equal('/a+/gi')
    expect(copy.error).to.be.instanceOf(Error).with.property('message', 'x')
    expect(copy.boxed).to.deep.equal(value.boxed)
  })
})

describe('frozen data that can change all the same', () => {
  const mutable = () => ({ n: 1 })
  const disguises: Readonly<Record<string, (part: object) => object>> = {
    'behind a symbol': (part) => ({ [Symbol('s')]: part }),
    'behind a hidden field': (part) => Object.defineProperty({}, 'hidden', { value: part }),
    'behind an extra field of an array': (part) => Object.assign([1, 2], { extra: part }),
    // biome-ignore lint/suspicious/noSparseArray: a hole could hide an extra field from a count
    'behind an extra field of an array with a hole': (part) => Object.assign([1, , 2], { extra: part }),
    'behind an accessor': (part) => ({
      get open() {
        return part
      },
    }),
    'in a Map': (part) => new Map([['k', part]]),
    'in a Date': () => new Date(5),
  }
  for (const [name, disguise] of Object.entries(disguises)) {
    for (const policy of ['auto', 'freeze'] as const) {
      it(`${name} is not shared under ${policy}`, () => {
        const part = mutable()
        const kept = intake(Object.freeze({ inner: Object.freeze(disguise(part)) }), policy)
        expect(kept.copy).to.not.equal(0)
        const before = copyOf(kept.value, kept.copy)
        vandalise(copyOf(kept.value, kept.copy))
        part.n = 2
        expect(copyOf(kept.value, kept.copy)).to.deep.equal(before)
      })
    }
  }
})

describe('what cannot be kept safely', () => {
  class Account {
    balance = 1
  }
  class List extends Array<number> {}
  class Failure extends RangeError {}
  const Disguised = Object.defineProperty(class extends Error {}, 'name', { value: 'TypeError' })
  /** As query builders are: it runs when it is awaited. */
  class Query {
    then(): void {}
  }
  const nameless = Object.create(Object.create(null))
  const refused: readonly (readonly [string, unknown])[] = [
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an instance of Account', new Account()],
    ['an instance of List', List.from([1])],
    ['a promise (is an await missing?)', Promise.resolve(1)],
    ['a promise (is an await missing?)', new Query()],
    ['an instance of ReadableStream', new ReadableStream()],
    ['an instance of URL', new URL('http://localhost')],
    ['an instance of WeakMap', new WeakMap()],
    ['an instance of SharedArrayBuffer', new SharedArrayBuffer(4)],
    ['an instance of Uint8Array', new Uint8Array(new SharedArrayBuffer(4))],
    ['an instance of TypeError', new Disguised('x')],
    ['an instance of Failure', new Failure('x')],
    ['an instance of a class without a name', Object.setPrototypeOf([], null)],
    ['an instance of a class without a name', nameless],
  ]
  for (const [what, value] of refused) {
    it(`is named: ${what}, at the top and inside of other data`, () => {
      const places: readonly unknown[] = [
        value,
        { deep: [{ value }] },
        new Map([['k', value]]),
        new Map([[value, 'v']]),
        new Set([value]),
        Object.freeze([value]),
      ]
      for (const policy of ['auto', 'freeze'] as const) {
        for (const place of places) {
          expect(refusal(place, policy)).to.include(
            `HITHERTO_VALUE_UNSAFE: The value was not stored: it holds ${what},`,
          )
        }
      }
    })
  }

  it('is no affair of codecs where it is a promise', () => {
    expect(refusal({ user: Promise.resolve(1) }))
      .to.match(/Store what it resolves to\.$/)
      .and.not.include('codec')
    expect(refusal(new Account())).to.include('give its class a codec')
  })

  it('is refused, not a crash, when it is nested too deep to copy', () => {
    let deep: object = {}
    for (let i = 0; i < 200_000; i++) deep = { deep }
    expect(refusal(deep)).to.include('HITHERTO_VALUE_UNSAFE').and.include('nested too deep')
    let list: unknown[] = []
    for (let i = 0; i < 200_000; i++) list = [list, list]
    expect(refusal(list)).to.include('nested too deep')
  })
})

describe('structured', () => {
  it('keeps what structuredClone makes of it, whatever writer and readers do to theirs', () => {
    const property = fc.property(recipe, (how) => {
      for (const got of afterVandals(build(how), 'structured')) {
        expect(isDeepStrictEqual(got, structuredClone(build(how)))).to.equal(true)
      }
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('refuses what structuredClone refuses', () => {
    expect(refusal(() => 1, 'structured'))
      .to.include('HITHERTO_VALUE_UNSAFE')
      .and.include('a function')
    expect(refusal({ f() {} }, 'structured')).to.include('a part that structuredClone refuses')
    expect(refusal(Symbol('s'), 'structured')).to.include('a symbol')
  })
})

describe('freeze', () => {
  it('keeps what was given, whatever writer and readers do to theirs', () => {
    const property = fc.property(recipe, (how) => {
      for (const got of afterVandals(build(how), 'freeze'))
        expect(isDeepStrictEqual(got, build(how))).to.equal(true)
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('freezes plain data once, to the last part, and shares it', () => {
    const value = { a: [{ b: 1 }], c: Object.freeze({ d: { e: 1 } }) }
    const kept = intake(value, 'freeze')
    expect(kept).to.deep.equal({ value, copy: 0 })
    expect(kept.value).to.equal(value)
    for (const part of [value, value.a, value.a[0], value.c.d]) expect(Object.isFrozen(part)).to.equal(true)
  })

  it('freezes cycles', () => {
    const value: { self?: unknown } = {}
    value.self = value
    expect(intake(value, 'freeze')).to.deep.equal({ value, copy: 0 })
    expect(Object.isFrozen(value)).to.equal(true)
  })

  it('copies what a freeze would not protect, and leaves it unfrozen for its owner', () => {
    const value = { when: new Date(5) }
    const kept = intake(value, 'freeze')
    expect(kept.copy).to.not.equal(0)
    expect(Object.isFrozen(value)).to.equal(false)
  })
})

describe('none', () => {
  it('keeps the very value, whatever it is', () => {
    for (const value of [{}, [], () => 1, new URL('http://localhost'), null, 5]) {
      expect(intake(value, 'none')).to.deep.equal({ value, copy: 0 })
      expect(copyOf(intake(value, 'none').value, 0)).to.equal(value)
    }
  })
})
