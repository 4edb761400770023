import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import type { Cache, CallOptions } from '../../../src/index.ts'
import type { FakeClock } from '../../contracts/fake-clock.ts'
import { cacheUnderTest, rejection, settled } from '../../fixtures/cache-under-test.ts'

interface Row {
  readonly entry: string
  readonly load: string
  readonly served: string
  readonly when: string
  readonly runs: string
}

/** The lines of the table "What is served when" of the guide. */
function table(): Row[] {
  const page = readFileSync(new URL('../../../docs/guides/refresh.md', import.meta.url), 'utf8')
  const section = page.slice(page.indexOf('## What is served when'), page.indexOf('## Refresh ahead'))
  const lines = section.split('\n').filter((line) => line.startsWith('| '))
  return lines.slice(1).map((line) => {
    const [entry, load, served, when, runs] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()) as [string, string, string, string, string]
    return { entry, load, served, when, runs }
  })
}

const rows = table()

interface Times {
  readonly ttl: number
  readonly swr: number
  readonly sie: number
  readonly soft: number
  readonly hard: number
  readonly callers: number
}

const times: fc.Arbitrary<Times> = fc.record({
  ttl: fc.integer({ min: 100, max: 5_000 }),
  swr: fc.integer({ min: 100, max: 1_000 }),
  sie: fc.integer({ min: 2_000, max: 9_000 }),
  soft: fc.integer({ min: 2, max: 20 }),
  hard: fc.integer({ min: 30, max: 90 }),
  callers: fc.integer({ min: 1, max: 4 }),
})

/** One line, played: a cache in which the entry is as it says, whose load does what it says. */
class Play {
  readonly row: Row
  readonly times: Times
  readonly options: CallOptions
  readonly errors: unknown[] = []
  loads = 0
  readonly #cache: Cache
  readonly #clock: FakeClock

  constructor(row: Row, at: Times, cache: Cache, clock: FakeClock) {
    this.row = row
    this.times = at
    this.#cache = cache
    this.#clock = clock
    this.options = {
      ttl: at.ttl,
      staleWhileRevalidate: row.entry.includes('staleIfError') ? 0 : at.swr,
      staleIfError: at.sie,
      timeout: { soft: at.soft, hard: at.hard },
      refreshAhead: 0.5,
      errorBackoff: '1h',
      tags: ['tag'],
    }
  }

  /** Makes the entry what the line says, with the failure before it if there was one. */
  async prepare(): Promise<void> {
    const { ttl, swr, sie } = this.times
    if (this.row.entry !== 'none') await this.#cache.getOrSet('key', () => 'the entry', this.options)
    const age: Record<string, number> = {
      'fresh, refresh due': Math.ceil(ttl / 2),
      'stale, within staleWhileRevalidate': ttl + swr - 1,
      'stale, within staleIfError': ttl + swr,
      'stale, beyond both': ttl + Math.max(swr, sie),
    }
    this.#clock.advance(age[this.row.entry] ?? 0)
    if (this.row.load === 'failed just now') await this.#failJustNow()
    if (this.row.entry === 'outdated by a change') await this.#cache.invalidate({ tags: ['tag'] })
    this.loads = 0
  }

  /** A forced load fails whatever is there, and leaves the entry where it is. */
  async #failJustNow(): Promise<void> {
    const failing = () => Promise.reject(new Error('the error'))
    await rejection(
      this.#cache.getOrSet('key', failing, { ...this.options, staleIfError: 0, forceRefresh: true }),
    )
  }

  async #load(): Promise<string> {
    this.loads += 1
    const { soft, hard } = this.times
    const lasts: Record<string, number> = {
      'takes longer than soft': soft + 1,
      'takes longer than hard': hard + 1,
    }
    await new Promise<void>((resolve) => this.#clock.schedule(lasts[this.row.load] ?? 1, resolve))
    if (this.row.load === 'fails') throw new Error('the error')
    return 'the new answer'
  }

  /** What each caller was served, and how many milliseconds after it had asked. */
  async ask(): Promise<{ served: string; after: number }[]> {
    const start = this.#clock.now()
    const answers: { served: string; after: number }[] = []
    for (let caller = 0; caller < this.times.callers; caller++) {
      const took = (served: string) => answers.push({ served, after: this.#clock.now() - start })
      this.#cache
        .getOrSet('key', () => this.#load(), this.options)
        .then(took, (error: Error & { code?: string }) =>
          took(error.code === 'HITHERTO_LOAD_TIMEOUT' ? 'a timeout' : error.message),
        )
    }
    for (let passed = 0; passed <= this.times.hard + 2; passed++) {
      await settled()
      this.#clock.advance(1)
    }
    await settled()
    return answers
  }
}

function milliseconds({ load, when }: Row, { soft, hard }: Times): number {
  if (when === 'at once') return 0
  if (when === 'at soft') return soft
  if (when === 'at hard') return hard
  return load === 'takes longer than soft' ? soft + 1 : 1
}

describe('what is served when', () => {
  it('is said in the guide for each kind of entry and each fate of the load, once', () => {
    const combinations = new Set(rows.map(({ entry, load }) => `${entry} / ${load}`))
    const entries = new Set(rows.map(({ entry }) => entry))
    const loads = new Set(rows.map(({ load }) => load))
    expect([rows.length, combinations.size]).to.deep.equal([35, entries.size * loads.size])
  })

  for (const row of rows) {
    it(`${row.entry}; the load ${row.load}: ${row.served}, ${row.when}, load ${row.runs}`, async () => {
      const property = fc.asyncProperty(times, async (at) => {
        const { cache, clock } = await cacheUnderTest()
        const play = new Play(row, at, cache, clock)
        await play.prepare()
        const answers = await play.ask()
        const served = row.served === 'the entry' ? 'the entry' : row.served.replace('the error', 'the error')
        const expected = { served, after: milliseconds(row, at) }
        expect(answers).to.deep.equal(Array(at.callers).fill(expected))
        expect(play.loads).to.equal(row.runs === 'no' ? 0 : 1)
        await cache.close()
      })
      await fc.assert(property, { numRuns: 4 })
    })
  }
})
