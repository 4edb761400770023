import { expect } from 'chai'
import fc from 'fast-check'
import type { Cache, LoadContext } from '../../../src/index.ts'
import { cacheUnderTest, settled, type UnderTest } from '../../fixtures/cache-under-test.ts'

/*
 * Any sequence of operations leaves in the cache what a simple model says. The model deletes entries at once when
 * something they were made from changes; it knows no epochs, leases or scopes. The world is a table of versioned rows
 * and a program: for each key of each namespace what its load reads, directly or through other keys.
 */

const SPACES = ['', 'a', 'a/b'] as const
const KEYS = ['leaf1', 'leaf2', 'middle', 'top'] as const
const TAGS = ['t1', 't2', 't3'] as const
const TTL = 100
const SWR = 50
const STALE_IF_ERROR = 80

interface Id {
  readonly space: (typeof SPACES)[number]
  readonly key: (typeof KEYS)[number]
}

/** What the load of one key does. */
interface Rule {
  readonly tag: string
  /** Says its tag after it has read the row. */
  readonly late: boolean
  readonly ttl: number | undefined
  readonly reads: readonly { readonly id: Id; readonly how: 'get' | 'peek' | 'getOrSet' }[]
}

type Program = ReadonlyMap<string, Rule>

const nameOf = ({ space, key }: Id) => `${space}|${key}`
const allIds: readonly Id[] = SPACES.flatMap((space) => KEYS.map((key) => ({ space, key })))
const around = (space: string): string[] =>
  space === '' ? [''] : [space, ...around(space.includes('/') ? space.slice(0, space.lastIndexOf('/')) : '')]

interface Entry {
  readonly value: string
  readonly tags: ReadonlySet<string>
  /** Keys and namespaces it was made from. */
  readonly keys: ReadonlySet<string>
  readonly spaces: ReadonlySet<string>
  freshUntil: number
  keepUntil: number
}

class Model {
  now = 0
  readonly rows = new Map<string, number>()
  readonly #entries = new Map<string, Entry>()
  readonly #program: Program

  constructor(program: Program) {
    this.#program = program
  }

  kept(id: Id): Entry | undefined {
    const entry = this.#entries.get(nameOf(id))
    return entry !== undefined && entry.keepUntil > this.now ? entry : undefined
  }

  fresh(id: Id): Entry | undefined {
    const entry = this.kept(id)
    return entry !== undefined && entry.freshUntil > this.now ? entry : undefined
  }

  set(id: Id, value: string, ttl: number, tags: readonly string[]): void {
    this.outdate(id)
    const freshUntil = this.now + ttl
    this.#entries.set(nameOf(id), {
      value,
      tags: new Set(tags),
      keys: new Set(),
      spaces: new Set(),
      freshUntil,
      keepUntil: freshUntil + STALE_IF_ERROR,
    })
  }

  /** The entry that a load of this key makes; kept, and handed to whatever reads it. */
  load(id: Id): Entry {
    const { tag, ttl, reads } = this.#program.get(nameOf(id)) as Rule
    const entry = { tags: new Set([tag]), keys: new Set<string>(), spaces: new Set<string>() }
    let bound = Number.POSITIVE_INFINITY
    const parts = reads.map(({ id: read, how }) => {
      entry.keys.add(nameOf(read))
      for (const space of around(read.space)) entry.spaces.add(space)
      const inner = this.fresh(read) ?? (how === 'getOrSet' ? this.load(read) : undefined)
      if (inner === undefined) return '-'
      for (const what of ['tags', 'keys', 'spaces'] as const)
        for (const each of inner[what]) entry[what].add(each)
      bound = Math.min(bound, inner.freshUntil)
      return inner.value
    })
    const freshUntil = Math.min(this.now + (ttl ?? TTL), ttl === undefined ? bound : Number.POSITIVE_INFINITY)
    const made = {
      ...entry,
      value: text(id, this.row(id), parts),
      freshUntil,
      keepUntil: freshUntil + STALE_IF_ERROR,
    }
    this.#entries.set(nameOf(id), made)
    return made
  }

  row(id: Id): number {
    return this.rows.get(nameOf(id)) ?? 0
  }

  bump(id: Id): void {
    this.rows.set(nameOf(id), this.row(id) + 1)
  }

  remove(id: Id): void {
    this.outdate(id)
    this.#entries.delete(nameOf(id))
  }

  /** The stale window ends when it would have; that of what was for ever begins. */
  expire(entry: Entry): void {
    if (entry.freshUntil === Number.POSITIVE_INFINITY) entry.keepUntil = this.now + STALE_IF_ERROR
    entry.freshUntil = Math.min(entry.freshUntil, this.now)
  }

  outdate(id: Id): void {
    this.#drop(({ keys }) => keys.has(nameOf(id)))
  }

  invalidate(tags: readonly string[]): void {
    this.#drop((entry) => tags.some((tag) => entry.tags.has(tag)))
  }

  clear(space: string): void {
    this.#drop((entry, name) => {
      const own = name.slice(0, name.indexOf('|'))
      return around(own).includes(space) || entry.spaces.has(space)
    })
  }

  #drop(dead: (entry: Entry, name: string) => boolean): void {
    for (const [name, entry] of [...this.#entries]) if (dead(entry, name)) this.#entries.delete(name)
  }
}

const text = (id: Id, row: number, parts: readonly string[]) => `${nameOf(id)}@${row}(${parts.join(',')})`

/** The cache with the same program over the same rows. */
class Real {
  readonly t: UnderTest
  readonly #program: Program
  readonly #rows: (id: Id) => number

  constructor(t: UnderTest, program: Program, rows: (id: Id) => number) {
    this.t = t
    this.#program = program
    this.#rows = rows
  }

  space(id: { readonly space: string }): Cache {
    return id.space === ''
      ? this.t.cache
      : id.space.split('/').reduce<Cache>((cache, name) => cache.namespace(name), this.t.cache)
  }

  getOrSet(id: Id, how: object = {}, fails = false): Promise<string> {
    const { ttl, tag, late } = this.#program.get(nameOf(id)) as Rule
    const load = fails
      ? () => Promise.reject(new Error('down'))
      : (context: LoadContext) => this.#load(id, context)
    return this.space(id).getOrSet(id.key, load, {
      ...(ttl !== undefined && { ttl }),
      ...(!late && { tags: [tag] }),
      ...how,
    })
  }

  async #load(id: Id, context: LoadContext): Promise<string> {
    const { tag, late, reads } = this.#program.get(nameOf(id)) as Rule
    const row = this.#rows(id)
    const parts: string[] = []
    for (const { id: read, how } of reads) {
      const cache = this.space(read)
      if (how === 'getOrSet') parts.push(await this.getOrSet(read, { staleWhileRevalidate: 0 }))
      else parts.push(((await cache[how](read.key)) as string | undefined) ?? '-')
    }
    if (late) context.tag(tag)
    return text(id, row, parts)
  }
}

type Command = fc.AsyncCommand<Model, Real>

/** A command, and after it the comparison of every key. */
function command(label: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real)
      for (const id of allIds) {
        const cache = real.space(id)
        const state = model.fresh(id) ? 'fresh' : model.kept(id) ? 'stale' : 'dead'
        expect(cache.peek(id.key), `${label}: ${nameOf(id)}`).to.equal(model.fresh(id)?.value)
        expect(cache.inspect(id.key)?.state ?? 'dead', `${label}: ${nameOf(id)}`).to.equal(state)
      }
    },
    toString: () => label,
  }
}

const anyId: fc.Arbitrary<Id> = fc.constantFrom(...allIds)
const someTags = fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 })

const commands: fc.Arbitrary<Command>[] = [
  fc
    .tuple(anyId, fc.constantFrom(1, 30, TTL, Number.POSITIVE_INFINITY), someTags, fc.nat(9))
    .map(([id, ttl, tags, n]) =>
      command(`set(${nameOf(id)}, ${n}, ${ttl}, ${tags})`, async (model, real) => {
        expect(await real.space(id).set(id.key, `set${n}`, { ttl, tags })).to.equal(true)
        model.set(id, `set${n}`, ttl, tags)
      }),
    ),
  fc.tuple(anyId, fc.constantFrom('get', 'getSync', 'getMany', 'has')).map(([id, how]) =>
    command(`${how}(${nameOf(id)})`, async (model, real) => {
      const cache = real.space(id)
      const expected = model.fresh(id)?.value
      if (how === 'has') expect(await cache.has(id.key)).to.equal(expected !== undefined)
      else if (how === 'getMany') expect(await cache.getMany([id.key])).to.deep.equal([expected])
      else expect(await cache[how as 'get' | 'getSync'](id.key)).to.equal(expected)
    }),
  ),
  anyId.map((id) =>
    command(`getOrSet(${nameOf(id)})`, async (model, real) => {
      const stale = model.kept(id)
      const serveStale = stale !== undefined && model.now < stale.freshUntil + SWR
      const expected = model.fresh(id)?.value ?? (serveStale ? stale.value : undefined)
      const isFresh = model.fresh(id) !== undefined
      const answer = await real.getOrSet(id)
      await settled()
      const loaded = isFresh ? undefined : model.load(id).value
      expect(answer).to.equal(expected ?? loaded)
    }),
  ),
  anyId.map((id) =>
    command(`refresh(${nameOf(id)})`, async (model, real) => {
      expect(await real.getOrSet(id, { forceRefresh: true })).to.equal(model.load(id).value)
    }),
  ),
  anyId.map((id) =>
    command(`failing(${nameOf(id)})`, async (model, real) => {
      const entry = model.fresh(id) ?? model.kept(id)
      const alive = entry !== undefined && model.now < entry.freshUntil + STALE_IF_ERROR
      const answer = await real.getOrSet(id, { staleWhileRevalidate: 0 }, true).catch(() => undefined)
      expect(answer).to.equal(alive || model.fresh(id) ? entry?.value : undefined)
    }),
  ),
  anyId.map((id) =>
    command(`delete(${nameOf(id)})`, async (model, real) => {
      expect(await real.space(id).delete(id.key)).to.equal(model.kept(id) !== undefined)
      model.remove(id)
    }),
  ),
  fc.uniqueArray(anyId, { maxLength: 2, minLength: 1, selector: nameOf }).map((ids) =>
    command(`invalidate keys(${ids.map(nameOf)})`, async (model, real) => {
      for (const id of ids) {
        await real.space(id).invalidate({ keys: [id.key] })
        model.remove(id)
      }
    }),
  ),
  someTags.map((tags) =>
    command(`invalidate(${tags})`, async (model, real) => {
      await real.t.cache.invalidate({ tags })
      model.invalidate(tags)
    }),
  ),
  fc.constantFrom(...SPACES).map((space) =>
    command(`clear(${space})`, async (model, real) => {
      await real.space({ space }).clear()
      model.clear(space)
    }),
  ),
  anyId.map((id) =>
    command(`expire(${nameOf(id)})`, async (model, real) => {
      const entry = model.kept(id)
      expect(await real.space(id).expire(id.key)).to.equal(entry !== undefined)
      if (entry !== undefined) model.expire(entry)
    }),
  ),
  fc.constantFrom(1, 20, 50, 100, 300).map((ms) =>
    command(`advance(${ms})`, async (model, real) => {
      real.t.clock.advance(ms)
      model.now += ms
    }),
  ),
  anyId.map((id) =>
    command(`write(${nameOf(id)})`, async (model) => {
      model.bump(id)
    }),
  ),
]

/** Loads read only keys further down the list, so no program waits for itself. */
const anyProgram: fc.Arbitrary<Program> = fc
  .tuple(
    ...allIds.map((id) => {
      const below = allIds.filter(({ key }) => KEYS.indexOf(key) < KEYS.indexOf(id.key))
      const read = fc.record({
        id: below.length > 0 ? fc.constantFrom(...below) : fc.constant(id),
        how: fc.constantFrom('get', 'peek', 'getOrSet', 'getOrSet') as fc.Arbitrary<
          'get' | 'peek' | 'getOrSet'
        >,
      })
      return fc.record({
        tag: fc.constantFrom(...TAGS),
        late: fc.boolean(),
        ttl: fc.constantFrom(undefined, undefined, 30, 150),
        reads: fc.array(read, { maxLength: below.length > 0 ? 3 : 0 }),
      })
    }),
  )
  .map((rules) => new Map(rules.map((rule, i) => [nameOf(allIds[i] as Id), rule])))

describe('any sequence of operations', () => {
  it('leaves in the cache what a model with versions and a clock says', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(
        anyProgram,
        fc.commands(commands, { maxCommands: 60, size: 'large' }),
        async (program, run) => {
          const t = await cacheUnderTest({
            ttl: TTL,
            staleWhileRevalidate: SWR,
            staleIfError: STALE_IF_ERROR,
          })
          const model = new Model(program)
          await fc.asyncModelRun(() => ({ model, real: new Real(t, program, (id) => model.row(id)) }), run)
          expect(t.errors).to.deep.equal([])
          await t.cache.close()
        },
      ),
      { numRuns: 150 },
    )
  })
})
