/**
 * Lifetimes of answers that are no pages, by status (`404`) or by class (`5xx`), milliseconds. Only the statuses in
 * NEGATIVE can have one: the others say something about one request or one visitor.
 */
export type NegativeTtls = Readonly<Record<string, number>>

const NEGATIVE: ReadonlySet<number> = new Set([404, 405, 410, 414, 500, 501, 502, 503, 504])

/** The negative ttl of this status, if it has one; that of the status itself before that of its class. */
export function negativeTtlOf(ttls: NegativeTtls | undefined, status: number): number | undefined {
  if (ttls === undefined || !NEGATIVE.has(status)) return undefined
  return ttls[status] ?? ttls[`${Math.floor(status / 100)}xx`]
}

/** Whether a negative ttl can be given under this name. */
export function isNegativeName(name: string): boolean {
  return name === '4xx' || name === '5xx' || (/^\d{3}$/.test(name) && NEGATIVE.has(Number(name)))
}
