import { strict as assert } from 'node:assert'
import type { Strategy, StrategyFactory } from '../../src/domain/index.ts'
import { type LocalBackendFactory, LocalBackendRig } from './local-backend-rig.ts'
import { referenceFifo, referenceLru, referenceTtl } from './reference-strategies.ts'
import type { TestRunner } from './runner.ts'

/** Bounds, eviction and changes of shape. */
export function boundRules({ describe, it }: TestRunner, create: LocalBackendFactory): void {
  const small = { maxEntries: 5, maxBytes: 1_000, maxEntrySize: 400 }

  describe('bounds', () => {
    it('hold by entries after every put', () => {
      const rig = new LocalBackendRig(create, { bounds: { ...small, maxBytes: 1e9 } })
      for (let i = 0; i < 50; i++) {
        rig.put(`k${i}`)
        rig.check()
      }
      assert.deepEqual(rig.keys(), ['k45', 'k46', 'k47', 'k48', 'k49'])
      assert.ok(rig.told.every(({ cause }) => cause === 'evicted'))
    })

    it('hold by bytes after every put, by several evictions if need be', () => {
      const rig = new LocalBackendRig(create, { bounds: { ...small, maxEntries: 1_000 } })
      for (let i = 0; i < 20; i++) rig.put(`light${i}`, { weight: 50 })
      rig.put('heavy', { weight: 400 })
      rig.check()
      assert.equal(rig.told.length, 8)
      rig.put('light19', { weight: 400 })
      rig.check()
    })

    it('refuse what is heavier than maxEntrySize, and its older self leaves', () => {
      const rig = new LocalBackendRig(create, { bounds: small })
      assert.equal(rig.put('a', { weight: 401 }), 0)
      assert.equal(rig.told.length, 0)
      rig.put('a', { weight: 400 })
      assert.equal(rig.put('a', { weight: 401 }), 0)
      assert.deepEqual(rig.told, [{ space: '', key: 'a', cause: 'replaced', value: 'value 2' }])
      rig.check()
    })

    it('leave room for one entry', () => {
      const rig = new LocalBackendRig(create, { bounds: { maxEntries: 1, maxBytes: 100, maxEntrySize: 100 } })
      for (let i = 0; i < 2_000; i++) rig.put(`k${i}`)
      rig.check()
      assert.deepEqual(rig.keys(), ['k1999'])
    })

    it('hold beyond the first few thousand entries', () => {
      const rig = new LocalBackendRig(create, {
        bounds: { maxEntries: 5_000, maxBytes: 1e9, maxEntrySize: 1e6 },
      })
      const space = rig.store.space('one')
      for (let i = 0; i < 6_000; i++)
        rig.put(`k${i}`, { ttl: i + 1, stale: i % 7, copy: i % 3 }, i % 2 ? space : rig.root)
      rig.check()
    })

    it('spare what was used: hits and touches reach the strategy', () => {
      const rig = new LocalBackendRig(create, { bounds: { ...small, maxEntries: 3 } })
      for (const key of ['a', 'b', 'c']) rig.put(key)
      rig.store.hit(rig.slot('a'), rig.clock.now(), rig.epoch)
      rig.store.touch(rig.slot('b'))
      rig.put('d')
      rig.put('e')
      assert.deepEqual(rig.keys(), ['b', 'd', 'e'])
      rig.check()
    })

    it('do not count a look that found nothing usable as use', () => {
      const rig = new LocalBackendRig(create, { bounds: { ...small, maxEntries: 2 } })
      rig.put('a')
      rig.put('b')
      rig.store.hit(rig.slot('a'), rig.clock.now(), rig.epoch + 1)
      rig.put('c')
      assert.deepEqual(rig.keys(), ['b', 'c'])
    })
  })

  describe('reshape', () => {
    const filled = (strategy: StrategyFactory) => {
      const rig = new LocalBackendRig(create, { bounds: { ...small, maxEntries: 100 }, strategy })
      const tag = rig.tag('t')
      const spaces = [rig.root, rig.store.space('one')]
      for (let i = 0; i < 10; i++) {
        rig.put(`k${i}`, { weight: 60, ttl: 100 - i, stale: i, copy: i % 3, deps: [tag] }, spaces[i % 2])
      }
      return rig
    }

    it('carries all entries over to another strategy, and evicts by it from then on', () => {
      const rig = filled(referenceLru)
      rig.reshape({ ...rig.bounds }, referenceTtl)
      assert.equal(rig.told.length, 0)
      rig.check()
      rig.reshape({ ...rig.bounds, maxEntries: 8 }, referenceTtl)
      assert.deepEqual(
        rig.told.map(({ key }) => key),
        ['k9', 'k8'],
      )
      rig.check()
    })

    it('keeps the order of eviction where the new strategy knows no better', () => {
      const rig = filled(referenceLru)
      rig.store.touch(rig.slot('k0'))
      rig.reshape({ ...rig.bounds, maxEntries: 99 }, referenceFifo)
      rig.reshape({ ...rig.bounds, maxEntries: 7 }, referenceFifo)
      assert.deepEqual(
        rig.told.map(({ key }) => key),
        ['k1', 'k2', 'k3'],
      )
      rig.check()
    })

    it('evicts at once what new bounds have no room for', () => {
      const rig = filled(referenceFifo)
      rig.reshape({ ...rig.bounds, maxBytes: 300 }, referenceFifo)
      rig.check()
      assert.equal(rig.size, 5)
      rig.reshape({ maxEntries: 2, maxBytes: 1e9, maxEntrySize: 1e6 }, referenceFifo)
      rig.check()
      for (let i = 0; i < 9; i++) rig.put(`n${i}`, { weight: 70_000 })
      rig.check()
      rig.reshape({ maxEntries: 3_000, maxBytes: 1e9, maxEntrySize: 1e6 }, referenceLru)
      for (let i = 0; i < 2_900; i++) rig.put(`m${i}`)
      rig.check()
      assert.equal(rig.size, 2_902)
    })

    it('with a strategy that cannot be created changes nothing', () => {
      const rig = filled(referenceLru)
      const broken: StrategyFactory = {
        name: 'unborn',
        create: () => {
          throw new Error('unborn')
        },
      }
      assert.throws(() => rig.store.reshape({ ...rig.bounds, maxEntries: 3 }, broken), /unborn/)
      rig.check()
      assert.equal(rig.size, 10)
      for (let i = 0; i < 6; i++) rig.put(`n${i}`, { weight: 60 })
      rig.check()
      assert.equal(rig.size, 16)
    })
  })

  describe('a strategy that breaks its contract', () => {
    const fault = () => {
      throw new Error('strategy')
    }
    const breaks: Readonly<Record<string, Partial<Strategy>>> = {
      'names nobody': { victim: () => 0 },
      'names a slot that was never used': { victim: () => 99_999 },
      'names no slot at all': { victim: () => Number.NaN },
      'throws in victim': { victim: fault },
      'throws in insert': { insert: fault },
      'throws in touch': { touch: fault },
      'throws in renew': { renew: fault },
      'throws in remove': { remove: fault },
      'throws in grow': { grow: fault },
    }
    const brokenBy = (broken: Partial<Strategy>): StrategyFactory => ({
      name: 'broken',
      create: (context) => ({ ...referenceFifo.create(context), ...broken, name: 'broken' }),
    })

    const use = (rig: LocalBackendRig) => {
      for (let i = 0; i < 1_500; i++) rig.put(`k${i}`)
      for (let i = 1_000; i < 1_100; i++) rig.store.hit(rig.slot(`k${i}`), rig.clock.now(), rig.epoch)
      rig.put('k1200', { weight: 200 })
      rig.check()
      for (let i = 0; i < 1_500; i++) rig.put(`m${i}`)
      for (const key of rig.keys().slice(0, 100)) rig.store.remove(rig.slot(key), 'deleted')
      rig.check()
    }

    for (const [name, broken] of Object.entries(breaks)) {
      it(`and ${name} is reported once and replaced; bounds hold and nothing is lost`, () => {
        const bounds = { maxEntries: 1_400, maxBytes: 1e9, maxEntrySize: 1e6 }
        const rig = new LocalBackendRig(create, { bounds, strategy: brokenBy(broken) })
        use(rig)
        assert.deepEqual(rig.reported.map(codeOf), ['HITHERTO_STRATEGY_BROKEN'])
      })
    }

    const handOvers = [
      { victim: fault },
      { insert: fault },
      { remove: fault },
      { victim: () => 0 },
      { remove() {} },
    ]
    const pairs = handOvers.flatMap((broken) => [
      [brokenBy(broken), referenceLru] as const,
      [referenceLru, brokenBy(broken)] as const,
    ])

    it('while entries are handed over or taken over loses none', () => {
      for (const [from, to] of pairs) {
        const rig = new LocalBackendRig(create, { bounds: { ...small, maxEntries: 10 }, strategy: from })
        for (let i = 0; i < 8; i++) rig.put(`k${i}`)
        rig.reshape({ ...small, maxEntries: 9 }, to)
        assert.equal(rig.size, 8)
        rig.check()
        for (let i = 0; i < 8; i++) rig.put(`n${i}`)
        rig.check()
      }
    })
  })
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code
}
