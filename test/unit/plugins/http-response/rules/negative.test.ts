import { expect } from 'chai'
import { isNegativeName, negativeTtlOf } from '../../../../../plugins/http-response/rules/index.ts'

describe('negative lifetimes', () => {
  const ttls = { '4xx': 1, '5xx': 2, 404: 3 }

  it('are those of the status before those of its class', () => {
    expect(negativeTtlOf(ttls, 404)).to.equal(3)
    expect(negativeTtlOf(ttls, 410)).to.equal(1)
    expect(negativeTtlOf(ttls, 503)).to.equal(2)
    expect(negativeTtlOf({ 404: 3 }, 410)).to.equal(undefined)
    expect(negativeTtlOf(undefined, 404)).to.equal(undefined)
  })

  it('are for no status that says something about one request or one visitor', () => {
    for (const status of [200, 301, 400, 401, 403, 407, 408, 412, 416, 429, 431, 511])
      expect(negativeTtlOf(ttls, status), String(status)).to.equal(undefined)
  })

  it('have names of their own', () => {
    for (const name of ['404', '410', '500', '4xx', '5xx']) expect(isNegativeName(name), name).to.equal(true)
    for (const name of ['401', '200', '0404', '6xx', '5XX', '', '__proto__', '4e2'])
      expect(isNegativeName(name), name).to.equal(false)
  })
})
