import { expect } from 'chai'
import fc from 'fast-check'
import { order } from '../../../src/application/engine/order.ts'
import { CacheView } from '../../../src/application/index.ts'
import { SHORTCUT_HITS } from '../../../src/domain/index.ts'
import type { Cache, CacheOptions, PluginHost } from '../../../src/index.ts'
import { type FakeClock, fakeClock } from '../../contracts/fake-clock.ts'
import { cacheUnderTest, deferred, recorded, settled } from '../../fixtures/cache-under-test.ts'

/*
 * What a scope reads through a shortcut is told to it later than what it reads the ordinary way. So the same steps are
 * done on a cache with a clock that stands, and on one whose clock does not say when it moves, which therefore has no
 * shortcuts: what the loads see, what is kept of them and on what it depends must be the same.
 */

const KEYS = ['a', 'b', 'c', 'd'] as const
const TAGS = ['t', 'u'] as const
const PAGES = 3
const tagOf = (key: string) => TAGS[KEYS.indexOf(key as 'a') % 2] as string

type Step =
  | {
      readonly does: 'read' | 'get' | 'peek' | 'set' | 'delete' | 'expire' | 'nested' | 'reload' | 'many'
      readonly key: string
    }
  | { readonly does: 'invalidate'; readonly tag: string }
  | { readonly does: 'advance' | 'clear' | 'elsewhere' | 'reconfigure' }

/** Who takes a step: one of the pages that are being made, or, as -1, nobody. */
interface Turn {
  readonly by: number
  readonly step: Step
}

const key = fc.constantFrom(...KEYS)
const steps = fc.oneof(
  { weight: 20, arbitrary: fc.record({ does: fc.constantFrom('read', 'read', 'get'), key }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom('peek', 'set', 'delete', 'expire', 'nested', 'reload', 'many'),
      key,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('invalidate'), tag: fc.constantFrom(...TAGS) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('advance', 'clear', 'elsewhere', 'reconfigure') }),
  },
) as fc.Arbitrary<Step>
const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({ by: fc.integer({ min: -1, max: PAGES - 1 }), step: steps }),
  { minLength: 5, maxLength: 40 },
)

/** What pages have read, and which of them are made from what has changed since. */
class Fates {
  readonly doomed: Set<number> = new Set()
  readonly #read = Array.from({ length: PAGES }, () => new Set<string>())
  /** Of those that are there for sure, with the tag that they have for sure. */
  readonly #tags = new Map(KEYS.map((key) => [key as string, tagOf(key)]))

  #advanced = 0

  take(by: number, step: Step): void {
    switch (step.does) {
      case 'read':
        this.#read[by]?.add(step.key)
        break
      case 'set':
        this.#change(step.key)
        this.#tags.set(step.key, 't')
        break
      case 'delete':
      case 'expire':
        if (step.does === 'delete') this.#change(step.key)
        this.#tags.delete(step.key)
        break
      case 'clear':
        for (const each of KEYS) this.#change(each)
        this.#tags.clear()
        break
      case 'invalidate':
        for (const [each, tag] of [...this.#tags]) {
          if (tag !== step.tag) continue
          this.#change(each)
          this.#tags.delete(each)
        }
        break
      case 'advance':
        this.#advanced += 1
        // The first of them have ended by then.
        if (this.#advanced > 3) this.#tags.clear()
        break
      case 'get':
      case 'reload':
      case 'many':
        // A load may store them anew, without tags.
        for (const each of ['a', 'b', step.key]) this.#tags.delete(each)
    }
  }

  #change(key: string): void {
    for (const [page, read] of this.#read.entries()) if (read.has(key)) this.doomed.add(page)
  }
}

class Run {
  readonly #cache: Cache
  readonly #other: Cache
  readonly #advance: (ms: number) => void
  readonly #options: CacheOptions
  #values = 0

  constructor(cache: Cache, other: Cache, advance: (ms: number) => void, options: CacheOptions) {
    this.#cache = cache
    this.#other = other
    this.#advance = advance
    this.#options = options
  }

  async fill(): Promise<void> {
    for (const [at, each] of KEYS.entries())
      await this.#cache.set(each, this.#value(), { tags: [tagOf(each)], ttl: 30_000 + 10_000 * at })
  }

  async take(step: Step): Promise<unknown> {
    const cache = this.#cache
    switch (step.does) {
      case 'read':
        return [cache.getSync(step.key), cache.getSync(step.key)]
      case 'get':
        return cache.getOrSet(step.key, () => this.#value())
      case 'peek':
        return cache.peek(step.key)
      case 'many':
        return cache.getOrSetMany([step.key, 'a', 'b'], async (keys) => keys.map(() => this.#value()))
      case 'set':
        return cache.set(step.key, this.#value(), { tags: ['t'] })
      case 'delete':
        return cache.delete(step.key)
      case 'expire':
        return cache.expire(step.key)
      case 'reload':
        return cache.getOrSet(step.key, () => this.#value(), { forceRefresh: true })
      case 'nested':
        return cache.getOrSet(`of ${step.key}`, () => `of ${cache.getSync(step.key)} ${cache.getSync('a')}`)
      case 'invalidate':
        return cache.invalidate({ tags: [step.tag] })
      case 'elsewhere':
        return this.#other.getOrSet('x', () => `${cache.getSync('a')} ${cache.getSync('b')}`, { ttl: 2_000 })
      case 'clear':
        return cache.clear()
      case 'reconfigure':
        return cache.reconfigure({ ...this.#options, ttl: '1m' })
      case 'advance':
        return this.#advance(7_000)
    }
  }

  #value(): string {
    this.#values += 1
    return `value ${this.#values}`
  }
}

/** A load that takes the steps that it is given, one after the other, and tells what it saw. */
class Page {
  readonly #steps: Step[] = []
  #wake: () => void = () => {}
  #ended = false

  give(step: Step | undefined): void {
    if (step === undefined) this.#ended = true
    else this.#steps.push(step)
    this.#wake()
  }

  async make(run: Run): Promise<string> {
    const seen: unknown[] = []
    for (;;) {
      const step = this.#steps.shift()
      if (step !== undefined) seen.push(await run.take(step))
      else if (this.#ended) return JSON.stringify(seen)
      else {
        const more = deferred<void>()
        this.#wake = () => more.resolve()
        await more.promise
      }
    }
  }
}

/** Everything that can be seen of the turns. */
async function seenOf(turns: readonly Turn[], options: CacheOptions, shortcuts: boolean) {
  // It stays once anything in the process has had too many dependencies.
  order.coarse = false
  const clock = fakeClock()
  const asking = { now: () => clock.now(), wall: () => clock.wall(), schedule: clock.schedule.bind(clock) }
  const own = { ttl: '1m', ...options, clock: shortcuts ? clock : asking } as const
  const { cache, errors } = await cacheUnderTest(own)
  const { cache: other } = await cacheUnderTest(own)
  const run = new Run(cache, other, (ms) => clock.advance(ms), options)
  const events = recorded(cache, 'refused', 'stored')
  await run.fill()
  const pages = Array.from({ length: PAGES }, () => new Page())
  const names = pages.map((_, at) => `page ${at}`)
  const answers = pages.map((page, at) => cache.getOrSet(names[at] as string, () => page.make(run)))
  const fates = new Fates()
  const seen: unknown[] = []
  for (const { by, step } of turns) {
    fates.take(by, step)
    const page = pages[by]
    if (page === undefined) seen.push(await run.take(step))
    else page.give(step)
    await settled()
  }
  for (const page of pages) page.give(undefined)
  seen.push(...(await Promise.all(answers)))
  const kept = [...names, ...KEYS, ...KEYS.map((each) => `of ${each}`)].map((name) => {
    const entry = cache.inspect(name)
    // In which order a scope hears of what was read is its own affair, and so is which of several changes is named.
    return entry && { ...entry, deps: entry.deps.toSorted(), why: entry.why?.reason }
  })
  const told = events.map(({ signal, event }) => [signal, event.key])
  const { hits, misses } = cache.stats()
  const wrong = [...fates.doomed].filter((page) => cache.peek(`page ${page}`) !== undefined)
  await Promise.all([cache.close(), other.close()])
  return { seen, kept, told, hits, misses, errors, wrong }
}

describe('shortcuts inside scopes', () => {
  let cache: Cache
  let clock: FakeClock
  beforeEach(async () => {
    ;({ cache, clock } = await cacheUnderTest({ ttl: '1m', maxTags: 100 }))
    await cache.set('a', 1, { tags: ['t'] })
    await cache.set('b', 1)
    read('a', 'b', 'a')
  })
  afterEach(() => cache.close())

  const read = (...keys: string[]) => keys.map((key) => cache.getSync(key))
  /** Makes a page from what `make` reads, and tells whether it was kept after `change`. */
  async function isKept(make: () => unknown, change: () => unknown): Promise<boolean> {
    const changed = deferred<void>()
    const page = cache.namespace('pages').getOrSet('page', async () => {
      const made = make()
      await changed.promise
      return made
    })
    await settled()
    await change()
    changed.resolve()
    await page
    return cache.namespace('pages').peek('page') !== undefined
  }
  /** The first of them opens the shortcut, and so never goes through it. */
  const readA = () => read('b', 'a', 'a')

  it('take what is read there', async () => {
    const shortcut = CacheView.parts(cache)?.space.local.shortcut
    await isKept(() => {
      readA()
      const { left = 0 } = shortcut ?? {}
      readA()
      expect(shortcut?.left).to.equal(left - 3)
    }, settled)
  })

  it('stay open when a scope ends whose answer is not kept', async () => {
    const shortcut = CacheView.parts(cache)?.space.local.shortcut
    await cache.getOrSet('page', ({ skip }) => skip() ?? readA())
    expect([shortcut?.left, shortcut?.reader]).to.deep.equal([SHORTCUT_HITS, undefined])
    expect(
      await isKept(
        () => read('a'),
        () => cache.delete('a'),
      ),
    ).to.equal(false)
  })

  it('do not hide from a delete, a set or a clear that a key without a record was read', async () => {
    for (const change of [() => cache.delete('a'), () => cache.set('a', 2), () => cache.clear()]) {
      expect(await isKept(readA, change)).to.equal(false)
      await cache.set('a', 1)
      await cache.set('b', 1)
      read('a', 'b', 'a')
    }
  })

  it('do not hide from the expiry of a key that the scope itself has read it', async () => {
    await isKept(
      () => {},
      () => cache.delete('x'),
    )
    const seen = await cache.getOrSet('page', async () => {
      const before = readA()
      await cache.expire('a')
      return [...before, ...read('a')]
    })
    expect(seen).to.deep.equal([1, 1, 1, undefined])
  })

  it('do not hide what another cache has read from a clear', async () => {
    const { cache: other } = await cacheUnderTest({ clock })
    await other.getOrSet('page', readA)
    expect(other.peek('page')).to.deep.equal([1, 1, 1])
    await cache.clear()
    expect(other.peek('page')).to.equal(undefined)
    await other.close()
  })

  it('note a record that lives, where the one that was there has been dropped', async () => {
    // Nothing is kept that depends on it, so it is among the first to be dropped.
    await cache.getOrSet('page', ({ skip }) => skip() ?? read('a'))
    for (let i = 0; i < 300; i++) await cache.invalidate({ tags: [`tag ${i}`] })
    read('a', 'b', 'a')
    expect(await isKept(readA, settled)).to.equal(true)
    await cache.delete('a')
    expect(cache.namespace('pages').peek('page')).to.equal(undefined)
  })

  it('are none for a scope of another generation, and not opened by one', async () => {
    const plugin = (host: PluginHost) => host.hook('key', ({ key }) => ({ key: `other ${key}` }))
    const renaming = { ttl: '1m', plugins: [{ name: 'renamer', start: plugin }] } as const
    const plain = { ttl: '1m' } as const
    for (const [first, then, inside, outside] of [
      [renaming, plain, undefined, 1],
      [plain, renaming, 1, undefined],
    ] as const) {
      await cache.reconfigure(first)
      const [changed, ended] = [deferred<void>(), deferred<void>()]
      let seen: unknown
      const page = cache.getOrSet(`page ${inside}`, async () => {
        await changed.promise
        seen = read('a', 'a', 'a')
        await ended.promise
        return 1
      })
      await settled()
      await cache.reconfigure(then)
      expect(read('a', 'a', 'a')).to.deep.equal([outside, outside, outside])
      changed.resolve()
      await settled()
      expect(seen).to.deep.equal([inside, inside, inside])
      expect(read('a', 'a', 'a')).to.deep.equal([outside, outside, outside])
      ended.resolve()
      await page
    }
  })

  it('are those of whoever reads, also of one that found nothing there before', async () => {
    await cache.set('new', 1)
    const found = async () => {
      // Nobody vouches for the new one, so it is read the ordinary way by one who has taken no hit.
      read('new')
      await cache.set('other', 1)
      read('b')
      return read('a', 'a')
    }
    expect(await cache.getOrSet('page', found)).to.deep.equal([1, 1])
    expect(cache.inspect('page')?.deps).to.include.members(['new', 'a', 'b', 't'])
  })

  it('change nothing of what loads see, keep and depend on', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(turns, async (turns) => {
        const withShortcuts = await seenOf(turns, {}, true)
        expect(withShortcuts).to.deep.equal(await seenOf(turns, {}, false))
        expect(withShortcuts.wrong).to.deep.equal([])
      }),
      { numRuns: 300 },
    )
  })

  it('let nothing be kept that was made from what has changed, where dependencies and records run out', async function () {
    this.timeout(60_000)
    const bounds = fc.record({ maxDeps: fc.constantFrom(2, 1_000), maxTags: fc.constantFrom(5, 9) })
    await fc.assert(
      fc.asyncProperty(turns, bounds, async (turns, options) => {
        const { wrong, errors } = await seenOf(turns, options, true)
        expect({ wrong, errors }).to.deep.equal({ wrong: [], errors: [] })
      }),
      { numRuns: 300 },
    )
  })
})
