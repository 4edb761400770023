import { expect } from 'chai'
import { autoStrategy } from '../../../../../plugins/strategies/auto/index.ts'
import { lirs } from '../../../../../plugins/strategies/lirs/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { s3Fifo } from '../../../../../plugins/strategies/s3-fifo/index.ts'
import { wTinyLfu } from '../../../../../plugins/strategies/w-tinylfu/index.ts'
import { strategyContract } from '../../../../contracts/index.ts'
import { joined, loopKeys, twiceKeys, zipfKeys } from '../../../../fixtures/access-patterns.ts'
import { hitPercent, Replay } from '../../../../fixtures/replay.ts'
import { trace } from '../../../../fixtures/trace.ts'
import { reporting } from './reporting.ts'

const candidates = [wTinyLfu, lirs, s3Fifo, lru]
const auto = autoStrategy(candidates)

/** A key that is used once after every third. */
const scanned = (keys: Uint32Array) =>
  Uint32Array.from([...keys].flatMap((key, i) => (i % 3 === 0 ? [key, 1e6 + i] : [key])))

strategyContract({ describe, it }, auto)
strategyContract({ describe, it }, autoStrategy([lru]), { model: { ...lru, name: 'lru' } })

describe('auto', () => {
  it('is the strategy itself when it has no choice', () => {
    const keys = zipfKeys(20_000, 2_000, 0.9, 1)
    for (const factory of candidates)
      expect(hitPercent(autoStrategy([factory]), keys, 100)).to.equal(hitPercent(factory, keys, 100))
  })

  it('refuses to choose among none', () => {
    expect(() => autoStrategy([])).to.throw(/^candidates: /)
  })

  for (const capacity of [60, 600, 6_000]) {
    it(`comes near the best on a loop that lru never hits, in a cache of ${capacity}`, () => {
      const keys = loopKeys(120 * capacity, 3 * capacity)
      const { factory, report } = reporting(autoStrategy([lru, lirs]))
      expect(hitPercent(factory, keys, capacity)).to.be.above(0.75 * hitPercent(lirs, keys, capacity))
      expect(report().current).to.equal('lirs')
      expect(report().switches).to.equal(1)
    })
  }

  it('is within a point and a half of the best on skewed keys, scans and traces, and hardly below lru', () => {
    const cases: readonly (readonly [Uint32Array, number])[] = [
      [zipfKeys(60_000, 10_000, 0.8, 2), 100],
      [zipfKeys(60_000, 10_000, 1, 3), 1_000],
      [scanned(zipfKeys(50_000, 10_000, 0.9, 4)), 500],
      [twiceKeys(40_000, 50), 200],
      [trace('cache2k-web07'), 205],
      [trace('cache2k-web12'), 688],
    ]
    for (const [i, [keys, capacity]] of cases.entries()) {
      const best = Math.max(...candidates.map((factory) => hitPercent(factory, keys, capacity)))
      const percent = hitPercent(auto, keys, capacity)
      expect(percent, `case ${i}`).to.be.above(best - 1.5)
      expect(percent, `case ${i}`).to.be.above(hitPercent(lru, keys, capacity) - 0.5)
    }
  })

  it('is not broken by a pattern, then a loop, then the pattern again', () => {
    const pattern = [zipfKeys(50_000, 8_000, 0.9, 5), zipfKeys(50_000, 8_000, 0.9, 6)] as const
    for (const capacity of [100, 1_000]) {
      const keys = joined(pattern[0], loopKeys(50_000, 3_000), pattern[1])
      const singles = candidates.map((factory) => hitPercent(factory, keys, capacity))
      expect(hitPercent(auto, keys, capacity), `${capacity}`).to.be.above(Math.max(...singles) - 2)
    }
  })

  it('beats each single strategy where the pattern turns over and back', () => {
    const choice = [lru, lirs]
    const turns = joined(twiceKeys(80_000, 50), loopKeys(80_000, 400), twiceKeys(80_000, 50, 9e6))
    const singles = choice.map((factory) => hitPercent(factory, turns, 120))
    const { factory, report } = reporting(autoStrategy(choice))
    expect(hitPercent(factory, turns, 120)).to.be.above(Math.max(...singles) + 3)
    expect(report().lastSwitches.map(({ to }) => to)).to.deep.equal(['lirs', 'lru'])
  })

  it('finds the best also where bytes are the bound, far below the number of entries', () => {
    const { factory, report } = reporting(autoStrategy([lru, lirs]))
    const replay = new Replay(factory, { maxEntries: 200_000, maxBytes: 3_000 })
    for (const key of loopKeys(60_000, 900)) replay.read(key, 10)
    expect(report().current).to.equal('lirs')
    expect(report().sample).to.include({ groups: 2 })
    expect(replay.hitPercent).to.be.above(20)
  })

  it('counts nothing for keeping an entry that was deleted or has expired', () => {
    const { factory, report } = reporting(autoStrategy([lru, lirs]))
    const replay = new Replay(factory, { maxEntries: 100 })
    for (const key of loopKeys(20_000, 300)) {
      replay.read(key)
      replay.delete(key)
    }
    expect(report().candidates.map(({ points }) => points)).to.deep.equal([0, 0])
  })

  it('watches a small cache for half a million accesses, and then rests while there are only hits', () => {
    const { factory, report } = reporting(autoStrategy([lru, lirs]))
    hitPercent(factory, loopKeys(600_000, 50), 100)
    expect(report().sample.watching).to.equal(false)
    expect(report().sample.accesses).to.be.within(2 ** 19, 2 ** 19 + 50)
  })

  it('reports what it saw, as a plain record', () => {
    const { factory, report } = reporting(autoStrategy([lru, lirs]))
    hitPercent(factory, loopKeys(20_000, 300), 100)
    const seen = report()
    expect(JSON.parse(JSON.stringify(seen))).to.deep.equal(seen)
    expect(seen).to.include({ current: 'lirs', switches: 1, handingOver: false })
    expect(seen.lastSwitches).to.deep.equal([{ from: 'lru', to: 'lirs', at: seen.since }])
    expect(seen.insertions).to.be.above(seen.since)
    expect(seen.sample).to.deep.equal({ rate: 1, groups: 1, accesses: 20_000, watching: true })
    const [behind, office] = seen.candidates
    expect(office).to.deep.equal({ name: 'lirs', points: 0, spread: 0, broken: false })
    expect(behind).to.include({ name: 'lru', broken: false })
    expect(behind?.points).to.be.within(-34, -28)
    expect(behind?.spread).to.be.within(0.5, 10)
  })

  it('says which candidate broke the contract of strategies, and never appoints it', () => {
    const broken = { name: 'broken', create: (): never => Object.assign(Object.create(null)) as never }
    const { factory, report } = reporting(autoStrategy([lru, broken]))
    expect(hitPercent(factory, loopKeys(20_000, 50), 100)).to.be.above(99)
    expect(report().candidates.map(({ name, broken }) => [name, broken])).to.deep.equal([
      ['lru', false],
      ['broken', true],
    ])
    expect(report().switches).to.equal(0)
  })
})
