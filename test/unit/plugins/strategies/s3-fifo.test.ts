import { expect } from 'chai'
import { s3Fifo } from '../../../../plugins/strategies/s3-fifo/index.ts'
import { strategyContract } from '../../../contracts/index.ts'
import { referenceS3Fifo } from '../../../contracts/reference-s3-fifo.ts'
import { hitPercent, Replay } from '../../../fixtures/replay.ts'
import { trace } from '../../../fixtures/trace.ts'

strategyContract({ describe, it }, s3Fifo, { model: referenceS3Fifo })

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('s3-fifo', () => {
  it('evicts who has one hit or none from the small queue and promotes who has two', () => {
    const replay = new Replay(s3Fifo, { maxEntries: 10 })
    for (const key of [...numbers(0, 10), 0, 1, 1, 2, 2, 2]) replay.read(key)
    for (const key of numbers(100, 104)) replay.read(key)
    expect(replay.evicted).to.deep.equal([0, 3, 4, 5])
  })

  it('places a newcomer with a ghost beside the proven ones, out of reach of keys that are used once', () => {
    const replay = new Replay(s3Fifo, { maxEntries: 100 })
    for (const key of numbers(0, 150)) replay.read(key)
    expect(replay.has(0)).to.equal(false)
    replay.read(0)
    for (const key of numbers(1_000, 1_090)) replay.read(key)
    expect(replay.has(0)).to.equal(true)
  })

  it('has forgotten a key after as many evictions as main has entries', () => {
    const replay = new Replay(s3Fifo, { maxEntries: 100 })
    for (const key of numbers(0, 300)) replay.read(key)
    replay.read(0)
    for (const key of numbers(1_000, 1_090)) replay.read(key)
    expect(replay.has(0), 'a newcomer like any other').to.equal(true)
    for (const key of numbers(1_090, 1_110)) replay.read(key)
    expect(replay.has(0)).to.equal(false)
  })

  it('lets big entries that are used once have a tenth of the bytes, not the place of the proven ones', () => {
    const replay = new Replay(s3Fifo, { maxEntries: 100_000, maxBytes: 1_000_000 })
    const proven = numbers(0, 400)
    for (let round = 0; round < 4; round++) for (const key of proven) replay.read(key, 2_000)
    for (const key of numbers(1_000, 1_500)) replay.read(key, 20_000)
    expect(proven.filter((key) => replay.has(key)).length).to.equal(400)
    expect(replay.bytes).to.be.at.most(1_000_000)
  })

  it('moves at most 16,384 entries for one victim, however many were hit', () => {
    const replay = new Replay(s3Fifo, { maxEntries: 40_000 })
    const all = numbers(0, 40_000)
    for (const key of [...all, ...all, ...all]) replay.read(key)
    replay.read(100_000)
    for (const key of [...all.slice(1), ...all.slice(1)]) replay.read(key)
    replay.read(100_001)
    expect(replay.evicted).to.deep.equal([0, 1])
  })

  it('has the hit ratio of the pseudo code in the paper, on a trace of a web shop', () => {
    expect(hitPercent(s3Fifo, trace('cache2k-web07'), 1_024)).to.be.closeTo(54.22, 0.1)
    expect(hitPercent(s3Fifo, trace('cache2k-web12'), 688)).to.be.closeTo(64.82, 0.1)
  })
})
