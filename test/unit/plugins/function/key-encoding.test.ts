import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import fc from 'fast-check'
import { encodeArguments, type KeyEncodingOptions, keySymbol } from '../../../../plugins/function/index.ts'
import { modelOf, readKey } from './key-reader.ts'

/** Strings of the characters that the encoding itself uses, of lone surrogates and of anything else. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'"\\,:;()[]{}=>@#n1 \u0000\n'), maxLength: 5 }),
  fc
    .array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { maxLength: 3 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '',
    '1',
    'null',
    'undefined',
    'hole',
    'NaN',
    '-0',
    '1n',
  ),
)
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.bigInt({ min: -9n, max: 10n ** 20n }),
  fc.constantFrom<unknown>(
    true,
    false,
    null,
    undefined,
    Number.NaN,
    -0,
    0,
    1e21,
    5e-324,
    Infinity,
    -Infinity,
  ),
  fc.date({ noInvalidDate: false }),
  text.map((name) => Symbol.for(name)),
  fc.constantFrom(/a/g, /a/, /"/u, /\//y, new URL('https://a.b/?c="#d'), new URL('file:///x')),
  fc
    .uint8Array({ maxLength: 4 })
    .chain((bytes) =>
      fc.constantFrom<unknown>(
        bytes,
        Buffer.from(bytes),
        bytes.slice().buffer,
        new DataView(bytes.slice().buffer),
        new Int8Array(bytes),
        Float32Array.from(bytes),
      ),
    ),
)
/** Own properties of any name, `__proto__` too, defined in the order given. */
function objectOf(
  entries: Iterable<readonly [PropertyKey, unknown]>,
  prototype: object | null = Object.prototype,
): object {
  const object = Object.create(prototype)
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return object
}
const { value: anything } = fc.letrec((tie) => {
  const name = fc.oneof(
    { weight: 5, arbitrary: text },
    { weight: 1, arbitrary: text.map((key) => Symbol.for(key)) },
  )
  const inner = tie('value')
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(inner, { maxLength: 4 }),
      fc.sparseArray(inner, { maxLength: 4 }),
      fc.array(fc.tuple(name, inner), { maxLength: 4 }).map((entries) => objectOf(entries)),
      fc.array(fc.tuple(name, inner), { maxLength: 2 }).map((entries) => objectOf(entries, null)),
      fc.array(fc.tuple(inner, inner), { maxLength: 3 }).map((entries) => new Map(entries)),
      fc.array(inner, { maxLength: 3 }).map((members) => new Set(members)),
    ),
  }
})
const callArguments = fc.array(anything, { maxLength: 4 })

const whole: KeyEncodingOptions = { maxLength: 1_000_000 }
const withoutTrailingUndefined = (args: readonly unknown[]): readonly unknown[] =>
  args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1)
const modelsOf = (args: readonly unknown[]): string =>
  JSON.stringify(withoutTrailingUndefined(args).map(modelOf))

/** The same value, with everything in the opposite order that may be in any. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) {
    const copy = new Array(value.length)
    value.forEach((member, i) => {
      copy[i] = reversed(member)
    })
    return copy
  }
  if (value instanceof Map) return new Map([...value].reverse().map(([k, v]) => [reversed(k), reversed(v)]))
  if (value instanceof Set) return new Set([...value].reverse().map(reversed))
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  const names = Reflect.ownKeys(value).reverse()
  return objectOf(names.map((name) => [name, reversed((value as Record<PropertyKey, unknown>)[name])]))
}
const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))

describe('encodeArguments, as a function on values', () => {
  it('can be read back: what is read is what was encoded', () => {
    fc.assert(
      fc.property(callArguments, (args) => {
        expect(JSON.stringify(readKey(encodeArguments(args, whole)))).to.equal(modelsOf(args))
      }),
      { numRuns: 1_500 },
    )
  })

  it('gives equal values one key, whatever the order of properties and members', () => {
    fc.assert(
      fc.property(callArguments, (args) => {
        expect(encodeArguments(args.map(reversed))).to.equal(encodeArguments(args))
      }),
      { numRuns: 500 },
    )
  })

  it('gives different values different keys, shortened ones too', () => {
    const short = { maxLength: 64 }
    fc.assert(
      fc.property(callArguments, callArguments, (a, b) => {
        expect(encodeArguments(a, short) === encodeArguments(b, short)).to.equal(modelsOf(a) === modelsOf(b))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps keys apart in UTF-8, where every lone surrogate would become one character', () => {
    fc.assert(
      fc.property(callArguments, (args) => {
        const key = encodeArguments(args)
        expect(Buffer.from(key).toString()).to.equal(key)
      }),
      { numRuns: 500 },
    )
  })
})

describe('encodeArguments, by kind', () => {
  const subclass = new (class Special extends Map {})()
  const texts: [what: string, args: unknown[], key: string][] = [
    ['no arguments', [], '()'],
    ['a string', ['ann'], '("ann")'],
    ['a number', [42], '(42)'],
    ['a numeric string', ['42'], '("42")'],
    ['a bigint', [42n], '(42n)'],
    ['0 and -0', [0, -0], '(0,-0)'],
    ['NaN and Infinity', [Number.NaN, -Infinity], '(NaN,-Infinity)'],
    ['a boolean and null', [true, null], '(true,null)'],
    ['an undefined before the last', [undefined, 1], '(undefined,1)'],
    ['trailing undefined', [1, undefined, undefined], '(1)'],
    ['an object, by name', [{ page: 2, id: 1 }], '({id:1,page:2})'],
    ['an undefined property, which is not a missing one', [{ a: undefined }], '({a:undefined})'],
    ['an odd property name', [{ 'a-b': 1, '': 2 }], '({"":2,"a-b":1})'],
    ['a registered symbol as operator', [{ age: { [Symbol.for('gt')]: 18 } }], '({age:{;Symbol("gt"):18}})'],
    ['an array, which is not several arguments', [[1, 2]], '([1,2])'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    ['an array with a hole', [[1, , undefined]], '([1,hole,undefined])'],
    ['a lone surrogate', ['\ud800'], '("\\ud800")'],
    ['its escape', ['\\ud800'], '("\\\\ud800")'],
    ['a date', [new Date(7)], '(Date(7))'],
    ['an invalid date', [new Date(Number.NaN)], '(Date(NaN))'],
    [
      'a map, by entry',
      [
        new Map([
          ['b', 1],
          ['a', 2],
        ]),
      ],
      '(Map("a"=>2,"b"=>1))',
    ],
    ['a set, by member', [new Set(['b', 'a'])], '(Set("a","b"))'],
    ['members that look alike', [new Set([{}, {}])], '(Set({},{}))'],
    ['a regular expression', [/a"/gi], '(RegExp("a\\"","gi"))'],
    ['a regular expression in the middle of its work', [resumed()], '(RegExp("a","g",1))'],
    ['a URL', [new URL('https://a.b/c')], '(URL("https://a.b/c"))'],
    ['a buffer, which is not a Uint8Array', [Buffer.from('hi')], '(Buffer(aGk))'],
    ['a typed array', [Uint8Array.of(104, 105)], '(Uint8Array(aGk))'],
    ['the window of a view', [new Uint8Array(new ArrayBuffer(8), 2, 1)], '(Uint8Array(AA))'],
    ['an array buffer', [new ArrayBuffer(1)], '(ArrayBuffer(AA))'],
    ['an own __proto__', [JSON.parse('{"__proto__":1}')], '({__proto__:1})'],
    [
      'data of another realm',
      [runInNewContext('({ a: [new Map([[1, new Date(7)]])] })')],
      '({a:[Map(1=>Date(7))]})',
    ],
  ]
  for (const [what, args, key] of texts) {
    it(`encodes ${what}`, () => expect(encodeArguments(args)).to.equal(key))
  }

  it('reads a getter, as the function will', () => {
    expect(
      encodeArguments([
        {
          get id() {
            return 7
          },
        },
      ]),
    ).to.equal('({id:7})')
  })

  it('hashes the bytes of a large buffer', () => {
    const bytes = Buffer.alloc(1_000_000)
    const key = encodeArguments([bytes])
    expect(key).to.match(/^\(Buffer\(#[\w-]{43}\)\)$/)
    bytes[999_999] = 1
    expect(encodeArguments([bytes])).to.not.equal(key)
  })

  const refused: [what: string, arg: unknown, message: RegExp][] = [
    ['a function', { done: () => {} }, /^args\[0\]\.done is a function\..*key:/],
    ['a promise', [Promise.resolve(1)], /^args\[0\]\[0\] is a promise\. Await it/],
    ['an unregistered symbol', { a: Symbol('x') }, /^args\[0\]\.a is a symbol.*Symbol\.for/],
    [
      'an unregistered symbol as name',
      { a: { [Symbol('x')]: 1 } },
      /^args\[0\]\.a\[Symbol\(x\)\] is a symbol/,
    ],
    ['a WeakMap', new WeakMap(), /instance of WeakMap/],
    [
      'an instance of a class',
      { 'a b': new (class User {})() },
      /^args\[0\]\["a b"\] is an instance of User.*id:/,
    ],
    ['an instance of an unnamed class', new (class {})(), /an unnamed class/],
    ['an instance of a subclass of a built-in kind', subclass, /instance of Special/],
    ['an instance of a subclass of Array', new (class List extends Array {})(), /instance of List/],
    [
      'an instance of a subclass of Uint8Array',
      new (class Bytes extends Uint8Array {})(),
      /instance of Bytes/,
    ],
    ['an object with a prototype of its own', Object.create({ inherited: 1 }), /instance of/],
    ['an object that only looks like a date', Object.create(Date.prototype), /instance of Date/],
    ['an object that only looks like a URL', Object.create(URL.prototype), /instance of URL/],
    ['a date with a property of its own', Object.assign(new Date(0), { zone: 'UTC' }), /instance of Date/],
    ['an array with a property of its own', /a/.exec('a'), /instance of Array/],
    [
      'a sparse array with a property of its own',
      Object.assign(new Array(2), { '01': 1 }),
      /instance of Array/,
    ],
    ['an array with a hole and a property', Object.assign(new Array(2), { 0: 1, x: 1 }), /instance of Array/],
    ['an instance of a subclass of DataView', subview(), /instance of Window/],
    ['an object that inherits from a bare object', Object.create(bare()), /an unnamed class/],
    ['a boxed primitive', Object(1), /instance of Number/],
    ['arguments', argumentsOf(1), /instance of Object/],
    ['a namespace object', Math, /instance of Object/],
    ['a cycle', cycle(), /^args\[0\]\.list\[0\] refers to an object that contains it/],
    ['a cycle through a map', mapCycle(), /refers to an object that contains it/],
    ['deep nesting', nested(65), /is nested deeper than 64 levels/],
    ['many values', new Array(10_001).fill(0), /above 10000 values/],
    ['a long sparse array', new Array(1e9), /above 10000 values/],
    ['a large map', new Map(Array.from({ length: 5_001 }, (_, i) => [i, i])), /above 10000 values/],
    ['a large set', new Set(Array.from({ length: 10_001 }, (_, i) => i)), /above 10000 values/],
    ['many values in shared parts', doubled(20), /above 10000 values/],
    ['a huge string', { html: 'x'.repeat(4_194_305) }, /^args\[0\]\.html is larger than 4194304/],
    ['a huge argument', 'x'.repeat(4_194_305), /^args\[0\] is larger than 4194304/],
    ['huge strings together', Array(5).fill('x'.repeat(1e6)), /^args\[0\] is larger/],
    ['a huge buffer', Buffer.alloc(4_194_305), /is larger than/],
  ]
  for (const [what, arg, message] of refused) {
    it(`refuses ${what}, saying where and what to do`, () => {
      expect(() => encodeArguments([arg]))
        .to.throw(message)
        .with.property('code', 'HITHERTO_KEY_ARGUMENT')
    })
  }

  it('names the argument that is refused', () => {
    expect(() => encodeArguments(['a', 1, Symbol('x')])).to.throw(/^args\[2\] is a symbol/)
  })

  it('refuses arguments that are huge together', () => {
    const megabyte = 'x'.repeat(1e6)
    expect(() => encodeArguments([megabyte, megabyte, megabyte, megabyte, megabyte])).to.throw(
      /args are larger/,
    )
  })

  it('accepts nesting of 64 levels, and one object in two places', () => {
    const shared = { a: 1 }
    expect(encodeArguments([nested(64)])).to.be.a('string')
    expect(encodeArguments([[shared, shared]])).to.equal('([{a:1},{a:1}])')
  })

  it('leaves the error of a throwing getter as it is', () => {
    const fault = new Error('mine')
    expect(() =>
      encodeArguments([
        {
          get a() {
            throw fault
          },
        },
      ]),
    ).to.throw(fault)
  })
})

describe('encodeArguments, with identities', () => {
  class User {
    readonly id: unknown
    constructor(id: unknown) {
      this.id = id
    }
  }
  class Order extends User {
    [keySymbol](): unknown {
      return this.id
    }
  }
  const id = (value: object): string | undefined => (value instanceof User ? String(value.id) : undefined)

  it('takes the identity of an instance from the option, with the class, so that user 1 is not order 1', () => {
    expect(encodeArguments([new User(1)], { id })).to.equal('(@User("1"))')
    expect(encodeArguments([{ a: [new Order(1)] }], { id })).to.equal('({a:[@Order("1")]})')
  })

  it('takes it from the method of the object when the option declines', () => {
    expect(encodeArguments([new Order('7')])).to.equal('(@Order("7"))')
    expect(encodeArguments([new Order('7')], { id: () => undefined })).to.equal('(@Order("7"))')
    expect(encodeArguments([{ secret: 1, [Symbol.for('hitherto.key')]: () => 'x' }])).to.equal(
      '(@Object("x"))',
    )
  })

  it('never asks for the identity of plain data', () => {
    const refuse = (): never => expect.fail('asked')
    expect(encodeArguments([{ a: [new Map([[1, new Date(0)]])] }], { id: refuse })).to.be.a('string')
  })

  it('quotes identities and odd class names, so that neither can imitate another text', () => {
    const Odd = { '("1"),@User': class {} }['("1"),@User'] as new () => object
    expect(encodeArguments([new Odd()], { id: () => '")' })).to.equal('(@"(\\"1\\"),@User"("\\")"))')
  })

  it('accepts a function with an identity', () => {
    expect(encodeArguments([() => 1], { id: () => 'f' })).to.equal('(@Function("f"))')
  })

  it('refuses an identity that is not a string, and the instance if there is none', () => {
    expect(() => encodeArguments([new Order(7)])).to.throw(
      /args\[0\] has 7 as its identity\. Return a string/,
    )
    expect(() => encodeArguments([new User(7)], { id: () => undefined })).to.throw(/instance of User/)
  })
})

describe('encodeArguments, on length', () => {
  it('never gives a key longer than maxLength, and leaves a shorter text as it is', () => {
    fc.assert(
      fc.property(callArguments, fc.integer({ min: 64, max: 120 }), (args, maxLength) => {
        const full = encodeArguments(args, whole)
        const key = encodeArguments(args, { maxLength })
        expect(key.length).to.be.at.most(maxLength)
        expect(key === full).to.equal(full.length <= maxLength)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the beginning of a long text and tells texts apart that differ at their end', () => {
    const long = 'x'.repeat(300)
    const key = encodeArguments([`${long}a`])
    expect(key)
      .to.have.length(250)
      .and.match(/^\("x+#[\w-]{43}$/)
    expect(encodeArguments([`${long}b`])).to.not.equal(key)
  })

  it('bounds at 250 by default', () => {
    expect(encodeArguments(['x'.repeat(246)]))
      .to.have.length(250)
      .and.match(/x"\)$/)
    expect(encodeArguments(['x'.repeat(247)]))
      .to.have.length(250)
      .and.match(/#[\w-]{43}$/)
  })

  it('cannot be made to give the shortened key of other arguments by an argument that looks like one', () => {
    const key = encodeArguments(['x'.repeat(300)])
    expect(encodeArguments([key], whole)).to.not.equal(key)
    expect(key.endsWith(')')).to.equal(false)
  })

  it('does not cut a character in two', () => {
    for (const lead of ['', 'a']) {
      const key = encodeArguments([lead + '😀'.repeat(100)], { maxLength: 64 })
      expect(Buffer.from(key).toString()).to.equal(key)
    }
  })

  for (const maxLength of [63, 0, -1, 100.5, Number.NaN]) {
    it(`refuses a maxLength of ${maxLength}`, () => {
      expect(() => encodeArguments([], { maxLength }))
        .to.throw()
        .with.property('code', 'HITHERTO_OPTION_INVALID')
    })
  }
})

function resumed(): RegExp {
  const expression = /a/g
  expression.test('aa')
  return expression
}

function argumentsOf(..._: unknown[]): unknown {
  // biome-ignore lint/complexity/noArguments: the object itself is what is tested
  return arguments
}

function subview(): unknown {
  class Window extends (DataView as new (buffer: ArrayBuffer) => DataView) {}
  return new Window(new ArrayBuffer(1))
}

function bare(): object {
  return Object.assign(Object.create(null), { inherited: 1 })
}

function cycle(): unknown {
  const object: { list: unknown[] } = { list: [] }
  object.list.push(object)
  return object
}

function mapCycle(): unknown {
  const map = new Map<unknown, unknown>()
  return map.set(map, 1)
}

function nested(levels: number): unknown {
  let value: unknown = []
  for (let i = 1; i < levels; i++) value = [value]
  return value
}

function doubled(levels: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = [value, value]
  return value
}
