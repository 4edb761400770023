import { AsyncResource } from 'node:async_hooks'
import { expect } from 'chai'
import fc from 'fast-check'
import type { Cache } from '../../../src/index.ts'
import { cacheUnderTest, settled, type UnderTest } from '../../fixtures/cache-under-test.ts'
import { LifetimeModel, type Lifetimes, type Memory } from '../../fixtures/lifetime-model.ts'

/*
 * Any sequence of reads and writes, of one key or of many, in scopes and outside, gives the answers that a simple model
 * gives, asks the source for the same keys, and leaves the same lifetimes. What entries are made from is the subject of
 * model.test.ts.
 */

const KEYS = ['a', 'b', 'c', 'd'] as const
type Key = (typeof KEYS)[number]

const anyKey = fc.constantFrom(...KEYS)
/** A key may be asked for twice. */
const someKeys = fc.array(anyKey, { minLength: 1, maxLength: 6 })

const anyLifetimes: fc.Arbitrary<Lifetimes> = fc.record({
  ttl: fc.constantFrom(50, 100),
  negativeTtl: fc.constantFrom(undefined, 20),
  sliding: fc.constantFrom(undefined, undefined, 30),
  refreshAhead: fc.constantFrom(undefined, undefined, 0, 0.5, 0.8),
  staleWhileRevalidate: fc.constantFrom(0, 0, 40),
  staleIfError: fc.constantFrom(0, 0, 60),
  errorBackoff: fc.constantFrom(0, 25),
})

/** One step; what it must give and what it gives. In a scope, `memory` is what that was answered before. */
interface Step {
  readonly text: string
  expected(model: LifetimeModel, memory: Memory | undefined): unknown
  given(real: Real): unknown
}

/** The cache, over the same rows. */
class Real {
  readonly cache: Cache
  readonly clock: UnderTest['clock']
  readonly asked: string[] = []
  readonly batched: (key: string) => Promise<unknown>
  readonly #row: LifetimeModel['row']

  constructor({ cache, clock }: UnderTest, row: LifetimeModel['row']) {
    this.cache = cache
    this.clock = clock
    this.#row = row
    this.batched = cache.batch((keys) => this.loadMany(keys), { maxBatch: 2 })
  }

  async load(key: string): Promise<string | null> {
    this.asked.push(key)
    const { value, down } = this.#row(key)
    if (down) throw new Error('down')
    return value
  }

  /** Says of each key whether its source is down. */
  async loadMany(keys: readonly string[]): Promise<(string | null | Error)[]> {
    return Promise.all(keys.map((key) => this.load(key).catch((error: Error) => error)))
  }
}

const answered = (answer: Promise<unknown>) => answer.catch(({ message }: Error) => message)
const texts = (answers: readonly unknown[]) =>
  answers.map((answer) => (answer instanceof Error ? answer.message : answer))

const read = (key: Key, again: boolean): Step => ({
  text: `getOrSet(${key}${again ? ', consistent: false' : ''})`,
  expected: (model, memory) => model.read(key, memory, again),
  given: (real) =>
    answered(
      again
        ? real.cache.getOrSet(key, () => real.load(key), { consistent: false })
        : real.cache.getOrSet(key, () => real.load(key)),
    ),
})

const without: Record<string, (cache: Cache, key: Key) => Promise<unknown>> = {
  get: (cache, key) => cache.get(key),
  getSync: async (cache, key) => cache.getSync(key),
  getMany: async (cache, key) => (await cache.getMany([key]))[0],
}

const steps = {
  read: fc.tuple(anyKey, fc.boolean()).map(([key, again]) => read(key, again)),
  many: someKeys.map(
    (keys): Step => ({
      text: `getOrSetMany(${keys})`,
      expected: (model, memory) => model.readMany(keys, memory),
      given: async (real) => texts(await real.cache.getOrSetMany(keys, (missing) => real.loadMany(missing))),
    }),
  ),
  batch: someKeys.map(
    (keys): Step => ({
      text: `batch(${keys})`,
      expected: (model, memory) => model.readMany(keys, memory),
      given: (real) => Promise.all(keys.map((key) => answered(real.batched(key)))),
    }),
  ),
  refresh: anyKey.map(
    (key): Step => ({
      text: `refresh(${key})`,
      expected: (model, memory) => model.refresh(key, memory),
      given: (real) => answered(real.cache.getOrSet(key, () => real.load(key), { forceRefresh: true })),
    }),
  ),
  get: fc.tuple(anyKey, fc.constantFrom(...Object.keys(without))).map(
    ([key, how]): Step => ({
      text: `${how}(${key})`,
      expected: (model, memory) => model.get(key, memory),
      given: ({ cache }) => without[how]?.(cache, key),
    }),
  ),
  peek: anyKey.map(
    (key): Step => ({
      text: `peek(${key})`,
      expected: (model, memory) => model.look(key, memory),
      given: ({ cache }) => cache.peek(key),
    }),
  ),
  has: anyKey.map(
    (key): Step => ({
      text: `has(${key})`,
      expected: (model, memory) => model.look(key, memory) !== undefined,
      given: ({ cache }) => cache.has(key),
    }),
  ),
  set: fc.tuple(anyKey, fc.nat(99)).map(
    ([key, n]): Step => ({
      text: `set(${key}, ${n})`,
      expected: (model, memory) => {
        memory?.delete(key)
        model.set(key, `set ${n}`)
        return true
      },
      given: ({ cache }) => cache.set(key, `set ${n}`),
    }),
  ),
  delete: anyKey.map(
    (key): Step => ({
      text: `delete(${key})`,
      expected: (model, memory) => {
        memory?.delete(key)
        const existed = model.kept(key) !== undefined
        model.remove(key)
        return existed
      },
      given: ({ cache }) => cache.delete(key),
    }),
  ),
  expire: anyKey.map(
    (key): Step => ({
      text: `expire(${key})`,
      expected: (model, memory) => {
        const existed = model.expire(key)
        // What is not there is not written.
        if (existed) memory?.delete(key)
        return existed
      },
      given: ({ cache }) => cache.expire(key),
    }),
  ),
  clear: fc.constant<Step>({
    text: 'clear()',
    expected: (model, memory) => {
      memory?.clear()
      model.clear()
    },
    given: ({ cache }) => cache.clear(),
  }),
  advance: fc.constantFrom(1, 5, 15, 20, 30, 60, 200).map(
    (ms): Step => ({
      text: `advance(${ms})`,
      expected: (model) => {
        model.now += ms
      },
      given: ({ clock }) => clock.advance(ms),
    }),
  ),
  source: fc.tuple(anyKey, fc.constantFrom('up', 'up', 'none', 'down'), fc.nat(99)).map(
    ([key, state, n]): Step => ({
      text: `the source of ${key} is ${state} (${n})`,
      expected: (model) => {
        model.rows.set(key, { value: state === 'none' ? null : `${key} ${n}`, down: state === 'down' })
      },
      given: () => {},
    }),
  ),
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(...Object.values(steps))
/** In a scope a step may be done by somebody outside of it. */
const scoped = fc.array(fc.record({ step: anyStep, outside: fc.boolean() }), { minLength: 2, maxLength: 12 })

/** Made outside of every scope, so that what runs in it is outside, too. */
const outside = new AsyncResource('outside')

type Command = fc.AsyncCommand<LifetimeModel, Real>

async function taken(step: Step, model: LifetimeModel, real: Real, how: Taken = {}): Promise<void> {
  model.asked.clear()
  real.asked.length = 0
  // The source is what the model says it is, also for what this step changes.
  const before = how.outside === true ? undefined : how.memory
  const expected = step.expected(model, before)
  const given = how.outside === true ? outside.runInAsyncScope(() => step.given(real)) : step.given(real)
  expect(await given, step.text).to.deep.equal(expected)
  await settled()
  expect([...real.asked].sort(), `asked by ${step.text}`).to.deep.equal([...model.asked].sort())
}

interface Taken {
  readonly memory?: Memory
  readonly outside?: boolean
}

/** The lifetime of each key, to the millisecond. */
function compared(label: string, model: LifetimeModel, { cache }: Real): void {
  for (const key of KEYS) {
    const entry = model.kept(key)
    const found = cache.inspect(key)
    const alive = found !== undefined && found.state !== 'dead' ? found : undefined
    const left = (until: number) => Math.max(0, until - model.now)
    expect(
      alive && { value: alive.state, fresh: alive.ttlLeft, stale: alive.staleLeft },
      `${key} after ${label}`,
    ).to.deep.equal(
      entry && {
        value: model.fresh(key) === undefined ? 'stale' : 'fresh',
        fresh: left(entry.freshUntil),
        stale: left(entry.keepUntil),
      },
    )
  }
}

const commands: fc.Arbitrary<Command>[] = [
  anyStep.map((step) => ({
    check: () => true,
    run: async (model, real) => {
      await taken(step, model, real)
      compared(step.text, model, real)
    },
    toString: () => step.text,
  })),
  scoped.map((inside) => {
    const label = `in a scope: ${inside.map(({ step, outside: by }) => `${by ? 'outside ' : ''}${step.text}`).join('; ')}`
    return {
      check: () => true,
      run: async (model, real) => {
        const memory: Memory = new Map()
        const page = async () => {
          for (const { step, outside: by } of inside) await taken(step, model, real, { memory, outside: by })
        }
        await real.cache.getOrSet('page', page, { bypass: true })
        compared(label, model, real)
      },
      toString: () => label,
    }
  }),
]

describe('any sequence of reads and writes', () => {
  it('gives the answers, asks the source and leaves the lifetimes that a simple model says', async function () {
    this.timeout(60_000)
    const property = fc.asyncProperty(
      anyLifetimes,
      fc.commands(commands, { maxCommands: 40, size: 'large' }),
      async (lifetimes, run) => {
        const { negativeTtl, sliding, refreshAhead, ...rest } = lifetimes
        const t = await cacheUnderTest({
          ...rest,
          ...(negativeTtl !== undefined && { negativeTtl }),
          ...(sliding !== undefined && { sliding }),
          ...(refreshAhead !== undefined && { refreshAhead }),
        })
        const model = new LifetimeModel(lifetimes)
        await fc.asyncModelRun(() => ({ model, real: new Real(t, (key) => model.row(key)) }), run)
        expect(t.errors.map((error) => (error as Error).message)).to.deep.equal(
          new Array(model.failedBehind).fill('down'),
        )
        await t.cache.close()
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })
})
