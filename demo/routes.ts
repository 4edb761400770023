import type { Cache } from '../src/index.ts'
import { cityAt, type Gazetteer } from './data.ts'
import { fold } from './fold.ts'
import { nearest } from './nearest.ts'
import { type CountryReport, reportOn } from './report.ts'
import { search } from './search.ts'

/** What a handler sends, whatever the framework. */
export type Answer = {
  readonly status: number
  readonly body: unknown
  /** What the answer was made from, as far as the handler names it itself. */
  readonly tags: readonly string[]
  /** Milliseconds spent on computing it in this run. */
  readonly workMs: number
}

export type Query = { readonly [name: string]: unknown }

export type Routes = {
  home(): { readonly pages: readonly string[] }
  nearest(country: string, city: string, query: Query): Answer | Promise<Answer>
  search(query: Query): Answer | Promise<Answer>
  report(country: string): Promise<Answer>
  touch(country: string): Promise<Answer>
}

const examples = ['/nearest/FR/Lyon?limit=3', '/search?q=sao+jose&limit=3', '/countries/FR']

/** The demo's routes as plain functions: the Fastify and the Express server only pass words to them. */
export function createRoutes(gazetteer: Gazetteer, cache: Cache): Routes {
  /** How often each country was changed: the one thing in this read-only data set that a writer can change. */
  const revisions = new Map<string, number>()

  return {
    home: () => ({ pages: examples }),

    nearest(country, city, query) {
      const began = performance.now()
      const places = gazetteer.byPlace.get(`${country.toUpperCase()}/${fold(city)}`)
      const from = places?.[0]
      if (places === undefined || from === undefined) {
        return refusal(404, `No city "${city}" in "${country}". Try /search?q=${encodeURIComponent(city)}`)
      }
      const neighbours = nearest(gazetteer, from, limitOf(query)).map(({ index, km }) => ({
        km: Math.round(km * 10) / 10,
        ...cityAt(gazetteer, index),
      }))
      const body = { city: cityAt(gazetteer, from), namesakes: places.length - 1, nearest: neighbours }
      return answer(body, began, countryTags([body.city, ...neighbours]))
    },

    search(query) {
      const began = performance.now()
      const q = String(query.q ?? '')
      if (fold(q) === '') return refusal(400, 'Give a part of a name: /search?q=san+jose')
      const { matches, found } = search(gazetteer, q, limitOf(query))
      const cities = found.map((i) => cityAt(gazetteer, i))
      // A city that begins to match after a change has no tag here: for that this page relies on its ttl.
      return answer({ q, matches, cities }, began, countryTags(cities))
    },

    // The tag is named at the inner call only. It bubbles: whatever page is made from this report, on either
    // server, depends on country:XX without saying so.
    async report(code) {
      const country = code.toUpperCase()
      if (!gazetteer.byCountry.has(country))
        return refusal(404, `No country "${code}": two letters, such as FR`)
      let workMs = 0
      const compute = (): CountryReport & { revision: number } => {
        const began = performance.now()
        const revision = revisions.get(country) ?? 0
        const report = { revision, ...(reportOn(gazetteer, country) as CountryReport) }
        workMs = performance.now() - began
        return report
      }
      const body = await cache.getOrSet(`report:${country}`, compute, {
        ttl: '10m',
        tags: [`country:${country}`],
      })
      return { status: 200, body, tags: [], workMs }
    },

    async touch(code) {
      const country = code.toUpperCase()
      if (!gazetteer.byCountry.has(country))
        return refusal(404, `No country "${code}": two letters, such as FR`)
      const revision = (revisions.get(country) ?? 0) + 1
      revisions.set(country, revision)
      await cache.invalidate({ tags: [`country:${country}`] })
      return {
        status: 200,
        body: { country, revision, invalidated: `country:${country}` },
        tags: [],
        workMs: 0,
      }
    },
  }
}

function answer(body: unknown, began: number, tags: readonly string[]): Answer {
  return { status: 200, body, tags, workMs: performance.now() - began }
}

function refusal(status: number, error: string): Answer {
  return { status, body: { error }, tags: [], workMs: 0 }
}

function countryTags(cities: readonly { readonly country: string }[]): string[] {
  return [...new Set(cities.map((city) => `country:${city.country}`))]
}

function limitOf(query: Query): number {
  const limit = Math.trunc(Number(query.limit ?? 10))
  return limit >= 1 && limit <= 100 ? limit : 10
}
