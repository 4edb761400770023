/** Heuristically cacheable (RFC 9110, 15.1). 206 is left out: partial content is not stored. */
const HEURISTICALLY_CACHEABLE: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501,
])

/** The answers a route's `ttl` speaks of: pages and permanent redirects, never an error or an empty answer. */
const PAGES: ReadonlySet<number> = new Set([200, 203, 300, 301, 308])

/** Final statuses whose caching requirements (RFC 9110, 15) are kept here; `must-understand` asks for them. */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 305, 307, 308, 400, 402, 404, 405, 406, 409, 410, 411,
  413, 414, 415, 421, 422, 426, 500, 501, 502, 503, 504, 505,
])

/**
 * Never stored, whatever the response says.
 * 206, 304: parts and confirmations of another response.
 * 401, 403, 407: an answer to one person's credentials, or to their absence.
 * 408, 425: the state of one connection.
 * 412, 416, 417: the answer to a precondition, a range or an expectation of this request, which are no part of
 * any key; stored, they would replace the page.
 * 400, 406, 411, 413, 415, 421, 422, 426: the handler's refusal of this request, often for a header that is no part of
 * any key. RFC 9111, 3 lets one with a lifetime of its own be stored, but an error handler keeps the lifetime that was
 * written for the page, and one odd request would take the page from everybody (cache-poisoned denial of service).
 * 428, 429, 431, 511: RFC 6585 forbids it in each of their sections.
 */
const NEVER_STORED: ReadonlySet<number> = new Set([
  206, 304, 400, 401, 403, 406, 407, 408, 411, 412, 413, 415, 416, 417, 421, 422, 425, 426, 428, 429, 431,
  511,
])

export function isHeuristicallyCacheable(status: number): boolean {
  return HEURISTICALLY_CACHEABLE.has(status)
}

export function isPage(status: number): boolean {
  return PAGES.has(status)
}

export function isUnderstood(status: number): boolean {
  return UNDERSTOOD.has(status)
}

export function isServerError(status: number): boolean {
  return status >= 500
}

/** Final (RFC 9111, 3) and not one of the statuses that are never a page. */
export function isStorableStatus(status: number): boolean {
  return status >= 200 && !NEVER_STORED.has(status)
}
