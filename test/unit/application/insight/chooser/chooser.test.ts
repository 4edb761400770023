import { expect } from 'chai'
import { Chooser, type ChooserOptions, type Tally } from '../../../../../src/application/insight/index.ts'
import { forEachSeed, type Random } from '../../../../contracts/index.ts'

/** Hits of one candidate in one look of 100 accesses with a hit ratio. */
const drawn = (random: Random, ratio: number) => {
  let hits = 0
  for (let i = 0; i < 100; i++) if (random.next() < ratio) hits += 1
  return hits
}
const drawnTally = (random: Random, ratios: readonly number[]): Tally => ({
  accesses: 100,
  hits: ratios.map((ratio) => drawn(random, ratio)),
})
const tally = (...hits: readonly number[]): Tally => ({ accesses: 100, hits })

/** Who is in office after each of so many looks at one sample. */
function offices(
  chooser: Chooser,
  looks: number,
  tallyOf: (look: number) => Tally | readonly Tally[],
): number[] {
  return Array.from({ length: looks }, (_, look) => {
    const seen = tallyOf(look)
    return chooser.observe('accesses' in seen ? [seen] : seen)
  })
}
const switchesIn = (held: readonly number[]) =>
  held.filter((office, i) => i > 0 && office !== held[i - 1]).length

describe('the chooser', () => {
  it('keeps the first in office, or another if told so, until it knows better', () => {
    expect(new Chooser(3).office).to.equal(0)
    expect(new Chooser(3, { office: 2 }).office).to.equal(2)
    expect(new Chooser(1).observe([tally(50)])).to.equal(0)
    expect(offices(new Chooser(3, { office: 2 }), 500, () => tally(0, 0, 0)).at(-1)).to.equal(2)
  })

  it('gives the office to who is steadily ahead, after more than one look', () => {
    const held = offices(new Chooser(3), 100, () => tally(40, 60, 50))
    expect(held.slice(0, 5)).to.deep.equal([0, 0, 0, 0, 0])
    expect(held.at(-1)).to.equal(1)
    expect(switchesIn(held)).to.equal(1)
  })

  it('needs fewer looks when several samples agree', () => {
    const first = (samples: number) =>
      offices(new Chooser(2), 100, () => Array.from({ length: samples }, () => tally(40, 60))).indexOf(1)
    expect(first(3)).to.be.below(first(1))
  })

  it('is not convinced by one sample, or one look, however far ahead', () => {
    const oneLook = (look: number) => (look === 50 ? tally(0, 100) : tally(50, 50))
    expect(offices(new Chooser(2), 200, oneLook).at(-1)).to.equal(0)
    const disagreeing = () => [tally(20, 80), tally(60, 20), tally(50, 30)]
    expect(offices(new Chooser(2), 2_000, disagreeing).at(-1)).to.equal(0)
  })

  it('seldom follows noise, among equals of any hit ratio', () => {
    let switches = 0
    forEachSeed(40, (random) => {
      const ratio = random.next()
      const ratios = [ratio, ratio, ratio, ratio]
      switches += switchesIn(offices(new Chooser(4), 1_000, () => drawnTally(random, ratios)))
    })
    expect(switches / 40).to.be.below(0.5)
  })

  it('changes nothing for a gain of less than 4 %, beyond doubt though it is', () => {
    expect(offices(new Chooser(2), 5_000, () => ({ accesses: 1e6, hits: [5e5, 5.19e5] })).at(-1)).to.equal(0)
    expect(offices(new Chooser(2), 5_000, () => ({ accesses: 1e6, hits: [5e5, 5.25e5] })).at(-1)).to.equal(1)
  })

  it('counts the gain against the hits where these are rarer than misses', () => {
    expect(offices(new Chooser(2), 2_000, () => tally(1, 2)).at(-1)).to.equal(1)
  })

  it('waits until the lead has cost what the change costs', () => {
    const first = (switchCost: number) =>
      offices(new Chooser(2, { switchCost }), 2_000, () => tally(40, 50)).indexOf(1)
    expect(first(0)).to.be.below(20)
    expect(first(500)).to.be.within(50, 80)
    expect(offices(new Chooser(2, { switchCost: 1e6 }), 2_000, () => tally(40, 50)).at(-1)).to.equal(0)
  })

  it('finds the better one in noise, and stays with it', () => {
    forEachSeed(20, (random) => {
      const held = offices(new Chooser(3), 1_500, () => drawnTally(random, [0.4, 0.5, 0.45]))
      expect(held.at(-1)).to.equal(1)
      expect(switchesIn(held)).to.be.at.most(3)
    })
  })

  it('follows when the pattern turns over and back, and forgets what was', () => {
    const phase = (look: number) => (Math.floor(look / 2_000) % 2 === 0 ? tally(60, 40) : tally(40, 60))
    const held = offices(new Chooser(2), 6_000, phase)
    expect([held[1_999], held[3_999], held[5_999]]).to.deep.equal([0, 1, 0])
    expect(switchesIn(held)).to.equal(2)
  })

  it('does not take turns when what pays for a moment does not pay for long', () => {
    const turns = (look: number) => (Math.floor(look / 8) % 2 === 0 ? tally(70, 30) : tally(30, 70))
    const options: ChooserOptions = { switchCost: 100 }
    expect(switchesIn(offices(new Chooser(2, options), 5_000, turns))).to.be.at.most(3)
  })

  it('is in office whom it says, one of the candidates, whatever comes', () => {
    forEachSeed(30, (random) => {
      const count = 1 + random.below(6)
      const chooser = new Chooser(count, { office: random.below(count), switchCost: random.below(100) })
      for (let i = 0; i < 500; i++) {
        const accesses = random.below(200)
        const hits = Array.from({ length: count }, () => random.below(accesses + 1))
        expect(chooser.observe([{ accesses, hits }])).to.equal(chooser.office)
        expect(chooser.office).to.be.within(0, count - 1)
        expect(chooser.gains()[chooser.office]).to.deep.equal({ points: 0, spread: 0 })
      }
    })
  })

  it('reports gains over the one in office in points, with twice the deviation', () => {
    const chooser = new Chooser(3, { switchCost: 1e9 })
    expect(chooser.gains()).to.deep.equal(Array.from({ length: 3 }, () => ({ points: 0, spread: 0 })))
    forEachSeed(1, (random) => {
      for (let i = 0; i < 3_000; i++) chooser.observe([drawnTally(random, [0.4, 0.42, 0.3])])
    })
    const [office, better, worse] = chooser.gains()
    expect(office).to.deep.equal({ points: 0, spread: 0 })
    expect(better?.points).to.be.within(2 - (better?.spread ?? 0), 2 + (better?.spread ?? 0))
    expect(better?.spread).to.be.within(0.1, 1)
    expect(worse?.points).to.be.within(-11, -9)
  })
})
