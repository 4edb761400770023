import { expect } from 'chai'
import { FrequencySketch } from '../../../../src/domain/index.ts'
import { forEachSeed, type Random } from '../../../contracts/index.ts'

const print = (random: Random) => random.below(2 ** 31)

/** A sketch and, beside it, the same counts kept exactly. */
class CountedBeside {
  readonly #sketch: FrequencySketch
  readonly #truth = new Map<number, number>()

  constructor(salt: number) {
    this.#sketch = new FrequencySketch(100, salt)
  }

  add(one: number): void {
    this.#sketch.add(one)
    this.#truth.set(one, Math.min(15, (this.#truth.get(one) ?? 0) + 1))
  }

  raise(one: number, count: number): void {
    this.#sketch.raise(one, count)
    this.#truth.set(one, Math.max(this.#truth.get(one) ?? 0, Math.min(15, count)))
  }

  halve(): void {
    this.#sketch.halve()
    for (const [one, count] of this.#truth) this.#truth.set(one, count >> 1)
  }

  /** Whose estimate is less than the truth. */
  below(): readonly number[] {
    return [...this.#truth].filter(([one, count]) => this.#sketch.estimate(one) < count).map(([one]) => one)
  }
}

describe('the frequency sketch', () => {
  it('counts up to fifteen', () => {
    const sketch = new FrequencySketch(10)
    const counts = Array.from({ length: 17 }, () => {
      const count = sketch.estimate(7)
      sketch.add(7)
      return count
    })
    expect(counts).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15])
  })

  it('is never below the truth, through additions, raises and halvings', () => {
    forEachSeed(20, (random) => {
      const counted = new CountedBeside(random.below(1_000))
      const prints = Array.from({ length: 80 }, () => print(random))
      for (let i = 0; i < 1_000; i++) {
        const kind = random.below(200)
        if (kind === 0) counted.halve()
        else if (kind < 20) counted.raise(random.pick(prints), random.below(20))
        else counted.add(random.pick(prints))
        if (counted.below().length > 0) expect(counted.below()).to.deep.equal([])
      }
    })
  })

  it('is the truth for nearly all of as many fingerprints as it has room for', () => {
    forEachSeed(5, (random) => {
      const sketch = new FrequencySketch(1_000)
      const prints = Array.from({ length: 1_000 }, () => print(random))
      for (const [i, one] of prints.entries()) for (let n = 0; n <= i % 5; n++) sketch.add(one)
      const wrong = prints.filter((one, i) => sketch.estimate(one) !== (i % 5) + 1)
      expect(wrong.length).to.be.at.most(5)
    })
  })

  for (const [room, seeds] of [
    [50, 5],
    [20_000, 1],
  ] as const) {
    it(`of ${room} does not know strangers, however many have passed: it halves itself when crowded`, () => {
      forEachSeed(seeds, (random) => {
        const sketch = new FrequencySketch(room)
        for (let i = 0; i < 30 * room; i++) sketch.add(print(random))
        const strangers = Array.from({ length: 10_000 }, () => print(random))
        expect(strangers.filter((one) => sketch.estimate(one) > 0)).to.have.lengthOf.below(1_000)
      })
    })
  }

  it('rounds down when it halves', () => {
    const sketch = new FrequencySketch(10)
    sketch.raise(1, 15)
    sketch.raise(2, 1)
    sketch.halve()
    expect([sketch.estimate(1), sketch.estimate(2)]).to.deep.equal([7, 0])
  })

  it('keeps its counts when room for fewer is asked for, and starts anew for more', () => {
    const sketch = new FrequencySketch(10)
    sketch.add(1)
    sketch.reserve(5)
    expect(sketch.estimate(1)).to.equal(1)
    sketch.reserve(10_000)
    expect(sketch.estimate(1)).to.equal(0)
  })

  it('confuses other fingerprints under another salt', () => {
    const crowded = (salt: number) => {
      const sketch = new FrequencySketch(1, salt)
      for (let one = 1; one <= 60; one++) sketch.raise(one, 1)
      const confused: number[] = []
      for (let one = 1_000; one < 3_000; one++) if (sketch.estimate(one) > 0) confused.push(one)
      return confused
    }
    expect(crowded(1)).to.have.length.above(0)
    expect(crowded(1)).not.to.deep.equal(crowded(2))
  })
})
