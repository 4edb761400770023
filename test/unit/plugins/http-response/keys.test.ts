import { expect } from 'chai'
import fc from 'fast-check'
import { pageKeys, urlKey, variantKey } from '../../../../plugins/http-response/keys.ts'
import { DEFAULT_POLICY, httpPolicy } from '../../../../plugins/http-response/options.ts'
import { thrown } from '../../../fixtures/cache-under-test.ts'

const pageKey = (...args: Parameters<typeof pageKeys>): string => pageKeys(...args).shared

const request = (target: string, route?: string, headers: Record<string, string> = {}) => ({
  method: 'GET',
  host: 'a.example',
  target,
  route,
  headers,
  raw: { target },
})

describe('keys of pages', () => {
  it('are those of their URL where nothing else tells them apart', () => {
    expect(pageKey(request('/a'), DEFAULT_POLICY)).to.equal(
      urlKey({ host: 'A.example', target: '/a', raw: undefined }, DEFAULT_POLICY),
    )
    expect(pageKey({ ...request('/a'), method: 'HEAD' }, DEFAULT_POLICY)).to.equal(
      pageKey(request('/a'), DEFAULT_POLICY),
    )
  })

  it('of a policy never meet one another, those of URLs or of routes', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('', '/', '/a', '[null,"/a"]', '["r","/a"]', 'null'))
    const parts = fc.record({ target: text, own: fc.option(text), route: fc.option(text) })
    const keyOf = ({ target, own, route }: { target: string; own: string | null; route: string | null }) =>
      pageKey(
        request(`/${target}`, route ?? undefined),
        own === null ? DEFAULT_POLICY : httpPolicy({ key: () => own }),
      )
    const same = (a: { target: string; own: string | null; route: string | null }, b: typeof a) =>
      a.own === b.own && a.route === b.route && (a.own !== null || a.target === b.target)
    fc.assert(fc.property(parts, parts, (a, b) => (keyOf(a) === keyOf(b)) === same(a, b)))
  })

  it('of a policy must be strings: a promise or null would be one key for everybody', () => {
    for (const own of [null, 5, {}, Promise.resolve('a'), NaN]) {
      expect(thrown(() => pageKey(request('/a'), httpPolicy({ key: () => own as never }))).code).to.equal(
        'HITHERTO_KEY_INVALID',
      )
    }
  })

  it('of a policy that has none for this request are those of the URL', () => {
    expect(pageKey(request('/a'), httpPolicy({ key: () => undefined as never }))).to.equal(
      pageKey(request('/a'), DEFAULT_POLICY),
    )
  })

  it('of variants differ from that of the page', () => {
    const page = pageKey(request('/a'), DEFAULT_POLICY)
    const one = variantKey(page, ['x'], request('/a', undefined, { x: '1' }))
    expect(
      new Set([
        page,
        one,
        variantKey(page, ['x'], request('/a')),
        variantKey(page, ['x'], request('/a', undefined, { x: '' })),
      ]).size,
    ).to.equal(4)
  })
})

describe('keys of URLs', () => {
  const url = (target: string, host = 'a.example') =>
    urlKey({ host, target, raw: { target } }, DEFAULT_POLICY)

  it('are the same for an absolute target of the host', () => {
    for (const target of ['http://a.example/x?y', 'HTTPS://A.EXAMPLE/x?y'])
      expect(url(target), target).to.equal(url('/x?y'))
    expect(url('http://a.example')).to.equal(url('/'))
    expect(url('http://a.example?y')).to.equal(url('/?y'))
  })

  it('are others for another host, and pages keep the forms apart', () => {
    for (const target of [
      'http://b.example/x',
      'http://u@a.example/x',
      'http://a.example:81/x',
      'ftp://a.example/x',
    ])
      expect(url(target), target).to.not.equal(url('/x'))
    expect(pageKey(request('http://a.example/x'), DEFAULT_POLICY)).to.not.equal(
      pageKey(request('/x'), DEFAULT_POLICY),
    )
  })

  it('of principals and tenants never meet one another or those for everybody', () => {
    const name = fc.option(fc.constantFrom('a', 'b', '', 'null', '[null]', 'a","b'), { nil: undefined })
    const parts = fc.record({ key: name, tenant: name, principal: name })
    const keysOf = ({ key, tenant, principal }: { key?: string; tenant?: string; principal?: string }) =>
      pageKeys(
        request('/a'),
        httpPolicy({
          key: () => key as string,
          ...(tenant !== undefined && { tenant: () => tenant }),
          principal: () => principal,
        }),
      )
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const [a, b] = [keysOf(one as never), keysOf(other as never)]
        const sameScope = one.key === other.key && one.tenant === other.tenant
        expect(a.shared === b.shared).to.equal(sameScope)
        expect(a.own === undefined).to.equal(one.principal === undefined)
        if (a.own !== undefined) {
          expect(a.own === b.own).to.equal(sameScope && one.principal === other.principal)
          expect([a.shared, b.shared]).to.not.include(a.own)
        }
      }),
    )
  })

  it('are told apart by what hops before the server say of it where nobody sees what the handler reads', () => {
    const name = fc.constantFrom('x-forwarded-host', 'x-forwarded-proto', 'x-original-url', 'x-rewrite-url')
    const said = fc.dictionary(name, fc.constantFrom('', 'a', 'a: b', 'x-forwarded-proto: a'))
    const of = (headers: Record<string, string>, observe: boolean | 'warn') =>
      pageKeys({ ...request('/a'), headers }, httpPolicy({ observe }))
    fc.assert(
      fc.property(said, said, fc.constantFrom(false, 'warn' as const), (one, other, observe) => {
        const same =
          JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
        expect(of(one, observe).shared === of(other, observe).shared).to.equal(same)
        expect(of(one, true)).to.deep.equal(of(other, true))
        // A write to the URL must reach it.
        expect(of(one, observe).isUrl).to.equal(Object.keys(one).length === 0)
      }),
    )
  })
})
