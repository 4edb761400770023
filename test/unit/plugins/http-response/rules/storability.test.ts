import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatHttpDate,
  freshnessOf,
  type HeaderFields,
  type RoutePolicy,
  responseControl,
  type StoreOptions,
  storability,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const FRESH = { 'cache-control': 'max-age=60' }

interface Case {
  readonly method?: string
  readonly request?: HeaderFields
  readonly status?: number
  readonly response?: HeaderFields
  readonly policy?: RoutePolicy
  readonly complete?: boolean
  readonly targets?: readonly string[]
  readonly options?: StoreOptions
}

/** 'store', or the reason against it. */
const verdict = (given: Case): string => {
  const response = { status: given.status ?? 200, headers: given.response ?? FRESH }
  const control = responseControl(response.headers, given.targets)
  const result = storability(
    {
      request: { method: given.method ?? 'GET', target: '/', host: 'a', headers: given.request ?? {} },
      response,
      control,
      freshness: freshnessOf(
        response,
        control,
        { requestTime: NOW, responseTime: NOW },
        { policy: given.policy },
      ),
      complete: given.complete ?? true,
    },
    given.options,
  )
  return result.store ? 'store' : result.reason
}

describe('storability (RFC 9111, 3)', () => {
  it('stores a complete GET response with a lifetime', () => {
    expect(verdict({})).to.equal('store')
    expect(verdict({ response: { expires: formatHttpDate(NOW + 60_000) } })).to.equal('store')
    expect(verdict({ response: {}, policy: { ttl: 1 } })).to.equal('store')
  })

  it('only GET fills', () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PURGE', 'get']) {
      expect(verdict({ method }), method).to.equal('method')
    }
  })

  it('a GET that may be another method, or that has a body, does not fill', () => {
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect(verdict({ request: { [name]: 'POST' } }), name).to.equal('method-override')
    }
    expect(verdict({ request: { 'content-length': '5' } })).to.equal('request-body')
    expect(verdict({ request: { 'transfer-encoding': 'chunked' } })).to.equal('request-body')
    expect(verdict({ request: { 'content-length': '0' } })).to.equal('store')
  })

  it('what was cut off is not stored', () => {
    expect(verdict({ complete: false })).to.equal('incomplete')
  })

  it('no-store of the request counts unless request directives are off', () => {
    const request = { 'cache-control': 'no-store' }
    expect(verdict({ request })).to.equal('request-no-store')
    expect(verdict({ request, options: { requestDirectives: false } })).to.equal('store')
  })

  it('a response with trailers is not stored: hits would be without them', () => {
    expect(verdict({ response: { ...FRESH, trailer: 'x-sum' } })).to.equal('trailers')
  })

  it('a stream of events is not stored', () => {
    for (const type of ['text/event-stream', 'Text/Event-Stream;charset=utf-8', 'text/event-stream ; a=b'])
      expect(verdict({ response: { ...FRESH, 'content-type': type } }), type).to.equal('event-stream')
    for (const type of ['text/event-streams', 'text/html; a=text/event-stream'])
      expect(verdict({ response: { ...FRESH, 'content-type': type } }), type).to.equal('store')
  })

  it('a response without any lifetime, or already old, is not stored', () => {
    expect(verdict({ response: {} })).to.equal('no-freshness')
    expect(verdict({ response: { 'cache-control': 'public' } })).to.equal('no-freshness')
    expect(verdict({ response: { 'cache-control': 'max-age=0' } })).to.equal('stale')
    expect(verdict({ response: { ...FRESH, age: '60' } })).to.equal('stale')
    expect(verdict({ response: { expires: '0' } })).to.equal('stale')
    expect(verdict({ policy: { ttl: 0 } })).to.equal('stale')
  })

  it('an old response is stored when it may still be served stale', () => {
    expect(verdict({ response: { 'cache-control': 'max-age=0, stale-while-revalidate=5' } })).to.equal(
      'store',
    )
    expect(verdict({ response: { 'cache-control': 'max-age=0, stale-if-error=5' } })).to.equal('store')
    expect(
      verdict({ response: { 'cache-control': 'max-age=0, must-revalidate, stale-if-error=5' } }),
    ).to.equal('stale')
  })

  it('with validation, what has a validator is kept to be confirmed', () => {
    const options = { validation: true }
    for (const response of [
      { 'cache-control': 'no-cache', etag: '"a"' },
      { 'cache-control': 'max-age=0', 'last-modified': formatHttpDate(0) },
    ]) {
      expect(verdict({ response, options }), JSON.stringify(response)).to.equal('store')
    }
    expect(verdict({ response: { 'cache-control': 'no-cache' }, options })).to.equal('no-cache')
    // Who says nothing has not asked to be stored: Express gives an ETag to all that it sends.
    expect(verdict({ response: { etag: '"a"' }, options })).to.equal('no-freshness')
    expect(verdict({ response: { 'cache-control': 'private', etag: '"a"' }, options })).to.equal('private')
  })

  describe('for one person only', () => {
    it('Set-Cookie is not stored, under no policy', () => {
      const response = { 'cache-control': 'public, max-age=60', 'set-cookie': ['a=b'] }
      expect(verdict({ response, policy: { ttl: 1000 } })).to.equal('set-cookie')
    })

    it('a request with Authorization needs public, s-maxage or must-revalidate (3.5)', () => {
      const request = { authorization: 'Basic x' }
      const withControl = (text: string) => verdict({ request, response: { 'cache-control': text } })
      expect(withControl('max-age=60')).to.equal('authorization')
      expect(withControl('max-age=60, public')).to.equal('store')
      expect(withControl('s-maxage=60')).to.equal('store')
      expect(withControl('max-age=60, must-revalidate')).to.equal('store')
      expect(withControl('max-age=60, public, x;')).to.equal('authorization')
      expect(withControl('max-age=60, x="public"')).to.equal('authorization')
      expect(verdict({ request, response: {}, policy: { ttl: 1000 } })).to.equal('authorization')
    })

    it('a request with Cookie needs public, and s-maxage is not enough', () => {
      const request = { cookie: 'session=1' }
      const withControl = (text: string) => verdict({ request, response: { 'cache-control': text } })
      expect(withControl('max-age=60')).to.equal('cookie')
      expect(withControl('s-maxage=60')).to.equal('cookie')
      expect(withControl('max-age=60, must-revalidate')).to.equal('cookie')
      expect(withControl('max-age=60, public')).to.equal('store')
      expect(withControl('max-age=60, public, =')).to.equal('cookie')
      expect(verdict({ request, response: {}, policy: { ttl: 1000 } })).to.equal('cookie')
      expect(verdict({ request: { cookie: '' }, policy: { ttl: 1000 } })).to.equal('cookie')
    })

    it('both together need public', () => {
      const request = { cookie: 'a=b', authorization: 'x' }
      expect(verdict({ request, response: { 'cache-control': 's-maxage=60' } })).to.equal('cookie')
      expect(verdict({ request, response: { 'cache-control': 'public, max-age=60' } })).to.equal('store')
    })
  })

  it('Vary: * is not stored, and neither is a Vary that nobody can read', () => {
    for (const vary of ['*', '*, *', ', *', 'Foo, *', ['', '*'], 'accept encoding', 'a/b']) {
      expect(verdict({ response: { ...FRESH, vary } }), String(vary)).to.equal('vary-any')
    }
    expect(verdict({ response: { ...FRESH, vary: 'Accept' } })).to.equal('store')
  })

  describe('statuses', () => {
    it('parts, confirmations, interim, credential, precondition and refusal answers are never stored, but for 400 if asked for', () => {
      const options = { explicitErrors: true }
      for (const status of [
        100, 103, 206, 304, 401, 403, 406, 407, 408, 411, 412, 413, 415, 416, 417, 421, 422, 425, 426, 428,
        429, 431, 511,
      ]) {
        const response = { 'cache-control': 'public, max-age=60' }
        expect(verdict({ status, response, policy: { ttl: 1000 }, options }), String(status)).to.equal(
          'status',
        )
      }
    })

    it('other final statuses are stored with a lifetime of their own', () => {
      for (const status of [203, 204, 299, 301, 302, 303, 307, 308, 404, 410, 499]) {
        expect(verdict({ status }), String(status)).to.equal('store')
      }
    })

    it('but a policy gives them none', () => {
      for (const status of [204, 299, 302, 303, 307, 404, 410, 499]) {
        expect(verdict({ status, response: {}, policy: { ttl: 1000 } }), String(status)).to.equal(
          'no-freshness',
        )
      }
    })

    it('5xx are stored only when asked for, and only with a lifetime of their own', () => {
      const asked = { explicitErrors: true }
      for (const status of [400, 500, 501, 502, 503, 504, 599]) {
        expect(verdict({ status }), String(status)).to.equal('status')
        expect(verdict({ status, options: asked }), String(status)).to.equal('store')
        const heuristic = { 'cache-control': 'public', 'last-modified': formatHttpDate(0) }
        expect(verdict({ status, response: heuristic, options: asked }), String(status)).to.equal('status')
      }
    })

    it('must-understand admits understood statuses only, and then outranks no-store (5.2.2.3)', () => {
      const withControl = (text: string, status = 200) =>
        verdict({ status, response: { 'cache-control': text } })
      expect(withControl('max-age=60, must-understand')).to.equal('store')
      expect(withControl('max-age=60, must-understand, no-store')).to.equal('store')
      expect(withControl('max-age=60, no-store')).to.equal('no-store')
      expect(withControl('max-age=60, no-store, must-understand;')).to.equal('no-store')
      expect(withControl('max-age=60, must-understand', 299)).to.equal('must-understand')
      expect(withControl('max-age=60, no-store, must-understand', 299)).to.equal('no-store')
    })
  })

  it('no policy, target or permission overrides a restriction, however it is spelled', () => {
    const restriction = fc.constantFrom('private', 'no-store', 'no-cache')
    const spelling = fc.constantFrom(
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => `${name}=""`,
      (name: string) => `${name}="x, y"`,
      (name: string) => `;${name};`,
      (name: string) => `x ${name}`,
      (name: string) => `${name},${name}`,
      (name: string) => `a="open, ${name}`,
    )
    fc.assert(
      fc.property(restriction, spelling, fc.boolean(), fc.boolean(), (name, spell, first, explicit) => {
        const lines = ['public, max-age=600, s-maxage=600', spell(name)]
        const response = { 'cache-control': first ? lines : lines.reverse(), etag: '"a"' }
        const policy = explicit ? {} : { ttl: 60_000, staleWhileRevalidate: 60_000, staleIfError: 60_000 }
        expect(verdict({ response, policy })).to.equal(name)
      }),
    )
  })

  it('a targeted field decides alone, but not for one person', () => {
    const response = { 'cdn-cache-control': 'max-age=60', 'cache-control': 'no-store' }
    const targets = ['cdn-cache-control']
    expect(verdict({ response })).to.equal('no-store')
    expect(verdict({ response, targets })).to.equal('store')
    expect(verdict({ response, targets, request: { cookie: 'a=b' } })).to.equal('cookie')
    expect(verdict({ response, targets, request: { authorization: 'x' } })).to.equal('authorization')
    expect(verdict({ response: { ...response, 'set-cookie': 'a=b' }, targets })).to.equal('set-cookie')
  })
})
