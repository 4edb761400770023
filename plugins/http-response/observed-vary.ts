import type { Decision } from './answer-decision.ts'
import type { HttpRequest } from './keys.ts'
import { ObservedHeaders } from './observed-headers.ts'
import { ObservedWarnings } from './observed-warnings.ts'
import type { HttpPolicy } from './options.ts'
import { allowsAuthorized, allowsCookie, type HeaderFields, hasField, varyNames } from './rules/index.ts'
import type { Found } from './stored-answers.ts'
import type { StoredResponse } from './stored-response.ts'
import { UncacheableMarks } from './uncacheable-marks.ts'

/**
 * Observed Vary: the request headers that a handler reads while it makes an answer tell its variants apart, also where
 * the answer does not say Vary. A handler decides by what it reads, so two requests that agree in all that was read get
 * the same answer; no header that is left out of the key can have any effect on it.
 *
 * Names are kept as selectors, `=name`: such a header is compared byte by byte. What Vary names is compared by its
 * meaning (RFC 9111, 4.1), which is for the author of the answer to permit.
 */

/** Names beyond these: the headers that it reads are chosen by the request, and there is no end to them. */
const MOST_NAMES = 16
/** How long unknown variants of a URL that has too many pass by, milliseconds. */
const CROWD_LASTS = 10_000

/** What the headers that were read mean for the answer. */
export type Reads =
  | { readonly selectors: readonly string[]; readonly refused?: undefined }
  | { readonly refused: 'all-headers' | 'many-headers'; readonly selectors?: undefined }

const NONE: Reads = { selectors: [] }

/**
 * The selectors of an answer.
 *
 * Cookie and Authorization are no variants of their own: an answer to a request that carries one is kept only if it
 * says that it is for everybody. If it says so and was made from one all the same, they are.
 */
export function readsOf(
  observed: ObservedHeaders | undefined,
  { head, control, forOneUser }: Decision,
  policy: HttpPolicy,
): Reads {
  if (observed === undefined || policy.observe !== true) return NONE
  if (observed.all) return { refused: 'all-headers' }
  if (observed.names.length === 0) return NONE
  const told = varyNames(head.headers)
  const selectors = observed.names
    .filter((name) => {
      if (policy.exempt.includes(name) || told.includes(name)) return false
      if (name === 'cookie') return !forOneUser && allowsCookie(control.directives)
      if (name === 'authorization') return !forOneUser && allowsAuthorized(control.directives)
      return true
    })
    .map((name) => `=${name}`)
  return selectors.length > MOST_NAMES ? { refused: 'many-headers' } : { selectors }
}

/** Whether nothing else was read than what tells the variants of the stored response apart. */
export function isCoveredBy(observed: ObservedHeaders, stored: StoredResponse, policy: HttpPolicy): boolean {
  if (policy.observe !== true) return true
  if (observed.all) return false
  const told = varyNames(stored.headers)
  return observed.names.every(
    (name) =>
      stored.observed.includes(`=${name}`) ||
      told.includes(name) ||
      policy.exempt.includes(name) ||
      name === 'cookie' ||
      name === 'authorization',
  )
}

/** Whether a request carries a header by which the handler's answers are told apart. */
export function namesAVariant(selectors: readonly string[], headers: HeaderFields): boolean {
  return selectors.some((selector) => selector.startsWith('=') && hasField(headers, selector.slice(1)))
}

/** Observation for one surface: begins it, knows the URLs with too many variants, and warns. */
export class ObservedVary {
  readonly #crowds = new UncacheableMarks(CROWD_LASTS)
  readonly #warnings: ObservedWarnings

  /** @param warn where warnings go */
  constructor(warn: (message: string) => void) {
    this.#warnings = new ObservedWarnings(warn)
  }

  /** The recorder for a request on its way to the handler; undefined if the route wants none. */
  begin(request: HttpRequest, policy: HttpPolicy, key: string, now: number): ObservedHeaders | undefined {
    if (policy.observe === false) return undefined
    const tracing = this.#warnings.open && (policy.observe === 'warn' || this.#crowds.has(key, now))
    return new ObservedHeaders(request.headers as Record<string, string | string[] | undefined>, {
      trusted: () => request.framework?.trustsForwarded?.(request.raw) ?? true,
      tracing,
    })
  }

  /**
   * A URL has as many variants as are kept, and here is another one. Whether it takes the place of the oldest: once in a
   * while, and always if it names none of the headers, since that is what most clients ask for.
   */
  admits(key: string, selectors: readonly string[], request: HttpRequest, now: number): boolean {
    if (!selectors.some((selector) => selector.startsWith('='))) return true
    if (!this.isCrowded(key, now)) {
      this.#crowds.mark(key, now)
      this.#warnings.crowded(request, selectors)
      return true
    }
    return !namesAVariant(selectors, request.headers)
  }

  /** Whether a URL has more variants than are kept, and this request asks for one that is not there. */
  isOneTooMany(index: Found['index'], { headers }: HttpRequest, now: number): boolean {
    if (index === undefined || !this.isCrowded(index.primary, now)) return false
    return namesAVariant(index.names, headers)
  }

  isCrowded(key: string, now: number): boolean {
    return this.#crowds.has(key, now)
  }

  /** Says once what a developer should know of what was read. */
  tell(request: HttpRequest, observed: ObservedHeaders, headers: HeaderFields, policy: HttpPolicy): void {
    this.#warnings.tell(request, observed, headers, policy)
  }
}
