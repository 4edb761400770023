import { expect } from 'chai'
import fc from 'fast-check'
import { entryState } from '../../../src/domain/index.ts'

describe('entryState', () => {
  it('is fresh below the deadline, stale from there while the window lasts, and then dead', () => {
    expect([99, 100, 149, 150].map((now) => entryState(now, 100, 150, true))).to.deep.equal([
      'fresh',
      'stale',
      'stale',
      'dead',
    ])
  })

  it('goes from fresh to dead where there is no window', () => {
    expect([99, 100].map((now) => entryState(now, 100, 100, true))).to.deep.equal(['fresh', 'dead'])
  })

  it('is fresh for ever where the deadline is never', () => {
    const never = Number.POSITIVE_INFINITY
    fc.assert(
      fc.property(fc.double({ noNaN: true, max: 1e300 }), (now) => {
        expect(entryState(now, never, never, true)).to.equal('fresh')
      }),
    )
  })

  it('is dead at once when a dependency changed, whatever the times', () => {
    const time = fc.double({ noNaN: true })
    fc.assert(
      fc.property(time, time, time, (now, fresh, keep) => {
        expect(entryState(now, fresh, keep, false)).to.equal('dead')
      }),
    )
  })

  it('never gets better as time passes', () => {
    const order = ['fresh', 'stale', 'dead']
    const time = fc.integer({ min: 0, max: 100 })
    const property = fc.property(time, time, time, time, (fresh, window, now, passed) => {
      const before = order.indexOf(entryState(now, fresh, fresh + window, true))
      expect(order.indexOf(entryState(now + passed, fresh, fresh + window, true))).to.be.at.least(before)
    })
    fc.assert(property)
  })
})
