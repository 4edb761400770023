import { expect } from 'chai'
import fc from 'fast-check'
import { keyUrl } from '../../../../plugins/http-response/key-url.ts'
import { type HttpRequest, pageKeys, urlKey, variantKey } from '../../../../plugins/http-response/keys.ts'
import { type HttpPolicy, httpPolicy } from '../../../../plugins/http-response/options.ts'

const text = fc.string({ unit: 'binary' })

describe('the URL in a key', () => {
  it('is read back from every key that is made from one', () => {
    fc.assert(
      fc.property(text, text, fc.option(text, { nil: undefined }), text, (host, rest, route, value) => {
        const target = `/${rest}`
        const request = {
          method: 'GET',
          host,
          target,
          headers: { 'x-a': value },
          raw: undefined,
          route,
        } as HttpRequest
        const policy = httpPolicy({})
        const { shared } = pageKeys(request, policy)
        const url = { host: host.replace(/[A-Z]/g, (char) => char.toLowerCase()), target, tenant: undefined }
        for (const key of [shared, variantKey(shared, ['x-a'], request), urlKey(request, policy)]) {
          expect(keyUrl(key)).to.deep.equal(url)
        }
      }),
    )
  })

  it('comes with the tenant', () => {
    fc.assert(
      fc.property(text, text, (tenant, user) => {
        const request: HttpRequest = { method: 'GET', host: 'a', target: '/', headers: {}, raw: undefined }
        const policy = httpPolicy({ tenant: () => tenant, principal: () => user }) as HttpPolicy
        const { shared, own = '' } = pageKeys(request, policy)
        for (const key of [shared, own, urlKey(request, policy)]) expect(keyUrl(key)?.tenant).to.equal(tenant)
      }),
    )
  })

  it('is none where a function of the route made the key, and in what is no key', () => {
    const request: HttpRequest = { method: 'GET', host: 'a', target: '/', headers: {}, raw: undefined }
    const { shared } = pageKeys(request, httpPolicy({ key: () => 'k' }) as HttpPolicy)
    expect(keyUrl(shared)).to.deep.include({ host: 'a', target: '' })
    for (const other of ['', 'a', '["GET"]', '["GET",null,"a"]']) expect(keyUrl(other)).to.equal(undefined)
  })
})
