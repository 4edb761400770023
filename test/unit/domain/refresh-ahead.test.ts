import { expect } from 'chai'
import fc from 'fast-check'
import type { RefreshAhead } from '../../../src/domain/index.ts'
import { isRefreshDue, NO_REFRESH, refreshFrom, refreshPolicy } from '../../../src/domain/refresh-ahead.ts'

const NEVER = Number.POSITIVE_INFINITY

describe('refreshPolicy', () => {
  it('is a part of the ttl, XFetch with its beta, or nothing', () => {
    expect(refreshPolicy(undefined)).to.equal(NO_REFRESH)
    expect(NO_REFRESH).to.deep.equal({ part: 1, beta: 0 })
    for (const part of [0, 0.8, 1]) expect(refreshPolicy(part)).to.deep.equal({ part, beta: 0 })
    expect(refreshPolicy('xfetch')).to.deep.equal({ part: 1, beta: 1 })
    for (const beta of [0.5, 3]) expect(refreshPolicy({ beta })).to.deep.equal({ part: 1, beta })
  })

  it('is not made of anything else', () => {
    const beta = [0, -1, Number.NaN, NEVER, '1', undefined, null].map((wrong) => ({ beta: wrong }))
    for (const value of [-0.1, 1.1, Number.NaN, 'xFetch', '', null, true, [], () => {}, ...beta]) {
      expect(refreshPolicy(value as RefreshAhead), JSON.stringify(value)).to.equal(undefined)
    }
  })
})

describe('refreshFrom', () => {
  it('is the named part of the lifetime', () => {
    expect(refreshFrom({ part: 0.8, beta: 0 }, 1_000, 2_000, 50)).to.equal(1_800)
    expect(refreshFrom({ part: 0, beta: 0 }, 1_000, 2_000, 50)).to.equal(1_000)
  })

  it('is the end without a refresh, and never for what is fresh for ever', () => {
    expect(refreshFrom(NO_REFRESH, 1_000, 2_000, 50)).to.equal(2_000)
    for (const policy of [NO_REFRESH, { part: 0.5, beta: 0 }, { part: 1, beta: 1 }]) {
      expect(refreshFrom(policy, 1_000, NEVER, 50)).to.equal(NEVER)
    }
  })

  it('is ten times beta loads before the end with XFetch, but not before the beginning', () => {
    expect(refreshFrom({ part: 1, beta: 1 }, 0, 2_000, 50)).to.equal(1_500)
    expect(refreshFrom({ part: 1, beta: 0.5 }, 0, 2_000, 50)).to.equal(1_750)
    expect(refreshFrom({ part: 1, beta: 3 }, 1_000, 2_000, 50)).to.equal(1_000)
  })
})

describe('isRefreshDue', () => {
  it('is always so for a part of the ttl: refreshFrom has said when', () => {
    expect(isRefreshDue({ part: 0.8, beta: 0 }, 1_800, 2_000, 50, 0)).to.equal(true)
  })

  it('depends with XFetch on how near the end is, counted in loads', () => {
    const xfetch = { part: 1, beta: 1 }
    const half = 1 - Math.exp(-1)
    // A draw of 1 - 1/e reaches exactly one load ahead.
    expect(isRefreshDue(xfetch, 1_949, 2_000, 50, half)).to.equal(false)
    expect(isRefreshDue(xfetch, 1_951, 2_000, 50, half)).to.equal(true)
    expect(isRefreshDue({ part: 1, beta: 2 }, 1_901, 2_000, 50, half)).to.equal(true)
    expect(isRefreshDue({ part: 1, beta: 2 }, 1_899, 2_000, 50, half)).to.equal(false)
    expect(isRefreshDue(xfetch, 2_000, 2_000, 50, 0)).to.equal(true)
  })

  it('comes as often as the paper says: one in e reads at one load before the end', () => {
    const due = Array.from({ length: 10_000 }, (_, i) =>
      isRefreshDue({ part: 1, beta: 1 }, 1_950, 2_000, 50, i / 10_000),
    )
    expect(due.filter(Boolean).length / 10_000).to.be.within(Math.exp(-1) - 0.001, Math.exp(-1) + 0.001)
  })

  it('before refreshFrom it comes less than once in 20,000 reads', () => {
    const time = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(time, fc.double({ min: 0.1, max: 5, noNaN: true }), (loadTime, beta) => {
        const policy = { part: 1, beta }
        const end = 1e9
        const before = refreshFrom(policy, 0, end, loadTime) - 1
        expect(isRefreshDue(policy, before, end, loadTime, 1 - 1 / 20_000)).to.equal(false)
      }),
    )
  })
})
