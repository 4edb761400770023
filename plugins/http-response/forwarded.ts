import type { HeaderFields } from './rules/index.ts'

/**
 * Headers in which the hops before the server say where the client asked. Frameworks and handlers make links, redirects
 * and tags from them, nearly never with a Vary, and whoever sends one of his own makes a page that others get (cache
 * poisoning). Behind a proxy they have one value for everybody.
 */
const FORWARDED: readonly string[] = [
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-forwarded-uri',
  'x-host',
  'x-original-host',
  'x-original-url',
  'x-rewrite-url',
]

/** The same names, for those who look at the lines of a request. */
export const FORWARDED_NAMES: ReadonlySet<string> = new Set(FORWARDED)

/** What a request has of them, in one unambiguous text; undefined for nothing. */
export function forwardedIn(headers: HeaderFields): string | undefined {
  let said: string | undefined
  // No value has a line break in it.
  for (const name of FORWARDED)
    if (headers[name] !== undefined) said = `${said ?? ''}${name}: ${String(headers[name])}\n`
  return said
}
