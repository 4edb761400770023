import { expect } from 'chai'
import { SpatialSample, sampleSizeFor } from '../../../../../src/application/insight/index.ts'
import { fingerprintOf } from '../../../../fixtures/access-patterns.ts'

const PRINTS = Array.from({ length: 100_000 }, (_, key) => fingerprintOf(key))

/** How many of the fingerprints are in each group; those in none first. */
function sizes(sample: SpatialSample): number[] {
  const counts = Array.from({ length: sample.groups + 1 }, () => 0)
  for (const print of PRINTS) counts[sample.groupOf(print)] = (counts[sample.groupOf(print)] as number) + 1
  return counts
}

describe('a spatial sample', () => {
  it('has its part of the keys in each group, and no key in two', () => {
    for (const [rate, groups] of [
      [0.001, 3],
      [0.01, 1],
      [0.1, 3],
      [0.3, 2],
    ] as const) {
      for (const salt of [0, 1, 99]) {
        const [outside, ...inside] = sizes(new SpatialSample({ rate, groups, salt }))
        const expected = rate * PRINTS.length
        for (const count of inside) expect(count).to.be.closeTo(expected, 5 * Math.sqrt(expected))
        expect((outside as number) + inside.reduce((a, b) => a + b)).to.equal(PRINTS.length)
      }
    }
  })

  it('has all keys at rate 1, also when they are shared out to groups', () => {
    expect(sizes(new SpatialSample({ rate: 1 }))).to.deep.equal([0, PRINTS.length])
    expect(sizes(new SpatialSample({ rate: 1 / 3, groups: 3 }))[0]).to.equal(0)
  })

  it('always has a key or never', () => {
    const sample = new SpatialSample({ rate: 0.2, groups: 2, salt: 3 })
    const again = new SpatialSample({ rate: 0.2, groups: 2, salt: 3 })
    expect(PRINTS.every((print) => sample.groupOf(print) === again.groupOf(print))).to.equal(true)
  })

  it('has other keys under another salt', () => {
    const [one, other] = [1, 2].map((salt) => new SpatialSample({ rate: 0.1, salt })) as [
      SpatialSample,
      SpatialSample,
    ]
    const both = PRINTS.filter((print) => one.groupOf(print) === 1 && other.groupOf(print) === 1)
    expect(both.length).to.be.closeTo(0.01 * PRINTS.length, 200)
  })

  it('is fair to fingerprints that are no good hashes', () => {
    const sample = new SpatialSample({ rate: 0.05 })
    for (const step of [1, 2, 256, 65_536]) {
      let inside = 0
      for (let i = 0; i < 20_000; i++) inside += sample.groupOf((i * step) >>> 1)
      expect(inside, `steps of ${step}`).to.be.closeTo(1_000, 250)
    }
  })

  it('refuses a rate or groups that are none', () => {
    for (const rate of [0, -1, 1.1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => new SpatialSample({ rate }), String(rate)).to.throw(/^rate: /)
    for (const groups of [0, 1.5, 3, Number.NaN])
      expect(() => new SpatialSample({ rate: 0.5, groups }), String(groups)).to.throw(/^groups: /)
  })
})

describe('the size of a sample', () => {
  it('is all of a cache hardly larger than a miniature', () => {
    for (const capacity of [1, 10, 128, 255])
      expect(sampleSizeFor(capacity, 128)).to.deep.equal({ rate: 1, groups: 1, entries: capacity })
  })

  it('makes miniatures of the wanted entries, less than twice as many, in as many groups as there is room for', () => {
    for (const capacity of [256, 300, 383, 384, 500, 511, 512, 1_000, 12_345, 1e6, 2 ** 31]) {
      const { rate, groups, entries } = sampleSizeFor(capacity, 128, 3)
      expect(entries).to.be.within(128, 255)
      expect(entries).to.equal(Math.round(capacity * rate))
      expect(groups).to.equal(Math.min(3, Math.floor(capacity / 128)))
      expect(groups * rate).to.be.at.most(1)
    }
  })
})
