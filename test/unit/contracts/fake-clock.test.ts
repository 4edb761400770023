import { expect } from 'chai'
import { fakeClock } from '../../contracts/index.ts'

describe('fakeClock', () => {
  it('stands still, and both its times go on together', () => {
    const clock = fakeClock({ start: 5, wall: 1_000 })
    expect([clock.now(), clock.wall()]).to.deep.equal([5, 1_000])
    clock.advance(250)
    expect([clock.now(), clock.wall()]).to.deep.equal([255, 1_250])
  })

  it('runs due timers in the order of their times, each at its time', () => {
    const clock = fakeClock({ start: 0 })
    const ran: string[] = []
    const note = (name: string) => () => ran.push(`${name} at ${clock.now()}`)
    clock.schedule(30, note('c'))
    clock.schedule(10, note('a'))
    clock.schedule(10, note('b'))
    clock.schedule(31, note('late'))
    clock.advance(30)
    expect(ran).to.deep.equal(['a at 10', 'b at 10', 'c at 30'])
    expect(clock.pendingTimers).to.equal(1)
  })

  it('runs what a timer schedules, if it is due in the same step', () => {
    const clock = fakeClock({ start: 0 })
    const ran: number[] = []
    const again = () => {
      ran.push(clock.now())
      clock.schedule(10, again)
    }
    clock.schedule(10, again)
    clock.advance(35)
    expect(ran).to.deep.equal([10, 20, 30])
    expect(clock.now()).to.equal(35)
  })

  it('never runs what was cancelled, or waits for ever', () => {
    const clock = fakeClock()
    const fail = () => expect.fail('ran')
    clock.schedule(10, fail)()
    clock.schedule(Number.POSITIVE_INFINITY, fail)()
    const cancel = clock.schedule(20, fail)
    clock.schedule(15, cancel)
    clock.advance(1e12)
    expect(clock.pendingTimers).to.equal(0)
  })

  it('runs nothing before it is told to move, however short the delay', () => {
    const clock = fakeClock()
    let ran = 0
    clock.schedule(0, () => ran++)
    clock.schedule(-5, () => ran++)
    expect(ran).to.equal(0)
    clock.advance(0)
    expect(ran).to.equal(2)
  })

  it('stops at a task that throws, and can go on', () => {
    const clock = fakeClock({ start: 0 })
    clock.schedule(5, () => {
      throw new Error('task')
    })
    let ran = false
    clock.schedule(6, () => {
      ran = true
    })
    expect(() => clock.advance(10)).to.throw('task')
    expect([clock.now(), ran]).to.deep.equal([5, false])
    clock.advance(1)
    expect(ran).to.equal(true)
  })

  it('refuses to go back or to the end of time', () => {
    const clock = fakeClock()
    for (const step of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.advance(step)).to.throw(RangeError)
    }
  })
})
