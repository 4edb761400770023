import { expect } from 'chai'
import fc from 'fast-check'
import { varyNormalForm } from '../../../../../plugins/http-response/rules/index.ts'

const accept = (value: string): string | undefined => varyNormalForm('accept', value)

describe('the normal form of Accept (RFC 9111, 4.1; RFC 9110, 12.5.1)', () => {
  const cases: [value: string, normal: string][] = [
    ['text/html;q=0.50 , Application/JSON', 'application/json,text/html;q=0.5'],
    ['a/b , c/d', 'a/b,c/d'],
    ['c/d,a/b', 'c/d,a/b'],
    ['a/b;q=1.000', 'a/b'],
    ['a/b ; Level=1;q=0.1', 'a/b;level=1;q=0.1'],
    ['a/b;v=X', 'a/b;v=X'],
    ['a/b;v="x, y; q=1";q=0.2, */*', '*/*,a/b;v="x, y; q=1";q=0.2'],
    ['A/b;v="\\", c"', 'a/b;v="\\", c"'],
    ['a/b;q=0,c/d;q=0.000', 'a/b;q=0,c/d;q=0'],
    [', a/b,,', 'a/b'],
    ['', ''],
  ]
  for (const [value, normal] of cases) {
    it(`of ${JSON.stringify(value)} is ${JSON.stringify(normal)}`, () => {
      expect(accept(value)).to.equal(normal)
    })
  }

  for (const value of [
    'a/b;q=2',
    'a/b;q="1"',
    'a/b;q=0.5;ext=1',
    'a/b c',
    'a/',
    '/b',
    'a/b;',
    'a/b;x',
    'a/b;"x"=1',
    'A/B;v="x',
  ]) {
    it(`is ${JSON.stringify(value)} itself, which does not parse`, () => {
      expect(accept(value)).to.equal(value)
    })
  }

  it('is known for Accept and Accept-Charset only', () => {
    expect(varyNormalForm('accept-charset', 'UTF-8;q=1.0, *;q=0.10')).to.equal('utf-8,*;q=0.1')
    expect(varyNormalForm('x-a', 'A , b')).to.equal(undefined)
  })

  it('is the same exactly for what wants the same', () => {
    const member = fc.record({
      name: fc.constantFrom('a/b', 'A/b', 'a/*', '*/*', 'c/d'),
      parameter: fc.constantFrom('', 'v=1', 'V=1', 'v=A', 'v="a,b"'),
      weight: fc.constantFrom(undefined, 10, 9, 5, 0),
      space: fc.constantFrom('', ' ', '\t'),
    })
    const list = fc.array(member, { maxLength: 4 })
    type List = readonly { name: string; parameter: string; weight: number | undefined; space: string }[]
    const text = (all: List) =>
      all
        .map(({ name, parameter, weight, space }) =>
          [name, parameter, weight === undefined ? '' : `q=${weight / 10}`]
            .filter((each) => each !== '')
            .join(`${space};${space}`),
        )
        .join(', ')
    const wants = (all: List) =>
      JSON.stringify(
        [10, 9, 5, 0].map((weight) =>
          all
            .filter((one) => (one.weight ?? 10) === weight)
            .map(({ name, parameter }) => [name.toLowerCase(), parameter.replace('V', 'v')]),
        ),
      )
    fc.assert(
      fc.property(list, list, (one, other) => {
        expect(accept(text(one)) === accept(text(other))).to.equal(wants(one) === wants(other))
      }),
      { numRuns: 1000 },
    )
  })

  it('is its own normal form', () => {
    const value = fc.string({ unit: fc.constantFrom(...'ab/;,=q" 01.*\\') })
    fc.assert(
      fc.property(value, (text) => {
        const normal = accept(text) ?? ''
        expect(accept(normal)).to.equal(normal)
      }),
      { numRuns: 2000 },
    )
  })

  it('is made in linear time', () => {
    for (const piece of [',', ';', '"', '\\', 'a/b,', ';a="', ' ']) accept(piece.repeat(100_000))
  })
})
