import { expect } from 'chai'
import fc from 'fast-check'
import {
  coalesced,
  formatHttpDate,
  type HeaderFields,
  ifRangeHolds,
  parseRanges,
  type RangeSpec,
  satisfiable,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const at = (seconds: number): string => formatHttpDate(NOW + seconds * 1000)

describe('Range (RFC 9110, 14.2)', () => {
  const sets: [field: string, specs: [first: number | undefined, last: number | undefined][]][] = [
    ['bytes=0-0', [[0, 0]]],
    ['BYTES=5-', [[5, undefined]]],
    ['bytes=-5', [[undefined, 5]]],
    [
      ' bytes=0-1 ,\t3-4,-1 ',
      [
        [0, 1],
        [3, 4],
        [undefined, 1],
      ],
    ],
    [
      'bytes=,0-1,,2-3,',
      [
        [0, 1],
        [2, 3],
      ],
    ],
    ['bytes=007-9', [[7, 9]]],
  ]
  for (const [field, specs] of sets) {
    it(`${JSON.stringify(field)} is read`, () => {
      expect(parseRanges(field)).to.deep.equal(specs.map(([first, last]) => ({ first, last })))
    })
  }

  for (const field of [
    '',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=2-1',
    'bytes=0-1,2-1',
    'bytes=0-1,x',
    'bytes=0--1',
    'bytes=--1',
    'bytes=0 -1',
    'bytes =0-1',
    'bytes:0-1',
    'bytes=0-1;q=1',
    'bytes=+1-2',
    'bytes=1.0-2',
    'bytes=0x1-2',
    'items=0-1',
    '0-1',
  ]) {
    it(`${JSON.stringify(field)} is ignored`, () => {
      expect(parseRanges(field)).to.equal(undefined)
    })
  }

  it('is ignored with more than 32 ranges, or with commas without end', () => {
    expect(parseRanges(`bytes=${Array(32).fill('0-0').join()}`)).to.have.length(32)
    expect(parseRanges(`bytes=${Array(33).fill('0-0').join()}`)).to.equal(undefined)
    expect(parseRanges(`bytes=0-0${','.repeat(100_000)}`)).to.equal(undefined)
  })
})

const spec: fc.Arbitrary<RangeSpec> = fc.oneof(
  fc.tuple(fc.nat(300), fc.option(fc.nat(300), { nil: undefined })).map(([first, more]) => ({
    first,
    last: more === undefined ? undefined : first + more,
  })),
  fc.nat(300).map((last) => ({ first: undefined, last })),
)

/** The positions that a spec asks for, by its definition. */
function positions({ first, last }: RangeSpec, length: number): number[] {
  return Array.from({ length }, (_, position) => position).filter((position) =>
    first === undefined
      ? position >= length - (last ?? 0)
      : position >= first && (last === undefined || position <= last),
  )
}

describe('ranges of a representation', () => {
  it('are the positions asked for that exist', () => {
    fc.assert(
      fc.property(spec, fc.nat(250), (one, length) => {
        const expected = positions(one, length)
        const [range, ...others] = satisfiable([one], length)
        expect(others).to.deep.equal([])
        expect(range).to.deep.equal(
          expected.length === 0 ? undefined : { first: expected[0], last: expected.at(-1) },
        )
      }),
    )
  })

  it('are made one where they overlap or are near, lose nothing, and add no more than a gap of a part', () => {
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 8 }), fc.nat(600), (specs, length) => {
        const asked = new Set(specs.flatMap((one) => positions(one, length)))
        const ranges = coalesced(satisfiable(specs, length))
        const sent = ranges.flatMap(({ first, last }) => positions({ first, last }, length))
        expect(new Set(sent).size, 'no byte is sent twice').to.equal(sent.length)
        for (const position of asked) expect(sent).to.include(position)
        for (const position of sent.filter((one) => !asked.has(one))) {
          const before = [...asked].filter((one) => one < position)
          const after = [...asked].filter((one) => one > position)
          expect(Math.min(...after) - Math.max(...before)).to.be.at.most(80)
        }
        const sorted = [...ranges].sort((a, b) => a.first - b.first)
        sorted.slice(1).forEach((range, index) => {
          expect(range.first - (sorted[index]?.last ?? 0)).to.be.greaterThan(80)
        })
      }),
    )
  })

  it('keep the order in which they were asked for', () => {
    const ranges = satisfiable(parseRanges('bytes=905-919,0-9,900-909,500-509') ?? [], 1000)
    expect(coalesced(ranges)).to.deep.equal([
      { first: 900, last: 919 },
      { first: 0, last: 9 },
      { first: 500, last: 509 },
    ])
  })
})

describe('If-Range (RFC 9110, 13.1.5)', () => {
  const holds = (condition: string | string[] | undefined, stored: HeaderFields): boolean =>
    ifRangeHolds(condition === undefined ? {} : { 'if-range': condition }, stored, NOW)
  const dated = { 'last-modified': at(-60), date: at(0) }

  it('holds where it is absent', () => {
    expect(holds(undefined, {})).to.equal(true)
  })

  it('compares tags strongly', () => {
    expect(holds('"a"', { etag: '"a"' })).to.equal(true)
    expect(holds(' "a" ', { etag: '"a"' })).to.equal(true)
    expect(holds('"a"', { etag: '"A"' })).to.equal(false)
    expect(holds('"a"', { etag: 'W/"a"' })).to.equal(false)
    expect(holds('W/"a"', { etag: 'W/"a"' })).to.equal(false)
    expect(holds('W/"a"', { etag: '"a"' })).to.equal(false)
    expect(holds('"a"', {})).to.equal(false)
  })

  it('takes a date that is Last-Modified, of a response made at least a second later', () => {
    expect(holds(at(-60), dated)).to.equal(true)
    expect(holds(at(-59), dated)).to.equal(false)
    expect(holds(at(-61), dated)).to.equal(false)
    expect(holds(at(0), { 'last-modified': at(0), date: at(0) })).to.equal(false)
    expect(holds(at(-1), { 'last-modified': at(-1), date: at(0) })).to.equal(true)
    expect(holds(at(-60), { 'last-modified': at(-60) })).to.equal(false)
    expect(holds(at(-60), { date: at(0) })).to.equal(false)
    expect(holds(at(-60), { ...dated, 'last-modified': [at(-60), at(-60)] })).to.equal(false)
  })

  for (const nothing of ['', '*', 'a', '"a', '"a", "b"', '"a b"', 'yesterday', '0']) {
    it(`does not hold for ${JSON.stringify(nothing)}`, () => {
      expect(holds(nothing, { etag: nothing, ...dated })).to.equal(false)
    })
  }

  it('does not hold where it is said twice', () => {
    expect(holds(['"a"', '"a"'], { etag: '"a"' })).to.equal(false)
  })
})
