import type { Gazetteer } from './data.ts'

const earthRadiusKm = 6371.0088

export type Neighbour = { readonly index: number; readonly km: number }

/**
 * The `limit` cities nearest to city `from`, itself left out, nearest first.
 *
 * Great-circle distance by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984), to every candidate:
 * O(candidates), no spatial index, as a service does that asks a table without one. Candidates are compared by
 * the haversine itself, which grows with the distance, so the arcsine is paid for the winners alone.
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
  const best: { index: number; h: number }[] = []
  let worst = Number.POSITIVE_INFINITY
  for (let n = 0; n < count; n++) {
    const i = candidates === undefined ? n : (candidates[n] as number)
    const a = Math.sin(((lat[i] as number) - lat0) / 2)
    const b = Math.sin(((lng[i] as number) - lng0) / 2)
    const h = a * a + cos0 * (cosLat[i] as number) * b * b
    if (h >= worst || i === from) continue
    insert(best, { index: i, h }, limit)
    if (best.length === limit) worst = best.at(-1)?.h ?? worst
  }
  return best.map(({ index, h }) => ({ index, km: 2 * earthRadiusKm * Math.asin(Math.sqrt(h)) }))
}

/** Keeps `best` sorted and at most `limit` long; of two equals the earlier stays in front. */
function insert(
  best: { index: number; h: number }[],
  found: { index: number; h: number },
  limit: number,
): void {
  let at = best.length
  while (at > 0 && (best[at - 1]?.h ?? 0) > found.h) at--
  best.splice(at, 0, found)
  if (best.length > limit) best.pop()
}
