import { expect } from 'chai'
import type { Clock } from '../../../../src/domain/index.ts'
import { systemClock } from '../../../../src/infrastructure/clock/index.ts'
import { type FakeTimers, fakeTimers } from './fake-timers.ts'

const DAY = 86_400_000

/** Runs a body with the process's clock and timers replaced. */
function withFakes(body: (fake: FakeTimers, clock: Clock) => void): void {
  const fake = fakeTimers()
  try {
    body(fake, systemClock())
  } finally {
    fake.restore()
  }
}

describe('now() of the system clock', () => {
  it('repeats its last reading until its 1 ms timer has fired', () => {
    withFakes((fake, clock) => {
      expect(clock.now()).to.equal(1_000)
      fake.time = 1_000.7
      expect(clock.now()).to.equal(1_000)
      expect(fake.timers).to.have.length(1)
      expect(fake.timers[0]?.delay).to.equal(1)
      fake.timers[0]?.task()
      expect(clock.now()).to.equal(1_000.7)
    })
  })

  it('reads again after 64 readings even if no timer can fire', () => {
    withFakes((fake, clock) => {
      clock.now()
      fake.time = 2_000
      const seen = Array.from({ length: 64 }, () => clock.now())
      expect(seen.indexOf(2_000)).to.be.within(1, 63)
      const before = fake.readings
      for (let i = 0; i < 6_400; i++) clock.now()
      expect(fake.readings - before).to.be.within(100, 110)
    })
  })

  it('never goes back', () => {
    withFakes((fake, clock) => {
      let last = clock.now()
      for (let i = 0; i < 1_000; i++) {
        fake.time += i % 3
        if (i % 10 === 0) fake.timers.at(-1)?.task()
        expect(clock.now()).to.be.at.least(last)
        last = clock.now()
      }
    })
  })

  it('has one timer at most, unreferenced, and none while nobody reads', () => {
    withFakes((fake, clock) => {
      expect(fake.timers).to.have.length(0)
      for (let i = 0; i < 1_000; i++) clock.now()
      expect(fake.timers).to.have.length(1)
      expect(fake.timers[0]?.referenced).to.equal(false)
      fake.timers[0]?.task()
      expect(fake.timers).to.have.length(1)
      clock.now()
      expect(fake.timers).to.have.length(2)
    })
  })
})

describe('a standing reading of the system clock', () => {
  it('is told of before it moves: by the timer, and by the reading after the last', () => {
    withFakes((fake, clock) => {
      let moved = 0
      clock.standing?.onMove(() => moved++)
      clock.now()
      const from = moved
      fake.timers.at(-1)?.task()
      expect(moved).to.equal(from + 1)
      for (let i = 0; i < 640; i++) clock.now()
      expect(moved - from).to.be.within(11, 12)
    })
  })

  it('is over after as many calls as were made and spared', () => {
    withFakes((fake, clock) => {
      clock.now()
      fake.time = 2_000
      clock.standing?.spare(10)
      expect(clock.now()).to.equal(1_000)
      clock.standing?.spare(60)
      expect(clock.now()).to.equal(2_000)
    })
  })

  it('tells nobody who wants to hear no more', () => {
    withFakes((_fake, clock) => {
      let moved = 0
      const stops = [1, 2].map(() => clock.standing?.onMove(() => moved++))
      for (const stop of stops) stop?.()
      clock.now()
      expect(moved).to.equal(0)
    })
  })
})

describe('wall() of the system clock', () => {
  it('is the calendar, at no age', () => {
    const before = Date.now()
    expect(systemClock().wall()).to.be.within(before, Date.now())
  })
})

describe('schedule() of the system clock', () => {
  it('runs the task once, after the delay, without keeping the process alive', () => {
    withFakes((fake, clock) => {
      let ran = 0
      clock.schedule(250, () => ran++)
      expect(fake.timers.map(({ delay, referenced }) => ({ delay, referenced }))).to.deep.equal([
        { delay: 250, referenced: false },
      ])
      fake.timers[0]?.task()
      expect(ran).to.equal(1)
    })
  })

  it('waits longer than one timer of Node can, in legs', () => {
    withFakes((fake, clock) => {
      let ran = 0
      clock.schedule(60 * DAY, () => ran++)
      for (let i = 0; i < fake.timers.length; i++) {
        expect(ran).to.equal(0)
        expect(fake.timers[i]?.delay).to.be.within(1, 2 ** 31 - 1)
        fake.timers[i]?.task()
      }
      expect(ran).to.equal(1)
      expect(fake.timers.reduce((sum, { delay }) => sum + delay, 0)).to.equal(60 * DAY)
      expect(fake.timers.every(({ referenced }) => !referenced)).to.equal(true)
    })
  })

  it('can be cancelled in any leg', () => {
    withFakes((fake, clock) => {
      const cancel = clock.schedule(60 * DAY, () => expect.fail('ran'))
      fake.timers[0]?.task()
      cancel()
      expect(fake.timers.map(({ cleared }) => cleared)).to.deep.equal([false, true])
    })
  })

  it('for ever needs no timer', () => {
    withFakes((fake, clock) => {
      clock.schedule(Number.POSITIVE_INFINITY, () => expect.fail('ran'))()
      expect(fake.timers).to.have.length(0)
    })
  })
})

describe('the real system clock', () => {
  it('goes on between two turns of the event loop', async () => {
    const clock = systemClock()
    const first = clock.now()
    const real = performance.now()
    while (performance.now() < real + 5) await new Promise((resolve) => setTimeout(resolve, 2))
    expect(clock.now()).to.be.at.least(first + 3)
  })

  it('runs what was scheduled and nothing that was cancelled', async () => {
    const clock = systemClock()
    const cancel = clock.schedule(1, () => expect.fail('ran'))
    cancel()
    // Its own timers do not keep the process alive: this one does.
    const alive = setInterval(() => {}, 1_000)
    await new Promise<void>((resolve) => clock.schedule(5, resolve))
    clearInterval(alive)
  })
})
