import { expect } from 'chai'
import { hideConditions } from '../../../../plugins/http-response/hidden-conditions.ts'

describe('the conditions of a client', () => {
  it('are kept from the handler and given back', () => {
    const conditions = {
      'if-none-match': '"a"',
      'if-modified-since': 'x',
      range: 'bytes=0-',
      'if-range': '"a"',
    }
    const headers: Record<string, unknown> = { ...conditions, accept: '*/*' }
    const restore = hideConditions(headers)
    expect(headers).to.deep.equal({ accept: '*/*' })
    restore()
    expect(headers).to.deep.equal({ ...conditions, accept: '*/*' })
  })

  it('make way for others, which are taken back', () => {
    const headers: Record<string, unknown> = { 'if-none-match': '"a"', 'if-modified-since': 'x' }
    const restore = hideConditions(headers, { 'if-none-match': '"stored"' })
    expect(headers).to.deep.equal({ 'if-none-match': '"stored"' })
    restore()
    headers['if-none-match'] = '"later"'
    restore()
    expect(headers).to.deep.equal({ 'if-none-match': '"later"', 'if-modified-since': 'x' })
  })

  it('are not made up where there were none', () => {
    const headers = { accept: '*/*' }
    hideConditions(headers)()
    expect(Object.keys(headers)).to.deep.equal(['accept'])
  })
})
