import { expect } from 'chai'
import { Sweeper } from '../../../../src/application/engine/sweeper.ts'
import type { LocalBackend } from '../../../../src/domain/index.ts'
import { fakeClock } from '../../../contracts/index.ts'

const SLICE = 8_192

/** What a sweeper sees of a store, and the slices that it asked for. */
function swept(start: { entries: number; reach: number; timed: number; removes?: number }) {
  const clock = fakeClock({ start: 0 })
  const slices: number[] = []
  const failures: unknown[] = []
  const store = {
    ...start,
    sweep(budget: number, now: number, alive: (slot: number) => boolean) {
      expect([budget, alive(1)]).to.deep.equal([SLICE, true])
      slices.push(now)
      return store.removes ?? 0
    },
  }
  const sweeper = new Sweeper(clock, store as unknown as LocalBackend, {
    alive: () => true,
    failed: (error) => failures.push(error),
  })
  return { clock, slices, failures, store, sweeper }
}

describe('the sweeper', () => {
  it('has no timer until something that can expire is stored', () => {
    const { clock, sweeper, store } = swept({ entries: 1, reach: 1, timed: 0 })
    sweeper.stored()
    expect([sweeper.armed, clock.pendingTimers]).to.deep.equal([false, 0])
    store.timed = 1
    sweeper.stored()
    sweeper.stored()
    expect([sweeper.armed, clock.pendingTimers]).to.deep.equal([true, 1])
  })

  it('looks at a slice each quarter of a second while something can expire', () => {
    const { clock, sweeper, slices, store } = swept({ entries: 1, reach: 1, timed: 1 })
    sweeper.stored()
    clock.advance(750)
    expect(slices).to.deep.equal([250, 500, 750])
    store.timed = 0
    clock.advance(10_000)
    expect(slices).to.have.lengthOf(4)
    expect([sweeper.armed, clock.pendingTimers]).to.deep.equal([false, 0])
  })

  it('hurries while more than a quarter of a slice was dead', () => {
    const { clock, sweeper, slices, store } = swept({
      entries: 1,
      reach: 1,
      timed: 1,
      removes: SLICE / 4 + 1,
    })
    sweeper.stored()
    clock.advance(260)
    expect(slices).to.deep.equal([250, 260])
    store.removes = SLICE / 4
    clock.advance(10)
    expect(slices).to.deep.equal([250, 260, 270])
    clock.advance(249)
    expect(slices).to.have.lengthOf(3)
    clock.advance(1)
    expect(slices).to.have.lengthOf(4)
  })

  it('makes one whole pass after an invalidation', () => {
    const { clock, sweeper, slices } = swept({ entries: 1, reach: 2 * SLICE + 1, timed: 0 })
    sweeper.invalidated()
    sweeper.invalidated()
    expect(clock.pendingTimers).to.equal(1)
    clock.advance(10_000)
    expect(slices).to.have.lengthOf(3)
    expect(sweeper.armed).to.equal(false)
  })

  it('ends the pass at the last slot, or as soon as nothing is left', () => {
    const exact = swept({ entries: 1, reach: 2 * SLICE, timed: 0 })
    exact.sweeper.invalidated()
    exact.clock.advance(10_000)
    expect(exact.slices).to.have.lengthOf(2)
    const emptied = swept({ entries: 1, reach: 5 * SLICE, timed: 0 })
    emptied.sweeper.invalidated()
    emptied.store.entries = 0
    emptied.clock.advance(10_000)
    expect(emptied.slices).to.have.lengthOf(1)
  })

  it('begins a whole pass again with an invalidation in the middle of one', () => {
    const { clock, sweeper, slices } = swept({ entries: 1, reach: 3 * SLICE, timed: 0 })
    sweeper.invalidated()
    clock.advance(500)
    sweeper.invalidated()
    clock.advance(10_000)
    expect(slices).to.have.lengthOf(5)
  })

  it('has nothing to do for an invalidation in an empty store', () => {
    const { clock, sweeper } = swept({ entries: 0, reach: 10, timed: 0 })
    sweeper.invalidated()
    expect([sweeper.armed, clock.pendingTimers]).to.deep.equal([false, 0])
  })

  it('stops, whether it was armed or not, and can be armed again', () => {
    const { clock, sweeper, slices } = swept({ entries: 1, reach: 1, timed: 1 })
    sweeper.stop()
    sweeper.stored()
    sweeper.stop()
    expect([sweeper.armed, clock.pendingTimers]).to.deep.equal([false, 0])
    clock.advance(1_000)
    expect(slices).to.deep.equal([])
    sweeper.stored()
    clock.advance(250)
    expect(slices).to.have.lengthOf(1)
  })

  it('goes on in its usual time when the store throws, and tells', () => {
    const { clock, sweeper, slices, failures, store } = swept({ entries: 1, reach: 1, timed: 1 })
    const { sweep } = store
    store.sweep = () => {
      throw new Error('broken')
    }
    sweeper.stored()
    clock.advance(500)
    expect(failures.map(String)).to.deep.equal(['Error: broken', 'Error: broken'])
    expect(clock.pendingTimers).to.equal(1)
    store.sweep = sweep
    clock.advance(250)
    expect(slices).to.deep.equal([750])
  })

  it('has one timer, though what it removes makes others store', () => {
    const { clock, sweeper, store } = swept({ entries: 1, reach: 1, timed: 1 })
    store.sweep = () => {
      sweeper.stored()
      return 0
    }
    sweeper.stored()
    clock.advance(250)
    expect(clock.pendingTimers).to.equal(1)
  })
})
