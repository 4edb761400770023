import { expect } from 'chai'
import fc from 'fast-check'
import {
  isSameUrl,
  type UrlVariation,
  urlVariation,
  variationKey,
} from '../../../../../plugins/http-response/rules/index.ts'

const of = (field: string | string[]): UrlVariation | undefined => urlVariation({ 'no-vary-search': field })
const ignoring = (...names: string[]) => ({ counted: false, names: new Set(names), ordered: true })
const counting = (...names: string[]) => ({ counted: true, names: new Set(names), ordered: true })

describe('No-Vary-Search (draft-ietf-httpbis-no-vary-search)', () => {
  const read: [field: string, variation: UrlVariation][] = [
    ['params=("a")', ignoring('a')],
    ['except=("x")', counting('x')],
    ['except=()', counting()],
    ['key-order', { ...ignoring(), ordered: false }],
    ['key-order=?1', { ...ignoring(), ordered: false }],
    ['except=("x"), key-order', { ...counting('x'), ordered: false }],
    ['key-order=?0, params=("a" "b")', ignoring('a', 'b')],
    ['params=("%C3%A9+%E6%B0%97")', ignoring('é 気')],
    ['params=("%zz" "a%2Bb")', ignoring('%zz', 'a+b')],
    ['params=("a";x=1), new-thing="x"', ignoring('a')],
    ['params=?1, params=("a")', ignoring('a')],
    // What browsers understood first.
    ['params', counting()],
    ['params, except=("x")', counting('x')],
    ['key-order, params=?1, except=("x")', { ...counting('x'), ordered: false }],
  ]
  for (const [field, variation] of read) {
    it(`is read: ${field}`, () => {
      expect(of(field)).to.deep.equal(variation)
    })
  }

  for (const field of [
    '',
    'unknown-key',
    'params=()',
    'key-order=?0',
    'key-order="not a boolean"',
    'params="not an inner list"',
    'params=(not-a-string)',
    'params=("a" 1)',
    'params=?0',
    'params=("a"), except=("x")',
    'params=(), except=()',
    'params=?0, except=("x")',
    'params=1, except=("x")',
    'except="not an inner list"',
    'except=(not-a-string)',
    'except=?1',
    'except',
    'params=("%ff")',
    'params=("a"), key-order=1',
    'params=("a",',
    'Params=("a")',
    '("a")',
  ]) {
    it(`lets the whole query count: ${field}`, () => {
      expect(of(field)).to.equal(undefined)
    })
  }

  it('is one Dictionary over all its lines', () => {
    expect(of(['key-order', 'params=("a")'])).to.deep.equal({ ...ignoring('a'), ordered: false })
    expect(urlVariation({})).to.equal(undefined)
  })
})

describe('targets under No-Vary-Search', () => {
  const same = (field: string, a: string, b: string) => isSameUrl(a, b, of(field))

  const equal: [field: string, a: string, b: string][] = [
    ['key-order', '/', '/?'],
    ['key-order', '/?a=x', '/?%61=%78'],
    ['key-order', '/?a=\u00c3\u00a9', '/?a=%C3%A9'],
    ['key-order', '/?a=x&&&&', '/?a=x'],
    ['key-order', '/?a=', '/?a'],
    ['key-order', '/?a=%20', '/?a=+'],
    ['key-order', '/?a=1&b=2&a=3', '/?b=2&a=1&a=3'],
    ['params=("a")', '/?a=1&b=2', '/?b=2'],
    ['params=("a")', '/?%61=1&b=2', '/?b=2&a'],
    ['except=("b")', '/?a=1&b=2', '/?b=2&c=3'],
    ['params', '/?a=1', '/'],
  ]
  for (const [field, a, b] of equal) {
    it(`${a} is ${b} with ${field}`, () => {
      expect(same(field, a, b)).to.equal(true)
    })
  }

  const different: [field: string, a: string, b: string][] = [
    ['', '/', '/?'],
    ['', '/?a=x', '/?%61=x'],
    ['key-order', '/?a=1&a=2', '/?a=2&a=1'],
    ['key-order', '/a', '/b'],
    ['key-order', '/a', '/%61'],
    ['params=("a")', '/?b=1&c=2', '/?c=2&b=1'],
    ['params=("a")', '/?A=1', '/'],
    ['except=("b")', '/?b=1', '/?b=2'],
    ['params', '/?a', '/#?a'],
    // A server that parses otherwise would tell them apart.
    ['params=("a")', '/?b=%f6', '/?b=%ef%bf%bd'],
    ['params=("a")', '/?b=1#&a=1', '/?b=1#'],
    ['params=("a")', `/?${'a&'.repeat(1000)}b=1`, '/?b=1'],
    ['params=("a")', `/?${'a&'.repeat(1000)}b=1`, '/'],
  ]
  for (const [field, a, b] of different) {
    it(`${a.slice(0, 20)} is not ${b} with ${field}`, () => {
      expect(same(field, a, b)).to.equal(false)
    })
  }

  /** The comparison of the draft, step by step, with the parser that it names. */
  function equivalent(a: string, b: string, { counted, names, ordered }: UrlVariation): boolean {
    const [one, other] = [a, b].map((target) => {
      const url = new URL(target, 'http://a.example')
      const kept = [...url.searchParams].filter(([name]) => names.has(name) === counted)
      return JSON.stringify(ordered ? kept : kept.sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)))
    })
    return (
      new URL(a, 'http://a.example').pathname === new URL(b, 'http://a.example').pathname && one === other
    )
  }

  const piece = fc.constantFrom('a', 'b', 'c', '%61', '%2B', '+', '%20', '=', '1', '%', '%C3%A9', '')
  const part = fc.array(piece, { maxLength: 3 }).map((all) => all.join(''))
  const target = fc
    .tuple(fc.constantFrom('/', '/x'), fc.array(part, { maxLength: 4 }))
    .map(([path, parts]) => (parts.length === 0 ? path : `${path}?${parts.join('&')}`))
  const variation = fc.record({
    counted: fc.boolean(),
    names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', ' ', 'é', '')).map((names) => new Set(names)),
    ordered: fc.boolean(),
  })

  const isUtf8 = (target: string) =>
    !String(new URL(target, 'http://a.example').searchParams).includes('%EF%BF%BD')

  it('are the same exactly where the draft says so, but for what is not UTF-8', () => {
    fc.assert(
      fc.property(target, target, variation, (a, b, under) => {
        const same = variationKey(a, under) === variationKey(b, under)
        if (same) expect(equivalent(a, b, under)).to.equal(true)
        else if (isUtf8(a) && isUtf8(b)) expect(equivalent(a, b, under)).to.equal(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('have keys that are no targets', () => {
    fc.assert(
      fc.property(fc.string(), variation, (raw, under) => {
        expect(variationKey(raw, under)).to.match(/^\["/)
      }),
    )
  })

  it('are read in linear time', () => {
    for (const piece of ['%', '&', '%61', '=', '+'])
      variationKey(`/?${piece.repeat(200_000)}`, { counted: false, names: new Set(['a']), ordered: false })
  })
})
