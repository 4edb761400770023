import { describe } from './describe.ts'
import { CallOptionError } from './errors.ts'

/** Milliseconds, or a string of a number and a unit: `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'7d'`. */
export type Duration = number | string

declare const ttlBrand: unique symbol

/** A checked lifetime in milliseconds: 0 or more, `Infinity` for ever. A branded number, so it costs nothing. */
export type CacheTtl = number & { readonly [ttlBrand]: true }

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const PATTERN = /^(\d{1,15}(?:\.\d{1,6})?)\s*(ms|s|m|h|d|w)$/

/** The milliseconds of a duration, or undefined for what is not one. Never guesses: `'5'` and `'5 minutes'` are refused. */
export function parseDuration(value: unknown): CacheTtl | undefined {
  if (typeof value === 'number') return value >= 0 ? (value as CacheTtl) : undefined
  if (typeof value !== 'string') return undefined
  const match = PATTERN.exec(value)
  if (match === null) return undefined
  return (Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN)) as CacheTtl
}

/**
 * The smart constructor of lifetimes.
 *
 * @param option the option's name, for the message
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` for a negative number, NaN or a string that does not parse
 * @example cacheTtl('5m', 'ttl') // 300000
 */
export function cacheTtl(value: unknown, option: string): CacheTtl {
  const ms = parseDuration(value)
  if (ms === undefined) {
    throw new CallOptionError(
      option,
      `expected milliseconds (0 or more) or a string such as '30s', '5m', '1h', got ${describe(value)}.`,
    )
  }
  return ms
}
