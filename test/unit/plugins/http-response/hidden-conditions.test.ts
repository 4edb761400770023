import { expect } from 'chai'
import { hideConditions } from '../../../../plugins/http-response/hidden-conditions.ts'

describe('the conditions of a client', () => {
  it('are kept from the handler and given back', () => {
    const headers: Record<string, unknown> = {
      'if-none-match': '"a"',
      'if-modified-since': 'x',
      accept: '*/*',
    }
    const restore = hideConditions(headers)
    expect(headers).to.deep.equal({ accept: '*/*' })
    restore()
    expect(headers).to.deep.equal({ 'if-none-match': '"a"', 'if-modified-since': 'x', accept: '*/*' })
  })

  it('are not made up where there were none', () => {
    const headers = { accept: '*/*' }
    hideConditions(headers)()
    expect(Object.keys(headers)).to.deep.equal(['accept'])
  })
})
