import { expect } from 'chai'
import fc from 'fast-check'
import { type HeaderFields, storedFields } from '../../../../../plugins/http-response/rules/index.ts'

describe('stored fields (RFC 9111, 3.1)', () => {
  it('keep what the handler said, Date included, values unchanged', () => {
    const headers = {
      date: 'Sun, 06 Nov 1994 08:49:37 GMT',
      'cache-control': 'max-age=60',
      etag: '"a"',
      expires: '0',
      link: ['<a>', '<b>'],
      'x-custom': ' v ',
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
      'clear-site-data': 'cookies',
    }
    expect(storedFields(headers)).to.deep.equal(headers)
  })

  for (const name of [
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authenticate',
    'proxy-authentication-info',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'set-cookie',
    'age',
    'content-length',
  ]) {
    it(`never hold ${name}`, () => {
      expect(storedFields({ [name]: 'x', [name.toUpperCase()]: 'x', a: '1' })).to.deep.equal({ a: '1' })
    })
  }

  it('do not hold what Connection names, in any line and any case', () => {
    const headers = { connection: ['A, close', ' b '], a: '1', b: '2', c: '3' }
    expect(storedFields(headers)).to.deep.equal({ c: '3' })
  })

  it('have lower-case names and text values, and are a copy', () => {
    const lines = ['1', '2']
    const stored = storedFields({ 'X-Count': 5, 'X-List': lines, gone: undefined })
    expect(stored).to.deep.equal({ 'x-count': '5', 'x-list': ['1', '2'] })
    lines.push('3')
    expect(stored['x-list']).to.deep.equal(['1', '2'])
  })

  it('leave prototypes alone', () => {
    const stored = storedFields(JSON.parse('{"__proto__":"a","constructor":"b"}'))
    expect(Object.getPrototypeOf(stored)).to.equal(Object.prototype)
    expect(Object.keys(stored)).to.deep.equal(['constructor'])
  })

  it('storing twice changes nothing', () => {
    const name = fc.constantFrom('a', 'B', 'connection', 'age', 'date', 'x-y', '__proto__')
    const value = fc.oneof(fc.string(), fc.nat(), fc.array(fc.constantFrom('a', 'b', 'x-y')))
    fc.assert(
      fc.property(fc.dictionary(name, value), (headers) => {
        const once = storedFields(headers as HeaderFields)
        expect(storedFields(once)).to.deep.equal(once)
      }),
    )
  })
})
