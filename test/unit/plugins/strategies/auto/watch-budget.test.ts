import { expect } from 'chai'
import { WatchBudget } from '../../../../../plugins/strategies/auto/watch-budget.ts'

const ALLOWANCE = 2 ** 19

/** Watches as long as it may, earning from so many insertions a watched access; how often it could. */
function watched(budget: WatchBudget, most: number, insertions = 0): number {
  for (let i = 0; i < most; i++) {
    for (let earned = 0; earned < insertions; earned++) budget.earn()
    if (!budget.spend()) return i + 1
  }
  return most
}

describe('the budget for watching', () => {
  it('has an allowance at the start, of half a million accesses, and rests then', () => {
    const budget = new WatchBudget(100)
    expect(budget.watching).to.equal(true)
    expect(watched(budget, 1e7)).to.equal(ALLOWANCE)
    expect(budget.watching).to.equal(false)
  })

  it('is woken by what insertions earn, for four turnovers at a time', () => {
    const budget = new WatchBudget(100)
    watched(budget, 1e7)
    let insertions = 1
    while (!budget.earn()) insertions += 1
    expect(insertions).to.equal(4 * 400)
    expect(watched(budget, 1e7)).to.equal(400)
  })

  it('never ends where there are four insertions to a watched access', () => {
    expect(watched(new WatchBudget(100), 1e6, 4)).to.equal(1e6)
  })

  it('is not saved up beyond the allowance', () => {
    const budget = new WatchBudget(100)
    for (let i = 0; i < 1e6; i++) budget.earn()
    expect(watched(budget, 1e7)).to.equal(ALLOWANCE)
  })
})
