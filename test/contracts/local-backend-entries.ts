import { strict as assert } from 'node:assert'
import { type LocalBackendFactory, LocalBackendRig } from './local-backend-rig.ts'
import type { TestRunner } from './runner.ts'

/** Storing, reading, replacing and removing entries. */
export function entryRules({ describe, it }: TestRunner, create: LocalBackendFactory): void {
  describe('entries', () => {
    it('are kept with all that was said of them', () => {
      const rig = new LocalBackendRig(create)
      const deps = [rig.tag('a'), rig.tag('b')]
      rig.put('plain')
      rig.put('full', { ttl: 5_000, stale: 700, weight: 321, copy: 2, deps, validAt: 7 })
      rig.put('forever', { copy: 1 })
      rig.check()
    })

    it('may have any string as key', () => {
      const rig = new LocalBackendRig(create)
      for (const key of ['', ' ', '__proto__', 'constructor', 'a\u0000b', '\ud800', 'é', 'e\u0301'])
        rig.put(key)
      assert.equal(rig.size, 8)
      rig.check()
    })

    it('may hold null, false, 0 and the empty string', () => {
      const { store, root, clock } = new LocalBackendRig(create)
      for (const value of [null, false, 0, '']) {
        const record = { ...new LocalBackendRig(create, { clock }).record() }
        assert.equal(store.value(store.put(root, String(value), value, record)), value)
      }
    })

    it('are replaced in everything by a second put', () => {
      const rig = new LocalBackendRig(create)
      rig.put('a', { ttl: 5, stale: 5, weight: 10, copy: 1, deps: [rig.tag('old')] })
      rig.put('b')
      rig.check()
      rig.epoch = 9
      rig.put('a', { weight: 30, deps: [rig.tag('new')] })
      rig.check()
      rig.put('a', { ttl: 50, copy: 2 })
      rig.check()
      assert.equal(rig.size, 2)
    })

    it('leave when removed, and their slots serve others', () => {
      const rig = new LocalBackendRig(create)
      const tag = rig.tag('t')
      for (let i = 0; i < 20; i++) rig.put(`k${i}`, { ttl: i, deps: [tag], copy: 1 })
      for (let i = 0; i < 20; i += 2) rig.store.remove(rig.slot(`k${i}`), 'deleted')
      rig.check()
      const reach = rig.store.reach
      for (let i = 0; i < 10; i++) rig.put(`n${i}`)
      rig.check()
      assert.equal(rig.store.reach, reach)
    })

    it('are told of with the cause that was given, while key and value can be read', () => {
      const rig = new LocalBackendRig(create)
      rig.put('a')
      rig.put('b', {}, rig.store.space('other'))
      rig.store.remove(rig.slot('a'), 'deleted')
      rig.store.remove(rig.slot('b', rig.store.space('other')), 'invalidated')
      assert.deepEqual(rig.told, [
        { space: '', key: 'a', cause: 'deleted', value: 'value 1' },
        { space: 'other', key: 'b', cause: 'invalidated', value: 'value 2' },
      ])
    })

    it('that are not there leave without a word', () => {
      const rig = new LocalBackendRig(create)
      const slot = rig.put('a')
      rig.put('b')
      rig.store.remove(slot, 'deleted')
      rig.store.remove(slot, 'deleted')
      rig.store.remove(0, 'deleted')
      rig.store.remove(500, 'deleted')
      assert.equal(rig.told.length, 1)
      rig.check()
    })

    it('of one space are apart from those of another', () => {
      const rig = new LocalBackendRig(create)
      const [one, two] = [rig.store.space('one'), rig.store.space('two')]
      assert.equal(rig.store.space('one'), one)
      assert.deepEqual([one.name, two.name], ['one', 'two'])
      assert.notEqual(one.id, two.id)
      rig.put('k')
      rig.put('k', { weight: 5 }, one)
      rig.put('k', { weight: 6 }, two)
      rig.check()
      rig.store.remove(rig.slot('k', one), 'deleted')
      rig.check()
      assert.equal(two.index.size, 1)
    })

    it('count the uses of what they depend on', () => {
      const rig = new LocalBackendRig(create)
      const [a, b] = [rig.tag('a'), rig.tag('b')]
      rig.put('x', { deps: [a] })
      rig.put('y', { deps: [a, b] })
      rig.check()
      rig.put('y', { deps: [b] })
      rig.check()
      rig.store.remove(rig.slot('x'), 'deleted')
      rig.check()
      assert.deepEqual([a.uses, b.uses], [0, 1])
    })

    it('are all gone after clear, which is told, and the store is as new', () => {
      const rig = new LocalBackendRig(create)
      const tag = rig.tag('t')
      for (let i = 0; i < 50; i++)
        rig.put(`k${i}`, { ttl: 10, deps: [tag], weight: i }, rig.store.space(`s${i % 3}`))
      rig.store.clear()
      assert.equal(rig.size, 0)
      assert.equal(rig.told.length, 50)
      assert.ok(rig.told.every(({ cause }) => cause === 'cleared'))
      rig.check()
      for (let i = 0; i < 50; i++) rig.put(`k${i}`, { ttl: 10, deps: [tag] }, rig.store.space(`s${i % 3}`))
      rig.check()
    })
  })

  describe('a removal listener', () => {
    const bounds = { maxEntries: 4, maxBytes: 10_000, maxEntrySize: 1_000 }
    const full = () => {
      const rig = new LocalBackendRig(create, { bounds })
      for (const key of ['a', 'b', 'c', 'd']) rig.put(key, { deps: [rig.tag(key)], ttl: 10 })
      return rig
    }

    it('may remove the very entry that leaves', () => {
      const rig = full()
      rig.afterRemoval = (_space, _key, slot) => rig.store.remove(slot, 'deleted')
      rig.put('e')
      rig.store.remove(rig.slot('b'), 'deleted')
      rig.put('f')
      rig.put('g')
      rig.check()
      assert.deepEqual(
        rig.told.map(({ key }) => key),
        ['a', 'b', 'c'],
      )
    })

    it('may store the same key again', () => {
      const rig = full()
      let again = 3
      rig.afterRemoval = (space, key) => {
        if (again-- > 0) rig.put(key, {}, space)
      }
      rig.store.remove(rig.slot('b'), 'deleted')
      rig.check()
      rig.put('e')
      rig.check()
      assert.ok(rig.root.index.has('b'))
    })

    it('may remove and store others, and never finds the entry that leaves', () => {
      const rig = full()
      let left = 2
      rig.afterRemoval = (space, key) => {
        assert.equal(space.index.has(key), false)
        if (left-- <= 0) return
        const [other] = rig.keys()
        if (other !== undefined) rig.store.remove(rig.slot(other), 'deleted')
        rig.put(`new ${left}`)
      }
      rig.put('e')
      rig.check()
      rig.store.remove(rig.slot('e'), 'deleted')
      rig.check()
    })

    it('may clear the store', () => {
      const rig = full()
      rig.afterRemoval = () => {
        rig.afterRemoval = undefined
        rig.store.clear()
      }
      rig.store.remove(rig.slot('c'), 'deleted')
      assert.equal(rig.size, 0)
      rig.check()
      for (const key of ['p', 'q', 'r']) rig.put(key, { ttl: 5 })
      rig.check()
    })

    it('that throws leaves a whole store behind', () => {
      const rig = full()
      rig.afterRemoval = () => {
        throw new Error('listener')
      }
      assert.throws(() => rig.store.remove(rig.slot('c'), 'deleted'), /listener/)
      rig.afterRemoval = undefined
      rig.check()
      rig.put('e')
      rig.put('f')
      rig.check()
    })
  })
}
