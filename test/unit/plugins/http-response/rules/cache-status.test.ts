import { expect } from 'chai'
import fc from 'fast-check'
import {
  appendCacheStatus,
  cacheStatusMember,
  forwardReason,
  parseDictionary,
  structuredString,
  tokenOrString,
} from '../../../../../plugins/http-response/rules/index.ts'

describe('Cache-Status (RFC 9211)', () => {
  it('reports a hit with the time left, rounded down, also when that is negative', () => {
    expect(cacheStatusMember({ outcome: 'hit', ttl: 123_999 })).to.equal('hitherto; hit; ttl=123')
    expect(cacheStatusMember({ outcome: 'hit', ttl: -1 })).to.equal('hitherto; hit; ttl=-1')
    expect(cacheStatusMember({ outcome: 'hit', ttl: Number.POSITIVE_INFINITY })).to.equal(
      'hitherto; hit; ttl=999999999999999',
    )
    expect(cacheStatusMember({ outcome: 'hit', ttl: Number.NaN })).to.equal('hitherto; hit')
  })

  it('reports why a request was forwarded and what became of the answer', () => {
    expect(cacheStatusMember({ outcome: 'uri-miss', stored: true })).to.equal(
      'hitherto; fwd=uri-miss; stored',
    )
    expect(cacheStatusMember({ outcome: 'stale', forwardStatus: 304, collapsed: true })).to.equal(
      'hitherto; fwd=stale; fwd-status=304; collapsed',
    )
    expect(cacheStatusMember({ outcome: 'bypass', stored: false })).to.equal('hitherto; fwd=bypass')
    expect(cacheStatusMember({ outcome: 'uri-miss', collapsed: false })).to.equal(
      'hitherto; fwd=uri-miss; collapsed=?0',
    )
  })

  it('says stored and collapsed of forwarded requests only (2.5, 2.6)', () => {
    expect(cacheStatusMember({ outcome: 'hit', stored: true, collapsed: true })).to.equal('hitherto; hit')
  })

  it('quotes what is no token, and lets no line break or foreign byte out', () => {
    expect(cacheStatusMember({ outcome: 'miss', detail: 'no-store' })).to.equal(
      'hitherto; fwd=miss; detail=no-store',
    )
    expect(cacheStatusMember({ outcome: 'miss', detail: 'a "b" \\\r\nX: y\u00fc' })).to.equal(
      'hitherto; fwd=miss; detail="a \\"b\\" \\\\??X: y?"',
    )
    expect(cacheStatusMember({ outcome: 'hit', key: '["GET","/a"]' })).to.equal(
      'hitherto; hit; key="[\\"GET\\",\\"/a\\"]"',
    )
    expect(cacheStatusMember({ outcome: 'hit' }, 'my cache')).to.equal('"my cache"; hit')
    expect(tokenOrString('')).to.equal('""')
  })

  it('is appended behind the caches that came before', () => {
    expect(appendCacheStatus(undefined, 'b; hit')).to.equal('b; hit')
    expect(appendCacheStatus('a; fwd=miss', 'b; hit')).to.equal('a; fwd=miss, b; hit')
    expect(appendCacheStatus(['a; hit', '', 'x; hit'], 'b; hit')).to.equal('a; hit, x; hit, b; hit')
  })

  it('any text becomes a string that reads back as its printable part', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const item = parseDictionary(`a=${structuredString(text)}`)?.get('a')
        expect(item).to.deep.equal({ type: 'string', value: text.replace(/[^ -~]/g, '?') })
      }),
    )
  })

  it('reports what the request refused as request, and what was old as stale', () => {
    expect(forwardReason('no-entry')).to.equal('uri-miss')
    expect(forwardReason('stale')).to.equal('stale')
    expect(forwardReason('request-max-age')).to.equal('request')
    expect(forwardReason('method')).to.equal('method')
  })
})
