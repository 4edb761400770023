import { expect } from 'chai'
import { Columns } from '../../../../../plugins/backends/memory/columns.ts'

const FAR = 400 * 86_400_000

describe('the columns of entries', () => {
  it('keep nothing of a released slot, however far away its times were', () => {
    const columns = new Columns(() => 0)
    const record = {
      validAt: 0,
      createdAt: 0,
      weight: 1,
      copy: 1,
      deps: [],
      freshUntil: FAR,
      keepUntil: 2 * FAR,
    }
    for (let i = 0; i < 10; i++) columns.write(columns.take(), { large: true }, record, 1)
    expect([columns.fresh?.outside, columns.rare?.keep?.outside]).to.deep.equal([10, 10])
    for (let slot = 1; slot <= 10; slot++) columns.release(slot)
    expect([columns.fresh?.outside, columns.rare?.keep?.outside]).to.deep.equal([0, 0])
    for (let slot = 1; slot <= 10; slot++) {
      const { keys, values } = columns
      expect([keys.get(slot), values.get(slot), columns.depsOf(slot)]).to.deep.equal([
        undefined,
        undefined,
        undefined,
      ])
    }
  })

  it('hand out a released slot before a new one', () => {
    const columns = new Columns(() => 0)
    const slots = [columns.take(), columns.take(), columns.take()]
    columns.release(2)
    expect([...slots, columns.take(), columns.take()]).to.deep.equal([1, 2, 3, 2, 4])
  })

  it('have no columns for what no entry has', () => {
    const columns = new Columns(() => 0)
    const never = Number.POSITIVE_INFINITY
    const plain = {
      validAt: 0,
      createdAt: 0,
      weight: 1,
      copy: 0,
      deps: undefined,
      freshUntil: never,
      keepUntil: never,
    }
    columns.write(columns.take(), 'v', plain, 0)
    expect([columns.fresh, columns.rare]).to.deep.equal([null, null])
  })
})
