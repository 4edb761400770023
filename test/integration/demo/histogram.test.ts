import { expect } from 'chai'
import fc from 'fast-check'
import { createHistogram, merge, quantile, record } from '../../../demo/histogram.ts'

const milliseconds = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
})

describe('the latency histogram of the demo', () => {
  it('gives each quantile within 1 %', () => {
    fc.assert(
      fc.property(milliseconds, fc.constantFrom(0.01, 0.5, 0.99, 1), (samples, share) => {
        const histogram = createHistogram()
        for (const ms of samples) record(histogram, ms)
        const exact = samples.sort((a, b) => a - b)[Math.max(1, Math.ceil(share * samples.length)) - 1]!
        expect(quantile(histogram, share)! / exact).to.be.within(0.99, 1.01)
      }),
    )
  })

  it('adds up to the histogram of all samples, also after a trip through JSON', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, (left, right) => {
        const [a, b, both] = [createHistogram(), createHistogram(), createHistogram()]
        for (const ms of left) record(a, ms)
        for (const ms of right) record(b, ms)
        for (const ms of [...left, ...right]) record(both, ms)
        expect(merge([JSON.parse(JSON.stringify(a)), b])).to.deep.equal(both)
      }),
    )
  })

  it('has no quantile without samples', () => {
    expect(quantile(createHistogram(), 0.5)).to.equal(undefined)
  })
})
