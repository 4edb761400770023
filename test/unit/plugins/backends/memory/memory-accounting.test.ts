import { expect } from 'chai'
import { MemoryBackend } from '../../../../../plugins/backends/memory/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { fakeClock } from '../../../../contracts/index.ts'

function backend(maxBytes: number): MemoryBackend {
  const clock = fakeClock()
  const bounds = { maxEntries: 10, maxBytes, maxEntrySize: maxBytes }
  return new MemoryBackend({ bounds, strategy: lru, fallback: lru, now: () => clock.now(), report() {} })
}

const record = (weight: number) => ({
  validAt: 0,
  createdAt: 0,
  freshUntil: Number.POSITIVE_INFINITY,
  keepUntil: Number.POSITIVE_INFINITY,
  weight,
  copy: 0,
  deps: undefined,
})

describe('the byte count of MemoryBackend', () => {
  it('takes off what it added, also for a weight that is no whole number', () => {
    const store = backend(1_000)
    for (let i = 0; i < 100; i++) store.remove(store.put(store.space(''), 'a', 1, record(10.7)), 'deleted')
    expect(store.bytes).to.equal(0)
  })

  it('returns to zero when the last entry is evicted, however often entries were replaced', () => {
    const store = backend(1_000)
    for (let i = 0; i < 100; i++) store.put(store.space(''), `k${i % 7}`, i, record(100 + (i % 3) / 3))
    store.reshape({ maxEntries: 10, maxBytes: 1, maxEntrySize: 1 }, lru)
    expect([store.bytes, store.entries]).to.deep.equal([0, 0])
  })
})

describe('the slots of MemoryBackend', () => {
  it('are no more than the bound asks for, and one for the newcomer', () => {
    const store = backend(1e9)
    store.reshape({ maxEntries: 2_000, maxBytes: 1e9, maxEntrySize: 1e9 }, lru)
    for (let i = 0; i < 5_000; i++) store.put(store.space(''), `k${i}`, i, record(1))
    expect(store.reach).to.equal(2_001)
    expect(store.entries).to.equal(2_000)
  })
})
