import fc from 'fast-check'
import { MemoryBackend } from '../../../../../plugins/backends/memory/index.ts'
import { lru } from '../../../../../plugins/strategies/lru/index.ts'
import { ttl } from '../../../../../plugins/strategies/ttl/index.ts'
import { LocalBackendRig } from '../../../../contracts/local-backend-rig.ts'

/** Commands in sequences that fast-check shrinks; the rig holds the model and compares it after every step. */
type Step = fc.Command<object, LocalBackendRig>

function step(name: string, run: (rig: LocalBackendRig) => void): Step {
  return {
    check: () => true,
    run: (_model, rig) => {
      run(rig)
      rig.check()
    },
    toString: () => name,
  }
}

const key = fc.constantFrom('a', 'b', 'c', '__proto__', '')
const space = fc.constantFrom('', 'one')
const ttlMs = fc.constantFrom(1, 50, 10_000, 10_001, 20_000, 2 ** 31, 2 ** 32, Number.POSITIVE_INFINITY)
const stale = fc.constantFrom(0, 20, 2 ** 32)
const weight = fc.integer({ min: 1, max: 60 })
const bounds = fc.record({
  maxEntries: fc.integer({ min: 1, max: 6 }),
  maxBytes: fc.integer({ min: 50, max: 200 }),
  maxEntrySize: fc.constant(50),
})

const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(key, space).map(([k, s]) => step(`read ${s}/${k}`, (rig) => rig.read(k, rig.store.space(s)))),
  fc.tuple(key, space, fc.constantFrom(1, 9_999, 10_000, 10_001)).map(([k, s, ms]) =>
    step(`read ${s}/${k}, before and after ${ms} ms`, (rig) => {
      for (const _ of 'abc') rig.read(k, rig.store.space(s))
      rig.clock.advance(ms)
      rig.read(k, rig.store.space(s))
    }),
  ),
  fc.constant(
    step('invalidate something', (rig) => {
      rig.epoch += 1
    }),
  ),
  fc.tuple(key, space, ttlMs, stale, weight).map(([k, s, t, w, b]) =>
    step(`put ${s}/${k} ttl ${t} stale ${w} weight ${b}`, (rig) => {
      rig.put(k, { ttl: t, stale: w, weight: b, deps: [rig.tag('t')] }, rig.store.space(s))
    }),
  ),
  fc.tuple(key, space).map(([k, s]) =>
    step(`remove ${s}/${k}`, (rig) => {
      rig.store.remove(rig.store.space(s).index.get(k) ?? 0, 'deleted')
    }),
  ),
  fc.tuple(key, space).map(([k, s]) =>
    step(`expire ${s}/${k}`, (rig) => {
      if (rig.store.space(s).index.has(k)) rig.expire(k, rig.store.space(s))
    }),
  ),
  fc.constantFrom(1, 60, 2 ** 31).map((ms) => step(`advance ${ms}`, (rig) => rig.clock.advance(ms))),
  fc.integer({ min: 1, max: 5 }).map((budget) =>
    step(`sweep ${budget}`, (rig) => {
      rig.store.sweep(budget, rig.clock.now(), (slot) => slot !== 2)
    }),
  ),
  fc
    .tuple(bounds, fc.constantFrom(lru, ttl))
    .map(([b, s]) => step(`reshape to ${s.name} ${JSON.stringify(b)}`, (rig) => rig.reshape(b, s))),
  fc.constant(step('clear', (rig) => rig.store.clear())),
]

describe('MemoryBackend against a model', () => {
  it('agrees with it, within its bounds, after every command', () => {
    const property = fc.property(bounds, fc.commands(steps, { maxCommands: 60 }), (first, commands) => {
      const rig = new LocalBackendRig(
        ({ clock, ...setup }) => new MemoryBackend({ ...setup, fallback: lru, now: () => clock.now() }),
        { bounds: first, strategy: lru },
      )
      fc.modelRun(() => ({ model: {}, real: rig }), commands)
    })
    fc.assert(property, { numRuns: 150 })
  })
})
