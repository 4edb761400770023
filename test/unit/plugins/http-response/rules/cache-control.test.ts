import { expect } from 'chai'
import fc from 'fast-check'
import {
  NO_DIRECTIVES,
  parseCacheControl,
  requestDirectives,
  withFieldNames,
} from '../../../../../plugins/http-response/rules/index.ts'

/** A small deterministic generator (mulberry32), so that a failing mutation can be run again. */
const generator = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const SEEDS = [
  'max-age=3600, public',
  'private="set-cookie, x", no-cache="a\\"b"',
  's-maxage=10, stale-while-revalidate=60, ext="max-age=3600, private"',
  'no-store; private , ,must-revalidate\tproxy-revalidate',
  "max-age='3600', min-fresh=5, max-stale, only-if-cached",
]
const PIECES = [
  '"',
  '="',
  ',',
  ';',
  '=',
  '\\',
  ' ',
  '\t',
  'private',
  'no-store',
  'max-age=',
  'public',
  '9',
  '\u00a0',
  '(',
  "'",
]

/** In a text without quotes, `private` between anything that cannot be part of its name or of an argument. */
const STANDS_ALONE = /^[^"]*(?<![!#$%&'*+\-.^_`|~0-9A-Za-z=])private(?![!#$%&'*+\-.^_`|~0-9A-Za-z])[^"]*$/i
const MEMBER_PUBLIC = /(^|,)[ \t]*public[ \t]*(,|$)/i

const mutate = (text: string, random: () => number): string => {
  let result = text
  for (let count = 1 + Math.floor(random() * 6); count > 0; count--) {
    const at = Math.floor(random() * (result.length + 1))
    const piece = PIECES[Math.floor(random() * PIECES.length)] ?? ''
    result = result.slice(0, at) + (random() < 0.7 ? piece : '') + result.slice(at + Math.floor(random() * 3))
  }
  return result
}

const junk: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6 })), { maxLength: 12 })
  .map((parts) => parts.join(''))

describe('Cache-Control', () => {
  describe('restrictions', () => {
    for (const text of [
      'private',
      'PRIVATE',
      'PrIvAtE',
      'private=""',
      'private="x"',
      'private=x',
      'private=',
      'private="unclosed',
      ' private ',
      'private;',
      ';private',
      'private; max-age=60',
      'max-age=60;private',
      'max-age=60 private',
      'max-age=60\tprivate',
      'max-age= private',
      '"private"',
      '(private)',
      '=private',
      'private:',
      '\u00a0private\u00a0',
      'private, private',
      'public, private',
      'x="closed", private',
      'x="closed"private',
      'x="never closed, private',
      'x="\\", private',
      'x=", private',
      'x=", private, y=""',
      'x="private"; y',
      "'private'",
      ',,, private ,,,',
    ]) {
      it(`counts as private: ${text}`, () => {
        expect(parseCacheControl(text).private).to.equal(true)
      })
    }

    for (const text of [
      'x="private"',
      'x=private',
      'x="a, private, b"',
      'x="a\\", private, b"',
      'privates',
      'x-private',
    ]) {
      it(`is not private: ${text}`, () => {
        expect(parseCacheControl(text).private).to.equal(false)
      })
    }

    it('reads each of them from its own name', () => {
      const names = {
        noStore: 'no-store',
        noCache: 'no-cache',
        private: 'private',
        mustRevalidate: 'must-revalidate',
        proxyRevalidate: 'proxy-revalidate',
        mustUnderstand: 'must-understand',
        onlyIfCached: 'only-if-cached',
      } as const
      for (const [property, name] of Object.entries(names)) {
        const { plainNoCache, plainPrivate, ...read } = parseCacheControl(name)
        expect({ ...NO_DIRECTIVES, ...read }).to.deep.equal({ ...NO_DIRECTIVES, [property]: true })
        expect([plainNoCache, plainPrivate]).to.deep.equal([name === 'no-cache', name === 'private'])
      }
    })

    it('with field names are the same, and name the fields', () => {
      const named = parseCacheControl('private="Set-Cookie, x-user", no-cache="age"')
      expect(named).to.deep.include({
        private: true,
        noCache: true,
        withheld: ['set-cookie', 'x-user', 'age'],
      })
      expect(withFieldNames(named)).to.include({ private: false, noCache: false })
    })

    for (const text of [
      'private=""',
      'private="x"',
      'private=x-user',
      'private=x-user, private="x-user"',
      'private="x-user", private',
      'private="x user"',
      'private="x-user',
      'max-age=1;private="x-user"',
    ]) {
      it(`keep the whole back in ${text}, also where field names count`, () => {
        expect(withFieldNames(parseCacheControl(text)).private).to.equal(true)
      })
    }

    it('counts after any text whatsoever', () => {
      fc.assert(
        fc.property(
          junk,
          fc.constantFrom(', private', ',PRIVATE=""', ', x;private'),
          (before, restriction) => {
            expect(parseCacheControl(before + restriction).private).to.equal(true)
          },
        ),
        { numRuns: 2000 },
      )
    })

    it('counts in a line of its own, whatever the lines around it leave open', () => {
      fc.assert(
        fc.property(junk, junk, (before, after) => {
          expect(parseCacheControl([before, 'no-store', after]).noStore).to.equal(true)
        }),
      )
    })
  })

  describe('lifetimes', () => {
    for (const [text, seconds] of [
      ['max-age=3600', 3600],
      ['MaX-aGe=3600', 3600],
      ['max-age="3600"', 3600],
      ['max-age=003600', 3600],
      ['foobar, max-age=3600', 3600],
      ['max-age=0', 0],
      ["max-age='3600'", 0],
      ['max-age=-3600', 0],
      ['max-age=3600.0', 0],
      ['max-age=a3600', 0],
      ['max-age=3600a', 0],
      ['max-age', 0],
      ['max-age=', 0],
      ['max-age=""', 0],
      ['max-age =3600', 0],
      ['max-age= 3600', 0],
      ['max-age=3600;', 0],
      ['max-age=3600; foo', 0],
      ['max-age=1800, max-age=1', 1],
      ['max-age=1, max-age=1800', 1],
      ['max-age=1800, max-age=x', 0],
      ['extension="max-age=3600", max-age=1', 1],
      ['max-age=1, extension="max-age=3600"', 1],
      ['x="open, max-age=3600', 0],
      ['max-age=2147483648', 2 ** 31],
      ['max-age=99999999999', 2 ** 31],
      [`max-age=${'9'.repeat(5000)}`, 2 ** 31],
      ['extension="max-age=3600"', undefined],
      ['s-maxage=3600', undefined],
    ] as const) {
      it(`${text.slice(0, 50)} gives ${seconds}`, () => {
        expect(parseCacheControl(text).maxAge).to.equal(seconds)
      })
    }

    it('takes the smallest of several lines', () => {
      expect(parseCacheControl(['s-maxage=1800', 's-maxage=10', 's-maxage=20']).sMaxAge).to.equal(10)
    })

    it('max-stale without an argument is without bound, and with a bad one nothing', () => {
      expect(parseCacheControl('max-stale').maxStale).to.equal(Number.POSITIVE_INFINITY)
      expect(parseCacheControl('max-stale=7').maxStale).to.equal(7)
      expect(parseCacheControl('max-stale=x').maxStale).to.equal(0)
    })

    it('min-fresh restricts, so the greatest counts and a bad one can never be met', () => {
      expect(parseCacheControl('min-fresh=9, min-fresh=5').minFresh).to.equal(9)
      expect(parseCacheControl('min-fresh=x').minFresh).to.equal(2 ** 31)
    })

    it('never grow when anything is added', () => {
      fc.assert(
        fc.property(junk, junk, (before, after) => {
          const read = parseCacheControl([before, 'max-age=60', after])
          expect(read.maxAge).to.be.at.most(60)
        }),
      )
    })
  })

  describe('permissions', () => {
    for (const text of ['public', 'PUBLIC', 'max-age=5,public', 'public , max-age=5']) {
      it(`is public: ${text}`, () => {
        expect(parseCacheControl(text).public).to.equal(true)
        expect(parseCacheControl(text).malformed).to.equal(false)
      })
    }
    for (const text of [
      'public;',
      'public max-age=5',
      'x="public"',
      'x="open, public',
      '"public"',
      'public=x',
      'public="x"',
    ]) {
      it(`is not public: ${text}`, () => {
        expect(parseCacheControl(text).public).to.equal(false)
      })
    }
  })

  it('reads a well-formed field as it was built, whatever the case, quotes, order and spaces', () => {
    const lifetime = fc.tuple(
      fc.constantFrom(['max-age', 'maxAge'], ['s-maxage', 'sMaxAge'], [
        'stale-if-error',
        'staleIfError',
      ] as const),
      fc.nat(1_000_000),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('', ' ', '\t ', '  '),
    )
    fc.assert(
      fc.property(fc.array(lifetime, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts
          .map(([[name], seconds, upper, quoted, space]) => {
            const given = upper ? String(name).toUpperCase() : name
            return `${space}${given}=${quoted ? `"${seconds}"` : seconds}${space}`
          })
          .join(',')
        const expected: Record<string, unknown> = { ...NO_DIRECTIVES }
        for (const [[, property], seconds] of parts) {
          const before = expected[String(property)] as number | undefined
          expected[String(property)] = Math.min(before ?? Number.POSITIVE_INFINITY, seconds)
        }
        expect(parseCacheControl(text)).to.deep.equal(expected)
      }),
    )
  })

  it('survives 20,000 mutations, none of which hides a restriction or invents a permission', () => {
    const random = generator(9111)
    for (let run = 0; run < 20_000; run++) {
      const text = mutate(SEEDS[run % SEEDS.length] ?? '', random)
      const read = parseCacheControl(text)
      const detail = JSON.stringify(text)
      expect(read.maxAge ?? 0, detail).to.be.within(0, 2 ** 31)
      expect(read.sMaxAge ?? 0, detail).to.be.within(0, 2 ** 31)
      expect(read.private || !STANDS_ALONE.test(text), detail).to.equal(true)
      expect(read.public && !MEMBER_PUBLIC.test(text), detail).to.equal(false)
    }
  })

  it('reads a million characters made to provoke backtracking', () => {
    for (const piece of ['="', '\\"', ' ', ',', '"', '=', 'a', 'x="\\"', '; ', 'private=']) {
      parseCacheControl(piece.repeat(1_000_000 / piece.length))
      parseCacheControl(`x="${piece.repeat(1_000_000 / piece.length)}`)
    }
  })

  it('is nothing when absent', () => {
    expect(parseCacheControl(undefined)).to.equal(NO_DIRECTIVES)
    expect(parseCacheControl([])).to.equal(NO_DIRECTIVES)
    expect(parseCacheControl('')).to.deep.equal(NO_DIRECTIVES)
  })
})

describe('request directives', () => {
  it('take Pragma: no-cache for no-cache only where there is no Cache-Control', () => {
    expect(requestDirectives({ pragma: 'no-cache' }).noCache).to.equal(true)
    expect(requestDirectives({ pragma: 'x, No-Cache' }).noCache).to.equal(true)
    expect(requestDirectives({ pragma: 'no-cache', 'cache-control': 'max-age=5' }).noCache).to.equal(false)
    expect(requestDirectives({ pragma: 'no-store' })).to.equal(NO_DIRECTIVES)
  })

  it('do not look at inherited properties', () => {
    expect(requestDirectives(Object.create({ 'cache-control': 'no-cache' }))).to.equal(NO_DIRECTIVES)
  })
})
