import { expect } from 'chai'
import { DEFAULT_POLICY, httpPolicy, tagsOf } from '../../../../plugins/http-response/options.ts'
import { thrown } from '../../../fixtures/cache-under-test.ts'

describe('options of the HTTP cache', () => {
  it('are complete where nothing was said', () => {
    expect(httpPolicy({})).to.deep.equal(DEFAULT_POLICY)
  })

  it('are parsed when they are given', () => {
    const policy = httpPolicy({ ttl: '5m', maxBodySize: '1kb', collapseTimeout: 10, vary: ['B', 'a', 'b'] })
    expect([policy.ttl, policy.maxBodySize, policy.collapseTimeout, policy.vary]).to.deep.equal([
      300_000,
      1_024,
      10,
      ['a', 'b'],
    ])
  })

  it('replace those they extend, one by one', () => {
    const outer = httpPolicy({ ttl: '5m', etag: false, heuristic: false, key: () => 'outer' })
    const inner = httpPolicy({ ttl: '1m', heuristic: true }, outer)
    expect([inner.ttl, inner.etag, inner.heuristic, inner.key]).to.deep.equal([
      60_000,
      false,
      true,
      outer.key,
    ])
  })

  it('add up where they say what an answer depends on or keep it out', () => {
    const asked = { url: '/a' }
    const list = httpPolicy({ tags: ['a'], vary: ['x'] })
    const both = httpPolicy<{ url: string }>({ tags: (request) => [request.url], vary: ['y'] }, list)
    expect(tagsOf(both, asked)).to.deep.equal(['a', '/a'])
    expect(tagsOf(httpPolicy({ tags: ['c'] }, both), asked)).to.deep.equal(['a', '/a', 'c'])
    expect(tagsOf(httpPolicy({ tags: ['b'] }, list), asked)).to.deep.equal(['a', 'b'])
    expect(tagsOf(httpPolicy({}, list), asked)).to.deep.equal(['a'])
    expect(both.vary).to.deep.equal(['x', 'y'])
    const bypassing = (outer: boolean | undefined, inner: boolean | undefined) => {
      const base = outer === undefined ? {} : { bypass: () => outer }
      const own = inner === undefined ? {} : { bypass: () => inner }
      return httpPolicy(own, httpPolicy(base)).bypass?.(asked)
    }
    expect([
      bypassing(true, false),
      bypassing(false, true),
      bypassing(false, false),
      bypassing(true, undefined),
      bypassing(undefined, true),
      bypassing(undefined, undefined),
    ]).to.deep.equal([true, true, false, true, true, undefined])
  })

  it('that are not there are named with those that come near, or with all', () => {
    expect(thrown(() => httpPolicy({ collapsTimeout: 1 } as never)).message).to.match(
      /collapsTimeout.*Did you mean collapseTimeout/,
    )
    expect(thrown(() => httpPolicy({ zzzzzzzzzz: 1 } as never)).message).to.match(
      /Known: ttl, staleWhileRevalidate, staleIfError/,
    )
  })

  it('that are functions are checked in what they give, with their names', () => {
    const cases: readonly (readonly [option: 'key' | 'tenant' | 'principal', given: unknown, got: string])[] =
      [
        ['key', 42, '42'],
        ['tenant', undefined, 'undefined'],
        ['principal', {}, 'an object'],
        ['principal', null, 'null'],
        ['key', Promise.resolve('a'), 'a promise (is an await missing?)'],
      ]
    for (const [option, given, got] of cases) {
      const policy = httpPolicy({ [option]: () => given } as never)
      expect(thrown(() => policy[option]?.({}))).to.include({
        code: 'HITHERTO_KEY_INVALID',
        message: `${option}: expected its function to give a string, got ${got}. Use String(value).`,
      })
    }
    expect(httpPolicy({ principal: () => undefined }).principal?.({})).to.equal(undefined)
    for (const base of [httpPolicy({}), httpPolicy({ tags: ['a'] })])
      for (const given of ['ab', undefined, ['']]) {
        const error = thrown(() => tagsOf(httpPolicy({ tags: () => given as never }, base), {}))
        expect(error).to.include({ code: 'HITHERTO_TAG_INVALID' })
        expect(error.message).to.match(
          /^tags: expected its function to give an array of non-empty strings, got/,
        )
      }
  })

  it('take no promise for bypass, whatever it says', () => {
    for (const bypass of [async () => false, async () => true, async () => Promise.reject(new Error('x'))]) {
      const policy = httpPolicy({ bypass: bypass as never }, httpPolicy({ bypass: () => false }))
      expect(thrown(() => policy.bypass?.({}))).to.include({
        code: 'HITHERTO_OPTION_INVALID',
        message:
          'bypass: must answer at once, and gave a promise. Make its function synchronous: no async, no await.',
      })
    }
  })

  it('name at least one language', () => {
    expect(thrown(() => httpPolicy({ languages: [] })).message).to.equal(
      "languages: expected at least one tag such as 'en' or 'pt-BR', got none. Leave languages out if there is but one.",
    )
  })

  it('of a wrong kind are coded errors', () => {
    for (const options of [
      { ttl: {} },
      { tags: 5 },
      { key: 'a' },
      { vary: 'a' },
      { vary: [5] },
      { languages: 'de' },
      { languages: [] },
      { languages: ['de', '*'] },
      { languages: ['de_AT'] },
      { bypass: 1 },
      { etag: 1 },
      { maxBodySize: -1 },
      { collapseTimeout: 'x' },
    ]) {
      expect(thrown(() => httpPolicy(options as never)).code, JSON.stringify(options)).to.match(
        /^HITHERTO_(OPTION|TAG)_INVALID$/,
      )
    }
  })
})
