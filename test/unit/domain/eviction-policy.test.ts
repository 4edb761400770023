import { expect } from 'chai'
import { evictionPolicy } from '../../../src/domain/index.ts'

describe('evictionPolicy', () => {
  it('lets a known name through', () => {
    expect(evictionPolicy('lru', ['lru', 'fifo'])).to.equal('lru')
  })

  it('refuses an unknown one with the nearest known names', () => {
    expect(() => evictionPolicy('lur', ['lru', 'fifo']))
      .to.throw('There is no strategy named "lur". Did you mean "lru"?')
      .that.includes({ code: 'HITHERTO_NAME_UNKNOWN', kind: 'strategy', unknown: 'lur' })
  })

  it('lists all known names where none is near', () => {
    expect(() => evictionPolicy('quantum', ['lru', 'fifo'])).to.throw('Known: "lru", "fifo".')
  })

  it('knows no names that every object has', () => {
    expect(() => evictionPolicy('constructor', ['lru'])).to.throw('There is no strategy')
  })
})
