import { deltaSeconds } from './cache-control.ts'
import { fieldLines, fieldValue, trimOws } from './fields.ts'
import { parseHttpDate } from './http-date.ts'
import type { HeaderFields, StoredTimes } from './types.ts'

/**
 * The Age field in seconds (RFC 9111, 5.1): of several values the first counts, and one that is no non-negative
 * integer is as good as none. A response may look young by that, but never younger than its Date says (4.2.3).
 */
export function ageValue(headers: HeaderFields): number {
  const value = fieldValue(headers, 'age')
  if (value === undefined) return 0
  const [first = ''] = value.split(',', 1)
  return deltaSeconds(trimOws(first)) ?? 0
}

/**
 * apparent_age (4.2.3) in milliseconds. Date has whole seconds, cut off, so that a response is up to 999 ms
 * younger than it looks; whole seconds of difference are counted, or `max-age=1` would be old on arrival.
 */
export function apparentAge(headers: HeaderFields, responseTime: number): number {
  const date = dateValue(headers, responseTime)
  return date === undefined ? 0 : Math.max(0, Math.floor((responseTime - date) / 1000) * 1000)
}

/** corrected_initial_age (4.2.3): how old the response already was when it arrived, in milliseconds. */
export function correctedInitialAge(headers: HeaderFields, times: StoredTimes): number {
  const responseDelay = Math.max(0, times.responseTime - times.requestTime)
  const correctedAge = ageValue(headers) * 1000 + responseDelay
  return Math.max(apparentAge(headers, times.responseTime), correctedAge)
}

/** current_age (4.2.3) in milliseconds. A clock that was set back does not make a response younger. */
export function currentAge(initialAge: number, responseTime: number, now: number): number {
  return initialAge + Math.max(0, now - responseTime)
}

/** The value of the Age field of a reused response (4: it is required): whole seconds of the current age. */
export function ageField(age: number): string {
  return String(Math.floor(age / 1000))
}

/** The Date of a message in milliseconds, or undefined when it is absent or no date. */
export function dateValue(headers: HeaderFields, now: number): number | undefined {
  const lines = fieldLines(headers, 'date')
  return lines[0] === undefined || lines.length > 1 ? undefined : parseHttpDate(lines[0], now)
}
