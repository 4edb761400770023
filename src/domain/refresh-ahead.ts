import type { RefreshAhead } from './contracts/cache.ts'

/** When a fresh answer is refreshed behind: after a part of its lifetime (1: never), or by XFetch (`beta` above 0). */
export interface RefreshPolicy {
  readonly part: number
  readonly beta: number
}

/** No refresh before the end. */
export const NO_REFRESH: RefreshPolicy = Object.freeze({ part: 1, beta: 0 })

/** For messages. */
export const REFRESH_EXPECTED =
  "expected a part of the ttl between 0 and 1, 'xfetch', or { beta } with a number above 0"

/** The checked policy; undefined for what is none. */
export function refreshPolicy(value: RefreshAhead | undefined): RefreshPolicy | undefined {
  if (value === undefined) return NO_REFRESH
  if (value === 'xfetch') return { part: 1, beta: 1 }
  if (typeof value === 'number') return value >= 0 && value <= 1 ? { part: value, beta: 0 } : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const { beta } = value
  return typeof beta === 'number' && beta > 0 && Number.isFinite(beta) ? { part: 1, beta } : undefined
}

/** So many times `beta` loads before the end a refresh has a chance of one in 22,000 per read. */
const REACH = 10

/**
 * From when on reads have to ask `isRefreshDue`, so that all those before need not.
 *
 * XFetch (Vattani, Chierichetti, Lowenstein, VLDB 2015): a read at `now` refreshes if now - loadTime * beta * ln(random)
 * reaches the end. The drawn distance is exponential with a mean of beta loads, and each read draws anew: the more
 * readers a key has, the earlier its refresh comes, and so the surer it is done before the end. Optimal among schemes
 * that know nothing about the arrivals. Nothing happens further than ten means from the end.
 */
export function refreshFrom(
  { part, beta }: RefreshPolicy,
  createdAt: number,
  freshUntil: number,
  loadTime: number,
): number {
  if (freshUntil === Number.POSITIVE_INFINITY) return freshUntil
  if (beta > 0) return Math.max(createdAt, freshUntil - REACH * beta * loadTime)
  return part < 1 ? createdAt + part * (freshUntil - createdAt) : freshUntil
}

/** Whether a read at `now`, at or after `refreshFrom`, is the one that refreshes. `random` is a number in [0, 1). */
export function isRefreshDue(
  { beta }: RefreshPolicy,
  now: number,
  freshUntil: number,
  loadTime: number,
  random: number,
): boolean {
  return beta === 0 || now - loadTime * beta * Math.log(1 - random) >= freshUntil
}
