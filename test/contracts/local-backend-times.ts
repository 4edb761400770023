import { strict as assert } from 'node:assert'
import { fakeClock } from './fake-clock.ts'
import { type LocalBackendFactory, LocalBackendRig } from './local-backend-rig.ts'
import type { TestRunner } from './runner.ts'

const DAY = 86_400_000
const ROOMY = { maxBytes: 1_000_000, maxEntrySize: 100_000 }
const ALIVE = () => true

/** Freshness, sweeping, very long times, and the order of invalidations. */
export function timeRules({ describe, it }: TestRunner, create: LocalBackendFactory): void {
  describe('a hit', () => {
    it('is fresh below the deadline, and not at it', () => {
      const rig = new LocalBackendRig(create)
      const slot = rig.put('a', { ttl: 100, copy: 2 })
      const now = rig.clock.now()
      assert.equal(rig.store.hit(slot, now, rig.epoch), 2)
      assert.equal(rig.store.hit(slot, now + 99, rig.epoch), 2)
      assert.equal(rig.store.hit(slot, now + 100, rig.epoch), -1)
    })

    it('is for ever where no deadline was given, beside entries with one', () => {
      const rig = new LocalBackendRig(create)
      const first = rig.put('a')
      const second = rig.put('b', { ttl: 5, stale: 5 })
      const third = rig.put('c')
      const later = rig.clock.now() + 1_000 * DAY
      assert.deepEqual(
        [first, second, third].map((slot) => rig.store.hit(slot, later, rig.epoch)),
        [0, -1, 0],
      )
      rig.check()
    })

    it('needs a second look at any other epoch than that of the last, and none after verify', () => {
      const rig = new LocalBackendRig(create)
      rig.epoch = 5
      const slot = rig.put('a')
      const now = rig.clock.now()
      assert.deepEqual(
        [4, 5, 6].map((epoch) => rig.store.hit(slot, now, epoch)),
        [-1, 0, -1],
      )
      rig.verify('a', 6)
      assert.deepEqual(
        [5, 6, 7].map((epoch) => rig.store.hit(slot, now, epoch)),
        [-1, 0, -1],
      )
      rig.check()
    })
  })

  describe('eviction', () => {
    it('takes an expired entry before any live one, whoever is next', () => {
      const rig = new LocalBackendRig(create, { bounds: { ...ROOMY, maxEntries: 5 } })
      for (const key of ['a', 'b', 'c']) rig.put(key)
      rig.put('short', { ttl: 10 })
      rig.put('d')
      rig.clock.advance(10)
      rig.put('e')
      assert.deepEqual(
        rig.told.map(({ key, cause }) => [key, cause]),
        [['short', 'expired']],
      )
      rig.check()
    })

    it('spares an entry in its stale window as long as any other', () => {
      const rig = new LocalBackendRig(create, { bounds: { ...ROOMY, maxEntries: 2 } })
      rig.put('a')
      rig.put('stale', { ttl: 10, stale: 1_000 })
      rig.clock.advance(10)
      rig.put('b')
      assert.deepEqual(
        rig.told.map(({ cause }) => cause),
        ['evicted'],
      )
      rig.check()
    })
  })

  describe('expire', () => {
    it('ends freshness at once and leaves the stale window', () => {
      const rig = new LocalBackendRig(create)
      const slot = rig.put('a', { ttl: 100, stale: 50 })
      rig.clock.advance(10)
      rig.expire('a')
      assert.equal(rig.store.hit(slot, rig.clock.now(), rig.epoch), -1)
      rig.check()
    })

    it('ends an entry without a stale window, also one that was for ever', () => {
      const rig = new LocalBackendRig(create)
      rig.put('a', { ttl: 100 })
      rig.put('b')
      rig.put('c')
      rig.expire('a')
      rig.expire('b')
      rig.check()
      assert.equal(rig.store.sweep(100, rig.clock.now(), ALIVE), 2)
      assert.deepEqual(rig.keys(), ['c'])
      rig.check()
    })

    it('begins the stale window of an entry that was fresh for ever', () => {
      const rig = new LocalBackendRig(create)
      const never = Number.POSITIVE_INFINITY
      const extras = {
        closerFrom: never,
        loadTime: 0,
        sliding: never,
        freshAtMost: never,
        validators: undefined,
      }
      const slot = rig.put('a', { extras: { ...extras, window: 50 } })
      rig.clock.advance(1_000)
      assert.equal(rig.store.hit(slot, rig.clock.now(), rig.epoch), 0)
      rig.expire('a')
      rig.check()
      rig.clock.advance(20)
      rig.expire('a')
      rig.check()
      assert.equal(rig.store.sweep(100, rig.clock.now() + 29, ALIVE), 0)
      assert.equal(rig.store.sweep(100, rig.clock.now() + 30, ALIVE), 1)
    })

    it('never makes an entry fresh again', () => {
      const rig = new LocalBackendRig(create)
      rig.put('a', { ttl: 100, stale: 1_000 })
      rig.clock.advance(500)
      rig.expire('a')
      rig.check()
    })

    it('ends freshness also between two milliseconds', () => {
      for (const fraction of [0, 0.25, 0.5, 0.999]) {
        const rig = new LocalBackendRig(create, { clock: fakeClock({ start: 1_000 + fraction }) })
        rig.clock.advance(0.3)
        const slot = rig.put('a', { ttl: 100 })
        rig.clock.advance(7.4)
        rig.store.expire(slot, rig.clock.now())
        assert.equal(rig.store.hit(slot, rig.clock.now(), rig.epoch), -1)
        assert.ok(rig.store.freshUntil(slot) <= rig.clock.now())
        assert.ok(rig.store.keepUntil(slot) <= rig.clock.now())
        assert.ok(rig.store.createdAt(slot) <= rig.clock.now() - 7)
      }
    })
  })

  describe('a deadline between two milliseconds', () => {
    it('is never early and less than a millisecond late', () => {
      for (const fraction of [0, 0.1, 0.5, 0.9]) {
        const rig = new LocalBackendRig(create, { clock: fakeClock({ start: 500 + fraction }) })
        const slot = rig.put('a', { ttl: 10.35, stale: 3.2 })
        const now = rig.clock.now()
        assert.equal(rig.store.hit(slot, now + 10.34, rig.epoch), 0)
        assert.equal(rig.store.hit(slot, now + 11.35, rig.epoch), -1)
        assert.ok(rig.store.keepUntil(slot) >= now + 13.549 && rig.store.keepUntil(slot) < now + 14.551)
      }
    })
  })

  describe('a sweep', () => {
    it('takes what can no longer be served and says why; the rest stays', () => {
      const rig = new LocalBackendRig(create)
      for (const ttl of [5, 10, 15]) rig.put(`ttl ${ttl}`, { ttl })
      rig.put('stale', { ttl: 5, stale: 100 })
      rig.put('forever')
      const dead = rig.put('dead')
      rig.clock.advance(10)
      const removed = rig.store.sweep(1_000, rig.clock.now(), (slot) => slot !== dead)
      assert.equal(removed, 3)
      assert.deepEqual(
        new Set(rig.told.map(({ key, cause }) => `${key}: ${cause}`)),
        new Set(['ttl 5: expired', 'ttl 10: expired', 'dead: invalidated']),
      )
      rig.check()
    })

    it('looks at no more slots than its budget, and goes on where it stopped', () => {
      const rig = new LocalBackendRig(create)
      for (let i = 0; i < 100; i++) rig.put(`k${i}`)
      const looked: number[] = []
      const look = (slot: number) => looked.push(slot) > 0
      for (let round = 0; round < 10; round++) {
        assert.equal(rig.store.sweep(10, rig.clock.now(), look), 0)
        assert.ok(looked.length <= 10 * (round + 1))
      }
      assert.equal(new Set(looked).size, 100)
      rig.store.sweep(1_000, rig.clock.now(), look)
      assert.ok(looked.length <= 200, 'one pass at most, however large the budget')
    })

    it('of an empty store does nothing', () => {
      const rig = new LocalBackendRig(create)
      assert.equal(rig.store.sweep(100, rig.clock.now(), ALIVE), 0)
    })

    it('may be interrupted by a listener that clears or stores', () => {
      const rig = new LocalBackendRig(create)
      for (let i = 0; i < 30; i++) rig.put(`k${i}`, { ttl: 5 })
      rig.clock.advance(5)
      let told = 0
      rig.afterRemoval = () => {
        told += 1
        if (told === 5) rig.store.clear()
        if (told === 7) for (let i = 0; i < 3_000; i++) rig.put(`n${i % 900}`)
      }
      rig.store.sweep(100, rig.clock.now(), ALIVE)
      rig.afterRemoval = undefined
      rig.check()
    })
  })

  describe('long times', () => {
    const lifetimes = [1, 20 * DAY, 25 * DAY, 2 ** 31, 2 ** 32 - 3, 2 ** 32, 50 * DAY, 80 * DAY, 400 * DAY]

    it('are exact, and stay so while the clock goes on for months', () => {
      const rig = new LocalBackendRig(create)
      for (const ttl of lifetimes) {
        rig.put(`ttl ${ttl}`, { ttl })
        rig.put(`stale ${ttl}`, { ttl: 1_000, stale: ttl })
        rig.put(`both ${ttl}`, { ttl, stale: 90 * DAY })
      }
      rig.put('forever')
      rig.check()
      for (let days = 0; days < 120; days += 6) {
        rig.clock.advance(6 * DAY - 1)
        rig.put('tick', { ttl: 45 * DAY, stale: DAY })
        rig.check()
      }
    })

    it('end when they end', () => {
      for (const ttl of lifetimes) {
        for (const step of [7 * DAY, 500 * DAY]) {
          const rig = new LocalBackendRig(create)
          const slot = rig.put('a', { ttl })
          const end = rig.clock.now() + ttl
          while (rig.clock.now() + step < end) {
            rig.clock.advance(step)
            rig.put('tick', { ttl: 5 })
            assert.equal(rig.store.hit(slot, rig.clock.now(), rig.epoch), 0, `a ttl of ${ttl} before its end`)
          }
          rig.clock.advance(end - 1 - rig.clock.now())
          assert.equal(rig.store.freshUntil(slot), end)
          rig.clock.advance(1)
          assert.equal(rig.store.hit(slot, rig.clock.now(), rig.epoch), -1, `a ttl of ${ttl} at its end`)
          rig.store.sweep(100, rig.clock.now(), ALIVE)
          assert.ok(!rig.root.index.has('a'))
        }
      }
    })

    it('of entries that left are not those of the next in their slot', () => {
      const rig = new LocalBackendRig(create)
      const slot = rig.put('a', { ttl: 400 * DAY, stale: DAY })
      rig.store.remove(slot, 'deleted')
      rig.clock.advance(30 * DAY)
      rig.put('b', { ttl: 5 })
      rig.clock.advance(60 * DAY)
      rig.put('c', { ttl: 5 })
      rig.check()
    })
  })

  describe('the order of invalidations', () => {
    it('may start anywhere and go beyond what 32 bits count', () => {
      const rig = new LocalBackendRig(create)
      for (const epoch of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33 + 7, 2 ** 45]) {
        rig.epoch = epoch
        rig.put(`at ${epoch}`, { ttl: 50, deps: [rig.tag(`t${epoch}`)] })
        assert.equal(rig.store.validAt(rig.slot(`at ${epoch}`)), epoch)
        assert.equal(rig.store.hit(rig.slot(`at ${epoch}`), rig.clock.now(), epoch), 0)
        assert.equal(rig.store.hit(rig.slot(`at ${epoch}`), rig.clock.now(), epoch + 2 ** 32), -1)
        rig.check()
      }
    })

    it('makes no entry look newer than it is, however far the epochs are apart', () => {
      const rig = new LocalBackendRig(create)
      const epochs = [2 ** 33, 3, 2 ** 32 + 3, 2 ** 32 + 2, 2 ** 40, 0]
      epochs.forEach((epoch, i) => {
        rig.epoch = epoch
        rig.put(`k${i}`)
        rig.check()
      })
    })

    it('verifies only as far as it can count', () => {
      const rig = new LocalBackendRig(create)
      const slot = rig.put('a')
      rig.store.verify(slot, 2 ** 40)
      const at = rig.store.validAt(slot)
      assert.ok(at === 1 || at === 2 ** 40)
    })
  })
}
