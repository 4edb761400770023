import { expect } from 'chai'
import { z } from 'zod'
import { type StandardSchema, withSchema } from '../../../../plugins/schema/index.ts'
import type { Cache, CacheOptions, SchemaError } from '../../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  hooking,
  rejection,
  settled,
  thrown,
} from '../../../fixtures/cache-under-test.ts'
import { laterOf, numberOf, schemaOf, textOf } from './schemas.ts'

/** The codes of what a cache has reported. */
function codes(errors: readonly unknown[]): unknown[] {
  return errors.map((error) => (error as { code?: unknown }).code)
}

const INVALID = 'HITHERTO_VALUE_INVALID'

for (const [kind, numbers] of [
  ['a schema', numberOf],
  ['an asynchronous schema', laterOf(numberOf)],
] as const) {
  describe(`${kind} on the way in`, () => {
    it('makes once what is stored, and hits give that', async () => {
      let made = 0
      const counted = schemaOf<string, number>((value) => {
        made += 1
        return Number(value)
      })
      const { cache } = await cacheUnderTest()
      const view = withSchema(cache, kind === 'a schema' ? counted : laterOf(counted), { version: 1 })
      expect(await view.getOrSet('a', () => '7')).to.equal(7)
      expect(await view.getOrSet('a', () => '8')).to.equal(7)
      expect([view.peek('a'), view.getSync('a'), await view.get('a')]).to.deep.equal([7, 7, 7])
      expect([await view.getMany(['a', 'b']), await view.has('a'), await view.has('b')]).to.deep.equal([
        [7, undefined],
        true,
        false,
      ])
      expect(made).to.equal(1)
      expect(await view.set('b', '9')).to.equal(true)
      expect([view.peek('b'), made]).to.deep.equal([9, 2])
      await cache.close()
    })

    it('rejects a load that it refuses, with its issues, and stores nothing', async () => {
      const { cache, errors } = await cacheUnderTest()
      const view = withSchema(cache, numbers, { version: 1 })
      const error = (await rejection(view.getOrSet('a', () => 'many'))) as SchemaError
      expect(error.code).to.equal(INVALID)
      expect(error.issues).to.deep.equal([
        { message: 'expected the text of a number', path: ['count', { key: 0 }] },
      ])
      expect(error.message).to.equal(
        'The value of "a" does not fit its schema: count.0: expected the text of a number',
      )
      expect([view.peek('a'), errors]).to.deep.equal([undefined, []])
      await cache.close()
    })

    it('does not keep what it refuses of set, reports it, and forgets the value that was to be replaced', async () => {
      const { cache, errors } = await cacheUnderTest()
      const view = withSchema(cache, numbers, { version: 1 })
      await view.set('a', '1')
      expect(await view.set('a', 'many')).to.equal(false)
      expect([view.peek('a'), codes(errors)]).to.deep.equal([undefined, [INVALID]])
      expect(await view.setMany(Object.entries({ b: '2', c: 'x' }))).to.deep.equal([true, false])
      await cache.close()
    })

    it('lets a stale answer be served in place of a load that it refuses', async () => {
      const { cache, clock } = await cacheUnderTest({ ttl: 10, staleIfError: 100 })
      const view = withSchema(cache, numbers, { version: 1 })
      await view.set('a', '1')
      clock.advance(20)
      expect(await view.getOrSet('a', () => 'many')).to.equal(1)
      await cache.close()
    })

    it('does not see a value again that the source says is not modified', async () => {
      const { cache, clock } = await cacheUnderTest({ ttl: 10, staleIfError: 100 })
      const view = withSchema(cache, numbers, { version: 1 })
      await view.set('a', '1')
      clock.advance(20)
      const got = await view.getOrSet('a', (load) => {
        expect(load.stale).to.equal(1)
        return load.notModified()
      })
      expect([got, view.peek('a')]).to.deep.equal([1, 1])
      clock.advance(20)
      const many = await view.getOrSetMany(['a'], (keys, context) =>
        keys.map((key) => context.of(key).notModified()),
      )
      expect([many, view.peek('a')]).to.deep.equal([[1], 1])
      await cache.close()
    })

    it('sees each of many, and refuses one without harm to the others', async () => {
      const { cache } = await cacheUnderTest()
      const view = withSchema(cache, numbers, { version: 1 })
      await view.set('a', '1')
      const source: Record<string, string | Error> = { b: '2', c: 'many', d: new Error('down') }
      const asked: (readonly string[])[] = []
      const load = (keys: readonly string[]) => {
        asked.push(keys)
        return new Map(
          keys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]] as const])),
        )
      }
      const [a, b, c, d, e] = await view.getOrSetMany(['a', 'b', 'c', 'd', 'e'], load)
      expect([a, b, e, asked]).to.deep.equal([1, 2, undefined, [['b', 'c', 'd', 'e']]])
      expect([(c as SchemaError).code, (d as Error).message]).to.deep.equal([INVALID, 'down'])
      expect([view.peek('b'), view.peek('c')]).to.deep.equal([2, undefined])
      const one = view.batch(async (keys) => keys.map((key) => source[key] ?? '0'))
      expect(await Promise.all([one('a'), one('x')])).to.deep.equal([1, 0])
      expect((await rejection(one('c'))).code).to.equal(INVALID)
      const short = await view.getOrSetMany(['y', 'z'], () => ['1'])
      expect(codes(short)).to.deep.equal(['HITHERTO_OPTION_INVALID', 'HITHERTO_OPTION_INVALID'])
      await cache.close()
    })
  })
}

describe('a typed view', () => {
  it('takes what the cache takes, and refuses the rest as it does', async () => {
    const { cache } = await cacheUnderTest()
    const view = withSchema(cache, textOf, { version: 'v1' })
    await view.setMany(Object.entries({ a: 'a', b: 'b', c: 'c' }))
    await view.set('tagged', 'text', { tags: ['t'] })
    await view.invalidate({ tags: ['t'], keys: undefined })
    await view.invalidate({ tags: ['other'], keys: ['a', 'b'] })
    expect(['tagged', 'a', 'b', 'c'].map((key) => view.peek(key))).to.deep.equal([
      undefined,
      undefined,
      undefined,
      'c',
    ])
    const { code } = await rejection(view.setMany(['ab'] as never))
    expect([code, view.peek('a')]).to.deep.equal(['HITHERTO_OPTION_INVALID', undefined])
    await cache.close()
  })

  it('deletes, expires and forgets', async () => {
    const { cache } = await cacheUnderTest()
    const view = withSchema(cache, textOf, { version: 'v1' })
    await view.setMany(
      ['a', 'b', 'c', 'd', 'e'].map((key) => [key, key] as const),
      { tags: ['t'] },
    )
    expect([await view.delete('a'), await view.delete('a'), await view.deleteMany(['b', 'x'])]).to.deep.equal(
      [true, false, 1],
    )
    expect([await view.expire('c'), view.peek('c'), view.inspect('d')?.state]).to.deep.equal([
      true,
      undefined,
      'fresh',
    ])
    await view.invalidate({ keys: ['d'] })
    expect([view.peek('d'), view.peek('e')]).to.deep.equal([undefined, 'e'])
    await cache.invalidate({ tags: ['t'] })
    expect(view.peek('e')).to.equal(undefined)
    await view.set('a', 'a')
    await view.clear()
    expect([view.peek('a'), view.version]).to.deep.equal([undefined, 'v1'])
    await view.set('a', 'a')
    await cache.clear()
    expect(view.peek('a')).to.equal(undefined)
    await cache.close()
  })

  it('shares nothing with the cache around it', async () => {
    const { cache } = await cacheUnderTest()
    const view = withSchema(cache, textOf, { version: 1 })
    await cache.set('a', 7)
    await view.set('b', 'text')
    expect([view.peek('a'), await cache.get('b')]).to.deep.equal([undefined, undefined])
    await cache.close()
  })

  it('takes effect within the call of set, where the schema needs no promise', async () => {
    const { cache } = await cacheUnderTest()
    const view = withSchema(cache, textOf, { version: 1 })
    void view.set('a', 'text')
    expect(view.peek('a')).to.equal('text')
    await cache.close()
  })

  it('works with zod, transformations, defaults and all', async () => {
    const { cache } = await cacheUnderTest()
    const user = z.object({
      id: z.number(),
      born: z.string().transform((day) => new Date(day)),
      tags: z.array(z.string()).default([]),
    })
    const users = withSchema(cache, user, { version: 1 })
    const ann = { id: 1, born: new Date('2000-02-03'), tags: [] }
    expect(await users.getOrSet('1', () => ({ id: 1, born: '2000-02-03' }))).to.deep.equal(ann)
    expect(await users.getOrSet('1', () => ({ id: 9, born: 'never' }))).to.deep.equal(ann)
    const error = await rejection(users.getOrSet('2', () => ({ id: 'x', born: '' }) as never))
    expect([error.code, error.message]).to.deep.equal([
      INVALID,
      'The value of "2" does not fit its schema: id: Invalid input: expected number, received string',
    ])
    const checked = withSchema(
      cache,
      z.string().refine(async (text) => text !== 'bad'),
      { version: 2 },
    )
    expect(await checked.set('a', 'bad')).to.equal(false)
    expect(await checked.getOrSet('a', () => 'good')).to.equal('good')
    await cache.close()
  })
})

describe('a set that waits for its schema', () => {
  async function waiting(options: CacheOptions = {}) {
    const gates = [deferred<void>(), deferred<void>()]
    let asked = 0
    const schema = laterOf(textOf, () => (gates[asked++] ?? gates[1])?.promise ?? Promise.resolve())
    const { cache, errors } = await cacheUnderTest(options)
    return { cache, errors, gates, view: withSchema(cache, schema, { version: 1 }) }
  }

  const changes: Record<string, (view: ReturnType<typeof withSchema>, cache: Cache) => Promise<unknown>> = {
    'its key is deleted': (view) => view.delete('a'),
    'its key is invalidated': (view) => view.invalidate({ keys: ['a'] }),
    'its tag is invalidated': (_, cache) => cache.invalidate({ tags: ['t'] }),
    'the view is cleared': (view) => view.clear(),
    'the cache is cleared': (_, cache) => cache.clear(),
  }
  const named = { plugins: [hooking('key', ({ key }) => ({ key: `${key}!` }))] }
  for (const [what, change] of Object.entries(changes)) {
    it(`is not kept if ${what} meanwhile`, () => outdatedBy(change))
    it(`is not kept if ${what} meanwhile, whatever a hook calls the key`, () => outdatedBy(change, named))
  }

  async function outdatedBy(change: (typeof changes)[string], options?: CacheOptions): Promise<void> {
    const { cache, gates, view } = await waiting(options)
    const kept = view.set('a', 'old', { tags: ['t'] })
    await change(view as ReturnType<typeof withSchema>, cache)
    gates[0]?.resolve()
    expect([await kept, view.peek('a')]).to.deep.equal([false, undefined])
    await cache.close()
  }

  it('is overtaken by a later one that need not wait', async () => {
    const gate = deferred<void>()
    const later = laterOf(textOf, () => gate.promise)
    const validate = (value: unknown) => (value === 'first' ? later : textOf)['~standard'].validate(value)
    const schema: StandardSchema<string> = { '~standard': { version: 1, vendor: 'moody', validate } }
    const { cache } = await cacheUnderTest()
    const view = withSchema(cache, schema, { version: 1 })
    const first = view.set('a', 'first')
    expect(await view.set('a', 'second')).to.equal(true)
    gate.resolve()
    expect([await first, view.peek('a')]).to.deep.equal([false, 'second'])
    await cache.close()
  })

  it('is overtaken by a later one, whoever is done first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const { cache, gates, view } = await waiting()
      const kept = [view.set('a', 'first'), view.set('a', 'second')]
      for (const i of order) {
        gates[i]?.resolve()
        await settled()
      }
      expect([await Promise.all(kept), view.peek('a')]).to.deep.equal([[false, true], 'second'])
      await cache.close()
    }
  })

  it('is kept whatever else changes', async () => {
    const { cache, gates, view } = await waiting()
    const kept = view.set('a', 'text', { tags: ['t'] })
    await cache.invalidate({ tags: ['other'], keys: [] })
    await cache.set('b', 1)
    gates[0]?.resolve()
    expect([await kept, view.peek('a'), view.inspect('a')?.deps]).to.deep.equal([true, 'text', ['t']])
    await cache.close()
  })

  it('leaves what came later alone when it is refused', async () => {
    const { cache, errors, gates, view } = await waiting()
    const kept = [view.set('a', 1 as never), view.set('a', 'second')]
    gates[1]?.resolve()
    await settled()
    gates[0]?.resolve()
    expect([await Promise.all(kept), view.peek('a'), codes(errors)]).to.deep.equal([
      [false, true],
      'second',
      [INVALID],
    ])
    await cache.close()
  })

  it('rejects for a wrong option as any set does', async () => {
    const { cache, gates, view } = await waiting()
    for (const gate of gates) gate.resolve()
    expect((await rejection(view.set('a', 'text', { tags: [''] }))).code).to.equal('HITHERTO_TAG_INVALID')
    expect((await rejection(view.set('a', 'text', { ttl: 'soon' }))).code).to.equal('HITHERTO_OPTION_INVALID')
    await cache.close()
  })
})

describe('withSchema', () => {
  it('refuses what is no schema, wrong options, and what is no cache', async () => {
    const { cache } = await cacheUnderTest()
    const migrate = (value: unknown) => value as string
    const wrong: readonly (readonly [schema: unknown, options: unknown, option: string])[] = [
      [undefined, { version: 1 }, 'schema'],
      [{ parse: () => 1 }, { version: 1 }, 'schema'],
      [{ '~standard': { version: 2, validate() {} } }, { version: 1 }, 'schema'],
      [textOf, undefined, 'options'],
      [textOf, {}, 'version'],
      [textOf, { version: Number.NaN }, 'version'],
      [textOf, { version: '' }, 'version'],
      [textOf, { version: 1, migrat: {} }, 'migrat'],
      [textOf, { version: 1, migrate }, 'migrate'],
      [textOf, { version: 2, migrate: { 1: 'x' } }, 'migrate.1'],
      [textOf, { version: 2, migrate: { 2: migrate } }, 'migrate.2'],
    ]
    for (const [schema, options, option] of wrong) {
      const error = thrown(() => withSchema(cache, schema as StandardSchema, options as never))
      expect(error).to.include({ code: 'HITHERTO_OPTION_INVALID', option })
    }
    const error = thrown(() => withSchema({} as Cache, textOf, { version: 1 }))
    expect(error.code).to.equal('HITHERTO_NOT_A_CACHE')
    await cache.close()
  })

  it('refuses two schemas under one version of one namespace', async () => {
    const { cache } = await cacheUnderTest()
    withSchema(cache, textOf, { version: 1 })
    withSchema(cache, textOf, { version: 1 })
    withSchema(cache, numberOf, { version: 2 })
    withSchema(cache.namespace('numbers'), numberOf, { version: 1 })
    const error = thrown(() => withSchema(cache, numberOf, { version: '1' }))
    expect(error).to.include({ code: 'HITHERTO_OPTION_INVALID', option: 'version' })
    await cache.close()
  })

  it('takes schemas that are functions', async () => {
    const { cache } = await cacheUnderTest()
    const callable = Object.assign(() => {}, textOf)
    expect(await withSchema(cache, callable, { version: 1 }).set('a', 'text')).to.equal(true)
    await cache.close()
  })

  it('wants a load', async () => {
    const { cache } = await cacheUnderTest()
    const view = withSchema(cache, textOf, { version: 1 })
    expect((await rejection(view.getOrSet('a', 7 as never))).code).to.equal('HITHERTO_OPTION_INVALID')
    expect((await rejection(view.getOrSetMany([], 7 as never))).code).to.equal('HITHERTO_OPTION_INVALID')
    expect(thrown(() => view.batch(7 as never)).code).to.equal('HITHERTO_OPTION_INVALID')
    await cache.close()
  })
})
