import { expect } from 'chai'
import fc from 'fast-check'
import {
  decideReuse,
  type Freshness,
  freshnessOf,
  responseControl,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)

const stored = (cacheControl: string, age = '0'): Freshness => {
  const headers = { 'cache-control': cacheControl, age }
  return freshnessOf({ status: 200, headers }, responseControl(headers), {
    requestTime: NOW,
    responseTime: NOW,
  })
}

const decide = (entry: Freshness | undefined, cacheControl?: string, passed = 0, method = 'GET', on = true) =>
  decideReuse(
    {
      method,
      target: '/',
      host: 'a',
      headers: cacheControl === undefined ? {} : { 'cache-control': cacheControl },
    },
    entry,
    NOW + passed,
    { requestDirectives: on },
  )

const miss = (reason: string) => ({ kind: 'miss', reason })

describe('reuse (RFC 9111, 4)', () => {
  it('a fresh response is a hit and tells its age', () => {
    expect(decide(stored('max-age=10', '3'), undefined, 2_000)).to.deep.equal({ kind: 'hit', age: 5_000 })
    expect(decide(stored('max-age=10'), undefined, 2_000, 'HEAD')).to.deep.equal({ kind: 'hit', age: 2_000 })
  })

  it('a stale one is a miss', () => {
    expect(decide(stored('max-age=10'), undefined, 10_000)).to.deep.equal(miss('stale'))
    expect(decide(undefined)).to.deep.equal(miss('no-entry'))
  })

  it('only GET and HEAD read', () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get']) {
      expect(decide(stored('max-age=10'), undefined, 0, method), method).to.deep.equal(miss('method'))
    }
  })

  it('no-cache in the response forbids reuse without validation, fresh or not, whatever the client allows', () => {
    expect(decide(stored('max-age=10, no-cache'))).to.deep.equal(miss('no-cache'))
    expect(decide(stored('max-age=0, no-cache'), 'max-stale')).to.deep.equal(miss('no-cache'))
  })

  it('may be served while it is revalidated, but not to a client that named a max-age', () => {
    const entry = stored('max-age=10, stale-while-revalidate=5')
    expect(decide(entry, undefined, 12_000)).to.deep.equal({
      kind: 'stale',
      age: 12_000,
      reason: 'stale-while-revalidate',
    })
    expect(decide(entry, 'max-age=60', 12_000)).to.deep.equal(miss('stale'))
    expect(decide(entry, undefined, 15_000)).to.deep.equal(miss('stale'))
  })
})

describe('request directives (RFC 9111, 5.2.1)', () => {
  const entry = stored('max-age=100', '40')

  it('no-cache and no-store ask for a new answer', () => {
    expect(decide(entry, 'no-cache')).to.deep.equal(miss('request-no-cache'))
    expect(decide(entry, 'No-Cache')).to.deep.equal(miss('request-no-cache'))
    expect(decide(entry, 'no-store')).to.deep.equal(miss('request-no-store'))
    const request = { method: 'GET', target: '/', host: 'a', headers: { pragma: 'no-cache' } }
    expect(decideReuse(request, entry, NOW)).to.deep.equal(miss('request-no-cache'))
  })

  it('max-age bounds the age, and 0 refuses even a newborn', () => {
    expect(decide(entry, 'max-age=40').kind).to.equal('hit')
    expect(decide(entry, 'max-age=39')).to.deep.equal(miss('request-max-age'))
    expect(decide(stored('max-age=100'), 'max-age=0')).to.deep.equal(miss('request-max-age'))
    expect(decide(entry, 'max-age=x')).to.deep.equal(miss('request-max-age'))
  })

  it('min-fresh asks for time left', () => {
    expect(decide(entry, 'min-fresh=60').kind).to.equal('hit')
    expect(decide(entry, 'min-fresh=61')).to.deep.equal(miss('request-min-fresh'))
    expect(decide(entry, 'min-fresh=x')).to.deep.equal(miss('request-min-fresh'))
  })

  it('max-stale takes a stale response within its bound', () => {
    const stale = stored('max-age=1500', '2000')
    expect(decide(stale, 'max-stale=1000')).to.deep.equal({
      kind: 'stale',
      age: 2_000_000,
      reason: 'max-stale',
    })
    expect(decide(stale, 'max-stale=500').kind).to.equal('stale')
    expect(decide(stale, 'max-stale=499')).to.deep.equal(miss('stale'))
    expect(decide(stale, 'max-stale').kind).to.equal('stale')
    expect(decide(stale, 'max-stale=x')).to.deep.equal(miss('stale'))
    expect(decide(stale, 'max-stale, max-age=1')).to.deep.equal(miss('request-max-age'))
  })

  it('max-stale does not outrank must-revalidate, proxy-revalidate or s-maxage (4.2.4)', () => {
    for (const control of ['max-age=1, must-revalidate', 'max-age=1, proxy-revalidate', 's-maxage=1']) {
      expect(decide(stored(control, '5'), 'max-stale'), control).to.deep.equal(miss('stale'))
    }
  })

  it('only-if-cached turns every miss into a gateway timeout', () => {
    expect(decide(undefined, 'only-if-cached')).to.deep.equal({ kind: 'gateway-timeout', reason: 'no-entry' })
    expect(decide(stored('max-age=1', '5'), 'only-if-cached')).to.deep.equal({
      kind: 'gateway-timeout',
      reason: 'stale',
    })
    expect(decide(entry, 'only-if-cached').kind).to.equal('hit')
    expect(decide(entry, 'only-if-cached, no-cache').kind).to.equal('gateway-timeout')
  })

  it('can be turned off, all at once', () => {
    for (const directive of ['no-cache', 'no-store', 'max-age=0', 'min-fresh=9999', 'only-if-cached']) {
      expect(decide(entry, directive, 0, 'GET', false).kind, directive).to.equal('hit')
    }
    expect(decide(undefined, 'only-if-cached', 0, 'GET', false)).to.deep.equal(miss('no-entry'))
    expect(decide(stored('max-age=1', '5'), 'max-stale', 0, 'GET', false)).to.deep.equal(miss('stale'))
  })

  it('other than max-stale they never make a response reusable that was not', () => {
    const directive = fc.constantFrom(
      'no-cache',
      'no-store',
      'max-age=5',
      'min-fresh=5',
      'only-if-cached',
      'public',
      'x',
      ';',
    )
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(30),
        fc.array(directive, { maxLength: 4 }),
        (lifetime, age, directives) => {
          const response = stored(`max-age=${lifetime}`, String(age))
          const without = decide(response).kind
          const asked = decide(response, directives.join(', ')).kind
          if (without === 'miss') expect(asked).to.be.oneOf(['miss', 'gateway-timeout'])
        },
      ),
    )
  })

  it('an immutable response is reused for a reload while it is fresh (RFC 8246)', () => {
    expect(decide(stored('max-age=100, immutable'), 'max-age=0').kind).to.equal('hit')
    expect(decide(stored('max-age=100, immutable'), 'no-cache').kind).to.equal('miss')
    expect(decide(stored('max-age=0, immutable'), 'max-age=0').kind).to.equal('miss')
  })
})
