import { expect } from 'chai'
import { frontHeaders, frontPass } from '../../../../plugins/http-response/front-options.ts'
import { httpPolicy } from '../../../../plugins/http-response/options.ts'

describe('front mode in the options', () => {
  it('is taken over from the mount, switched off, or switched on with the headers of the mount', () => {
    const base = ['x-a']
    expect(frontHeaders(undefined, base)).to.equal(base)
    expect(frontHeaders(undefined, undefined)).to.equal(undefined)
    expect(frontHeaders(false, base)).to.equal(undefined)
    expect(frontHeaders(true, base)).to.deep.equal(['x-a'])
    expect(frontHeaders(true, undefined)).to.deep.equal([])
    expect(frontHeaders({ headers: ['X-B'] }, base)).to.deep.equal(['x-b'])
  })

  it('gives no answer a pass that it must not have', () => {
    expect(frontPass(httpPolicy({}), [])).to.equal(undefined)
    const bypass = { bypass: () => false }
    expect(frontPass({ ...httpPolicy({ front: true }), ...bypass } as never, [])).to.equal(undefined)
    expect(frontPass(httpPolicy({ front: true }), ['=x-a'])).to.deep.include({
      observed: ['=x-a'],
      refused: false,
    })
  })
})
