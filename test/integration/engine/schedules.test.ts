import { expect } from 'chai'
import fc from 'fast-check'
import type { Cache, CacheOptions, LoadContext, LoadMany, LoadManyContext } from '../../../src/index.ts'
import { cacheUnderTest } from '../../fixtures/cache-under-test.ts'

/*
 * Cache consistency under every interleaving that fast-check's scheduler finds. A database of versioned rows; cached
 * functions over it, nested three deep; writers that change a row and then tell the cache, readers that start at any
 * time. Two promises:
 *   1. No reader gets a row older than a write whose invalidation had returned when the reader began.
 *   2. When all is quiet, nothing that is held is older than the database: no fill survived an invalidation that came
 *      after its load began.
 */

const ROWS = 3

type Told = 'tag' | 'delete' | 'keys' | 'set' | 'clear'
type Target = 'row' | 'pair' | 'page'
type Actor =
  | { readonly does: 'write'; readonly row: number; readonly told: Told }
  | { readonly does: 'read'; readonly target: Target; readonly row: number; readonly force: boolean }

/** How the cached functions are built. */
interface Style {
  /** Rows name their tag after they have read, not before. */
  readonly late: boolean
  /** Pairs look with `get` first, and only then load. */
  readonly look: boolean
  /** Rows are in a namespace of their own. */
  readonly apart: boolean
  /** Rows are loaded in batches. */
  readonly batched: boolean
  /** A row waits so many turns before and after it reads the database. */
  readonly turns: number
}

type Versions = Readonly<Record<number, number>>

/** The database, the functions over it, and what has been promised so far. */
class World {
  readonly #db: number[] = Array(ROWS).fill(0)
  /** The version of each row that the cache was told of. */
  readonly #told: number[] = Array(ROWS).fill(0)
  readonly #cache: Cache
  readonly #rows: Cache
  readonly #style: Style
  readonly #pause: () => Promise<unknown>
  readonly #inBatch: (key: string) => Promise<Versions | undefined>

  constructor(cache: Cache, style: Style, pause: () => Promise<unknown>) {
    this.#cache = cache
    this.#rows = style.apart ? cache.namespace('rows') : cache
    this.#style = style
    this.#pause = pause
    this.#inBatch = this.#rows.batch((keys, context) => this.#loadMany(keys, context), { maxBatch: 2 })
  }

  async write(row: number, told: Told): Promise<void> {
    await this.#pause()
    const version = ++(this.#db as [number])[row as 0]
    await this.#pause()
    if (told === 'tag') await this.#cache.invalidate({ tags: [`tag:${row}`] })
    if (told === 'delete') await this.#rows.delete(`row:${row}`)
    if (told === 'keys') await this.#rows.invalidate({ keys: [`row:${row}`] })
    if (told === 'set') await this.#rows.set(`row:${row}`, { [row]: this.#db[row] }, { tags: [`tag:${row}`] })
    if (told === 'clear') await this.#rows.clear()
    this.#told[row] = Math.max(this.#told[row] as number, version)
  }

  async read(target: Target, row: number, forceRefresh: boolean): Promise<void> {
    await this.#pause()
    const promised = [...this.#told]
    const how = { forceRefresh }
    const seen = await (target === 'row'
      ? this.#row(row, how)
      : target === 'pair'
        ? this.#pair(row, how)
        : this.#page(how))
    this.#mustBeAtLeast(promised, seen, `${target} ${row}`)
  }

  /** What is held now that all is quiet. */
  checkHeld(): void {
    for (let row = 0; row < ROWS; row++) {
      const held = [this.#rows.peek<Versions>(`row:${row}`), this.#cache.peek<Versions>(`pair:${row}`)]
      for (const seen of held) if (seen !== undefined) this.#mustBeAtLeast(this.#db, seen, `held, row ${row}`)
    }
    const page = this.#cache.peek<Versions>('page')
    if (page !== undefined) this.#mustBeAtLeast(this.#db, page, 'the page that is held')
  }

  #mustBeAtLeast(promised: readonly number[], seen: Versions, what: string): void {
    for (const [row, version] of Object.entries(seen)) {
      expect(version, `${what}: version of row ${row}`).to.be.at.least(promised[Number(row)] as number)
    }
  }

  async #row(row: number, how: { readonly forceRefresh?: boolean } = {}): Promise<Versions> {
    const key = `row:${row}`
    if (!this.#style.batched) return this.#rows.getOrSet(key, (context) => this.#load(row, context), how)
    if (how.forceRefresh !== true) return (await this.#inBatch(key)) as Versions
    const load: LoadMany<Versions> = (keys, context) => this.#loadMany(keys, context)
    const [answer] = await this.#rows.getOrSetMany([key], load, how)
    if (answer instanceof Error) throw answer
    return answer as Versions
  }

  #loadMany(keys: readonly string[], { of }: LoadManyContext): Promise<Versions[]> {
    return Promise.all(keys.map((key) => this.#load(Number(key.slice('row:'.length)), of(key))))
  }

  async #load(row: number, context: LoadContext): Promise<Versions> {
    const { late, turns } = this.#style
    if (!late) context.tag(`tag:${row}`)
    for (let i = 0; i < turns; i++) await this.#pause()
    const seen = { [row]: this.#db[row] as number }
    for (let i = 0; i < turns; i++) await this.#pause()
    if (late) context.tag(`tag:${row}`)
    return seen
  }

  #pair(first: number, how = {}): Promise<Versions> {
    return this.#cache.getOrSet(
      `pair:${first}`,
      async () => {
        const one = await this.#either(first)
        await this.#pause()
        return { ...one, ...(await this.#either((first + 1) % ROWS)) }
      },
      how,
    )
  }

  async #either(row: number): Promise<Versions> {
    const held = this.#style.look ? await this.#rows.get<Versions>(`row:${row}`) : undefined
    return held ?? this.#row(row)
  }

  #page(how = {}): Promise<Versions> {
    return this.#cache.getOrSet(
      'page',
      async () => {
        const [a, b] = await Promise.all([this.#pair(0), this.#pair(1)])
        await this.#pause()
        return { ...a, ...b }
      },
      how,
    )
  }
}

const row = fc.nat(ROWS - 1)
const actor: fc.Arbitrary<Actor> = fc.oneof(
  fc.record({
    does: fc.constant('write' as const),
    row,
    told: fc.constantFrom<Told[]>('tag', 'tag', 'delete', 'keys', 'set', 'clear'),
  }),
  fc.record({
    does: fc.constant('read' as const),
    target: fc.constantFrom<Target[]>('row', 'pair', 'page'),
    row,
    force: fc.oneof(
      { weight: 5, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  }),
)
const style: fc.Arbitrary<Style> = fc.record({
  late: fc.boolean(),
  look: fc.boolean(),
  apart: fc.boolean(),
  batched: fc.boolean(),
  turns: fc.integer({ min: 1, max: 2 }),
})

describe('under any interleaving', () => {
  const configurations: Record<string, CacheOptions> = {
    'with the default bounds': {},
    'with few tags, few dependencies and one place for loads': {
      maxTags: 4,
      maxDeps: 2,
      loads: { concurrency: 1 },
    },
    'with asynchronous hooks on every point': { plugins: [], hookTimeout: '1h' },
  }
  for (const [how, options] of Object.entries(configurations)) {
    it(`no reader gets what its writers had replaced, and nothing outdated stays, ${how}`, async function () {
      this.timeout(60_000)
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          style,
          fc.array(actor, { minLength: 2, maxLength: 9 }),
          async (s, form, actors) => {
            const pause = () => s.schedule(Promise.resolve())
            let over = false
            const slow = () => (over ? undefined : pause().then(() => {}))
            const plugins = options.plugins && [
              {
                name: 'slow',
                start(host: {
                  hook(
                    point: 'store' | 'load' | 'lookup' | 'invalidate',
                    handler: () => Promise<void> | undefined,
                  ): void
                }) {
                  for (const point of ['store', 'load', 'lookup', 'invalidate'] as const)
                    host.hook(point, slow)
                },
              },
            ]
            const { cache } = await cacheUnderTest({ ttl: '1d', ...options, ...(plugins && { plugins }) })
            const world = new World(cache, form, pause)
            const done = Promise.all(
              actors.map((each) =>
                each.does === 'write'
                  ? world.write(each.row, each.told)
                  : world.read(each.target, each.row, each.force),
              ),
            )
            await s.waitFor(done)
            await s.waitIdle()
            over = true
            world.checkHeld()
            expect(cache.stats()).to.include({ loading: 0, loadErrors: 0 })
            await cache.close()
          },
        ),
        { numRuns: 400 },
      )
    })
  }
})
