import { expect } from 'chai'
import {
  MissRatioCurve,
  type MissRatioCurveOptions,
  missRatioCurve,
} from '../../../../../src/application/insight/index.ts'
import { ReuseHistogram } from '../../../../../src/application/insight/miss-ratio-curve/reuse-histogram.ts'
import { ReuseStack } from '../../../../../src/application/insight/miss-ratio-curve/reuse-stack.ts'
import { forEachSeed } from '../../../../contracts/index.ts'
import { fingerprintOf, joined, loopKeys, twiceKeys, zipfKeys } from '../../../../fixtures/access-patterns.ts'
import { trace } from '../../../../fixtures/trace.ts'

/** The miss ratio of LRU at each size, by Mattson's stack counted with a Fenwick tree over all accesses. */
function exactCurve(keys: Uint32Array): Float64Array {
  const tree = new Int32Array(keys.length + 1)
  const add = (at: number, change: number) => {
    for (let i = at + 1; i <= keys.length; i += i & -i) tree[i] = (tree[i] as number) + change
  }
  const upTo = (at: number) => {
    let sum = 0
    for (let i = at + 1; i > 0; i -= i & -i) sum += tree[i] as number
    return sum
  }
  const last = new Map<number, number>()
  const reuses: number[] = []
  for (const [now, key] of keys.entries()) {
    const before = last.get(key)
    if (before !== undefined) {
      const others = last.size - upTo(before)
      reuses[others] = (reuses[others] ?? 0) + 1
      add(before, -1)
    }
    add(now, 1)
    last.set(key, now)
  }
  const curve = new Float64Array(last.size + 1).fill(1)
  for (let size = 1; size <= last.size; size++)
    curve[size] = (curve[size - 1] as number) - (reuses[size - 1] ?? 0) / keys.length
  return curve
}

/** The mean absolute error at 50 equally spaced sizes up to all keys, where the curve is known. */
function meanError(keys: Uint32Array, options: MissRatioCurveOptions): number {
  const exact = exactCurve(keys)
  const curve = missRatioCurve(Array.from(keys, fingerprintOf), options)
  let error = 0
  for (let i = 1; i <= 50; i++) {
    const size = Math.round((i * (exact.length - 1)) / 50)
    error += Math.abs((curve.at(size) ?? Number.NaN) - (exact[size] as number))
  }
  return error / 50
}

describe('the miss-ratio curve', () => {
  const large: readonly (readonly [string, Uint32Array])[] = [
    ['zipf 0.7', zipfKeys(300_000, 200_000, 0.7, 1)],
    ['zipf 0.9', zipfKeys(400_000, 400_000, 0.9, 2)],
    ['zipf 1.0 and scans', joined(zipfKeys(400_000, 300_000, 1, 3), twiceKeys(200_000, 60_000))],
  ]
  for (const [name, keys] of large) {
    it(`is within 0.01 of exact LRU on the mean for ${name}, over 100,000 keys, in bounded memory`, () => {
      expect(new Set(keys).size).to.be.above(100_000)
      for (const salt of [1, 2]) expect(meanError(keys, { salt }), `salt ${salt}`).to.be.below(0.01)
    })

    it(`is so too at a fixed rate of 0.05 for ${name}`, () => {
      const options = { rate: 0.05, mostSamples: Number.POSITIVE_INFINITY, salt: 3 }
      expect(meanError(keys, options)).to.be.below(0.01)
    })
  }

  const small: readonly (readonly [string, Uint32Array])[] = [
    ['a trace of a web shop', trace('cache2k-web07')],
    ['another', trace('cache2k-web12')],
    ['a loop', loopKeys(60_000, 3_000)],
    ['skewed keys', zipfKeys(100_000, 8_000, 0.8, 4)],
  ]
  for (const [name, keys] of small) {
    it(`is exact, but for the width of a bucket, for ${name} at rate 1`, () => {
      expect(meanError(keys, { mostSamples: Number.POSITIVE_INFINITY })).to.be.below(0.001)
    })

    it(`is within 0.03 on the mean for ${name} with 2,048 samples`, () => {
      for (const salt of [1, 2, 3]) expect(meanError(keys, { mostSamples: 2_048, salt })).to.be.below(0.03)
    })
  }

  it('is exact to the last access below 512 entries', () => {
    const keys = zipfKeys(20_000, 3_000, 0.8, 5)
    const exact = exactCurve(keys)
    const curve = missRatioCurve(Array.from(keys, fingerprintOf))
    for (let size = 0; size <= 512; size++) expect(curve.at(size)).to.be.closeTo(exact[size] as number, 1e-9)
    expect(curve.at(1e9)).to.be.closeTo(exact.at(-1) as number, 1e-9)
  })

  it('is moved by hot keys far less than without the adjustment', () => {
    // One key makes a fifth of all accesses; whether it is in the sample must not show.
    const base = zipfKeys(200_000, 50_000, 0.6, 6)
    const keys = base.map((key, i) => (i % 5 === 0 ? 1e6 : key))
    for (const salt of [1, 2, 3, 4]) expect(meanError(keys, { rate: 0.1, salt })).to.be.below(0.03)
  })

  it('never keeps more samples in mind than it may, and its rate only sinks', () => {
    const curve = new MissRatioCurve({ mostSamples: 500 })
    let rate = 1
    for (let key = 0; key < 100_000; key++) {
      curve.access(fingerprintOf(key))
      if (key % 25 !== 0) continue
      expect(curve.samples).to.be.at.most(500)
      expect(curve.rate).to.be.at.most(rate)
      rate = curve.rate
    }
    expect(curve.rate).to.be.within(0.003, 0.006)
    expect(curve.samples / curve.rate).to.be.closeTo(100_000, 15_000)
  })

  it('falls with the size, from 1 to no less than 0, at any time', () => {
    forEachSeed(10, (random) => {
      const curve = new MissRatioCurve({
        mostSamples: 1_200,
        rate: 0.3 + 0.7 * random.next(),
        salt: random.below(99),
      })
      const keys = 3_000 + random.below(20_000)
      for (let i = 0; i < 20_000; i++) {
        curve.access(fingerprintOf(Math.floor(keys * random.next() ** 2)))
        if (i % 4_000 !== 0) continue
        const ratios = curve.points().map(({ missRatio }) => missRatio)
        for (const [at, ratio] of ratios.entries()) expect(ratio).to.be.within(0, ratios[at - 1] ?? 1)
      }
    })
  })

  it('says nothing without enough samples, at a size or at all', () => {
    const none = new MissRatioCurve()
    expect([none.at(10), none.knows(10), none.points().length]).to.deep.equal([undefined, false, 0])
    const few = missRatioCurve(
      Array.from({ length: 5_000 }, (_, i) => fingerprintOf(i)),
      { rate: 0.1 },
    )
    expect(few.samples).to.be.below(1_000)
    expect([few.at(4_000), few.points().length]).to.deep.equal([undefined, 0])
    const thin = missRatioCurve(
      Array.from({ length: 50_000 }, (_, i) => fingerprintOf(i)),
      { rate: 0.1 },
    )
    expect(thin.at(199)).to.equal(undefined)
    expect(thin.at(200)).to.be.closeTo(1, 0.05)
    expect(thin.points()[0]?.size).to.equal(200)
    for (const size of [-1, Number.NaN]) expect(none.at(size)).to.equal(undefined)
  })

  it('has points at sizes up to all keys', () => {
    const points = missRatioCurve(Array.from(loopKeys(2_000, 100), fingerprintOf)).points()
    expect(points[0]).to.deep.equal({ size: 1, missRatio: 1 })
    expect(points.at(-1)?.size).to.equal(100)
    expect(points.at(-1)?.missRatio).to.be.closeTo(0.05, 1e-9)
    expect(points.every(({ size }, i) => i === 0 || size > (points[i - 1]?.size as number))).to.equal(true)
  })

  it('refuses options that make no sense', () => {
    for (const rate of [0, -1, 2, Number.NaN]) expect(() => new MissRatioCurve({ rate })).to.throw(/^rate: /)
    for (const mostSamples of [0, -1, 15, Number.NaN])
      expect(() => new MissRatioCurve({ mostSamples })).to.throw(/^mostSamples: /)
  })
})

describe('the stack of uses', () => {
  it('counts the others as a list with the last used at its end would, also after keys were taken out', () => {
    forEachSeed(20, (random) => {
      const stack = new ReuseStack()
      let list: number[] = []
      for (let i = 0; i < 1_500; i++) {
        const key = Math.floor(80 * random.next() ** 2)
        const at = list.indexOf(key)
        expect(stack.use(key)).to.equal(at < 0 ? -1 : list.length - 1 - at)
        list = [...list.filter((other) => other !== key), key]
        if (random.below(200) > 0) continue
        const odd = random.below(2)
        stack.keep((other) => other % 2 === odd)
        list = list.filter((other) => other % 2 === odd)
      }
      expect(stack.size).to.equal(list.length)
    })
  })
})

describe('the histogram of reuses', () => {
  it('tells distances below 512 apart, and all others to 0.2 %', () => {
    for (const distance of [0, 1, 511, 512, 513, 1_000, 70_001, 2 ** 31 - 1, 2 ** 31, 2 ** 35 + 12_345]) {
      const histogram = new ReuseHistogram()
      histogram.add(distance, 2)
      const slack = distance < 512 ? 0 : distance / 512
      expect(histogram.below(distance - slack), `${distance}`).to.equal(0)
      expect(histogram.below(distance + 1 + slack), `${distance}`).to.equal(2)
      histogram.scale(0.25)
      expect(histogram.below(Number.POSITIVE_INFINITY)).to.equal(0.5)
    }
  })
})
