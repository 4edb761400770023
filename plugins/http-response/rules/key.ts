import { asciiLower } from './fields.ts'
import { remembered } from './remembered.ts'

/** What tells one stored resource from another. */
export interface KeyParts {
  readonly method: string
  /** The raw request target. */
  readonly target: string
  readonly host: string
  /** What the hops before say of where the client asked, where that may make another answer. */
  readonly forwarded?: string | undefined
  /** The client asked over TLS: http and https are two origins (RFC 9110, 4.2.2), whose pages redirect to one another. */
  readonly secure?: boolean | undefined
  /** The matched route, where routes are told apart by more than host and target. */
  readonly route?: string | undefined
}

/** GET and HEAD read the same stored responses; every other method is its own class (RFC 9111, 2). */
export function methodClass(method: string): string {
  return method === 'HEAD' ? 'GET' : method
}

/**
 * The primary key (RFC 9111, 2) as a JSON array, so that no part can imitate another's border. Nothing is decoded,
 * folded, sorted or dropped, because the handler may tell apart whatever the key would make equal; only the host
 * is lower-cased (RFC 9110, 4.2.3), A to Z.
 *
 * @example primaryKey({ method: 'HEAD', target: '/a?b', host: 'Example.com' }) // '["GET",null,"example.com","/a?b",null]'
 */
export function primaryKey({ method, secure, forwarded, host, target, route }: KeyParts): string {
  const how = secure === true ? `${methodClass(method)} https` : methodClass(method)
  return `[${quoted(how)},${quoted(forwarded)},${hostPart(host)},${quoted(target)},${quoted(route)}]`
}

/** Most requests of a server name one of few hosts. */
const hostPart = remembered((host) => quoted(asciiLower(host)))

/** What JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

/** As JSON: written by hand where that is the same, for a part of the price. */
function quoted(text: string | undefined): string {
  if (text === undefined) return 'null'
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
