import type { Gazetteer } from './data.ts'
import { type Framework, frameworkNames, type Route } from './ledger.ts'
import { pick, type Random, seededRandom, zipf } from './random.ts'
import { countBy } from './report.ts'

/** One request of the demo's own traffic; `touch` is the writer. */
export type PlannedRequest = {
  readonly framework: Framework
  readonly route: Route | 'touch'
  readonly path: string
  /** The country that a report shows or a writer changes. */
  readonly country?: string
}

const exponent = 0.99
const touchEvery = 500

/**
 * The traffic: `requests` page requests, the same sequence to both servers, with a change of a country in between
 * now and then. Half are for the neighbours of 1,000 cities, 30 % search for the 500 words that are most common
 * in names, 20 % read the report of a country (the more cities, the more often read). The same seed gives the same
 * requests.
 */
export function planTraffic(gazetteer: Gazetteer, requests: number, seed: number): PlannedRequest[] {
  const random = seededRandom(seed)
  const { places, words: common, countries } = popular(gazetteer, random)
  const cities = places.map(cityPath)
  const words = common.map(wordPath)
  const [drawCity, drawWord, drawCountry] = [cities, words, countries].map((list) => {
    const draw = zipf(list.length, exponent, random)
    return (): string => list[draw()] as string
  }) as [() => string, () => string, () => string]

  const page = (): Omit<PlannedRequest, 'framework'> => {
    const kind = random()
    if (kind < 0.5) return { route: 'nearest', path: drawCity() }
    if (kind < 0.8) return { route: 'search', path: drawWord() }
    const country = drawCountry()
    return { route: 'report', path: `/countries/${country}`, country }
  }

  const plan: PlannedRequest[] = []
  for (let sent = 0; sent < requests; sent += 2) {
    const next = page()
    // Each server is first every other time: the first to ask for a report pays for it, the second does not.
    const order = sent % 4 === 0 ? frameworkNames : frameworkNames.toReversed()
    for (const framework of order) plan.push({ framework, ...next })
    if ((sent + 2) % touchEvery === 0) {
      const country = drawCountry()
      plan.push({
        framework: order[0] as Framework,
        route: 'touch',
        path: `/countries/${country}/touch`,
        country,
      })
    }
  }
  return plan
}

/** What is asked for, most popular first. */
export type Popular = {
  /** As `FR/lyon`. */
  readonly places: readonly string[]
  readonly words: readonly string[]
  readonly countries: readonly string[]
}

/**
 * 1,000 cities drawn at random (the data set has no populations), the 500 words most common in names, and all
 * countries, those with most cities first.
 */
export function popular(gazetteer: Gazetteer, random: Random): Popular {
  return {
    places: pick([...gazetteer.byPlace.keys()], 1_000, random),
    words: commonWords(gazetteer, 500),
    countries: [...gazetteer.byCountry].sort(([, a], [, b]) => b.length - a.length).map(([code]) => code),
  }
}

export function wordPath(word: string): string {
  return `/search?q=${encodeURIComponent(word)}`
}

export function cityPath(place: string): string {
  const [country, name] = place.split('/') as [string, string]
  return `/nearest/${country}/${encodeURIComponent(name)}`
}

function commonWords(gazetteer: Gazetteer, count: number): string[] {
  const words = countBy(gazetteer.folded.keys(), (i) =>
    (gazetteer.folded[i] as string).split(' ').filter((word) => word.length > 2),
  )
  return [...words]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([word]) => word)
}
