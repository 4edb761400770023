import { expect } from 'chai'
import { widened } from '../../../../src/domain/index.ts'

describe('widened', () => {
  it('keeps the beginning and its kind, and leaves the column it was made from as it was', () => {
    for (const column of [Uint8Array.of(7, 9), Uint16Array.of(7, 9), Float64Array.of(7, 9)]) {
      const wider = widened(column, 4)
      expect([...wider]).to.deep.equal([7, 9, 0, 0])
      expect(wider.constructor).to.equal(column.constructor)
      expect([...column]).to.deep.equal([7, 9])
    }
  })
})
