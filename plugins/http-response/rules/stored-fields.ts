import { asciiLower, fieldLines, trimOws } from './fields.ts'
import type { HeaderFields } from './types.ts'

/**
 * Fields that are never stored.
 * Connection and what belongs to one connection or one proxy (RFC 9110, 7.6.1; RFC 9111, 3.1).
 * Set-Cookie, which was meant for one visitor. (Set-Cookie2 is a field like any other: no user agent reads it, RFC 6265, 9.4.)
 * Age and Content-Length, which are made anew for every reuse.
 * `__proto__`, which is no header anybody needs, and a trap for whoever copies a record.
 */
const NEVER_STORED: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'age',
  'content-length',
  '__proto__',
])

/**
 * The fields of a response that are stored and sent again (RFC 9111, 3.1), lower-case names, values as they
 * were. Date is among them: it says when the handler answered.
 *
 * @param withheld lower-case names of further fields that are not for everybody
 * @param withCookies Set-Cookie is for everybody
 */
export function storedFields(
  headers: HeaderFields,
  withheld: readonly string[] = [],
  withCookies = false,
): Record<string, HeaderFields[string]> {
  const listed = connectionOptions(headers)
  const kept: Record<string, string | readonly string[]> = {}
  for (const given of Object.keys(headers)) {
    const value = headers[given]
    const name = asciiLower(given)
    if (value === undefined || listed.includes(name) || withheld.includes(name)) continue
    if (NEVER_STORED.has(name) && !(withCookies && name === 'set-cookie')) continue
    kept[name] = typeof value === 'object' ? [...value] : String(value)
  }
  return kept
}

/** Fields that Connection names belong to the connection too. */
function connectionOptions(headers: HeaderFields): readonly string[] {
  const lines = fieldLines(headers, 'connection')
  if (lines.length === 0) return lines
  return lines.flatMap((line) => line.split(',')).map((option) => asciiLower(trimOws(option)))
}
