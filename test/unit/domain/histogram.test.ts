import { expect } from 'chai'
import fc from 'fast-check'
import { Histogram } from '../../../src/domain/index.ts'

describe('a histogram of durations', () => {
  it('knows number, sum and maximum exactly, and quantiles to 6 %', () => {
    const times = fc.array(fc.double({ min: 0.001, max: 2_000_000, noNaN: true }), {
      minLength: 1,
      maxLength: 300,
    })
    const property = fc.property(
      times,
      fc.constantFrom<'p50' | 'p90' | 'p99'>('p50', 'p90', 'p99'),
      (list, name) => {
        const histogram = new Histogram()
        for (const ms of list) histogram.add(ms)
        const snapshot = histogram.snapshot()
        const sorted = [...list].sort((a, b) => a - b)
        const exact = sorted[Math.ceil((Number(name.slice(1)) / 100) * list.length) - 1] as number
        expect(snapshot.count).to.equal(list.length)
        expect(snapshot.sum).to.be.closeTo(
          list.reduce((sum, ms) => sum + ms, 0),
          1e-3,
        )
        expect(snapshot.max).to.equal(sorted.at(-1))
        // Half a microsecond of rounding beside the width of a bucket.
        expect(snapshot[name]).to.be.within(exact - 0.001, exact * 1.0626 + 0.001)
      },
    )
    fc.assert(property)
  })

  it('of nothing says zero', () => {
    expect(new Histogram().snapshot()).to.deep.equal({ count: 0, sum: 0, max: 0, p50: 0, p90: 0, p99: 0 })
  })

  it('counts what is no duration, and what is beyond its reach, in its first and last bucket', () => {
    const histogram = new Histogram()
    for (const ms of [-5, Number.NaN, 1e12]) histogram.add(ms)
    const { count, max, p50, p99 } = histogram.snapshot()
    expect([count, max, p50]).to.deep.equal([3, 1e12, 0])
    expect(p99).to.be.above(2_000_000)
  })
})
