import { expect } from 'chai'
import { UncacheableMarks } from '../../../../plugins/http-response/uncacheable-marks.ts'

describe('marks of URLs whose answers cannot be shared', () => {
  it('hold for their time and no longer', () => {
    const marks = new UncacheableMarks(10_000)
    marks.mark('a', 0)
    expect([marks.has('a', 9_999), marks.has('a', 10_000), marks.has('b', 0)]).to.deep.equal([
      true,
      false,
      false,
    ])
  })

  it('are taken off by an answer that could be shared', () => {
    const marks = new UncacheableMarks(10_000)
    marks.mark('a', 0)
    marks.unmark('a')
    expect(marks.has('a', 1)).to.equal(false)
  })

  it('are renewed', () => {
    const marks = new UncacheableMarks(10)
    marks.mark('a', 0)
    marks.mark('a', 8)
    expect(marks.has('a', 15)).to.equal(true)
  })

  it('are bounded: the oldest are forgotten, the latest never', () => {
    const marks = new UncacheableMarks(10_000)
    for (let i = 0; i < 30_000; i++) marks.mark(`url ${i}`, 0)
    const held = Array.from({ length: 30_000 }, (_, i) => marks.has(`url ${i}`, 1))
    expect(held.filter(Boolean).length).to.be.at.most(10_000)
    expect(held.slice(-5_000).every(Boolean)).to.equal(true)
    expect(held.slice(0, 15_000).some(Boolean)).to.equal(false)
  })

  it('are taken off also when they are among the older half', () => {
    const marks = new UncacheableMarks(10_000)
    marks.mark('a', 0)
    for (let i = 0; i < 5_000; i++) marks.mark(`url ${i}`, 0)
    expect(marks.has('a', 1)).to.equal(true)
    marks.unmark('a')
    expect(marks.has('a', 1)).to.equal(false)
  })
})
