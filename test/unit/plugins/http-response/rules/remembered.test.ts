import { expect } from 'chai'
import fc from 'fast-check'
import { parseCacheControl } from '../../../../../plugins/http-response/rules/cache-control.ts'
import { remembered } from '../../../../../plugins/http-response/rules/remembered.ts'

describe('a remembered reading', () => {
  it('is made once for a text that comes again', () => {
    let reads = 0
    const read = remembered((text) => ({ text, nr: ++reads }))
    expect(read('a')).to.equal(read('a'))
    expect(read('b')).to.deep.equal({ text: 'b', nr: 2 })
  })

  it('is made anew once many others came, and for long texts always', () => {
    let reads = 0
    const read = remembered((text) => ({ text, nr: ++reads }))
    const first = read('a')
    for (let i = 0; i < 300; i++) read(String(i))
    expect(read('a')).to.not.equal(first)
    const long = 'x'.repeat(257)
    expect(read(long)).to.not.equal(read(long))
  })

  it('cannot be changed by one of those who share it', () => {
    const directives = parseCacheControl('max-age=60') as { maxAge: number }
    expect(() => {
      directives.maxAge = 1
    }).to.throw(TypeError)
  })

  it('is that of the text alone', () => {
    const read = remembered((text) => text.toUpperCase())
    fc.assert(fc.property(fc.string(), (text) => read(text) === text.toUpperCase()))
  })
})
