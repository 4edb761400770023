import { parse as nodeParse } from 'node:querystring'
import { expect } from 'chai'
import express from 'express'
import fc from 'fast-check'
import { type QueryRules, queryKey } from '../../../../../plugins/http-response/rules/index.ts'

const rules = (more: Partial<QueryRules> = {}): QueryRules => ({
  sort: false,
  allow: undefined,
  drop: [],
  ...more,
})

/** How servers on Node read a query: Express simple and extended, and what the URL standard has. */
const extended = express().set('query parser', 'extended').get('query parser fn') as (query: string) => object
const READERS: Record<string, (query: string) => object> = {
  simple: (query) => ({ ...nodeParse(query) }),
  extended,
  standard: (query) => {
    const parameters = new URLSearchParams(query)
    return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]))
  },
}

const queryOf = (target: string): string => target.slice(target.indexOf('?') + 1 || target.length)

/** Own properties in one order, so that only the order of names is lost. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const piece = fc.constantFrom(
  'a',
  'b',
  'u_x',
  '%61',
  '[',
  ']',
  '[]',
  '[b]',
  '.',
  '+',
  '%5B',
  '%5D',
  '=',
  '%',
  '1',
  ';',
  '%3D',
)
const part = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'u_x', 'u_y', '%61', 'a[b]', '[a]', 'a[]', 'a.b'), fc.nat(2))
    .map(([name, value]) => `${name}=${value}`),
  fc.array(piece, { maxLength: 5 }).map((all) => all.join('')),
)
const target = fc.array(part, { maxLength: 4 }).map((parts) => `/?${parts.join('&')}`)
/** Pairs that are likely to share a key: the same parts in another order, some left out. */
const pair = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .chain((parts) =>
    fc
      .tuple(fc.shuffledSubarray(parts, { minLength: parts.length }), fc.subarray(parts))
      .map(([shuffled, fewer]) => [parts, shuffled, fewer].map((list) => `/?${list.join('&')}`)),
  )

describe('the query in the key', () => {
  it('is the raw one where the route says nothing of it', () => {
    fc.assert(
      fc.property(fc.string(), (raw) => {
        expect(queryKey(raw, rules())).to.equal(raw)
      }),
    )
  })

  const cases: [target: string, rules: QueryRules, key: string][] = [
    ['/a?b=2&a=1', rules({ sort: true }), '/a?a=1&b=2'],
    ['/a?a=2&b&a=1', rules({ sort: true }), '/a?a=2&a=1&b'],
    ['/a?b=1&a=2&%61=1', rules({ sort: true }), '/a?a=2&%61=1&b=1'],
    ['/a?b=1&a[x]=2&a=1', rules({ sort: true }), '/a?a[x]=2&a=1&b=1'],
    ['/a?x=1&utm=2', rules({ drop: ['utm'] }), '/a?x=1'],
    ['/a?utm', rules({ drop: ['utm'] }), '/a'],
    ['/a?UTM=1', rules({ drop: ['utm'] }), '/a?UTM=1'],
    ['/a?utm_source=1&utm_=2&utm=3&x_utm_=4', rules({ drop: ['utm_*'] }), '/a?utm=3&x_utm_=4'],
    ['/a?x=1&y=2', rules({ drop: ['*'] }), '/a'],
    ['/a?x=1&y=2', rules({ allow: ['y'] }), '/a?y=2'],
    ['/a?x=1', rules({ allow: [] }), '/a'],
    ['/a?filter_a=1&x=2', rules({ allow: ['filter_*'] }), '/a?filter_a=1'],
    ['/a?y=1&x=2', rules({ allow: ['x', 'y'], drop: ['y'], sort: true }), '/a?x=2'],
    // All of these may fill y.
    ['/a?%79=1&x=2', rules({ allow: ['y'] }), '/a?%79=1'],
    ['/a?y[]=1&y[a]=2&[y]=3&y.b=4&x[y]=5', rules({ allow: ['y'] }), '/a?y[]=1&y[a]=2&[y]=3&y.b=4&x[y]=5'],
    ['/a?y%5Ba%5D=1', rules({ allow: ['y'] }), '/a?y%5Ba%5D=1'],
    // Nobody knows where these end, or what their names are.
    ['/a?utm=1#&x=1', rules({ drop: ['utm'] }), '/a?utm=1#&x=1'],
    ['/a?utm=1;x=1', rules({ drop: ['utm'] }), '/a?utm=1;x=1'],
    ['/a;utm?utm', rules({ drop: ['utm'] }), '/a;utm?utm'],
    ['/a?%=1&utm=1', rules({ drop: ['utm'] }), '/a?%=1&utm=1'],
    ['/a?%ff=1&utm=1', rules({ drop: ['utm'] }), '/a?%ff=1&utm=1'],
    ['/a?[]x=1&utm=1', rules({ drop: ['utm'] }), '/a?[]x=1&utm=1'],
    ['/a?z=[y]=1&utm=1', rules({ drop: ['utm'] }), '/a?z=[y]=1&utm=1'],
  ]
  for (const [given, options, key] of cases) {
    it(`of ${given} is ${key} under ${JSON.stringify(options)}`, () => {
      expect(queryKey(given, options)).to.equal(key)
    })
  }

  it('is left alone where servers stop reading before its end', () => {
    const long = `/?${'utm&'.repeat(1000)}x=1`
    expect(READERS.simple?.(queryOf(long))).to.not.have.property('x')
    expect(queryKey(long, rules({ drop: ['utm'] }))).to.equal(long)
    expect(queryKey(`/?${'utm&'.repeat(99)}x=1`, rules({ drop: ['utm'] }))).to.equal('/?x=1')
  })

  it('is its own key', () => {
    const some = fc.record({
      sort: fc.boolean(),
      allow: fc.option(fc.subarray(['a', 'b', 'u_*']), { nil: undefined }),
      drop: fc.subarray(['a', 'b', 'u_*']),
    })
    fc.assert(
      fc.property(target, some, (given, options) => {
        const key = queryKey(given, options)
        expect(queryKey(key, options)).to.equal(key)
      }),
    )
  })

  for (const [name, read] of Object.entries(READERS)) {
    const sameTo = (select: (query: object) => unknown, options: QueryRules) => () =>
      fc.assert(
        fc.property(pair, (targets) => {
          const seen = new Map<string, unknown>()
          for (const one of targets) {
            const key = queryKey(one, options)
            const meaning = select(read(queryOf(one)))
            if (seen.has(key)) expect(meaning, `${targets.join('  ')}`).to.deep.equal(seen.get(key))
            seen.set(key, meaning)
          }
        }),
        { numRuns: 1500 },
      )

    it(
      `never is one for two meanings but for the order of names, to a ${name} parser`,
      sameTo(sorted, rules({ sort: true })),
    )

    it(
      `never is one for two values of what is allowed, to a ${name} parser`,
      sameTo((query) => (query as { a?: unknown }).a, rules({ allow: ['a'] })),
    )

    it(
      `never is one for two meanings but for what is dropped, to a ${name} parser`,
      sameTo(
        (query) => Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith('u_'))),
        rules({ drop: ['u_*'] }),
      ),
    )

    it(
      `never is one for two meanings with all of it, to a ${name} parser`,
      sameTo(
        (query) => (query as { a?: unknown }).a,
        rules({ sort: true, allow: ['a', 'u_*'], drop: ['u_*'] }),
      ),
    )
  }
})
