import { expect } from 'chai'
import fc from 'fast-check'
import { change, order } from '../../../../src/application/engine/order.ts'
import { keyRecords, TagTable } from '../../../../src/application/engine/tag-table.ts'
import type { TagRecord } from '../../../../src/domain/index.ts'

describe('TagTable', () => {
  it('gives the same record for a name as long as it is held', () => {
    const table = new TagTable(10)
    expect(table.of('a')).to.equal(table.of('a'))
    expect(table.of('a')).to.not.equal(table.of('b'))
    expect(table.size).to.equal(2)
  })

  it('keeps tags and the keys of each key space apart, under one bound', () => {
    const table = new TagTable(3)
    const [one, two] = [keyRecords(), keyRecords()]
    const records = [table.of('a'), table.at(one, 'a'), table.at(two, 'a')]
    expect(new Set(records)).to.have.lengthOf(3)
    expect(table.lossy).to.equal(false)
    table.of('b')
    expect(table.size).to.equal(3)
    expect(table.lossy).to.equal(true)
    expect(one.size + two.size).to.equal(1 + Number(records[0]?.changed === Number.POSITIVE_INFINITY))
  })

  it('drops records that nobody uses before others', () => {
    const table = new TagTable(20)
    const used = Array.from({ length: 10 }, (_, i) => table.of(`used${i}`))
    for (const record of used) record.uses = 1
    for (let i = 0; i < 1_000; i++) table.of(`unused${i}`)
    expect(used.every((record) => table.of(record.name) === record)).to.equal(true)
  })

  it('shrinks to a new bound with the next insertion', () => {
    const table = new TagTable(100)
    for (let i = 0; i < 100; i++) table.of(`t${i}`)
    table.bound = 5
    expect(table.size).to.equal(100)
    table.of('one more')
    expect(table.size).to.equal(5)
  })

  it('drops a record in use only if each of them is, whatever came first', () => {
    const uses = fc.array(fc.boolean(), { minLength: 30, maxLength: 60 })
    const property = fc.property(fc.integer({ min: 2, max: 20 }), uses, (bound, inUse) => {
      const table = new TagTable(bound)
      const held: TagRecord[] = []
      for (const [i, used] of inUse.entries()) {
        const spare = held.some(({ uses }) => uses === 0)
        const record = table.of(`t${i}`)
        const dropped = held.findIndex(({ changed }) => changed === Number.POSITIVE_INFINITY)
        if (dropped >= 0) {
          const [gone] = held.splice(dropped, 1)
          if (spare) expect(gone?.uses).to.equal(0)
        }
        record.uses = Number(used)
        held.push(record)
        expect(table.size).to.equal(held.length)
      }
    })
    fc.assert(property)
  })

  it('shrinks however far it had got in its search for unused records', () => {
    const table = new TagTable(60)
    for (let i = 0; i < 60; i++) table.of(`t${i}`).uses = 1
    table.of('t').uses = 1
    for (let i = 0; i < 50; i++) table.of(`u${i}`).uses = 0
    table.bound = 3
    table.of('last')
    expect(table.size).to.equal(3)
    expect(table.of('last').changed).to.be.below(Number.POSITIVE_INFINITY)
  })

  it('gives a new record the latest change of the dropped ones, and no later one', () => {
    const table = new TagTable(1)
    change([])
    table.of('a')
    expect(table.of('b').changed, 'none of the dropped has changed').to.equal(0)
    const at = change([table.of('b')])
    change([])
    expect(table.of('c').changed, 'only what is dropped before it counts').to.equal(0)
    expect([table.of('d').changed, table.of('e').changed]).to.deep.equal([at, at])
  })

  it('never tells that a tag is unchanged when it may have changed, and never exceeds its bound', () => {
    const step = fc.record({
      does: fc.constantFrom<Step['does'][]>('note', 'change', 'use'),
      name: fc.nat(12),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 80 }), (bound, steps) => {
        const ledger = new Ledger(bound)
        for (const each of steps) ledger.take(each)
      }),
    )
  })
})

interface Step {
  readonly does: 'note' | 'change' | 'use'
  readonly name: number
}

/** A table beside an unbounded one that knows the truth. */
class Ledger {
  readonly #bound: number
  readonly #table: TagTable
  readonly #changed = new Map<number, number>()
  /** What entries and loads hold, with the lease at which they noted it. */
  readonly #held: { name: number; record: TagRecord; lease: number }[] = []

  constructor(bound: number) {
    this.#bound = bound
    this.#table = new TagTable(bound)
  }

  take({ does, name }: Step): void {
    const record = this.#table.of(`${name}`)
    if (does === 'note') this.#held.push({ name, record, lease: order.epoch })
    if (does === 'use') record.uses += 1
    if (does === 'change') this.#changed.set(name, change([record]))
    expect(record.changed).to.be.at.least(this.#changed.get(name) ?? 0)
    expect(this.#table.size).to.be.at.most(this.#bound)
    const outdated = this.#held.filter((held) => (this.#changed.get(held.name) ?? 0) > held.lease)
    for (const held of outdated) expect(held.record.changed).to.be.greaterThan(held.lease)
  }
}
