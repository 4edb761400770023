import { expect } from 'chai'
import fc from 'fast-check'
import { Timeline } from '../../../../../plugins/backends/memory/timeline.ts'

const DAY = 86_400_000
const offset = fc.oneof(
  fc.integer({ min: 0, max: 1_000 }),
  fc.integer({ min: 0, max: 120 * DAY }),
  fc.constantFrom(2 ** 31, 2 ** 32 - 3, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, Number.POSITIVE_INFINITY),
)

const isPast = (timeline: Timeline, slot: number, now: number): boolean =>
  timeline.firstPast(slot, slot, now) === slot

describe('a Timeline', () => {
  it('keeps every time exactly, through every move of its origin', () => {
    const writes = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 40 * DAY }), offset),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    const property = fc.property(writes, fc.integer({ min: 0, max: 1e12 }), (list, start) => {
      const timeline = new Timeline(8, start)
      const model = new Map<number, number>()
      let now = start
      for (const [slot, passed, ahead] of list) {
        now += passed
        timeline.advance(now)
        timeline.set(slot, now + ahead)
        model.set(slot, now + ahead)
        for (const [known, time] of model) {
          expect(timeline.get(known)).to.equal(time)
          expect(isPast(timeline, known, now)).to.equal(time <= now)
          if (time > now && time - now < 2 ** 31) expect(isPast(timeline, known, time)).to.equal(true)
        }
      }
    })
    fc.assert(property, { numRuns: 300 })
  })

  it('rounds a time between two milliseconds up, whatever the origin', () => {
    const fraction = fc.double({ min: 0, max: 0.999, noNaN: true })
    const property = fc.property(
      fraction,
      fraction,
      fc.integer({ min: 1, max: 1e6 }),
      (start, part, ahead) => {
        const timeline = new Timeline(2, 1_000 + start)
        const time = 1_000 + ahead + part
        timeline.set(1, time)
        expect(timeline.get(1)).to.be.within(time, time + 1)
        expect(timeline.get(1) - time).to.be.lessThan(1)
        expect(timeline.firstPast(1, 1, time - 0.001)).to.equal(0)
      },
    )
    fc.assert(property)
  })

  it('finds the first of several slots whose time has come, from where it is told to where it is told', () => {
    const timeline = new Timeline(8, 0)
    for (const [slot, time] of [50, 20, Number.POSITIVE_INFINITY, 10, 30, 400 * DAY].entries())
      timeline.set(slot + 1, time)
    const found = (from: number, to: number) => timeline.firstPast(from, to, 20)
    expect([found(1, 6), found(3, 6), found(5, 6), found(3, 3), found(1, 1)]).to.deep.equal([2, 4, 0, 0, 0])
  })

  it('forgets what was dropped, also what lay outside its reach', () => {
    const timeline = new Timeline(4, 0)
    timeline.set(1, 400 * DAY)
    timeline.set(2, 300 * DAY)
    expect(timeline.outside).to.equal(2)
    timeline.drop(1)
    timeline.drop(2)
    timeline.set(3, 5)
    timeline.drop(3)
    timeline.advance(60 * DAY)
    expect(timeline.outside).to.equal(0)
  })

  it('takes times back from outside when its origin moves', () => {
    const timeline = new Timeline(2, 0)
    timeline.set(1, 60 * DAY)
    expect(timeline.outside).to.equal(1)
    timeline.advance(30 * DAY)
    expect(timeline.outside).to.equal(0)
    expect(timeline.get(1)).to.equal(60 * DAY)
  })

  it('that need not keep the past says of an old time that it is long ago, at no cost', () => {
    const timeline = new Timeline(3, 0, false)
    timeline.set(1, 5)
    timeline.advance(25 * DAY)
    timeline.set(2, 25 * DAY)
    expect(timeline.outside).to.equal(0)
    expect(timeline.get(1)).to.be.within(5, 25 * DAY - 12 * DAY)
    expect(timeline.get(2)).to.equal(25 * DAY)
  })

  it('keeps its times when it grows', () => {
    const timeline = new Timeline(3, 0)
    timeline.set(1, 77)
    timeline.set(2, Number.POSITIVE_INFINITY)
    timeline.grow(9)
    timeline.set(8, 99)
    expect(timeline.slots).to.equal(9)
    expect([1, 2, 8].map((slot) => timeline.get(slot))).to.deep.equal([77, Number.POSITIVE_INFINITY, 99])
  })
})
