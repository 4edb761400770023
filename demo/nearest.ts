import type { Gazetteer } from './data.ts'
import { insert } from './sorted.ts'

const earthRadiusKm = 6371.0088

type Found = { readonly index: number; readonly h: number }

const byH = (a: Found, b: Found): number => a.h - b.h

export type Neighbour = { readonly index: number; readonly km: number }

/**
 * The `limit` cities nearest to city `from`, itself left out, nearest first.
 *
 * Great-circle distance by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984), to every candidate:
 * O(candidates), no spatial index, as a service does that asks a table without one. Candidates are compared by
 * the haversine itself, which grows with the distance, so the arcsine is paid for the winners alone; who is too
 * far in latitude already is not asked for its longitude.
 */
export function nearest(
  gazetteer: Gazetteer,
  from: number,
  limit: number,
  candidates: readonly number[] | undefined = undefined,
): Neighbour[] {
  const { lat, lng, cosLat } = gazetteer
  const [lat0, lng0, cos0] = [lat[from] as number, lng[from] as number, cosLat[from] as number]
  const count = candidates?.length ?? gazetteer.size
  const best: Found[] = []
  let worst = Number.POSITIVE_INFINITY
  for (let n = 0; n < count; n++) {
    const i = candidates === undefined ? n : (candidates[n] as number)
    const a = Math.sin(((lat[i] as number) - lat0) / 2)
    if (a * a >= worst) continue
    const b = Math.sin(((lng[i] as number) - lng0) / 2)
    const h = a * a + cos0 * (cosLat[i] as number) * b * b
    if (h >= worst || i === from) continue
    insert(best, { index: i, h }, limit, byH)
    if (best.length === limit) worst = best.at(-1)?.h ?? worst
  }
  return best.map(({ index, h }) => ({ index, km: 2 * earthRadiusKm * Math.asin(Math.sqrt(h)) }))
}
