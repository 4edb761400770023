import { expect } from 'chai'
import fc from 'fast-check'
import { mayWaitFor } from '../../../../src/application/engine/place-order.ts'

describe('the order in which engines wait for places of each other', () => {
  it('is that of who was first, and stays so', () => {
    const [a, b] = [{}, {}]
    expect(mayWaitFor(a, b)).to.equal(true)
    expect(mayWaitFor(b, a)).to.equal(false)
    expect(mayWaitFor(a, b)).to.equal(true)
    expect(mayWaitFor(b, {})).to.equal(true)
  })

  it('holds by way of others', () => {
    const [a, b, c] = [{}, {}, {}]
    expect([mayWaitFor(b, c), mayWaitFor(a, b)]).to.deep.equal([true, true])
    expect([mayWaitFor(c, a), mayWaitFor(a, c)]).to.deep.equal([false, true])
  })

  it('never lets places be waited for in a circle', () => {
    const asks = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 40 })
    const property = fc.property(asks, (list) => {
      const engines = Array.from({ length: 6 }, () => ({}))
      const open = list.filter(([from, to]) => mayWaitFor(engines[from] as object, engines[to] as object))
      // Whatever waits for nobody ends, and so does what waits for it: in an order, nothing is left.
      let left = open
      for (let round = 0; round < 6; round++)
        left = left.filter(([, to]) => left.some(([from]) => from === to))
      expect(left).to.deep.equal([])
    })
    fc.assert(property)
  })
})
