import type { HttpPolicy } from './options.ts'
import {
  type Freshness,
  type FreshnessOptions,
  freshnessOf,
  type HeaderFields,
  negativeTtlOf,
  type RequestView,
  type ResponseControl,
  type ResponseHead,
  responseControl,
  type Storability,
  type StoreRefusal,
  storability,
  varyNames,
  withFieldNames,
} from './rules/index.ts'

/** How long a stale answer stands in for a failed one where nobody said anything about it, milliseconds. */
const STALE_IF_ERROR = 60_000

/** What the handler made of an answer, as far as its head tells. */
export interface AnswerHead {
  readonly status: number
  /** What it made, without what stood there before, but with the Vary of the policy. */
  readonly headers: HeaderFields
  /** All that is sent. */
  readonly sent: HeaderFields
}

/** What becomes of an answer. A class: see `Visit`. */
export class Decision {
  readonly head: ResponseHead
  readonly control: ResponseControl
  readonly freshness: Freshness
  readonly verdict: Storability
  /** It is kept for the principal of its request alone. */
  readonly forOneUser: boolean

  constructor(
    head: ResponseHead,
    control: ResponseControl,
    freshness: Freshness,
    verdict: Storability,
    forOneUser: boolean,
  ) {
    this.head = head
    this.control = control
    this.freshness = freshness
    this.verdict = verdict
    this.forOneUser = forOneUser
  }

  /** The same answer, which is not kept after all. */
  refused(reason: StoreRefusal): Decision {
    return new Decision(this.head, this.control, this.freshness, { store: false, reason }, this.forOneUser)
  }
}

/**
 * Whether the answer is kept, for whom, and how long it will be fresh.
 *
 * @param now wall-clock milliseconds
 * @param principal whether the request has one, so that a private answer can be kept for it
 */
export function decideAnswer(
  request: RequestView,
  { status, headers, sent }: AnswerHead,
  policy: HttpPolicy,
  now: number,
  principal: boolean,
): Decision {
  const head = { status, headers }
  const made = controlOf(headers, policy)
  const control = sent === headers ? made : restrictedBy(made, controlOf(sent, policy))
  const decide = (forOneUser: boolean): Decision => {
    // The handler runs in this process: the time it takes is work, not a delay on the way that would age the answer.
    const times = { requestTime: now, responseTime: now }
    const freshness = freshnessOf(head, control, times, freshnessOptions(policy, status, !forOneUser))
    const verdict = storability(
      { request, response: head, control, freshness, complete: true },
      {
        requestDirectives: policy.requestDirectives,
        explicitErrors: policy.explicitErrors,
        setCookie: policy.shareCookies,
        validation: policy.keep > 0,
        forOneUser,
      },
    )
    return new Decision(head, control, freshness, verdict, forOneUser)
  }
  const shared = decide(false)
  if (shared.verdict.store || !principal) return shared
  const own = decide(true)
  return own.verdict.store ? own : shared
}

function controlOf(headers: HeaderFields, { targets, fieldNames }: HttpPolicy): ResponseControl {
  const { directives, targeted } = responseControl(headers, targets)
  if (fieldNames) return { directives: withFieldNames(directives), targeted }
  if (directives.withheld.length === 0) return { directives, targeted }
  return { directives: { ...directives, withheld: [] }, targeted }
}

/**
 * Whatever forbids sharing the answer counts, also where a layer before the cache wrote it: that is what the client is
 * told. Permissions and lifetimes are the handler's alone.
 */
function restrictedBy(own: ResponseControl, { directives: sent }: ResponseControl): ResponseControl {
  if (!sent.noStore && !sent.private && !sent.noCache && sent.withheld.length === 0) return own
  const { noStore, private: isPrivate, noCache, withheld } = own.directives
  const directives = {
    ...own.directives,
    noStore: noStore || sent.noStore,
    private: isPrivate || sent.private,
    noCache: noCache || sent.noCache,
    withheld: [...withheld, ...sent.withheld],
  }
  return { ...own, directives }
}

function freshnessOptions(policy: HttpPolicy, status: number, shared: boolean): FreshnessOptions {
  const { ttl, staleWhileRevalidate, staleIfError, heuristic, negativeTtl } = policy
  return {
    policy: { ttl, staleWhileRevalidate, staleIfError },
    heuristic,
    negativeTtl: negativeTtlOf(negativeTtl, status),
    staleIfError: STALE_IF_ERROR,
    shared,
  }
}

/** The Vary of the response with the names of the route's policy. */
export function withVary(headers: HeaderFields, names: readonly string[]): HeaderFields {
  if (names.length === 0) return headers
  const own = varyNames(headers)
  return { ...headers, vary: own === '*' ? '*' : [...new Set([...own, ...names])].join(', ') }
}
