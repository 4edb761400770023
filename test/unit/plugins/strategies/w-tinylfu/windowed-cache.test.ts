import { expect } from 'chai'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import {
  type AccessSample,
  WindowedCache,
} from '../../../../../plugins/strategies/w-tinylfu/windowed-cache.ts'
import type { StrategyFactory } from '../../../../../src/domain/index.ts'
import { forEachSeed, strategyContract } from '../../../../contracts/index.ts'
import { referenceWTinyLfu } from '../../../../contracts/reference-w-tinylfu.ts'
import { Replay } from '../../../../fixtures/replay.ts'

/** A window of one share for good. */
function windowed(share: number): StrategyFactory {
  return {
    name: `window-${share}`,
    create: (context) => {
      const cache = new WindowedCache(context, share)
      return {
        name: `window-${share}`,
        fingerprints: true,
        grow: (slots) => cache.grow(slots),
        insert: (slot, print) => cache.insert(slot, print),
        touch: (slot) => cache.touch(slot),
        renew: (slot) => cache.touch(slot),
        remove: (slot) => cache.remove(slot),
        victim: () => cache.victim(),
      }
    },
  }
}

for (const share of [0.01, 0.2, 0.6, 1]) {
  strategyContract({ describe, it }, windowed(share), { model: referenceWTinyLfu(share), seeds: 15 })
}

describe('a cache with a window', () => {
  for (const share of [0.01, 0.2, 0.6, 1]) {
    it(`of ${share} evicts what its model evicts when it is full`, () => {
      forEachSeed(6, (random) => {
        const maxEntries = 1 + random.below(80)
        const actual = new Replay(windowed(share), { maxEntries })
        const expected = new Replay(referenceWTinyLfu(share), { maxEntries })
        for (let i = 0; i < 2_000; i++) {
          const key = random.below(5) === 0 ? 1_000 + i : Math.floor(200 * random.next() ** 2)
          actual.read(key)
          expected.read(key)
        }
        expect(actual.evicted).to.deep.equal(expected.evicted)
      })
    })
  }

  it('of all entries is lru', () => {
    forEachSeed(5, (random) => {
      const maxEntries = 1 + random.below(60)
      const actual = new Replay(windowed(1), { maxEntries })
      const expected = new Replay(lru, { maxEntries })
      for (let i = 0; i < 2_000; i++) {
        const key = Math.floor(150 * random.next() ** 2)
        actual.read(key)
        expected.read(key)
      }
      expect(actual.evicted).to.deep.equal(expected.evicted)
    })
  })

  it('follows its share when that changes, and gives the room of the protected back', () => {
    const { cache, read } = reader(100, 0.01)
    for (let i = 0; i < 5_000; i++) read(i % 90)
    cache.share = 1
    for (let i = 0; i < 400; i++) read(10_000 + i)
    let hits = 0
    for (let i = 0; i < 99; i++) if (read(10_301 + i)) hits += 1
    expect(hits).to.equal(99)
  })

  it('does not let protected entries that nobody uses any more stay when its window grows', () => {
    const { cache, read } = reader(100, 0.01)
    for (let i = 0; i < 20_000; i++) read(i % 95)
    cache.share = 0.2
    for (let i = 0; i < 20_000; i++) read(20_000 + (i % 95))
    let hits = 0
    for (let i = 0; i < 950; i++) if (read(20_000 + (i % 95))) hits += 1
    expect(hits).to.be.above(800)
  })

  it('lets a key in that is known well, now and then, though those inside are known better', () => {
    const { read } = reader(20, 0.01)
    let hits = 0
    for (let round = 0; round < 3_000; round++) {
      for (let i = 0; i < 19; i++) for (let twice = 0; twice < 2; twice++) read(i)
      read(100)
      read(101)
      if (read(100)) hits += 1
    }
    expect(hits).to.be.above(0)
  })

  it('shows its sample each access, and who left without being evicted', () => {
    const seen: string[] = []
    const sample: AccessSample = {
      includes: (print) => print % 2 === 0,
      access: (print) => void seen.push(`access ${print}`),
      forget: (print) => void seen.push(`forget ${print}`),
    }
    const cache = new WindowedCache({ slots: 8, maxEntries: 4, fingerprint: (slot) => slot + 1 }, 0.2)
    cache.insert(1, 2)
    cache.watch(sample)
    cache.insert(2, 3)
    cache.insert(3, 4)
    for (const slot of [1, 2, 3]) cache.touch(slot)
    cache.remove(3)
    const victim = cache.victim()
    cache.remove(victim)
    expect(seen).to.deep.equal(['access 4', 'access 2', 'access 4', 'forget 4'])
  })

  it('shows its sample the accesses of an entry that it counts no further, too', () => {
    let accesses = 0
    const sample: AccessSample = { includes: () => true, access: () => void accesses++, forget() {} }
    const cache = new WindowedCache({ slots: 8, maxEntries: 4, fingerprint: (slot) => slot }, 0.01)
    cache.watch(sample)
    for (const slot of [1, 2, 3]) cache.insert(slot, slot)
    for (let i = 0; i < 50; i++) cache.touch(1)
    expect(accesses).to.equal(53)
  })
})

/** A cache of so many entries, and what reads keys through it; true for a hit. */
function reader(
  maxEntries: number,
  share: number,
): { readonly cache: WindowedCache; readonly read: (key: number) => boolean } {
  const slots = new Map<number, number>()
  const keys = new Map<number, number>()
  const free = Array.from({ length: maxEntries + 1 }, (_, i) => i + 1)
  const fingerprint = (slot: number) => (keys.get(slot) as number) * 2_654_435
  const cache = new WindowedCache({ slots: 2 * maxEntries, maxEntries, fingerprint }, share)
  const read = (key: number) => {
    const held = slots.get(key)
    if (held !== undefined) {
      cache.touch(held)
      return true
    }
    const slot = free.pop() as number
    slots.set(key, slot)
    keys.set(slot, key)
    cache.insert(slot, fingerprint(slot))
    if (free.length > 0) return false
    const victim = cache.victim()
    slots.delete(keys.get(victim) as number)
    cache.remove(victim)
    free.push(victim)
    return false
  }
  return { cache, read }
}
