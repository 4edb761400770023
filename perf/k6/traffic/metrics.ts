import { Counter, Rate, Trend } from 'k6/metrics'
import { frameworkNames } from '../../../demo/ledger.ts'

/** All samples carry the tag `framework`, so that each server has figures and thresholds of its own. */
export const requests: Counter = new Counter('requests')
/** Of all requests, those with `hit` in `Cache-Status` (RFC 9211, 2.1). */
export const hitRatio: Rate = new Rate('hit_ratio')
export const hitMs: Trend = new Trend('hit_ms', true)
export const missMs: Trend = new Trend('miss_ms', true)
/** Requests that went on to the handler. Who waits for another one's answer and gets it is a hit. */
export const misses: Counter = new Counter('misses')
/** No answer, the wrong status, the wrong page, no `Cache-Status`. */
export const errors: Counter = new Counter('errors')
/** Answers older than what the same user had seen or changed before. */
export const outdated: Counter = new Counter('outdated')
export const purges: Counter = new Counter('purges')

/**
 * Adds nothing to each counter of each server, because k6 lets a threshold pass when its metric has no sample:
 * `count>=1000` must fail when nothing was counted at all.
 */
export function setup(): void {
  for (const framework of frameworkNames) {
    for (const counter of [requests, misses, errors, outdated, purges]) counter.add(0, { framework })
  }
}
