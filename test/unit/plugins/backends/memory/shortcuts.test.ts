import { expect } from 'chai'
import { MemoryBackend } from '../../../../../plugins/backends/memory/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import {
  type LocalSpace,
  SHORTCUT_HITS,
  type Shortcut,
  type Slot,
  type StrategyFactory,
} from '../../../../../src/domain/index.ts'
import { LocalBackendRig } from '../../../../contracts/local-backend-rig.ts'

function rigOf(strategy: StrategyFactory = lru, spare: (readings: number) => void = () => {}) {
  return new LocalBackendRig(
    ({ clock, ...setup }) => new MemoryBackend({ ...setup, fallback: lru, now: () => clock.now(), spare }),
    { strategy },
  )
}

const of = (space: LocalSpace) => space.shortcut as Shortcut

describe('the shortcut of a hit', () => {
  let rig: LocalBackendRig
  let shortcut: Shortcut
  beforeEach(() => {
    rig = rigOf()
    shortcut = of(rig.root)
    for (const key of ['a', 'b']) rig.put(key, { ttl: 60_000 })
  })

  const readsOf = (key: string, times: number) => {
    for (let i = 0; i < times; i++) rig.read(key)
  }

  it('is opened by a hit, and has what was hit', () => {
    expect(shortcut.left).to.equal(0)
    rig.read('a')
    expect(shortcut.left).to.equal(SHORTCUT_HITS)
    expect(shortcut.take('a')).to.equal('value 1')
    expect([shortcut.take('b'), shortcut.take('c')]).to.deep.equal([undefined, undefined])
    expect(shortcut.left).to.equal(SHORTCUT_HITS - 1)
  })

  it('ends after so many hits, and the next opens it again', () => {
    readsOf('a', SHORTCUT_HITS + 1)
    expect(shortcut.left).to.equal(0)
    rig.read('a')
    expect(shortcut.left).to.equal(SHORTCUT_HITS)
  })

  describe('read for somebody', () => {
    let told: [reader: object, slots: number[]][]
    beforeEach(() => {
      told = []
      shortcut.tell = (reader, slots, first, end) =>
        told.push([reader, [...slots.subarray(end + 1, first + 1)]])
      rig.read('a')
    })

    it('tells each reader what was read for it, and nobody of the rest', () => {
      const [one, two] = [{}, {}]
      for (const reader of [one, undefined, two, one]) {
        shortcut.follow(reader)
        shortcut.take('a')
      }
      shortcut.take('a')
      rig.store.shut?.()
      expect(told.map(([reader]) => reader)).to.deep.equal([one, two, one])
      expect(told[2]).to.deep.equal([one, [rig.slot('a'), rig.slot('a')]])
      expect(shortcut.hits).to.equal(5)
    })

    it('is read for nobody once it was shut, whether or not anything was read', () => {
      shortcut.follow({})
      rig.store.shut?.()
      expect([told, shortcut.reader]).to.deep.equal([[], undefined])
    })
  })

  it('counts each hit once, when it is shut', () => {
    readsOf('a', 2 * (SHORTCUT_HITS + 1) + 1 + 7)
    rig.store.shut?.()
    rig.store.shut?.()
    // Those that opened it are counted by whoever made them.
    expect(shortcut.hits).to.equal(2 * SHORTCUT_HITS + 7)
  })

  const commands: { readonly [name: string]: () => void } = {
    put: () => rig.put('c'),
    'put of what it has': () => rig.put('a'),
    remove: () => rig.store.remove(rig.slot('b'), 'deleted'),
    expire: () => rig.expire('b'),
    'a sweep that removes': () => rig.store.sweep(5, rig.clock.now(), () => false),
    clear: () => rig.store.clear(),
    reshape: () => rig.reshape(rig.bounds, lru),
    'an invalidation': () => {
      rig.epoch += 1
    },
    'the clock': () => rig.clock.advance(1),
  }
  for (const [name, command] of Object.entries(commands)) {
    it(`is shut by ${name}`, () => {
      readsOf('a', 3)
      expect(shortcut.left).to.be.above(0)
      command()
      expect(shortcut.left).to.equal(0)
      rig.check()
      rig.read('a')
    })
  }

  it('has nothing that ends before its term does, or that ended meanwhile', () => {
    rig.put('short', { ttl: 10_000 })
    rig.put('longer', { ttl: 10_001 })
    for (const key of ['a', 'short', 'longer']) rig.read(key)
    expect([shortcut.take('short'), shortcut.take('longer')]).to.deep.equal([undefined, 'value 4'])
    for (let at = 0; at < 11_000; at += 1_000) {
      for (const key of ['a', 'short', 'longer']) rig.read(key)
      rig.clock.advance(1_000)
    }
  })

  it('has no entry that was replaced, or whose freshness was ended, after it was opened', () => {
    for (const key of ['a', 'b']) rig.read(key)
    rig.put('a', { ttl: 5 })
    rig.expire('b')
    rig.put('c')
    rig.read('c')
    expect([shortcut.take('a'), shortcut.take('b'), shortcut.take('c')]).to.deep.equal([
      undefined,
      undefined,
      'value 4',
    ])
  })

  it('has nothing that ends before a later term does', () => {
    rig.read('a')
    rig.clock.advance(20_000)
    rig.put('short', { ttl: 5_000 })
    for (const key of ['a', 'short']) rig.read(key)
    expect([shortcut.take('a'), shortcut.take('short')]).to.deep.equal(['value 1', undefined])
  })

  it('has entries in slots that did not exist when it was opened first', () => {
    rig.read('a')
    const keys = Array.from({ length: 900 }, (_, i) => `key ${i}`)
    const grown = rigOf()
    grown.reshape({ maxEntries: 5_000, maxBytes: 1e9, maxEntrySize: 1e9 }, lru)
    for (let more = 0; more < 3; more++) {
      for (const key of keys) grown.put(`${more} ${key}`)
      for (let round = 0; round < 2; round++) for (const key of keys) grown.read(`${more} ${key}`)
    }
    expect(of(grown.root).hits).to.be.above(2_000)
  })

  it('holds no entry of an earlier term, however many terms there were', () => {
    rig.read('b')
    for (let term = 0; term < 600; term++) {
      rig.epoch += 1
      rig.verify('a', rig.epoch)
      rig.read('a')
      expect([shortcut.take('a'), shortcut.take('b')]).to.deep.equal(['value 1', undefined])
    }
  })

  it('of one space has nothing of another, and both may be open', () => {
    const other = rig.store.space('other')
    rig.put('a', {}, other)
    readsOf('a', 3)
    for (let i = 0; i < 3; i++) rig.read('a', other)
    expect([shortcut.left, of(other).left].map((left) => left > 0)).to.deep.equal([true, true])
    expect([shortcut.take('a'), of(other).take('a')]).to.deep.equal(['value 1', 'value 3'])
  })

  it('is one of a few: more spaces take turns', () => {
    const spaces = Array.from({ length: 20 }, (_, i) => rig.store.space(`space ${i}`))
    for (const space of spaces) rig.put('a', {}, space)
    for (let round = 0; round < 3; round++) for (const space of spaces) rig.read('a', space)
    expect(spaces.filter((space) => of(space).left > 0)).to.have.lengthOf.within(1, 4)
    rig.store.shut?.()
    expect(spaces.filter((space) => of(space).left > 0)).to.have.lengthOf(0)
  })

  it('is there for a store whose index is split, too', () => {
    const large = rigOf()
    large.reshape({ maxEntries: 1_000_000, maxBytes: 1e9, maxEntrySize: 1e9 }, lru)
    const keys = Array.from({ length: 20_000 }, (_, i) => `key ${i}`)
    for (const key of keys) large.put(key)
    for (let round = 0; round < 2; round++) for (const key of keys) large.read(key)
    expect(of(large.root).hits).to.be.above(15_000)
  })

  it('tells the strategy of each hit, in order, before anything else happens to it', () => {
    const said: string[] = []
    const heard = rigOf(listening(said))
    for (const key of ['a', 'b', 'c']) heard.put(key)
    said.length = 0
    for (const key of ['a', 'a', 'b', 'a', 'b']) heard.read(key)
    heard.put('d')
    expect(said).to.deep.equal(['touch 1', 'touch 1', 'touch 2', 'touch 1', 'touch 2', 'insert 4'])
    said.length = 0
    for (const key of ['a', 'a']) heard.read(key)
    heard.store.touch(3)
    heard.read('b')
    heard.read('a')
    expect(heard.store.strategy().name).to.equal('listening')
    expect(said).to.deep.equal(['touch 1', 'touch 1', 'touch 3', 'touch 2', 'touch 1'])
  })

  it('tells how many readings of the clock it has spared', () => {
    let spared = 0
    const told = rigOf(lru, (readings) => {
      spared += readings
    })
    told.put('a')
    for (let i = 0; i < 11; i++) told.read('a')
    told.store.shut?.()
    expect(spared).to.equal(10)
  })

  it('contains a strategy that throws on a touch', () => {
    const broken: StrategyFactory = {
      name: 'broken',
      create: (context) => ({
        ...listening([]).create(context),
        touch: (slot: Slot) => {
          if (slot === 2) throw new Error('broken')
        },
      }),
    }
    const faulty = rigOf(broken)
    for (const key of ['a', 'b']) faulty.put(key)
    for (const key of ['a', 'a', 'b', 'b', 'a']) faulty.read(key)
    faulty.put('c')
    expect(faulty.reported).to.have.lengthOf(1)
    expect(faulty.store.strategy().name).to.equal('lru')
    faulty.check()
  })
})

/** A strategy that evicts nobody here, and says what it hears. */
function listening(said: string[]): StrategyFactory {
  return {
    name: 'listening',
    create: () => ({
      name: 'listening',
      fingerprints: false,
      grow() {},
      insert: (slot) => void said.push(`insert ${slot}`),
      touch: (slot) => void said.push(`touch ${slot}`),
      renew() {},
      remove() {},
      victim: () => 1,
    }),
  }
}
