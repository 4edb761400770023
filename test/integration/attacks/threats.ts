import type { Attack } from './target.ts'

/*
 * The threats that the attacks stand for, one line for each: the rules that an HTTP cache must keep, in their order, and
 * then the advisories about other caches. A threat is withstood if all attacks that its line names are. main.ts counts
 * them, and fails if a line names no attack.
 */

/** What it is, and which attacks it is: by a part of their names, of the name of their family, or a pattern. */
export type Threat = readonly [what: string, attacks: string | RegExp]

export const THREATS: readonly Threat[] = [
  // One key for one target
  ['key: an encoded question mark is decoded', 'an encoded question mark'],
  ['key: an encoded slash is decoded', 'an encoded slash'],
  ['key: letters are decoded', 'an encoded letter'],
  ['key: the case of an encoding is folded', 'the case of an encoding'],
  ['key: dot segments are removed', /> (dot segments|a dot):/],
  ['key: the case of a path is folded', '> case (Nuxt'],
  ['key: a semicolon ends the path', /> a (semicolon|session in the path):/],
  ['key: slashes are added or dropped', /> a (trailing|double) slash:/],
  ['key: a raw fragment is cut off', 'raw fragment'],
  ['key: the absolute form of a target', 'the absolute form'],
  ['key: parameters are sorted', /the order of (parameters|a parameter given twice):/],
  ['key: of parameters given twice one is dropped', '> a parameter given twice:'],
  ['key: parameters are dropped', 'a tracking parameter'],
  ['key: empty queries and values are dropped', /> an empty (query|value):/],
  ['key: parameters are parsed', /> (a parameter in brackets|another separator|plus and space):/],
  ['key: names that objects inherit', /> (__proto__|constructor):/],
  ['key: characters that delimit parts of the key', /> (delimiters of a key|a key in a target):/],
  ['key: null bytes and bytes beyond ASCII', /> (a null byte|bytes beyond ASCII):/],
  ['key: any two targets of a grammar', 'no two of many targets'],
  ['key: another host', /one host does not get|a request without a host/],
  ['key: two Host fields', 'of two Host fields'],
  // A header that was read is part of the key
  ['unkeyed: X-Forwarded-Host', 'without a word > x-forwarded-host'],
  [
    'unkeyed: X-Forwarded-Proto, and the redirect it makes',
    /without a word > (x-forwarded-proto|a redirect from http)/,
  ],
  [
    'unkeyed: other forwarding headers',
    /without a word > (forwarded|x-host|x-forwarded-(server|scheme|port|prefix|for)) /,
  ],
  ['unkeyed: X-Original-URL, X-Rewrite-URL', /without a word > x-(original|rewrite)-url/],
  ['unkeyed: Accept and its kind', /without a word > accept/],
  [
    'unkeyed: User-Agent, Origin, Referer, keys of APIs',
    /without a word > (user-agent|origin|referer|x-api-key)/,
  ],
  ['unkeyed: read without its name', 'a header read by'],
  ['unkeyed: a stored redirect to another host', 'a permanent redirect to where'],
  ['unkeyed: a cookie on a page for everybody', 'a cookie that the handler reads'],
  ['keyed: each of them, named in Vary or by the mount', 'named in Vary'],
  // Storability
  [
    'stored: the account, by a path that looks like a file',
    'attacks: private answers (web cache deception) > the account',
  ],
  [
    'stored: made for a cookie, without public',
    /what was made for a cookie|credentials count in any|an empty Cookie/,
  ],
  ['stored: made for a token, without public or s-maxage', /a page made for nobody|credentials count in any/],
  ['stored: Set-Cookie', /set on a page that says public|"set-cookie":"session=1"/],
  ['stored: 401, 403 and 407', /status 40[137] /],
  ['stored: 500 to 503', /status 50\d /],
  ['stored: a part', 'status 206 '],
  ['stored: 304', 'status 304 '],
  ['stored: 429', 'status 429 '],
  ['stored: an answer that breaks off', 'an answer that breaks off'],
  ['stored: an answer shorter than it says', 'longer than it is'],
  // Directives
  ['directives: private in another case', /"cache-control":"P/],
  ['directives: private with an argument, also a malformed one', /"private=/],
  [
    'directives: private among others, with odd separators',
    /"(max-age=60.*private|\\tprivate|public, private)/,
  ],
  ['directives: in several lines', /\["public, max-age=60","private"\]/],
  ['directives: no-store in any spelling', /no-store/i],
  ['directives: no-cache, also of Pragma', /"cache-control":"(public, max-age=60, )?no-cache|"pragma"/],
  [
    'directives: the smallest of several lifetimes (without a ttl of the mount)',
    /max-age=60, max-age=0|max-age=0, max-age=60|\["max-age=60"|s-maxage=0/,
  ],
  [
    'directives: a lifetime that does not parse (without a ttl of the mount)',
    /max-age=(x|-1|1\.5|"|\\")|"expires"/,
  ],
  ['directives: Vary: *, and one that does not parse', '{"vary":'],
  // Methods
  ['methods: HEAD fills GET', 'HEAD leaves no empty page'],
  ['methods: others read what GET stored, or fill it', /no other method reads|what a POST answers/],
  ['methods: overrides', /stores nothing and takes nothing/],
  ['methods: a body on GET', 'a body on a GET'],
  ['methods: PURGE by anybody', 'PURGE is not open'],
  // Who waits
  ['waiting: two users on one private answer', 'two users are never'],
  ['waiting: a leader that hangs', 'a leader that never answers'],
  ['waiting: a leader that leaves', 'a leader that leaves'],
  ['waiting: odd requests send all others to the handler', 'in ways of its own'],
  // Conditions and parts
  ['conditions: the tag of another URL', 'the tag of one page'],
  ['conditions: a 304 in the place of a page', 'conditions never leave'],
  ['parts: a part in the place of the whole', /a part never becomes|parts are made/],
  // Bounds and disclosure
  ['bounds: variants', /a thousand (variants|values)/],
  ['bounds: keys and headers', /long keys count|keys beyond|is read at once/],
  ['bounds: entries of what cannot be shared', 'leaves no entry'],
  ['answers: hop-by-hop fields', 'hop-by-hop fields of one connection'],
  ['answers: line breaks', 'a line break that'],
  ['answers: the software, its version, the key', 'no name of the software'],
  ['connections: pipelines and smuggled requests', 'several requests on one connection'],
  // An error in the place of the page
  ['CPDoS: oversized headers', /> a header (that the handler refuses|larger)/],
  [
    'CPDoS: meta characters',
    /a control character|a line break in a header|after the head was prepared|a folded|a space before/,
  ],
  [
    'CPDoS: lengths, codings and expectations',
    /two lengths|a length and chunks|an unknown coding|an expectation|an upgrade|hop-by-hop fields of all/,
  ],
  // Advisories that are none of the above
  ['Next.js, CVE-2024-46982', 'CVE-2024-46982'],
  ['Next.js, CVE-2025-49826', 'CVE-2025-49826'],
  [
    'Next.js, CVE-2025-49005, CVE-2026-44572 and -44576: RSC and data without Vary',
    /without a word > (rsc|x-nextjs-data)/,
  ],
  ['Next.js, CVE-2025-57752', 'CVE-2025-57752'],
  ['Next.js, CVE-2026-44582', 'CVE-2026-44582'],
  ['Nuxt, CVE-2025-27415', 'CVE-2025-27415'],
  ['Nitro, GHSA-5w89-w975-hf9q', 'GHSA-5w89'],
  ['Hono, CVE-2026-44457', 'CVE-2026-44457'],
  ['Hono, GHSA-q7jf-gf43-6x6p', 'GHSA-q7jf'],
  ['Litestar: Unicode that normalises alike', /> (Unicode that|composed and)/],
]

/** The attacks that a threat is. */
export function attacksOf([, wanted]: Threat, attacks: readonly Attack[]): readonly Attack[] {
  return attacks.filter(({ family, name }) => {
    if (family.startsWith('controls')) return false
    const text = `${family} > ${name}`
    return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
  })
}
