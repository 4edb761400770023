import { expect } from 'chai'
import fc from 'fast-check'
import { cacheKey } from '../../../src/domain/index.ts'

describe('cacheKey', () => {
  it('lets any string through unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        expect(cacheKey(key)).to.equal(key)
      }),
    )
    for (const key of ['', '__proto__', 'constructor', '\ud800']) expect(cacheKey(key)).to.equal(key)
  })

  it('refuses everything else, says what it got and how to make a string of it', () => {
    const wrong: readonly (readonly [unknown, string])[] = [
      [5, 'got 5.'],
      [undefined, 'got undefined.'],
      [null, 'got null.'],
      [Object('boxed'), 'got an object.'],
      [Symbol('s'), 'got a symbol.'],
      [['a'], 'got an array.'],
    ]
    for (const [value, got] of wrong) {
      expect(() => cacheKey(value))
        .to.throw(`A key must be a string, ${got} Use String(value)`)
        .with.property('code', 'HITHERTO_KEY_INVALID')
    }
  })
})
