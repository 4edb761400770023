import { expect } from 'chai'
import { arc } from '../../../../../plugins/strategies/arc/index.ts'
import { Succession } from '../../../../../plugins/strategies/auto/succession.ts'
import { lirs } from '../../../../../plugins/strategies/lirs/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { s3Fifo } from '../../../../../plugins/strategies/s3-fifo/index.ts'
import { ttl } from '../../../../../plugins/strategies/ttl/index.ts'
import { wTinyLfu } from '../../../../../plugins/strategies/w-tinylfu/index.ts'
import type { Slot, Strategy, StrategyFactory } from '../../../../../src/domain/index.ts'
import { forEachSeed, strategyContract } from '../../../../contracts/index.ts'
import { randomOperation, StrategyDriver } from '../../../../contracts/strategy-driver.ts'

const all = [lru, wTinyLfu, ttl, s3Fifo, lirs, arc]

/** Counts who holds which slot, and complains about what no strategy may be told. */
class Registry {
  readonly owners = new Map<Slot, Strategy>()
  removals = 0

  of(factory: StrategyFactory): StrategyFactory {
    return { name: factory.name, create: (context) => this.#watched(factory.create(context)) }
  }

  #watched(inner: Strategy): Strategy {
    const { owners } = this
    const own = (slot: Slot) => expect(owners.get(slot), `owner of ${slot}`).to.equal(strategy)
    const strategy: Strategy = {
      name: inner.name,
      fingerprints: inner.fingerprints,
      grow: (slots) => inner.grow(slots),
      insert: (slot, print, weight) => {
        expect(owners.has(slot), `slot ${slot} is held twice`).to.equal(false)
        owners.set(slot, strategy)
        inner.insert(slot, print, weight)
      },
      touch: (slot) => {
        own(slot)
        inner.touch(slot)
      },
      renew: (slot, weight) => {
        own(slot)
        inner.renew(slot, weight)
      },
      retime: (slot) => {
        own(slot)
        inner.retime?.(slot)
      },
      remove: (slot) => {
        own(slot)
        owners.delete(slot)
        this.removals += 1
        inner.remove(slot)
      },
      victim: () => inner.victim(),
    }
    return strategy
  }
}

/** A strategy that changes office after every so many operations, if it can. */
function restless(every: number, given?: Registry, changed: () => void = () => {}): StrategyFactory {
  return {
    name: 'restless',
    create(context) {
      const registry = given ?? new Registry()
      const succession = new Succession(context, registry.of(lru))
      let operations = 0
      const step = () => {
        operations += 1
        if (operations % every > 0 || succession.handingOver) return
        changed()
        succession.appoint(registry.of(all[(operations / every) % all.length] as StrategyFactory))
      }
      return {
        name: 'restless',
        fingerprints: true,
        grow: (slots) => succession.grow(slots),
        insert(slot, print, weight) {
          succession.insert(slot, print, weight, slot & 3)
          step()
        },
        touch(slot) {
          expect(succession.touch(slot)).to.equal(slot & 3)
          step()
        },
        renew(slot, weight) {
          expect(succession.renew(slot, weight)).to.equal(slot & 3)
          step()
        },
        remove: (slot) => succession.remove(slot),
        victim: () => succession.victim(),
      }
    },
  }
}

for (const every of [1, 7, 50]) strategyContract({ describe, it }, restless(every))

/** A cache full of entries 1 to `count`, in the order of their slots. */
function filled(count: number, first: StrategyFactory, registry = new Registry()) {
  let succession!: Succession
  const driver = new StrategyDriver({
    name: 'succession',
    create(context) {
      succession = new Succession(context, registry.of(first))
      return {
        name: 'succession',
        fingerprints: true,
        grow: (slots) => succession.grow(slots),
        insert: (slot, print, weight) => succession.insert(slot, print, weight, 0),
        touch: (slot) => void succession.touch(slot),
        renew: (slot, weight) => void succession.renew(slot, weight),
        retime: (slot) => succession.retime(slot),
        remove: (slot) => succession.remove(slot),
        victim: () => succession.victim(),
      }
    },
  })
  for (let i = 0; i < count; i++) driver.insert({ fingerprint: i })
  return { driver, succession, registry }
}

describe('a succession of strategies', () => {
  it('has each slot with exactly one of the two, whatever is done, however often the office changes', () => {
    forEachSeed(25, (random) => {
      const registry = new Registry()
      let changes = 0
      const factory = restless(1 + random.below(60), registry, () => {
        changes += 1
      })
      const mostEntries = 1 + random.below(120)
      const driver = new StrategyDriver(factory, { slots: 4, maxEntries: mostEntries })
      for (let i = 0; i < 600; i++) {
        randomOperation(random, [...driver.entries.keys()], mostEntries)(driver)
        expect([...registry.owners.keys()].sort()).to.deep.equal([...driver.entries.keys()].sort())
      }
      expect(changes).to.be.above(0)
      driver.drain()
      expect(registry.owners.size).to.equal(0)
    })
  })

  it('tells whoever of the two has an entry that its deadline has moved, and hands nothing over for it', () => {
    const { driver, succession, registry } = filled(20, ttl)
    succession.appoint(registry.of(ttl))
    const added = driver.insert()
    const { owners } = registry
    const waiting = [...owners.keys()].find((slot) => owners.get(slot) !== owners.get(added)) as Slot
    driver.retime(added, 5)
    driver.retime(waiting, 4)
    expect(registry.removals).to.equal(8)
    const order = driver.drain()
    expect([order[0], order.at(-9)], 'the first of each').to.deep.equal([waiting, added])
  })

  it('hands over at most eight entries at an insertion, and none at once', () => {
    const { driver, succession, registry } = filled(1_000, lru)
    succession.appoint(registry.of(lirs))
    expect(registry.removals).to.equal(0)
    let insertions = 0
    while (succession.handingOver) {
      const before = registry.removals
      driver.insert()
      insertions += 1
      expect(registry.removals - before).to.be.at.most(8)
    }
    expect(insertions).to.equal(125)
  })

  it('is over after a ninth of a turnover in a full cache', () => {
    const { driver, succession, registry } = filled(900, lru)
    succession.appoint(registry.of(s3Fifo))
    let insertions = 0
    while (succession.handingOver) {
      driver.insert()
      driver.evict()
      insertions += 1
    }
    expect(insertions).to.equal(100)
  })

  it('hands over who is hit, at once', () => {
    const { driver, succession, registry } = filled(10, lru)
    succession.appoint(registry.of(s3Fifo))
    for (const slot of driver.entries.keys()) driver.touch(slot)
    expect(succession.handingOver).to.equal(false)
    expect(new Set([...registry.owners.values()].map(({ name }) => name))).to.deep.equal(new Set(['s3-fifo']))
  })

  it('keeps the order, from one strategy to another that keeps it', () => {
    const { driver, succession, registry } = filled(64, lru)
    const slots = [...driver.entries.keys()]
    driver.touch(slots[0] as Slot)
    succession.appoint(registry.of(lru))
    for (let i = 0; i < 8; i++) driver.remove(driver.insert())
    expect(succession.handingOver).to.equal(false)
    expect(driver.drain()).to.deep.equal([...slots.slice(1), slots[0]])
  })

  it('evicts what the old one would have evicted while it has any', () => {
    const { driver, succession, registry } = filled(50, lru)
    const slots = [...driver.entries.keys()]
    succession.appoint(registry.of(wTinyLfu))
    expect([driver.evict(), driver.evict(), driver.evict()]).to.deep.equal(slots.slice(0, 3))
  })

  it('passes a fingerprint and the weight of now on to the new one', () => {
    const told: [number, number][] = []
    const listening: StrategyFactory = {
      name: 'listening',
      create(context) {
        const strategy = s3Fifo.create(context)
        const insert = strategy.insert.bind(strategy)
        strategy.insert = (slot, print, weight) => {
          told.push([print, weight])
          insert(slot, print, weight)
        }
        return strategy
      },
    }
    const { driver, succession } = filled(8, lru)
    const slots = [...driver.entries.keys()]
    driver.renew(slots[0] as Slot, { weight: 77 })
    succession.appoint(listening)
    driver.remove(driver.insert({ fingerprint: 99, weight: 5 }))
    expect(told).to.deep.include.members([
      [0, 77],
      [7, 1],
      [99, 5],
    ])
  })

  it('says which strategy it was that named a victim it does not hold', () => {
    const { driver, succession } = filled(4, {
      name: 'wrong',
      create: (context) => Object.assign(lru.create(context), { victim: () => 3_000, name: 'wrong' }),
    })
    succession.appoint(lru)
    expect(() => driver.insert()).to.throw(/"wrong" .* slot 3000/)
  })

  it('changes nothing if the new one cannot be created', () => {
    const { driver, succession } = filled(4, lru)
    const failing = {
      name: 'failing',
      create: () => {
        throw new Error('no')
      },
    }
    expect(() => succession.appoint(failing)).to.throw('no')
    expect(succession.handingOver).to.equal(false)
    expect(driver.drain().length).to.equal(4)
  })
})
