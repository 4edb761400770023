import { expect } from 'chai'
import fc from 'fast-check'
import { glob, purgePattern } from '../../../../plugins/http-response/purge-pattern.ts'

/** By the definition: what the first character of the pattern may take, then the rest. */
function naive(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const char = pattern.charAt(0)
  if (char === '*') return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)))
  if (text === '') return false
  if (char === '\\' && pattern.length > 1)
    return pattern.charAt(1) === text.charAt(0) && naive(pattern.slice(2), text.slice(1))
  return (char === '?' || char === text.charAt(0)) && naive(pattern.slice(1), text.slice(1))
}

const chars = (list: string, maxLength: number) =>
  fc.array(fc.constantFrom(...list), { maxLength, size: 'max' }).map((all) => all.join(''))

describe('a purge pattern', () => {
  it('means what its definition says, whatever it is', () => {
    fc.assert(
      fc.property(chars('ab*?\\', 9), chars('ab*?\\', 12), (pattern, text) => {
        expect(glob(pattern)(text)).to.equal(naive(pattern, text))
      }),
      { numRuns: 3000 },
    )
  })

  it('finds segments longer than a machine word, with and without question marks', () => {
    const segment = fc.tuple(chars('ab', 70), chars('ab?', 40)).map(([a, b]) => a + b)
    fc.assert(
      fc.property(segment, chars('ab', 40), chars('ab', 40), (middle, before, after) => {
        const text = `${before}${middle.replaceAll('?', 'a')}${after}`
        expect(glob(`*${middle}*`)(text)).to.equal(true)
        expect(glob(`*${middle}*c*`)(text)).to.equal(false)
        expect(glob(`*${middle}*`)(`${text.slice(0, -1)}`)).to.equal(naive(`*${middle}*`, text.slice(0, -1)))
      }),
      { numRuns: 200 },
    )
  })

  it('takes linear time where going back would take for ever', () => {
    const text = 'a'.repeat(200_000)
    expect(glob(`${'a*'.repeat(500)}b`)(text)).to.equal(false)
    expect(glob(`*${'a'.repeat(500)}b*`)(text)).to.equal(false)
    expect(glob(`*${'a?'.repeat(250)}b*`)(text)).to.equal(false)
    expect(glob(`${'*?a'.repeat(300)}`)(text)).to.equal(true)
  })

  const cases: [pattern: string, host: string, target: string, matches: boolean][] = [
    ['/products/*', 'a.example', '/products/1/reviews?page=2', true],
    ['/products/*', 'a.example', '/products', false],
    ['/products', 'a.example', '/products', true],
    ['/products', 'a.example', '/products/1', false],
    ['/a?page=1', 'a.example', '/a?page=1', true],
    ['/a\\?page=1', 'a.example', '/aXpage=1', false],
    ['/\\*', 'a.example', '/*', true],
    ['/\\*', 'a.example', '/x', false],
    ['*.css', 'a.example', '/x/y.css', true],
    ['*', 'a.example', '/', true],
    ['https://A.example/*', 'a.example', '/x', true],
    ['https://a.example/*', 'b.example', '/x', false],
    ['http://*.example/x', 'a.example', '/x', true],
    ['http://*.example/x', 'example', '/x', false],
    ['/x%2Fy', 'a.example', '/x/y', false],
    ['/X', 'a.example', '/x', false],
  ]
  for (const [pattern, host, target, matches] of cases) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${target} on ${host}`, () => {
      expect(purgePattern(pattern).matches(host, target)).to.equal(matches)
    })
  }

  it('has a beginning that says what it is of, and an end', () => {
    for (const pattern of [
      '',
      'products/*',
      '?',
      'https://a.example',
      'ftp://a/*',
      '.*',
      `/${'a'.repeat(1024)}`,
    ])
      expect(() => purgePattern(pattern), pattern)
        .to.throw()
        .with.property('code', 'HITHERTO_OPTION_INVALID')
    expect(() => purgePattern(undefined as unknown as string)).to.throw('pattern')
    expect(purgePattern(`/${'a'.repeat(1023)}`).matches('a', '/')).to.equal(false)
  })
})
