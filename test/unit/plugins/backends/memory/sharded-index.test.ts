import { expect } from 'chai'
import fc from 'fast-check'
import { Fingerprints } from '../../../../../plugins/backends/memory/fingerprints.ts'
import { ShardedIndex } from '../../../../../plugins/backends/memory/sharded-index.ts'

/** What one shard holds on average before the next is made. */
const SHARD = 7_680

function filled(entries: number, split = true): ShardedIndex {
  const index = new ShardedIndex(new Fingerprints(), split)
  for (let i = 0; i < entries; i++) index.set(`key:${i}`, i + 1)
  return index
}

describe('an index in shards', () => {
  it('answers as a Map does, after any operations, however many shards it has', () => {
    const index = filled(5 * SHARD)
    const model = new Map(Array.from({ length: 5 * SHARD }, (_, i) => [`key:${i}`, i + 1]))
    const key = fc.nat({ max: 6 * SHARD }).map((i) => `key:${i}`)
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, slot: fc.integer({ min: 1, max: 1e6 }) }),
      fc.record({ do: fc.constant('delete' as const), key, slot: fc.constant(0) }),
    )
    const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      for (const { do: what, key, slot } of steps) {
        if (what === 'set') {
          index.set(key, slot)
          model.set(key, slot)
        } else {
          expect(index.delete(key)).to.equal(model.delete(key))
        }
        expect(index.get(key)).to.equal(model.get(key))
        expect(index.has(key)).to.equal(model.has(key))
        expect(index.size).to.equal(model.size)
      }
    })
    fc.assert(property)
    for (const [key, slot] of model) expect(index.get(key)).to.equal(slot)
  })

  it('finds every key at every stage of its growth', () => {
    const index = new ShardedIndex(new Fingerprints(), true)
    for (let entries = 1; entries <= 9 * SHARD; entries++) {
      index.set(`key:${entries}`, entries)
      if (entries % 5_000 !== 0) continue
      for (let i = 1; i <= entries; i += 7) expect(index.get(`key:${i}`)).to.equal(i)
    }
    expect(index.shards).to.equal(9)
  })

  it('adds a shard for each 7,680 keys, and hashes nothing until then', () => {
    expect(filled(SHARD).shards).to.equal(1)
    expect(filled(SHARD + 1).shards).to.equal(2)
    expect(filled(4 * SHARD + 1).shards).to.equal(5)
  })

  it('shows the Map that holds all keys as long as it is one', () => {
    expect([...(filled(SHARD).whole ?? [])]).to.have.lengthOf(SHARD)
    const index = filled(SHARD + 1)
    expect(index.whole).to.equal(undefined)
    index.clear()
    index.set('a', 1)
    expect([...(index.whole ?? [])]).to.deep.equal([['a', 1]])
  })

  it('stays one Map where it is not to be split', () => {
    expect(filled(3 * SHARD, false).shards).to.equal(1)
  })

  it('is brought up one shard at a time once it may split', () => {
    const index = filled(4 * SHARD, false)
    index.split = true
    const shards = Array.from({ length: 4 }, (_, i) => {
      index.set(`more:${i}`, i + 1)
      return index.shards
    })
    expect(shards).to.deep.equal([2, 3, 4, 5])
    for (let i = 0; i < 4 * SHARD; i += 11) expect(index.get(`key:${i}`)).to.equal(i + 1)
  })

  it('starts with one shard again when it is cleared', () => {
    const index = filled(3 * SHARD)
    index.clear()
    expect([index.size, index.shards, index.get('key:1')]).to.deep.equal([0, 1, undefined])
  })
})
