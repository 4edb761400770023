import type { Gazetteer } from '../../../demo/data.ts'
import { cityPath, popular, wordPath } from '../../../demo/plan.ts'
import { pick, seededRandom } from '../../../demo/random.ts'
import type { Page, Pages } from '../pages.ts'

const seed = 42
const coldPages = 100

/** The pages of the demo's own traffic, most popular first, and some that this traffic never asks for. */
export function demoPages(gazetteer: Gazetteer): Pages {
  const { places, words, countries } = popular(gazetteer, seededRandom(seed))
  const known = new Set(places)
  const others = [...gazetteer.byPlace.keys()].filter((place) => !known.has(place))
  const cityPage = (place: string): Page => {
    const name = gazetteer.names[gazetteer.byPlace.get(place)?.[0] as number] as string
    return { path: cityPath(place), mark: `{"city":{"name":${JSON.stringify(name)},` }
  }
  return {
    nearest: places.map(cityPage),
    search: words.map((word) => ({ path: wordPath(word), mark: `{"q":${JSON.stringify(word)},` })),
    report: countries.map((country) => ({
      path: `/countries/${country}`,
      mark: `"country":"${country}",`,
      country,
    })),
    cold: pick(others, coldPages, seededRandom(seed)).map(cityPage),
  }
}
