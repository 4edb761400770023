import { asciiLower } from './rules/index.ts'

/**
 * Requests have their host in the key as they spell it, because a handler may tell the spellings apart. A purge means
 * the URL, and that is the same with the port of its scheme, with an empty one and without (RFC 9110, 4.2.3).
 */
const PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' }

/**
 * In which ways requests may spell the host of a URL, lower case.
 *
 * @param scheme `http` or `https`
 */
export function hostSpellings(scheme: string, authority: string): readonly string[] {
  const bare = withoutDefaultPort(scheme, asciiLower(authority))
  return hasPort(bare) ? [bare] : [bare, `${bare}:`, `${bare}${portOf(scheme)}`]
}

/** A host, or a pattern of hosts, without the port that its scheme has anyway. */
export function withoutDefaultPort(scheme: string, host: string): string {
  const port = [portOf(scheme), ':'].find((end) => host.endsWith(end))
  return port === undefined ? host : host.slice(0, -port.length)
}

/** An address of IPv6 is in brackets. */
export function hasPort(host: string): boolean {
  return /:\d*$/.test(host)
}

function portOf(scheme: string): string {
  return PORTS[asciiLower(scheme)] ?? ':'
}
