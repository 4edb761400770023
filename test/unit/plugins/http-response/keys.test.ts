import { expect } from 'chai'
import fc from 'fast-check'
import { pageKey, urlKey, variantKey } from '../../../../plugins/http-response/keys.ts'
import { DEFAULT_POLICY, httpPolicy } from '../../../../plugins/http-response/options.ts'
import { thrown } from '../../../fixtures/cache-under-test.ts'

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
    expect(pageKey(request('/a'), DEFAULT_POLICY)).to.equal(urlKey({ host: 'A.example', target: '/a' }))
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
