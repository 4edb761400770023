import { expect } from 'chai'
import { lru } from '../../../plugins/strategies/lru/index.ts'
import type { Strategy, StrategyFactory } from '../../../src/domain/index.ts'
import { referenceFifo, referenceTtl, strategyContract } from '../../contracts/index.ts'

/** Runs a suite without a test runner; returns the names of the tests that failed. */
function failures(factory: StrategyFactory, model?: StrategyFactory): string[] {
  const failed: string[] = []
  const it = (name: string, body: () => unknown) => {
    try {
      body()
    } catch {
      failed.push(name)
    }
  }
  const describe = (_name: string, body: () => void) => body()
  strategyContract({ describe, it }, factory, {
    seeds: 8,
    operations: 100,
    ...(model === undefined ? {} : { model }),
  })
  return failed
}

function changed(change: (real: Strategy) => Partial<Strategy>): StrategyFactory {
  return {
    name: 'lru',
    create: (context) => {
      const real = lru.create(context)
      const whole: Strategy = {
        name: real.name,
        fingerprints: real.fingerprints,
        grow: (slots) => real.grow(slots),
        insert: (slot, print, weight) => real.insert(slot, print, weight),
        touch: (slot) => real.touch(slot),
        renew: (slot, weight) => real.renew(slot, weight),
        remove: (slot) => real.remove(slot),
        victim: () => real.victim(),
      }
      return { ...whole, ...change(real) }
    },
  }
}

const NOTHING = () => {}

describe('the contract suite of strategies', () => {
  it('passes a good strategy', () => {
    expect(failures(changed(() => ({})))).to.deep.equal([])
  })

  const faults: readonly (readonly [string, (real: Strategy) => Partial<Strategy>])[] = [
    ['never removes', () => ({ remove: NOTHING })],
    ['never inserts', () => ({ insert: NOTHING })],
    ['never grows', () => ({ grow: NOTHING })],
    ['names somebody when it is empty', (real) => ({ victim: () => real.victim() || 1 })],
    ['names a neighbour', (real) => ({ victim: () => real.victim() + 1 })],
    ['forgets on a hit', (real) => ({ touch: (slot) => real.remove(slot) })],
    ['has another name', () => ({ name: 'other' })],
    ['tosses a coin', (real) => ({ touch: (slot) => (Math.random() < 0.5 ? real.touch(slot) : undefined) })],
  ]
  for (const [name, fault] of faults) {
    it(`fails one that ${name}`, () => {
      expect(failures(changed(fault))).to.not.be.empty
    })
  }

  it('fails one that evicts others than its model', () => {
    expect(failures(lru, referenceFifo)).to.deep.equal(['evicts what reference-fifo evicts'])
    expect(failures(lru, referenceTtl)).to.deep.equal(['evicts what reference-ttl evicts'])
  })
})
