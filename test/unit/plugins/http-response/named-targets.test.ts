import { expect } from 'chai'
import { namedTargets } from '../../../../plugins/http-response/named-targets.ts'

const named = (headers: Record<string, string | string[]>, target = '/here/page?a', host = 'a.example') =>
  namedTargets({ method: 'POST', host, target, headers: {} }, headers)

describe('targets named by the answer to a write (RFC 9111, 4.4)', () => {
  it('are those of Location and Content-Location, resolved against the request', () => {
    expect(named({ location: '/x?y' })).to.deep.equal(['/x?y'])
    expect(named({ 'content-location': 'x' })).to.deep.equal(['/here/x'])
    expect(named({ location: '/a', 'content-location': '/b' })).to.deep.equal(['/a', '/b'])
    expect(named({ location: '?b' })).to.deep.equal(['/here/page?b'])
    expect(named({ location: 'http://a.example/x#f' })).to.deep.equal(['/x'])
    expect(named({ location: 'https://A.EXAMPLE/x' })).to.deep.equal(['/x'])
  })

  it('are on this host and port only', () => {
    for (const location of [
      'http://b.example/x',
      '//b.example/x',
      'http://a.example:81/x',
      'http://a.example.b.example/x',
    ]) {
      expect(named({ location }), location).to.deep.equal([])
    }
    expect(named({ location: 'http://a.example:81/x' }, '/', 'a.example:81')).to.deep.equal(['/x'])
  })

  it('are none for what is no URL, and never an error', () => {
    for (const location of ['http://', 'http://[', '', 'javascript:1', 'mailto:a@a.example']) {
      expect(() => named({ location })).to.not.throw()
    }
    expect(named({ location: 'mailto:a@a.example' })).to.deep.equal([])
    expect(named({ location: '/x' }, '*', '[bad')).to.deep.equal([])
    expect(named({})).to.deep.equal([])
  })
})
