import { expect } from 'chai'
import fc from 'fast-check'
import { GhostTable } from '../../../../src/domain/index.ts'
import { seededRandom } from '../../../contracts/index.ts'

/** Different fingerprints that look random. */
function prints(count: number, seed = 1): number[] {
  const random = seededRandom(seed)
  const chosen = new Set<number>()
  while (chosen.size < count) chosen.add(random.below(2 ** 31))
  return [...chosen]
}

/** How many are ghosts; they are none afterwards. */
function taken(table: GhostTable, some: readonly number[]): number {
  return some.filter((print) => table.remove(print)).length
}

function filled(capacity: number, some: readonly number[]): GhostTable {
  const table = new GhostTable(capacity)
  for (const print of some) table.add(print)
  return table
}

describe('GhostTable', () => {
  for (const capacity of [1, 7, 63, 64, 65, 900, 20_000]) {
    it(`remembers nearly all of the last ${capacity} for a capacity of ${capacity}`, () => {
      const all = prints(capacity * 5)
      const last = all.slice(-capacity)
      expect(taken(filled(capacity, all), last)).to.be.within(Math.floor(capacity * 0.93), capacity)
    })

    it(`has forgotten everything older than about ${capacity} for a capacity of ${capacity}, for good`, () => {
      const all = prints(capacity * 9)
      const older = all.slice(0, -Math.ceil(capacity * (1 + 2 / 64)) - 1)
      expect(taken(filled(capacity, all), older)).to.equal(0)
    })
  }

  it('finds what was added, once, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(2 ** 31 - 1), { maxLength: 8, selector: (print) => print & 0x7fffff }),
        (some) => {
          const table = new GhostTable(1_000)
          const [absent, ...present] = some
          for (const print of present) table.add(print)
          if (absent !== undefined) expect(table.remove(absent)).to.equal(false)
          expect(taken(table, present)).to.equal(present.length)
          expect(taken(table, present)).to.equal(0)
        },
      ),
    )
  })

  it('spreads fingerprints that differ in their low bits only', () => {
    const some = Array.from({ length: 900 }, (_, i) => i)
    expect(taken(filled(1_000, some), some)).to.be.at.least(850)
  })

  it('remembers nothing with no room', () => {
    const table = filled(0, [1, 2])
    expect(taken(table, [1, 2])).to.equal(0)
  })

  it('forgets sooner when its capacity shrinks, and remembers as much when it widens again', () => {
    const all = prints(3_000)
    const table = filled(100_000, all.slice(0, 1_000))
    table.resize(100)
    for (const print of all.slice(1_000, 1_200)) table.add(print)
    expect(taken(table, all.slice(0, 1_000))).to.equal(0)
    table.resize(1_000)
    for (const print of all.slice(1_200, 2_200)) table.add(print)
    expect(taken(table, all.slice(1_200, 2_200))).to.be.at.least(930)
  })

  it('has room for more than it was made for, once it is asked to', () => {
    const all = prints(5_000)
    const table = filled(100, all.slice(0, 500))
    table.resize(4_000)
    expect(table.capacity).to.equal(4_000)
    for (const print of all.slice(500, 4_500)) table.add(print)
    expect(taken(table, all.slice(500, 4_500))).to.be.at.least(3_720)
  })

  it('of 64 remembers the last 65, where they are spread evenly, to the addition', () => {
    const added = (count: number) =>
      filled(
        64,
        Array.from({ length: count }, (_, i) => i),
      )
    expect(added(65).remove(0)).to.equal(true)
    expect(added(66).remove(0)).to.equal(false)
    expect(added(66).remove(1)).to.equal(true)
  })

  it('forgets the oldest of a set that is full', () => {
    const sets = Math.ceil((64 * 1.5) / 8)
    const setOf = (print: number) => Math.floor(((Math.imul(print, 0x9e3779b1) >>> 0) / 2 ** 32) * sets)
    const candidates = Array.from({ length: 1_000 }, (_, print) => print)
    // The first of them is neither in the first nor in the last cell.
    const first = candidates.find((print) => (print & 7) === 3) as number
    const others = candidates.filter((print) => print !== first && setOf(print) === setOf(first)).slice(0, 8)
    const table = filled(64, [first, ...others])
    expect(table.remove(first)).to.equal(false)
    expect(taken(table, others)).to.equal(8)
  })

  it('keeps what it remembers when its capacity shrinks, and when it widens again', () => {
    const some = prints(50)
    const table = filled(1_000, some)
    table.resize(500)
    table.resize(1_000)
    expect(taken(table, some)).to.equal(50)
  })

  it('starts anew for more than it has cells for, with twice as many: not so for a little more again', () => {
    const [before, after] = [prints(50, 1), prints(50, 2)]
    const table = filled(1_000, before)
    table.resize(1_001)
    expect(taken(table, before)).to.equal(0)
    for (const print of after) table.add(print)
    table.resize(2_000)
    expect(taken(table, after)).to.equal(50)
  })
})
