import { expect } from 'chai'
import { arc } from '../../../../plugins/strategies/arc/index.ts'
import { clock } from '../../../../plugins/strategies/clock/index.ts'
import { s3Fifo } from '../../../../plugins/strategies/s3-fifo/index.ts'
import { sieve } from '../../../../plugins/strategies/sieve/index.ts'
import type { StrategyFactory } from '../../../../src/domain/index.ts'
import type { Random } from '../../../contracts/index.ts'
import { forEachSeed } from '../../../contracts/index.ts'
import { referenceArc } from '../../../contracts/reference-arc.ts'
import { referenceClock } from '../../../contracts/reference-clock.ts'
import { referenceS3Fifo } from '../../../contracts/reference-s3-fifo.ts'
import { referenceSieve } from '../../../contracts/reference-sieve.ts'
import { type Bounds, Replay } from '../../../fixtures/replay.ts'

const pairs: readonly (readonly [StrategyFactory, StrategyFactory])[] = [
  [clock, referenceClock],
  [sieve, referenceSieve],
  [s3Fifo, referenceS3Fifo],
  [arc, referenceArc],
]

/** Mostly reads, of a few keys often and of many seldom, with runs of new keys now and then. */
function operation(random: Random, keys: number): (replay: Replay) => void {
  const key = random.below(4) === 0 ? random.below(keys) : Math.floor(keys * random.next() ** 4)
  const weight = random.below(8) === 0 ? 1 + random.below(200) : 1 + random.below(20)
  const kind = random.below(20)
  if (kind === 0) return (replay) => replay.delete(key)
  if (kind === 1) return (replay) => replay.write(key, weight)
  if (kind > 2) return (replay) => replay.read(key, weight)
  return (replay) => {
    for (let i = 0; i < 10; i++) replay.read(1_000 + ((key * 10 + i) % 500), weight)
  }
}

/** Both are given the same operations and must evict the same keys, after each of them. */
function compare(actual: Replay, expected: Replay, random: Random, keys: number): void {
  for (let i = 0; i < 1_500; i++) {
    const operate = operation(random, keys)
    operate(expected)
    operate(actual)
    if (
      actual.evicted.length !== expected.evicted.length ||
      actual.evicted.at(-1) !== expected.evicted.at(-1)
    )
      break
  }
  expect(actual.evicted).to.deep.equal(expected.evicted)
  expect(actual.hits).to.equal(expected.hits)
}

describe('a full cache', () => {
  const bounds: readonly (readonly [string, (random: Random) => Bounds])[] = [
    ['bounded by entries', (random) => ({ maxEntries: 1 + random.below(60) })],
    ['bounded by bytes', (random) => ({ maxEntries: 1_000, maxBytes: 200 + random.below(800) })],
    [
      'bounded by both',
      (random) => ({ maxEntries: 20 + random.below(40), maxBytes: 300 + random.below(800) }),
    ],
  ]
  for (const [factory, model] of pairs) {
    for (const [name, boundsOf] of bounds) {
      it(`of ${factory.name}, ${name}, evicts what ${model.name} evicts`, () => {
        forEachSeed(8, (random) => {
          const chosen = boundsOf(random)
          compare(new Replay(factory, chosen), new Replay(model, chosen), random, 120)
        })
      })
    }
  }
})
