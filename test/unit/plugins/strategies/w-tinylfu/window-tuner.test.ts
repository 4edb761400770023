import { expect } from 'chai'
import { Miniatures } from '../../../../../plugins/strategies/w-tinylfu/miniatures.ts'
import { FIRST_SHARE, WindowTuner } from '../../../../../plugins/strategies/w-tinylfu/window-tuner.ts'
import { forEachSeed } from '../../../../contracts/index.ts'

/** The share that a tuner for so many entries has come to after these accesses. */
function tuned(capacity: number, prints: Iterable<number>): { share: number; switches: number } {
  const result = { share: FIRST_SHARE, switches: 0 }
  const tuner = new WindowTuner(capacity, FIRST_SHARE, (share) => {
    result.share = share
    result.switches += 1
  })
  for (const print of prints) if (tuner.includes(print)) tuner.access(print)
  return result
}

/** Numbers as fingerprints are. */
const scattered = (key: number) => (Math.imul(key ^ 0x5bd1e995, 0x2c1b3c6d) ^ 0x1234567) >>> 1
const times = (count: number, key: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => scattered(key(i)))

describe('the tuner of the window', () => {
  for (const capacity of [50, 1_000, 20_000]) {
    it(`takes the smallest window for a loop longer than ${capacity} entries`, () => {
      expect(
        tuned(
          capacity,
          times(capacity * 40, (i) => i % (capacity * 3)),
        ).share,
      ).to.equal(0.01)
    })

    it(`takes the largest for keys that come back after nearly ${capacity} others, and then never`, () => {
      const distance = Math.floor(capacity * 0.4)
      const keys = (i: number) => (i % 2 === 0 ? i / 2 : (i - 1) / 2 - distance)
      expect(tuned(capacity, times(capacity * 20, keys)).share).to.be.at.least(0.6)
    })
  }

  it('changes nothing while no window is better than another', () => {
    expect(
      tuned(
        1_000,
        times(100_000, (i) => i),
      ).switches,
    ).to.equal(0)
    expect(
      tuned(
        1_000,
        times(100_000, (i) => i % 500),
      ).switches,
    ).to.equal(0)
  })

  it('changes nothing for a gain that is small, beyond doubt though it is', () => {
    const again = (part: number) =>
      times(300_000, (i) => (i % 1_000 < 1_000 * part && i > 100_000 ? i - 401 : i))
    expect(tuned(1_000, again(0.012)).switches).to.equal(0)
    expect(tuned(1_000, again(0.06)).share).to.be.at.least(0.6)
  })

  it('seldom follows noise', () => {
    let switches = 0
    forEachSeed(20, (random) => {
      switches += tuned(
        1_000,
        times(40_000, () => random.below(3_000)),
      ).switches
    })
    expect(switches / 20).to.be.at.most(1.5)
  })

  it('forgets what was best long ago', () => {
    const before = times(50 * 400, (i) => i % 150)
    const since = times(50 * 60, (i) => 1e6 + (i % 2 === 0 ? i / 2 : (i - 1) / 2 - 20))
    expect(tuned(50, before).share).to.equal(0.01)
    expect(tuned(50, [...before, ...since]).share).to.be.at.least(0.6)
  })

  it('includes one key in so many that a miniature has at most 256 entries', () => {
    for (const capacity of [1, 100, 1_000, 100_000, 1_000_000]) {
      const tuner = new WindowTuner(capacity, FIRST_SHARE, () => {})
      expect(capacity / tuner.rate).to.be.at.most(256)
      let included = 0
      for (let key = 0; key < 200_000; key++) if (tuner.includes(scattered(key))) included += 1
      expect(included).to.be.closeTo(200_000 / tuner.rate, 5 * Math.sqrt(200_000 / tuner.rate) + 1)
    }
  })
})

describe('miniatures', () => {
  it('hit what each would have hit alone, with keys that are forgotten now and then', () => {
    forEachSeed(40, (random) => {
      const entries = 1 + random.below(20)
      const shares = [0.01, 0.2, 0.6, 1]
      const together = new Miniatures(entries, shares)
      const alone = shares.map((share) => new Miniatures(entries, [share]))
      for (let i = 0; i < 2_000; i++) {
        const print = Math.floor(60 * random.next() ** 3)
        const forget = random.below(20) === 0
        for (const each of [together, ...alone]) forget ? each.forget(print) : each.access(print)
      }
      expect([...together.hits]).to.deep.equal(alone.map(({ hits }) => hits[0]))
    })
  })

  it('hold their entries and no more', () => {
    for (const [length, hits] of [
      [5, 995],
      [6, 0],
    ] as const) {
      const miniatures = new Miniatures(5, [1])
      for (let i = 0; i < 1_000; i++) miniatures.access(i % length)
      expect(miniatures.hits[0]).to.equal(hits)
    }
  })
})
