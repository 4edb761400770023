import { expect } from 'chai'
import fc from 'fast-check'
import {
  type HeaderFields,
  selectingKey,
  varyNames,
} from '../../../../../plugins/http-response/rules/index.ts'

const names = (vary: string | string[]) => varyNames({ vary })
const same = (name: string, a: HeaderFields, b: HeaderFields): boolean =>
  selectingKey([name], a) === selectingKey([name], b)
const equal = (name: string, a: string, b: string): boolean => same(name, { [name]: a }, { [name]: b })

describe('Vary', () => {
  it('is its names, sorted, once each, in lower case', () => {
    expect(varyNames({})).to.deep.equal([])
    expect(names('')).to.deep.equal([])
    expect(names('Foo, Bar,foo ,, BAZ')).to.deep.equal(['bar', 'baz', 'foo'])
    expect(names(['Foo', 'bar'])).to.deep.equal(['bar', 'foo'])
  })

  for (const vary of [
    '*',
    '*, *',
    ', *',
    '*, Foo',
    'Foo, *',
    ' * ',
    'accept encoding',
    'a/b',
    '"foo"',
    '\u00e9',
  ]) {
    it(`is * when it is ${JSON.stringify(vary)}`, () => {
      expect(names(vary)).to.equal('*')
    })
  }

  it('is * when one line of several is', () => {
    expect(names(['', '*'])).to.equal('*')
    expect(names(['Foo', '*', 'Bar'])).to.equal('*')
  })

  it('is the same for every order, case and repetition of its names', () => {
    const name = fc.constantFrom('accept', 'Accept', 'X-A', 'x-a', 'origin', 'ORIGIN')
    fc.assert(
      fc.property(fc.array(name), fc.constantFrom(',', ', ', ' ,\t'), (list, comma) => {
        const expected = [...new Set(list.map((item) => item.toLowerCase()))].sort()
        expect(names(list.join(comma))).to.deep.equal(expected)
        expect(names([...list].reverse())).to.deep.equal(expected)
      }),
    )
  })
})

describe('selecting key (RFC 9111, 4.1)', () => {
  it('ignores space around values and commas, and how lines are split', () => {
    expect(equal('foo', '1,2', ' 1, 2 ')).to.equal(true)
    expect(equal('foo', '1,2', '1\t ,  2')).to.equal(true)
    expect(same('foo', { foo: '1, 2' }, { foo: ['1', '2'] })).to.equal(true)
  })

  it('keeps space inside values, inside quotes, and where commas are no list', () => {
    expect(equal('foo', 'a b', 'ab')).to.equal(false)
    expect(equal('foo', 'a="x , y"', 'a="x,y"')).to.equal(false)
    expect(equal('cookie', 'a=1, b', 'a=1,b')).to.equal(false)
    expect(equal('user-agent', 'A (b, c)', 'A (b,c)')).to.equal(false)
  })

  it('keeps no-break spaces, which are no whitespace here', () => {
    expect(equal('foo', '\u00a0a', 'a')).to.equal(false)
  })

  it('is case-sensitive, except for codings and languages', () => {
    expect(equal('foo', 'A', 'a')).to.equal(false)
    expect(equal('accept-language', 'en, de', 'eN,De')).to.equal(true)
    expect(equal('accept-encoding', 'GZIP', 'gzip')).to.equal(true)
    expect(equal('accept-encoding', '\u00c0', '\u00e0')).to.equal(false)
  })

  it('keeps the order of languages, which is preference', () => {
    expect(equal('accept-language', 'en, de', 'de, en')).to.equal(false)
  })

  it('an absent field is not an empty one', () => {
    expect(same('foo', {}, { foo: '' })).to.equal(false)
    expect(same('foo', {}, { foo: undefined })).to.equal(true)
    expect(equal('foo', '', ' ')).to.equal(true)
    expect(same('foo', {}, { foo: 'null' })).to.equal(false)
  })

  it('does not find what objects inherit', () => {
    expect(same('constructor', {}, Object.create(null))).to.equal(true)
    expect(same('__proto__', {}, JSON.parse('{"__proto__":"a"}'))).to.equal(false)
  })

  it('ignores fields that the response does not vary on', () => {
    expect(same('foo', { foo: '1', other: '2' }, { foo: '1', other: '3' })).to.equal(true)
  })

  it('is equal only for equal names and equal values', () => {
    const value = fc.option(
      fc.string({ maxLength: 6 }).map((text) => text.replace(/[ \t,"]/g, '_')),
      { nil: undefined },
    )
    const variant = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'a,b', 'null', 'x'), value), {
      selector: ([name]) => name,
    })
    const order = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)
    fc.assert(
      fc.property(variant, variant, (a, b) => {
        const key = (list: [string, string | undefined][]) => {
          const sorted = [...list].sort(order)
          return selectingKey(
            sorted.map(([name]) => name),
            Object.fromEntries(sorted),
          )
        }
        const plain = (list: [string, string | undefined][]) => [...list].sort(order).flat()
        const identical =
          plain(a).length === plain(b).length && plain(a).every((item, index) => item === plain(b)[index])
        expect(key(a) === key(b)).to.equal(identical)
      }),
      { numRuns: 1000 },
    )
  })

  it('reads a million spaces and commas at once', () => {
    for (const piece of [' ', ',', ' ,', '\t,']) selectingKey(['a'], { a: `x${piece.repeat(500_000)}x` })
  })
})
