import { expect } from 'chai'
import fc from 'fast-check'
import {
  parseDictionary,
  structuredString,
} from '../../../../../plugins/http-response/rules/structured-field.ts'
import { innerStrings, parseStringList } from '../../../../../plugins/http-response/rules/structured-list.ts'

const text = fc.string({ unit: fc.constantFrom(...' abc,;()="\\') })
const parameters = fc.constantFrom('', ';a', '; a=1', ';a="x, (y) \\" z"', ';a=b;c=?0', ';a=1.5', ';a=:aGk=:')

describe('a List of Strings (RFC 8941, 3.1)', () => {
  it('is its strings, whatever they hold and whatever parameters they have', () => {
    const comma = fc.constantFrom(',', ', ', ' ,\t')
    fc.assert(
      fc.property(fc.array(fc.tuple(text, parameters)), comma, (list, separator) => {
        const field = list.map(([value, more]) => structuredString(value) + more).join(separator)
        expect(parseStringList(field)).to.deep.equal(list.map(([value]) => value))
      }),
    )
  })

  for (const field of [
    'a',
    '"a", b',
    '1',
    '"a" "b"',
    '"a",',
    ',"a"',
    '"a",,"b"',
    '("a")',
    '"a',
    'a"',
    '"\\x"',
    '"é"',
    '"a";',
    '"a";A=1',
    '"a";b=',
    '"a";b=%',
    '"a"=1',
    ':aGk=:',
    '?1',
  ]) {
    it(`is not ${JSON.stringify(field)}`, () => {
      expect(parseStringList(field)).to.equal(undefined)
    })
  }

  it('is nothing where nothing is named', () => {
    expect(parseStringList('')).to.deep.equal([])
    expect(parseStringList('  ')).to.deep.equal([])
  })

  it('is read in linear time', () => {
    for (const piece of ['"', '\\', ',', '"a",', '"a";', '";', '";b="'])
      parseStringList(piece.repeat(100_000))
  })
})

describe('the strings of an inner list (RFC 8941, 3.1.1)', () => {
  it('are those under the key, whatever stands beside it', () => {
    const other = fc.constantFrom(
      'b',
      'ab=("x")',
      'b="a=(\\"y\\")"',
      'a-b=("z");c',
      'a*=("w")',
      'b=("a=(" ",a=(")',
    )
    const space = fc.constantFrom(' ', '  ')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, parameters)),
        fc.array(other, { maxLength: 2 }),
        fc.array(other, { maxLength: 2 }),
        space,
        (list, before, after, gap) => {
          const inner = list.map(([value, more]) => structuredString(value) + more).join(gap)
          const field = [...before, `a=(${inner})`, ...after].join(', ')
          expect(parseDictionary(field), field).to.not.equal(undefined)
          expect(innerStrings(field, 'a')).to.deep.equal(list.map(([value]) => value))
        },
      ),
    )
  })

  it('are none where the last value of the key is something else', () => {
    for (const field of [
      'a',
      'b=("x")',
      'a=1',
      'a=(x)',
      'a=("x" y)',
      'a=("x"), a',
      'a=("x"), a=?1',
      'a="("',
    ]) {
      expect(parseDictionary(field), field).to.not.equal(undefined)
      expect(innerStrings(field, 'a'), field).to.equal(undefined)
    }
    expect(innerStrings('a, a=( "x" )', 'a')).to.deep.equal(['x'])
  })
})
