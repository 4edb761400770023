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
): HeaderFields {
  const listed = connectionOptions(headers)
  for (const name of withheld) listed.add(name)
  const kept: [string, string | readonly string[]][] = []
  for (const [given, value] of Object.entries(headers)) {
    const name = asciiLower(given)
    if (value === undefined || listed.has(name)) continue
    if (NEVER_STORED.has(name) && !(withCookies && name === 'set-cookie')) continue
    kept.push([
      name,
      typeof value === 'number' ? String(value) : typeof value === 'string' ? value : [...value],
    ])
  }
  return Object.fromEntries(kept)
}

/** Fields that Connection names belong to the connection too. */
function connectionOptions(headers: HeaderFields): Set<string> {
  const options = fieldLines(headers, 'connection').flatMap((line) => line.split(','))
  return new Set(options.map((option) => asciiLower(trimOws(option))))
}
