import { expect } from 'chai'
import fc from 'fast-check'
import {
  formatHttpDate,
  freshnessLifetime,
  freshnessOf,
  type HeaderFields,
  isFresh,
  mayServeOnError,
  mayServeWhileRevalidating,
  type RoutePolicy,
  remainingLifetime,
  responseControl,
} from '../../../../../plugins/http-response/rules/index.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (ms: number): string => formatHttpDate(NOW + ms)

const lifetime = (
  headers: HeaderFields,
  status = 200,
  policy?: RoutePolicy,
  heuristic = true,
  targets: string[] = [],
) => freshnessLifetime({ status, headers }, responseControl(headers, targets), NOW, { policy, heuristic })

const fresh = (headers: HeaderFields, policy?: RoutePolicy, delay = 0) =>
  freshnessOf(
    { status: 200, headers },
    responseControl(headers),
    { requestTime: NOW - delay, responseTime: NOW },
    { policy },
  )

describe('freshness lifetime (RFC 9111, 4.2.1)', () => {
  it('is s-maxage before max-age before Expires', () => {
    const expires = at(HOUR)
    expect(lifetime({ 'cache-control': 'max-age=1, s-maxage=3600', expires })).to.deep.equal({
      ms: HOUR,
      rule: 's-maxage',
    })
    expect(lifetime({ 'cache-control': 'max-age=3600, s-maxage=1', expires })).to.deep.equal({
      ms: 1000,
      rule: 's-maxage',
    })
    expect(lifetime({ 'cache-control': 'max-age=2', expires })).to.deep.equal({ ms: 2000, rule: 'max-age' })
    expect(lifetime({ expires, date: at(0) })).to.deep.equal({ ms: HOUR, rule: 'expires' })
  })

  it('an unreadable max-age is 0 and does not fall back to Expires', () => {
    expect(lifetime({ 'cache-control': 'max-age=x', expires: at(HOUR) })).to.deep.equal({
      ms: 0,
      rule: 'max-age',
    })
  })

  it('Expires counts from Date, or from the arrival without a usable Date', () => {
    expect(lifetime({ expires: at(HOUR), date: at(HOUR / 2) }).ms).to.equal(HOUR / 2)
    expect(lifetime({ expires: at(300_000), date: at(400_000) }).ms).to.equal(0)
    expect(lifetime({ expires: at(10_000), date: 'foo' }).ms).to.equal(10_000)
    expect(lifetime({ expires: at(10_000) }).ms).to.equal(10_000)
  })

  it('an Expires that is no date, or is given twice, has passed', () => {
    for (const expires of ['0', '-1', '', 'never', at(HOUR).replace('GMT', 'UTC'), [at(HOUR), at(HOUR)]]) {
      expect(lifetime({ expires, 'last-modified': at(-DAY) }), String(expires)).to.deep.equal({
        ms: 0,
        rule: 'expires',
      })
    }
  })

  it('is none when nothing says anything', () => {
    expect(lifetime({})).to.deep.equal({ ms: 0, rule: 'none' })
    expect(lifetime({ 'cache-control': 'public' })).to.deep.equal({ ms: 0, rule: 'none' })
  })

  describe('by heuristic (4.2.2)', () => {
    it('is a tenth of the time since Last-Modified', () => {
      expect(lifetime({ 'last-modified': at(-10 * HOUR), date: at(0) })).to.deep.equal({
        ms: HOUR,
        rule: 'heuristic',
      })
    })

    it('is never more than a day', () => {
      expect(lifetime({ 'last-modified': at(-10_000 * DAY), date: at(0) }).ms).to.equal(DAY)
    })

    it('is off when asked', () => {
      expect(lifetime({ 'last-modified': at(-DAY) }, 200, undefined, false).rule).to.equal('none')
    })

    it('does not come from a Last-Modified in the future, unreadable or doubled', () => {
      for (const modified of [at(HOUR), 'yesterday', [at(-DAY), at(-DAY)]]) {
        expect(lifetime({ 'last-modified': modified }).rule, String(modified)).to.equal('none')
      }
    })

    it('is for heuristically cacheable statuses, and for others only when public', () => {
      for (const status of [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]) {
        expect(lifetime({ 'last-modified': at(-DAY) }, status).rule, String(status)).to.equal('heuristic')
      }
      for (const status of [201, 202, 302, 307, 403, 500, 502, 503, 504, 599]) {
        expect(lifetime({ 'last-modified': at(-DAY) }, status).rule, String(status)).to.equal('none')
        expect(lifetime({ 'last-modified': at(-DAY), 'cache-control': 'public' }, status).rule).to.equal(
          'heuristic',
        )
      }
    })
  })

  describe('by route policy', () => {
    it('replaces the lifetime of the response, longer or shorter', () => {
      expect(lifetime({ 'cache-control': 'max-age=0' }, 200, { ttl: 5_000 })).to.deep.equal({
        ms: 5_000,
        rule: 'policy',
      })
      expect(lifetime({ 'cache-control': 's-maxage=3600' }, 200, { ttl: 5_000 }).ms).to.equal(5_000)
      expect(lifetime({ expires: '0' }, 200, { ttl: 5_000 }).ms).to.equal(5_000)
      expect(lifetime({}, 200, { ttl: 5_000 }).ms).to.equal(5_000)
    })

    it('does not speak of errors, temporary redirects or empty answers', () => {
      for (const status of [204, 302, 307, 400, 401, 403, 404, 500, 503, 299]) {
        expect(lifetime({}, status, { ttl: 5_000 }).rule, String(status)).to.equal('none')
        expect(lifetime({ 'cache-control': 'max-age=9' }, status, { ttl: 5_000 }).rule).to.equal('max-age')
      }
    })
  })

  it('a targeted field silences Cache-Control and Expires (RFC 9213, 2.2)', () => {
    const headers = { 'cdn-cache-control': 'max-age=10', 'cache-control': 's-maxage=3600', expires: at(HOUR) }
    expect(lifetime(headers, 200, undefined, true, ['cdn-cache-control']).ms).to.equal(10_000)
    expect(lifetime(headers).ms).to.equal(HOUR)
    expect(
      lifetime({ ...headers, 'cdn-cache-control': 'x' }, 200, undefined, true, ['cdn-cache-control']).rule,
    ).to.equal('none')
  })
})

describe('freshness', () => {
  it('lasts until the age reaches the lifetime', () => {
    const stored = fresh({ 'cache-control': 'max-age=10', age: '4' })
    expect(isFresh(stored, NOW + 5_999)).to.equal(true)
    expect(isFresh(stored, NOW + 6_000)).to.equal(false)
    expect(remainingLifetime(stored, NOW + 1_000)).to.equal(5_000)
  })

  it('counts the time the handler took', () => {
    expect(isFresh(fresh({ 'cache-control': 'max-age=2' }, undefined, 2_000), NOW)).to.equal(false)
  })

  it('stands in for errors for a while where nobody spoke of it, but never what was stale when it came', () => {
    const reserve = (control: string, age = '0') =>
      freshnessOf(
        { status: 200, headers: { 'cache-control': control, age } },
        responseControl({ 'cache-control': control }),
        { requestTime: NOW, responseTime: NOW },
        { staleIfError: 7_000 },
      ).staleIfError
    expect(reserve('max-age=10')).to.equal(7_000)
    expect(reserve('max-age=10, stale-if-error=1')).to.equal(1_000)
    expect(reserve('max-age=0, stale-if-error=1')).to.equal(1_000)
    for (const forbids of ['must-revalidate', 'proxy-revalidate', 'no-cache', 's-maxage=10'])
      expect(reserve(`max-age=10, ${forbids}`), forbids).to.equal(0)
    expect(reserve('max-age=0')).to.equal(0)
    expect(reserve('max-age=10', '10')).to.equal(0)
  })

  it('a negative ttl is what an answer without a lifetime gets, and the most that any gets', () => {
    const ms = (control: string, negativeTtl: number) =>
      freshnessLifetime(
        { status: 404, headers: { 'cache-control': control } },
        responseControl({ 'cache-control': control }),
        NOW,
        { negativeTtl },
      )
    expect(ms('public', 500)).to.deep.equal({ ms: 500, rule: 'negative' })
    expect(ms('max-age=60', 500)).to.deep.equal({ ms: 500, rule: 'negative' })
    expect(ms('max-age=0', 500)).to.deep.equal({ ms: 0, rule: 'negative' })
  })

  it('has the windows of RFC 5861 after it, from the response or from the policy', () => {
    const own = fresh({ 'cache-control': 'max-age=10, stale-while-revalidate=5, stale-if-error=20' })
    expect(mayServeWhileRevalidating(own, NOW + 9_999)).to.equal(false)
    expect(mayServeWhileRevalidating(own, NOW + 10_000)).to.equal(true)
    expect(mayServeWhileRevalidating(own, NOW + 14_999)).to.equal(true)
    expect(mayServeWhileRevalidating(own, NOW + 15_000)).to.equal(false)
    expect(mayServeOnError(own, NOW + 29_999)).to.equal(true)
    expect(mayServeOnError(own, NOW + 30_000)).to.equal(false)
    const policy = fresh(
      { 'cache-control': 'max-age=10, stale-if-error=20' },
      { staleWhileRevalidate: 1_000, staleIfError: 2_000 },
    )
    expect(policy).to.include({ lifetime: 10_000, staleWhileRevalidate: 1_000, staleIfError: 2_000 })
  })

  it('has no stale windows under must-revalidate, proxy-revalidate or no-cache, whatever the policy says', () => {
    for (const directive of ['must-revalidate', 'proxy-revalidate', 'no-cache']) {
      const stored = fresh(
        { 'cache-control': `max-age=10, stale-while-revalidate=5, ${directive}` },
        { staleWhileRevalidate: 1_000, staleIfError: 2_000 },
      )
      expect(stored, directive).to.include({ staleWhileRevalidate: 0, staleIfError: 0, staleForbidden: true })
    }
  })

  it('s-maxage forbids stale reuse, except in a window written beside it', () => {
    expect(fresh({ 'cache-control': 's-maxage=10' })).to.include({
      staleForbidden: true,
      staleWhileRevalidate: 0,
    })
    expect(fresh({ 'cache-control': 's-maxage=10, stale-while-revalidate=5' }).staleWhileRevalidate).to.equal(
      5_000,
    )
    expect(fresh({ 'cache-control': 'max-age=10' }).staleForbidden).to.equal(false)
  })

  it('once lost never comes back as time goes on', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.nat(100),
        fc.array(fc.nat(200_000), { maxLength: 10 }),
        (maxAge, age, steps) => {
          const stored = fresh({ 'cache-control': `max-age=${maxAge}`, age: String(age) })
          const seen = steps.sort((a, b) => a - b).map((step) => isFresh(stored, NOW + step))
          expect(seen).to.deep.equal([...seen].sort().reverse())
          expect(isFresh(stored, NOW)).to.equal(maxAge > age)
        },
      ),
    )
  })
})
