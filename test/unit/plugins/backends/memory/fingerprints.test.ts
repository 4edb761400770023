import { expect } from 'chai'
import fc from 'fast-check'
import { fingerprint } from '../../../../../plugins/backends/memory/fingerprints.ts'

describe('a fingerprint', () => {
  it('has 31 bits and depends on nothing but key and salt', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), fc.nat(), (key, salt) => {
      const print = fingerprint(key, salt)
      expect(print).to.equal(fingerprint(key, salt))
      expect(Number.isInteger(print)).to.equal(true)
      expect(print).to.be.within(0, 2 ** 31 - 1)
    })
    fc.assert(property)
  })

  it('tells numbered keys apart about as well as chance would', () => {
    const prints = new Set(Array.from({ length: 100_000 }, (_, i) => fingerprint(`user:${i}`, 12_345)))
    // Chance: 100,000^2 / 2^32, about 2.3 pairs.
    expect(100_000 - prints.size).to.be.lessThan(15)
  })

  it('spreads over its low bits, by which tables are indexed', () => {
    const counts = new Array<number>(64).fill(0)
    for (let i = 0; i < 64_000; i++) {
      const low = fingerprint(`/items/${i}?page=1`, 99) & 63
      counts[low] = (counts[low] ?? 0) + 1
    }
    // 1,000 each expected, standard deviation about 31.
    for (const count of counts) expect(count).to.be.within(800, 1_200)
  })

  it('gives keys that collide under one salt another chance under the next', () => {
    const byPrint = new Map<number, string>()
    const pairs: [string, string][] = []
    for (let i = 0; i < 200_000; i++) {
      const print = fingerprint(`k${i}`, 1)
      const other = byPrint.get(print)
      if (other !== undefined) pairs.push([other, `k${i}`])
      byPrint.set(print, `k${i}`)
    }
    const still = pairs.filter(([a, b]) => fingerprint(a, 2) === fingerprint(b, 2))
    expect(still.length).to.be.lessThan(Math.max(1, pairs.length))
  })
})
