import { ageOf } from './rules/index.ts'
import type { StoredResponse } from './stored-response.ts'

/** When the freshness of stored responses was ended, wall-clock milliseconds. Whatever reloads, it holds. */
const endings = new WeakMap<StoredResponse, number>()
let any = false

/** Ends its freshness: from now on it is stale, for as long as stale answers of it may be served. */
export function endFreshness(stored: StoredResponse, now: number): void {
  any = true
  if (!endings.has(stored)) endings.set(stored, now)
}

/** The response as it is now: with a shorter lifetime if its freshness was ended. */
export function asItIsNow<S extends StoredResponse | undefined>(stored: S): S | StoredResponse {
  const ended = any && stored !== undefined ? endings.get(stored) : undefined
  if (ended === undefined || stored === undefined) return stored
  const { freshness } = stored
  return {
    ...stored,
    freshness: { ...freshness, lifetime: Math.min(freshness.lifetime, ageOf(freshness, ended)) },
  }
}
