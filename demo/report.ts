import { type City, cityAt, degrees, type Gazetteer } from './data.ts'
import { nearest } from './nearest.ts'

export type CountryReport = {
  readonly country: string
  readonly name: string
  readonly cities: number
  readonly centroid: { readonly lat: number; readonly lng: number }
  readonly regions: readonly { readonly region: string; readonly cities: number; readonly percent: number }[]
  /** The square of one degree by one degree with the most cities for its area. */
  readonly densest: { readonly near: City; readonly cities: number; readonly per1000Km2: number }
  /** How far it is from a city to the next one in the country, over an even sample. */
  readonly spacing: { readonly sample: number; readonly medianKm: number; readonly p90Km: number }
  /** The city of the sample that is farthest from its next one. */
  readonly loneliest: { readonly city: City; readonly next: City; readonly km: number } | null
  readonly commonWords: readonly { readonly word: string; readonly cities: number }[]
}

const sampleSize = 40
const listed = 10
const countryNames = new Intl.DisplayNames('en', { type: 'region' })

/**
 * What the data set says about one country: O(cities) for the counts and O(sample x cities) for the distances,
 * which is 1 ms for a small country and some 20 ms for the largest. `undefined` when no city has that code.
 */
export function reportOn(gazetteer: Gazetteer, country: string): CountryReport | undefined {
  const cities = gazetteer.byCountry.get(country)
  if (cities === undefined) return undefined
  return {
    country,
    name: countryNames.of(country) ?? country,
    cities: cities.length,
    centroid: centroidOf(gazetteer, cities),
    regions: regionsOf(gazetteer, cities),
    densest: densestOf(gazetteer, cities),
    ...distancesOf(gazetteer, cities),
    commonWords: commonWordsOf(gazetteer, cities),
  }
}

/** The mean of the cities' directions from the centre of the earth; a mean of degrees breaks at the date line. */
function centroidOf(gazetteer: Gazetteer, cities: readonly number[]): CountryReport['centroid'] {
  let [x, y, z] = [0, 0, 0]
  for (const i of cities) {
    const lng = gazetteer.lng[i] as number
    x += (gazetteer.cosLat[i] as number) * Math.cos(lng)
    y += (gazetteer.cosLat[i] as number) * Math.sin(lng)
    z += Math.sin(gazetteer.lat[i] as number)
  }
  return { lat: degrees(Math.atan2(z, Math.hypot(x, y))), lng: degrees(Math.atan2(y, x)) }
}

function regionsOf(gazetteer: Gazetteer, cities: readonly number[]): CountryReport['regions'] {
  const country = gazetteer.countries[cities[0] as number] as string
  const counts = countBy(cities, (i) => [gazetteer.regions[i] as string])
  return largest(counts).map(([code, count]) => ({
    region: gazetteer.regionNames.get(`${country}.${code}`) ?? (code || 'unknown'),
    cities: count,
    percent: round((100 * count) / cities.length),
  }))
}

function densestOf(gazetteer: Gazetteer, cities: readonly number[]): CountryReport['densest'] {
  const squares = new Map<number, number[]>()
  for (const i of cities) {
    const square = 360 * wholeDegree(gazetteer.lat[i] as number) + wholeDegree(gazetteer.lng[i] as number)
    const members = squares.get(square)
    if (members) members.push(i)
    else squares.set(square, [i])
  }
  let densest: CountryReport['densest'] | undefined
  for (const members of squares.values()) {
    const first = members[0] as number
    const per1000Km2 = round((1000 * members.length) / squareKm2(gazetteer.lat[first] as number))
    if (densest === undefined || per1000Km2 > densest.per1000Km2) {
      densest = { near: cityAt(gazetteer, first), cities: members.length, per1000Km2 }
    }
  }
  return densest as CountryReport['densest']
}

function wholeDegree(angle: number): number {
  return Math.floor((angle * 180) / Math.PI)
}

/** The area of the one-degree square that holds this latitude. */
function squareKm2(lat: number): number {
  const side = 111.195
  const middle = ((wholeDegree(lat) + 0.5) * Math.PI) / 180
  return side * side * Math.cos(middle)
}

function distancesOf(
  gazetteer: Gazetteer,
  cities: readonly number[],
): Pick<CountryReport, 'spacing' | 'loneliest'> {
  const step = Math.max(1, cities.length / sampleSize)
  const found: { city: number; next: number; km: number }[] = []
  for (let n = 0; n < cities.length; n += step) {
    const city = cities[Math.floor(n)] as number
    const [next] = nearest(gazetteer, city, 1, cities)
    if (next) found.push({ city, next: next.index, km: next.km })
  }
  found.sort((a, b) => a.km - b.km)
  const at = (share: number): number => round(found[Math.floor(share * (found.length - 1))]?.km ?? 0)
  const last = found.at(-1)
  return {
    spacing: { sample: found.length, medianKm: at(0.5), p90Km: at(0.9) },
    loneliest: last
      ? { city: cityAt(gazetteer, last.city), next: cityAt(gazetteer, last.next), km: round(last.km) }
      : null,
  }
}

function commonWordsOf(gazetteer: Gazetteer, cities: readonly number[]): CountryReport['commonWords'] {
  const counts = countBy(cities, (i) =>
    (gazetteer.folded[i] as string)
      .split(' ')
      .filter((word, n, all) => word.length > 2 && all.indexOf(word) === n),
  )
  return largest(counts).map(([word, count]) => ({ word, cities: count }))
}

/** How many of `items` have each label. */
export function countBy(
  items: Iterable<number>,
  labels: (item: number) => Iterable<string>,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    for (const label of labels(item)) counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return counts
}

function largest(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, listed)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
