import { expect } from 'chai'
import fc from 'fast-check'
import { type SchemaCache, type SchemaOptions, withSchema } from '../../../../plugins/schema/index.ts'
import type { Cache } from '../../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  hooking,
  rejection,
  settled,
  thrown,
} from '../../../fixtures/cache-under-test.ts'
import { laterOf, nullableOf, schemaOf, textOf } from './schemas.ts'

interface Named {
  readonly name: string
}

/** Version 2 of a text: an object that has it. */
const namedOf = schemaOf<Named, Named>((value) => {
  const { name } = value as Partial<Named>
  if (typeof name !== 'string' || name === 'bad') throw { message: 'expected a name' }
  return { name }
})

const migrate = { 1: (old: unknown) => ({ name: old as string }) }

async function twoVersions(options: Partial<SchemaOptions<Named>> = { migrate }, cacheOptions: object = {}) {
  const { cache, clock, errors } = await cacheUnderTest(cacheOptions)
  const old = withSchema(cache, textOf, { version: 1 })
  const now = withSchema(cache, namedOf, { version: 2, ...options })
  return { cache, clock, errors, old, now }
}

const never = () => {
  throw new Error('loaded')
}

describe('entries of an older version of a schema', () => {
  it('are not seen without migrate, nor are newer ones by the older', async () => {
    const { cache, old, now } = await twoVersions({})
    await old.set('a', 'ann')
    expect([now.peek('a'), now.getSync('a'), await now.get('a'), await now.has('a')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
      false,
    ])
    expect(await now.getOrSet('a', () => ({ name: 'new' }))).to.deep.equal({ name: 'new' })
    expect([await old.get('a'), await now.get('a')]).to.deep.equal(['ann', { name: 'new' }])
    await cache.close()
  })

  it('are brought up to date by any read, and stored by the next load, which is not made', async () => {
    const { cache, old, now } = await twoVersions()
    await old.set('a', 'ann')
    const ann = { name: 'ann' }
    expect([now.peek('a'), now.getSync('a'), await now.get('a'), await now.has('a')]).to.deep.equal([
      ann,
      ann,
      ann,
      true,
    ])
    expect(await now.getMany(['a', 'b'])).to.deep.equal([ann, undefined])
    expect(now.inspect('a')).to.equal(undefined)
    expect(await now.getOrSet('a', never)).to.deep.equal(ann)
    expect(now.inspect('a')?.state).to.equal('fresh')
    await cache.close()
  })

  it('are not seen behind a null of this version, which is an answer', async () => {
    const { cache, old } = await twoVersions()
    const now = withSchema(cache, nullableOf, { version: 3, migrate: { 1: (text) => text as string } })
    await now.set('a', null)
    await old.set('a', 'an older release wrote this meanwhile')
    expect([now.peek('a'), now.getSync('a'), await now.get('a')]).to.deep.equal([null, null, null])
    expect([await now.getMany(['a']), await now.has('a'), await now.getOrSet('a', never)]).to.deep.equal([
      [null],
      true,
      null,
    ])
    await cache.close()
  })

  it('are brought up to date among many', async () => {
    const { cache, old, now } = await twoVersions()
    await old.set('a', 'ann')
    const asked: (readonly string[])[] = []
    const load = (keys: readonly string[]) => {
      asked.push(keys)
      return keys.map((key) => ({ name: key }))
    }
    expect(await now.getOrSetMany(['a', 'b'], load)).to.deep.equal([{ name: 'ann' }, { name: 'b' }])
    await old.set('c', 'cleo')
    expect(await now.getOrSetMany(['c'], load)).to.deep.equal([{ name: 'cleo' }])
    expect(asked).to.deep.equal([['b']])
    await cache.close()
  })

  it('are brought up to date once for all who ask', async () => {
    let migrations = 0
    const gate = deferred<void>()
    const { cache, old, now } = await twoVersions({
      migrate: {
        1: async (value) => {
          migrations += 1
          await gate.promise
          return { name: value as string }
        },
      },
    })
    await old.set('a', 'ann')
    const answers = [1, 2, 3].map(() => now.getOrSet('a', never))
    await settled()
    gate.resolve()
    expect(await Promise.all(answers)).to.deep.equal([{ name: 'ann' }, { name: 'ann' }, { name: 'ann' }])
    expect(migrations).to.equal(1)
    await cache.close()
  })

  it('get no younger by it: they keep the rest of their lifetime, whatever ttl the call names', async () => {
    const { cache, clock, old, now } = await twoVersions()
    await old.set('a', 'ann', { ttl: 1_000 })
    clock.advance(400)
    await now.getOrSet('a', never, { ttl: '1h' })
    expect(now.inspect('a')?.ttlLeft).to.equal(600)
    await cache.close()
  })

  it('depend on what they depended on, and on the older one', async () => {
    const { cache, old, now } = await twoVersions()
    await old.set('a', 'ann', { tags: ['t'] })
    await now.getOrSet('a', never)
    await cache.invalidate({ tags: ['t'] })
    expect(await now.get('a')).to.equal(undefined)
    await old.set('a', 'ann')
    await now.getOrSet('a', never)
    await old.set('a', 'bob')
    expect(await now.get('a')).to.deep.equal({ name: 'bob' })
    await cache.close()
  })

  it('are passed over where a load is demanded, and do not come back after it', async () => {
    const { cache, old, now } = await twoVersions()
    await old.set('a', 'ann')
    const load = () => ({ name: 'new' })
    expect(await now.getOrSet('a', load, { bypass: true })).to.deep.equal({ name: 'new' })
    expect(await now.get('a')).to.deep.equal({ name: 'ann' })
    expect(await now.getOrSet('a', load, { forceRefresh: true })).to.deep.equal({ name: 'new' })
    await cache.namespace('schema:2').clear()
    expect(await now.get('a')).to.equal(undefined)
    await cache.close()
  })

  it('do not replace an entry of this version, however stale it is', async () => {
    const { cache, clock, old, now } = await twoVersions({ migrate }, { staleIfError: 1_000 })
    await now.set('a', { name: 'stale' }, { ttl: 10 })
    await old.set('a', 'ann')
    clock.advance(20)
    expect(await now.getOrSet('a', () => ({ name: 'loaded' }))).to.deep.equal({ name: 'loaded' })
    await cache.close()
  })

  it('do not come back after a set, delete, expire, invalidate or clear', async () => {
    const ends: ((view: SchemaCache<Named>) => Promise<unknown>)[] = [
      (view) => view.set('a', { name: 'new' }),
      (view) => view.set('a', { name: 'bad' }),
      (view) => view.delete('a'),
      (view) => view.expire('a'),
      (view) => view.invalidate({ keys: ['a'] }),
      (view) => view.clear(),
    ]
    for (const end of ends) {
      const { cache, old, now } = await twoVersions()
      await old.set('a', 'ann')
      await end(now)
      await cache.namespace('schema:2').clear()
      expect([now.peek('a'), await now.get('a')]).to.deep.equal([undefined, undefined])
      expect(await now.getOrSet('a', () => ({ name: 'loaded' }))).to.deep.equal({ name: 'loaded' })
      await cache.close()
    }
  })

  it('are a miss where migrate says undefined', async () => {
    const { cache, errors, old, now } = await twoVersions({ migrate: { 1: () => undefined } })
    await old.set('a', 'ann')
    expect([now.peek('a'), await now.get('a')]).to.deep.equal([undefined, undefined])
    expect(await now.getOrSet('a', () => ({ name: 'new' }))).to.deep.equal({ name: 'new' })
    expect(errors).to.deep.equal([])
    await cache.close()
  })

  it('are a miss, and reported, where migrate fails or makes what the schema refuses', async () => {
    const failing = () => {
      throw new Error('broken')
    }
    const cases = [
      [failing, 'broken'],
      [async () => failing(), 'broken'],
      [() => ({ name: 'bad' }), 'does not fit its schema: expected a name'],
    ] as const
    for (const [how, message] of cases) {
      const { cache, errors, old, now } = await twoVersions({ migrate: { 1: how } })
      await old.set('a', 'ann')
      expect(await now.get('a')).to.equal(undefined)
      expect(await now.getOrSet('a', () => ({ name: 'new' }))).to.deep.equal({ name: 'new' })
      expect(errors.length).to.equal(2)
      expect((errors[0] as Error).message).to.include(message)
      await cache.close()
    }
  })

  it('cannot be brought up to date by peek and getSync where that takes a promise', async () => {
    const { cache } = await cacheUnderTest()
    const old = withSchema(cache, textOf, { version: 1 })
    const views = [
      withSchema(cache, laterOf(namedOf), { version: 2, migrate }),
      withSchema(cache, namedOf, { version: 3, migrate: { 1: async () => Promise.reject(new Error('x')) } }),
    ]
    for (const view of views) {
      expect(view.peek('a')).to.equal(undefined)
      await old.set('a', 'ann')
      expect(thrown(() => view.peek('a')).code).to.equal('HITHERTO_HOOK_ASYNC')
      expect(thrown(() => view.getSync('a')).code).to.equal('HITHERTO_HOOK_ASYNC')
      await view.getOrSet('a', () => ({ name: 'new' }))
      expect(view.peek('a')).to.have.property('name')
    }
    await settled()
    await cache.close()
  })

  it('of the version listed last go first', async () => {
    const { cache } = await cacheUnderTest()
    const first = withSchema(cache, textOf, { version: 1 })
    const second = withSchema(cache, namedOf, { version: 2 })
    const third = withSchema(cache, textOf, {
      version: 3,
      migrate: { 1: (old) => `first ${old}`, 2: (old) => `second ${(old as Named).name}` },
    })
    await first.set('a', 'a')
    await second.set('a', { name: 'a' })
    await first.set('b', 'b')
    expect([third.peek('a'), await third.get('b')]).to.deep.equal(['second a', 'first b'])
    await cache.close()
  })

  it('are given to the callers, and not stored, where a key hook hides their lifetime', async () => {
    const plugins = [hooking('key', ({ key }) => ({ key: `${key}!` }))]
    const { cache, old, now } = await twoVersions({ migrate }, { plugins })
    await old.set('a', 'ann')
    expect(await now.getOrSet('a', never)).to.deep.equal({ name: 'ann' })
    expect(now.inspect('a!')).to.equal(undefined)
    await cache.close()
  })

  it('are not asked for a load that fails', async () => {
    const { cache, now } = await twoVersions()
    expect((await rejection(now.getOrSet('a', never))).message).to.equal('loaded')
    await cache.close()
  })
})

/**
 * Two views of one cache against a model: what was last written to each version of each key, or nothing. The newer view
 * shows its own, else the older one's; once it has written a key, or loaded it, the older one's is gone for it.
 */
describe('two versions side by side', () => {
  type Step = readonly [
    view: 'old' | 'now',
    what: 'set' | 'delete' | 'expire' | 'load' | 'get' | 'evict',
    key: string,
  ]
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom('old' as const, 'now' as const),
    fc.constantFrom('set', 'delete', 'expire', 'load', 'get', 'evict'),
    fc.constantFrom('a', 'b'),
  )

  class Model {
    readonly old = new Map<string, string>()
    readonly now = new Map<string, string>()
    /** Keys of `now` that were made from, or while looking at, what `old` has: outdated when that changes. */
    readonly looked = new Set<string>()

    write(view: 'old' | 'now', key: string, value: string | undefined): void {
      this.old.delete(key)
      if (view === 'old' && this.looked.delete(key)) this.now.delete(key)
      if (view === 'now') {
        this.now.delete(key)
        this.looked.delete(key)
      }
      if (value !== undefined) this[view].set(key, value)
    }

    expire(view: 'old' | 'now', key: string): void {
      this.old.delete(key)
      if (view === 'now') this.now.delete(key)
    }

    load(view: 'old' | 'now', key: string, value: string): string {
      const known = this[view].get(key)
      if (known !== undefined) return known
      const found = view === 'now' ? (this.old.get(key) ?? value) : value
      if (view === 'now') {
        this.old.delete(key)
        this.looked.add(key)
      }
      this[view].set(key, found)
      return found
    }

    get(view: 'old' | 'now', key: string): string | undefined {
      return this[view].get(key) ?? (view === 'now' ? this.old.get(key) : undefined)
    }
  }

  /** Both views, with the same words for their values. */
  function viewsOf(cache: Cache) {
    const old = withSchema(cache, textOf, { version: 1 })
    const now = withSchema(cache, namedOf, { version: 2, migrate })
    return {
      old: {
        view: old,
        set: (key: string, value: string) => old.set(key, value),
        load: (key: string, value: string) => old.getOrSet(key, () => value),
        get: (key: string) => old.get(key),
      },
      now: {
        view: now,
        set: (key: string, name: string) => now.set(key, { name }),
        load: async (key: string, name: string) => (await now.getOrSet(key, () => ({ name }))).name,
        get: async (key: string) => (await now.get(key))?.name,
      },
    }
  }

  type Act = (
    cache: Cache,
    views: ReturnType<typeof viewsOf>,
    model: Model,
    step: Step,
    value: string,
  ) => Promise<void>
  const acts: Record<Step[1], Act> = {
    set: async (_, views, model, [view, , key], value) => {
      await views[view].set(key, value)
      model.write(view, key, value)
    },
    delete: async (_, views, model, [view, , key]) => {
      await views[view].view.delete(key)
      model.write(view, key, undefined)
    },
    expire: async (_, views, model, [view, , key]) => {
      await views[view].view.expire(key)
      model.expire(view, key)
    },
    evict: async (cache, _, model) => {
      await cache.namespace('schema:2').clear()
      model.now.clear()
      model.looked.clear()
    },
    load: async (_, views, model, [view, , key], value) => {
      expect(await views[view].load(key, value)).to.equal(model.load(view, key, value))
    },
    get: async () => {},
  }

  async function run(cache: Cache, steps: readonly Step[]): Promise<void> {
    const views = viewsOf(cache)
    const model = new Model()
    for (const [i, step] of steps.entries()) {
      await acts[step[1]](cache, views, model, step, `${step[0]}${i}`)
      for (const key of ['a', 'b']) {
        const got = [await views.old.get(key), await views.now.get(key)]
        expect(got, `${key} after step ${i}`).to.deep.equal([model.get('old', key), model.get('now', key)])
      }
    }
  }

  it('behave as a model of what was last written', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { cache } = await cacheUnderTest()
      await run(cache, steps)
      await cache.close()
    })
    await fc.assert(property, { numRuns: 150 })
  })
})
