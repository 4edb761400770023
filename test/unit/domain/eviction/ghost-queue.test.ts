import { expect } from 'chai'
import fc from 'fast-check'
import { GhostQueue } from '../../../../src/domain/index.ts'

/** The same as a plain list, oldest first. */
class PlainGhosts {
  capacity: number
  prints: number[] = []

  constructor(capacity: number) {
    this.capacity = capacity
  }

  add(print: number): void {
    this.remove(print)
    this.prints.push(print)
    this.resize(this.capacity)
  }

  remove(print: number): boolean {
    const at = this.prints.indexOf(print)
    if (at >= 0) this.prints.splice(at, 1)
    return at >= 0
  }

  dropOldest(): number {
    return this.prints.shift() ?? -1
  }

  resize(capacity: number): void {
    this.capacity = capacity
    while (this.prints.length > capacity) this.prints.shift()
  }
}

/** Few fingerprints, so that they repeat; among them the ends of the range and some that share a bucket. */
const print = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 20 }).map((n) => n * 4_096),
  fc.constantFrom(0, 0x7fff_ffff),
)

const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ name: fc.constant('add' as const), argument: print }) },
  { weight: 3, arbitrary: fc.record({ name: fc.constant('remove' as const), argument: print }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('dropOldest' as const), argument: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('resize' as const), argument: fc.nat(50) }) },
)

const drained = (ghosts: GhostQueue): number[] =>
  Array.from({ length: ghosts.size }, () => ghosts.dropOldest())

describe('GhostQueue', () => {
  it('answers as a plain list does, after any operations', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.array(operation, { maxLength: 300 }), (capacity, operations) => {
        const ghosts = new GhostQueue(capacity)
        const plain = new PlainGhosts(capacity)
        for (const { name, argument } of operations) {
          expect(ghosts[name](argument)).to.equal(plain[name](argument))
          expect(ghosts.size).to.equal(plain.prints.length)
          expect(ghosts.capacity).to.equal(plain.capacity)
          expect(ghosts.has(argument)).to.equal(plain.prints.includes(argument))
        }
        expect(drained(ghosts)).to.deep.equal(plain.prints)
      }),
    )
  })

  it('forgets the oldest when it is full', () => {
    const ghosts = new GhostQueue(3)
    for (const one of [1, 2, 3, 4]) ghosts.add(one)
    expect(ghosts.has(1)).to.equal(false)
    expect(drained(ghosts)).to.deep.equal([2, 3, 4])
  })

  it('makes a ghost that is added again the newest, once', () => {
    const ghosts = new GhostQueue(3)
    for (const one of [1, 2, 3, 1, 4]) ghosts.add(one)
    expect(drained(ghosts)).to.deep.equal([3, 1, 4])
  })

  it('forgets the oldest when its bound shrinks, and takes more when it widens', () => {
    const ghosts = new GhostQueue(4)
    for (const one of [1, 2, 3, 4]) ghosts.add(one)
    ghosts.resize(2)
    ghosts.resize(3)
    ghosts.add(5)
    expect(drained(ghosts)).to.deep.equal([3, 4, 5])
  })

  it('remembers nothing with no room', () => {
    const ghosts = new GhostQueue(0)
    ghosts.add(1)
    expect(ghosts.has(1)).to.equal(false)
    expect(ghosts.dropOldest()).to.equal(-1)
  })

  it('finds each of many ghosts, removes from the middle and keeps the order of the rest', () => {
    const ghosts = new GhostQueue(10_000)
    for (let one = 0; one < 12_000; one++) ghosts.add(one * 7)
    for (let one = 2_000; one < 12_000; one += 2) expect(ghosts.remove(one * 7)).to.equal(true)
    expect(ghosts.size).to.equal(5_000)
    expect(drained(ghosts)).to.deep.equal(Array.from({ length: 5_000 }, (_, i) => (2_001 + 2 * i) * 7))
  })

  it('keeps the others of those that share a bucket, wherever it removes one', () => {
    const sharing = [1, 2, 3, 4, 5].map((n) => n * 0x1_0000)
    for (const gone of sharing) {
      const ghosts = new GhostQueue(10)
      for (const one of sharing) ghosts.add(one)
      expect(ghosts.remove(gone)).to.equal(true)
      expect(sharing.filter((one) => ghosts.has(one))).to.deep.equal(sharing.filter((one) => one !== gone))
    }
  })
})
