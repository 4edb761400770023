import { expect } from 'chai'
import fc from 'fast-check'
import { pick, seededRandom, zipf } from '../../../demo/random.ts'

const draws = (seed: number, count: number, size = 1_000): number[] => {
  const draw = zipf(size, 0.99, seededRandom(seed))
  return Array.from({ length: count }, draw)
}

describe('the random numbers of the demo', () => {
  it('are the same for the same seed and others for another', () => {
    expect(draws(7, 200)).to.deep.equal(draws(7, 200))
    expect(draws(7, 200)).to.not.deep.equal(draws(8, 200))
  })

  it('draw each rank as often as the law says', () => {
    const count = 200_000
    const size = 1_000
    const seen = new Array<number>(size).fill(0)
    for (const rank of draws(42, count, size)) seen[rank]!++
    const weight = (rank: number): number => 1 / (rank + 1) ** 0.99
    const total = seen.reduce((sum, _, rank) => sum + weight(rank), 0)
    for (const rank of [0, 1, 2, 9, 49]) {
      const expected = (count * weight(rank)) / total
      // Five standard deviations of a binomial count; the seed is fixed, so this never flickers.
      expect(Math.abs(seen[rank]! - expected), `rank ${rank}`).to.be.below(5 * Math.sqrt(expected))
    }
  })

  it('draw only ranks that exist', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (size, at) => {
          expect(zipf(size, 0.99, () => at)()).to.be.within(0, size - 1)
        },
      ),
    )
  })

  it('pick different members', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.nat(20), fc.integer(), (list, count, seed) => {
        const picked = pick(list, count, seededRandom(seed))
        expect(new Set(picked).size).to.equal(Math.min(count, list.length))
        expect(list).to.include.members(picked)
      }),
    )
  })
})
