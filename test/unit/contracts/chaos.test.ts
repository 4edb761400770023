import { expect } from 'chai'
import fc from 'fast-check'
import { MemoryBackend } from '../../../plugins/backends/index.ts'
import { lru } from '../../../plugins/strategies/lru/index.ts'
import type { LocalBackend } from '../../../src/domain/index.ts'
import type { Plugin } from '../../../src/index.ts'
import { corrupted } from '../../contracts/chaos.ts'
import {
  type Chaos,
  ChaosError,
  chaosBackend,
  chaosBySeed,
  chaosClock,
  chaosPlugin,
  fakeClock,
  seededRandom,
  type Trouble,
} from '../../contracts/index.ts'
import { cacheUnderTest } from '../../fixtures/cache-under-test.ts'

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i))

describe('chaos by seed', () => {
  const rates = { throw: 0.1, delay: 0.2, drop: 0.05, corrupt: 0.15 }

  it('makes the same trouble for the same seed, another for another', () => {
    const made = (seed: number) => {
      const chaos = chaosBySeed(seed)
      return times(200, () => chaos.next(rates))
    }
    expect(made(1)).to.deep.equal(made(1))
    expect(made(1)).to.not.deep.equal(made(2))
  })

  it('makes each kind as often as it was told, and counts', () => {
    const chaos = chaosBySeed(3)
    for (let i = 0; i < 10_000; i++) chaos.next(rates)
    expect(chaos.made.throw).to.be.within(900, 1_100)
    expect(chaos.made.delay).to.be.within(1_850, 2_150)
    expect(chaos.made.drop).to.be.within(420, 580)
    expect(chaos.made.corrupt).to.be.within(1_380, 1_620)
  })

  it('makes none while it is calm, where nothing was asked for, and always where all was', () => {
    const chaos = chaosBySeed(1)
    chaos.active = false
    expect(times(100, () => chaos.next({ throw: 1 })).filter(Boolean)).to.deep.equal([])
    chaos.active = true
    expect(times(100, () => chaos.next({})).filter(Boolean)).to.deep.equal([])
    expect(new Set(times(100, () => chaos.next({ drop: 1 })))).to.deep.equal(new Set(['drop']))
  })

  it('is refused with rates that are none', () => {
    const backend = {} as LocalBackend
    for (const wrong of [{ throw: -0.1 }, { drop: 1.1 }, { throw: Number.NaN }, { throw: 0.6, drop: 0.6 }]) {
      expect(() => chaosBackend(backend, chaosBySeed(1), wrong)).to.throw(RangeError, 'rates of trouble')
    }
    expect(() => chaosClock(fakeClock(), chaosBySeed(1), { delay: 2 })).to.throw(RangeError)
    expect(() => chaosPlugin({ name: 'p', start() {} }, chaosBySeed(1), { corrupt: 2 })).to.throw(RangeError)
  })
})

describe('what is corrupted', () => {
  const bits = (number: number) => number.toString(2).replaceAll('0', '').length

  it('is text with one other character, or bytes with one other bit', () => {
    const seed = fc.nat()
    const text = fc.property(fc.string({ minLength: 1 }), seed, (before, by) => {
      const after = corrupted(before, seededRandom(by)) as string
      expect(after).to.have.lengthOf(before.length)
      expect([...after.split('')].filter((letter, i) => letter !== before[i])).to.have.lengthOf(1)
    })
    fc.assert(text)
    const bytes = fc.property(fc.uint8Array({ minLength: 1 }), fc.boolean(), seed, (array, isBuffer, by) => {
      const before = isBuffer ? Buffer.from(array) : array
      const after = corrupted(before, seededRandom(by)) as Uint8Array
      expect(Buffer.isBuffer(after)).to.equal(isBuffer)
      expect(after.reduce((sum, byte, i) => sum + bits(byte ^ (array[i] as number)), 0)).to.equal(1)
    })
    fc.assert(bytes)
  })

  it('is otherwise anything else', () => {
    const values = fc.constantFrom<unknown>(
      null,
      '',
      -1,
      Number.NaN,
      undefined,
      { a: 1 },
      [],
      true,
      new Uint8Array(),
    )
    const property = fc.property(values, fc.nat(), (value, by) => {
      expect(Object.is(corrupted(value, seededRandom(by)), value)).to.equal(false)
    })
    fc.assert(property)
  })
})

describe('a backend in trouble', () => {
  const record = {
    validAt: 0,
    createdAt: 0,
    freshUntil: Number.POSITIVE_INFINITY,
    keepUntil: Number.POSITIVE_INFINITY,
    weight: 1,
    copy: 0,
    deps: undefined,
  }
  const memory = () =>
    new MemoryBackend({
      bounds: { maxEntries: 10, maxBytes: 1_000, maxEntrySize: 100 },
      strategy: lru,
      fallback: lru,
      now: () => 0,
      report: (error) => expect.fail(String(error)),
    })

  it('throws from any method, before it did anything or after', () => {
    const outcomes = times(40, (seed) => {
      const inner = memory()
      const store = chaosBackend(inner, chaosBySeed(seed), { throw: 1 })
      expect(() => store.put(inner.space(''), 'a', 1, record)).to.throw(ChaosError, 'put threw')
      expect(() => store.space('')).to.throw(ChaosError, 'space threw')
      return inner.entries
    })
    expect(new Set(outcomes)).to.deep.equal(new Set([0, 1]))
  })

  it('does not keep what it drops, nor the older entry of the key', () => {
    const chaos = chaosBySeed(1)
    const store = chaosBackend(memory(), chaos, { drop: 1 })
    chaos.active = false
    const space = store.space('')
    expect(store.put(space, 'a', 1, record)).to.equal(1)
    chaos.active = true
    expect(store.put(space, 'a', 2, record)).to.equal(0)
    expect([store.entries, space.index.has('a')]).to.deep.equal([0, false])
    expect(chaos.made.drop).to.equal(1)
  })

  it('is the same backend while it is calm, with its listener and its numbers', () => {
    const inner = memory()
    const chaos = chaosBySeed(1)
    const store = chaosBackend(inner, chaos, { throw: 1 })
    chaos.active = false
    const left: string[] = []
    store.onRemoval = (_, key) => left.push(key)
    const slot = store.put(store.space(''), 'a', 'value', record)
    expect([store.name, store.entries, store.bytes, store.value(slot)]).to.deep.equal([
      'memory',
      1,
      1,
      'value',
    ])
    store.remove(slot, 'deleted')
    expect(left).to.deep.equal(['a'])
    expect(inner.entries).to.equal(0)
  })
})

describe('a clock in trouble', () => {
  it('jumps, but now never goes back', () => {
    const clock = chaosClock(
      fakeClock({ start: 0, wall: 0 }),
      chaosBySeed(1),
      { corrupt: 0.2 },
      { jump: 1_000 },
    )
    const nows = times(200, () => clock.now())
    expect(nows.every((now, i) => i === 0 || now >= (nows[i - 1] as number))).to.equal(true)
    expect(new Set(nows).size).to.be.within(20, 60)
    const walls = times(200, () => clock.wall())
    expect(Math.min(...walls)).to.be.within(-1_000, -1)
    expect(Math.max(...walls)).to.be.within(1, 1_000)
  })

  it('brings timers late, within bounds, or never', () => {
    const clock = chaosClock(
      fakeClock({ start: 0 }),
      chaosBySeed(1),
      { delay: 0.5, drop: 0.2 },
      { late: 100 },
    )
    const ran: number[] = []
    for (let i = 0; i < 100; i++) clock.schedule(10, () => ran.push(clock.now()))
    clock.advance(1_000)
    expect(ran.length).to.be.within(65, 95)
    expect(ran.filter((at) => at === 10).length).to.be.within(15, 45)
    expect(Math.max(...ran)).to.be.within(50, 110)
    clock.schedule(1, () => expect.fail('ran'))()
    clock.advance(1_000)
  })

  it('stands as still as the clock below while it is calm', () => {
    const chaos = chaosBySeed(1)
    const clock = chaosClock(fakeClock({ start: 5, wall: 7 }), chaos, { corrupt: 1 })
    chaos.active = false
    clock.advance(10)
    expect([clock.now(), clock.wall(), clock.pendingTimers]).to.deep.equal([15, 17, 0])
  })
})

describe('a plugin in trouble', () => {
  const doubling: Plugin = {
    name: 'doubling',
    start(host) {
      host.hook('encode', ({ value }) => ({ value: `${value}${value}` }))
      host.hook('key', ({ key }) => ({ key: `${key}!` }))
      host.on('stored', () => {})
      return () => {}
    },
  }

  /** What is kept of `ab`, and the codes of the errors. */
  async function kept(trouble: Trouble, chaos: Chaos = chaosBySeed(1)) {
    const { cache, clock, errors } = await cacheUnderTest({
      plugins: [chaosPlugin(doubling, chaos, trouble)],
    })
    let done = false
    const setting = cache.set('k', 'ab').finally(() => {
      done = true
    })
    const waited = clock.now()
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve))
      if (!done) clock.advance(1)
    }
    await setting
    const values = ['k!', 'k'].map((key) => cache.inspect(key)?.state)
    const [first] = errors as (Error & { cause?: unknown })[]
    chaos.active = false
    const value = cache.peek('k')
    await cache.close()
    return {
      value,
      values,
      error: first?.cause ?? first,
      waited: clock.now() - waited,
      errors: errors.length,
    }
  }

  it('is the same plugin while it is calm', async () => {
    const calm = chaosBySeed(1)
    calm.active = false
    expect(await kept({ throw: 1 }, calm)).to.include({ value: 'abab', error: undefined, waited: 0 })
  })

  it('throws or rejects from hooks and listeners', async () => {
    const { error, errors } = await kept({ throw: 1 })
    expect(error).to.be.instanceOf(ChaosError)
    // key and encode; what cannot be encoded is not stored, so the listener hears of nothing.
    expect(errors).to.equal(2)
  })

  it('answers late, with the same', async () => {
    const { value, waited, error } = await kept({ delay: 1 })
    expect([value, error]).to.deep.equal(['abab', undefined])
    expect(waited).to.be.within(2, 201)
  })

  it('never answers, so that its hooks are given up', async () => {
    const { waited, error } = await kept({ drop: 1 })
    expect(String(error)).to.include('did not settle')
    expect(waited).to.equal(2_000)
  })

  it('damages what it encodes, and other fields so that they are refused', async () => {
    const { values, error } = await kept({ corrupt: 1 })
    expect(values).to.deep.equal([undefined, 'fresh'])
    expect(String(error)).to.include('no valid key')
  })
})
