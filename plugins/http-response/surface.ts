import type { SurfacePort } from '../../src/application/index.ts'
import { tagList } from '../../src/domain/index.ts'
import { CodedAnswers } from './coded-answers.ts'
import { Exchange } from './exchange.ts'
import { type Desk, ExchangeParts } from './exchange-parts.ts'
import { Front } from './front.ts'
import { HitMembers } from './front-member.ts'
import { headAnswered } from './head-answered.ts'
import { groupScope, type HttpRequest, pageKeys, pageUrl } from './keys.ts'
import type { Policies } from './mounts.ts'
import { isCoveredBy, ObservedVary } from './observed-vary.ts'
import type { HttpPolicy } from './options.ts'
import { Orphans } from './orphans.ts'
import { bypassed, OFF, type Plan, TOO_LONG, watched } from './plan.ts'
import { Refreshes } from './refreshes.ts'
import { asksForNothingStored, hasPreconditions, namesTwoHosts, sharesAnswers } from './request-kinds.ts'
import {
  decideReuse,
  type ForwardReason,
  forwardReason,
  hasRequestBody,
  isFresh,
  isReadingMethod,
  type MissReason,
  mayServeOnError,
  overridesMethod,
  type ResponseHead,
  type ReuseDecision,
  remainingLifetime,
} from './rules/index.ts'
import { SentRequest } from './sent-request.ts'
import { gatewayTimeout, statusMember } from './served.ts'
import { asItIsNow } from './soft-purge.ts'
import { type Found, StoredAnswers } from './stored-answers.ts'
import { mayAnswerCredentials, type StoredResponse } from './stored-response.ts'
import { markOf, UncacheableMarks } from './uncacheable-marks.ts'
import { unsafeAnswered } from './unsafe-answered.ts'
import { Visit } from './visit.ts'
import { arrived } from './waiting.ts'
import { WrittenKeys } from './written-keys.ts'

/** How long requests for a URL whose answer could not be shared do not wait for one another, milliseconds. */
const MARK_LASTS = 10_000

/**
 * Requests with longer keys pass, characters. A key is kept in several places (the entry, its URL's record, marks), and
 * who sends long ones must not fill them; pages that people link to have shorter ones.
 */
const LONGEST_KEY = 2_048

/** HTTP responses in a cache: RFC 9111 over the engine, without a word of any framework. */
export class HttpSurface {
  readonly front: Front
  readonly #port: SurfacePort
  readonly #answers: StoredAnswers
  readonly #refreshes: Refreshes
  readonly #observed: ObservedVary
  readonly #coded: CodedAnswers
  readonly #members: HitMembers
  readonly #marks = new UncacheableMarks(MARK_LASTS)
  readonly #written: Parameters<typeof unsafeAnswered>[0]
  readonly #desk: Desk

  /**
   * @param warn where developers are told of handlers that keep others from sharing answers
   * @param policies of all mounts and routes of the cache
   */
  constructor(port: SurfacePort, warn: (message: string) => void = () => {}, policies: Policies = () => []) {
    this.#port = port
    this.#observed = new ObservedVary(warn)
    this.#answers = new StoredAnswers(port, this.#observed)
    this.#written = { port, answers: this.#answers, keys: new WrittenKeys(policies) }
    this.#refreshes = new Refreshes(port)
    this.#coded = new CodedAnswers(port)
    this.#members = new HitMembers(port)
    this.front = new Front(port, this.#answers, this.#coded, warn)
    this.#desk = {
      port,
      answers: this.#answers,
      coded: this.#coded,
      marks: this.#marks,
      observed: this.#observed,
      orphans: new Orphans(),
      refreshes: this.#refreshes,
    }
  }

  /** The Cache-Status member of a request that passed by the cache; undefined if nothing is to be said. */
  passedStatus({ cacheStatus }: HttpPolicy, plan: Extract<Plan, { kind: 'pass' }>): string | undefined {
    return statusMember({ outcome: plan.reason, detail: plan.detail }, cacheStatus, this.#port.name)
  }

  /** Synchronous unless the request has to wait for another one's answer. */
  plan<R>(request: HttpRequest<R>, given: HttpPolicy<R>): Plan | Promise<Plan> {
    const policy = given as HttpPolicy
    const { framework } = request
    if (request.method === 'QUERY' && policy.query && framework?.content !== undefined)
      return framework.content(request.raw).then((digest) => this.#planQuery(request, policy, digest))
    try {
      const passed = this.#passed(request, policy)
      if (passed !== undefined) return passed
      const keys = pageKeys(request, policy)
      if ((keys.own ?? keys.shared).length > LONGEST_KEY) return TOO_LONG
      const plan = this.#read(new Visit(request, policy, keys))
      return plan instanceof Promise ? plan.catch((error) => this.#contained(error, policy)) : plan
    } catch (error) {
      return this.#contained(error, policy)
    }
  }

  /** Once its content is in the key, a query is as good as a GET (RFC 10008, 2.7). Nothing can send it once more. */
  #planQuery(request: HttpRequest, policy: HttpPolicy, digest: string | undefined): Plan | Promise<Plan> {
    if (digest === undefined) return watched(policy, 'method')
    return this.plan({ ...request, method: 'GET', contentDigest: digest, contentInKey: true }, policy)
  }

  /** A function of the route's policy threw: the request must not suffer from it. */
  #contained(error: unknown, policy: HttpPolicy): Plan {
    this.#port.report(error)
    return bypassed(policy, 'error')
  }

  /** As the function of that name. */
  unsafeAnswered(request: HttpRequest, policy: HttpPolicy, head: ResponseHead): void {
    unsafeAnswered(this.#written, request, policy, head)
  }

  /** Reasons not to look at the cache at all. */
  #passed(request: HttpRequest, policy: HttpPolicy): Plan | undefined {
    // Before anything else: a write outdates what is stored, also while the cache is off.
    if (!isReadingMethod(request.method)) {
      return watched(policy, 'method', (head) => this.unsafeAnswered(request, policy, head))
    }
    if (!this.#port.enabled) return OFF
    if (overridesMethod(request)) return bypassed(policy, 'method-override')
    if (hasRequestBody(request)) return bypassed(policy, 'request-body')
    if (namesTwoHosts(request)) return bypassed(policy, 'two-hosts')
    if (hasPreconditions(request)) return watched(policy, 'partial')
    if (policy.bypass?.(request.raw)) return bypassed(policy)
    return undefined
  }

  #read(visit: Visit): Plan | Promise<Plan> {
    const { request, policy } = visit
    const found = this.#find(visit)
    const { stored } = found
    if (request.refreshing === true) return this.#forward(visit, found, 'stale', false)
    const now = this.#port.wall()
    const decision = decideReuse(request, stored?.freshness, now, policy)
    switch (decision.kind) {
      case 'gateway-timeout':
        this.#port.miss(found.key)
        return { kind: 'serve', answer: gatewayTimeout(policy, this.#port.name) }
      case 'miss':
        return this.#ask(visit, found, decision.reason)
      default:
        if (stored === undefined || !mayAnswerCredentials(request, stored))
          return bypassed(policy, 'credentials')
        // Nothing would make it anew behind the request.
        if (decision.kind === 'stale' && request.contentInKey === true && decision.reason !== 'max-stale')
          return this.#ask(visit, found, 'stale')
        if (decision.kind === 'stale') this.#refreshBehind(visit, found.key, decision)
        return this.#serve(visit, found.key, stored, now, visit.waited ? 'collapsed' : undefined)
    }
  }

  /** There is no answer that may be reused as it is. */
  #ask(visit: Visit, found: Found, missed: MissReason): Plan | Promise<Plan> {
    const isStale = missed === 'stale'
    const soon = isStale && !visit.waited ? this.#ifSlow(visit, found) : undefined
    const reason = found.varies ? 'vary-miss' : forwardReason(missed)
    return soon ?? this.#forward(visit, found, reason, isStale)
  }

  #serve(
    { request, policy }: Visit,
    key: string,
    stored: StoredResponse,
    now: number,
    detail: string | undefined,
  ): Plan {
    this.#port.hit(key)
    const ttl = remainingLifetime(stored.freshness, now)
    const status =
      detail === undefined
        ? this.#members.of(policy, key, ttl)
        : statusMember({ outcome: 'hit', ttl, key, detail }, policy.cacheStatus, this.#port.name)
    return { kind: 'serve', answer: this.#coded.served(request, policy, key, stored, now, status) }
  }

  /** The principal's own answer before that for everybody, unless it is stale and older (RFC 9111, 4). */
  #find({ request, keys: { shared, own } }: Visit): Found {
    const private_ = own === undefined ? undefined : this.#as(request, own)
    if (private_?.stored && isFresh(private_.stored.freshness, this.#port.wall())) return private_
    const found = this.#as(request, shared)
    const isOlder = (private_?.stored?.requestTime ?? -1) < (found.stored?.requestTime ?? 0)
    return private_?.stored === undefined || isOlder ? found : private_
  }

  #as(request: HttpRequest, primary: string): Found {
    const found = this.#answers.find(request, primary)
    const stored = asItIsNow(found.stored)
    return stored === found.stored ? found : { ...found, stored }
  }

  #isFresh(visit: Visit): boolean {
    const { stored } = this.#find(visit)
    return stored !== undefined && isFresh(stored.freshness, this.#port.wall())
  }

  /** RFC 5861, 3 */
  #refreshBehind(visit: Visit, key: string, { reason }: Extract<ReuseDecision, { kind: 'stale' }>): void {
    if (reason === 'stale-while-revalidate')
      void this.#refreshes.begin(visit.request, key, () => this.#isFresh(visit))
  }

  /** A handler that is slow is answered for by the stale answer, and goes on behind it. */
  #ifSlow(visit: Visit, { key, stored }: Found): Promise<Plan> | undefined {
    const { request, policy } = visit
    const limit = policy.softTimeout
    if (limit === undefined || stored === undefined) return undefined
    if (!mayServeOnError(stored.freshness, this.#port.wall())) return undefined
    if (!mayAnswerCredentials(request, stored)) return undefined
    const refresh = this.#refreshes.begin(request, key, () => this.#isFresh(visit))
    if (refresh === undefined) return undefined
    let outcome: unknown
    const ended = refresh.then((known) => {
      outcome = known
    })
    return arrived(this.#port, ended, limit).then((inTime) => {
      // It may have been purged meanwhile.
      const isThere = this.#find(visit).stored === stored
      if (!inTime && isThere) return this.#serve(visit, key, stored, this.#port.wall(), 'slow')
      return (outcome === 'failed' ? this.#inPlaceOfFailed(visit) : undefined) ?? this.#read(visit.again())
    })
  }

  /** The handler has failed for this request already: it does not have to fail for it once more. */
  #inPlaceOfFailed(visit: Visit): Plan | undefined {
    const { key, stored } = this.#find(visit)
    const now = this.#port.wall()
    if (stored === undefined || !mayServeOnError(stored.freshness, now)) return undefined
    if (!mayAnswerCredentials(visit.request, stored)) return undefined
    return this.#serve(visit, key, stored, now, 'stale-if-error')
  }

  #forward(visit: Visit, found: Found, reason: ForwardReason, isStale: boolean): Plan | Promise<Plan> {
    const { request, policy, keys, waited } = visit
    const { key } = found
    this.#port.miss(key)
    if (request.method === 'HEAD') return this.#passHead(visit, found, reason)
    const now = this.#port.wall()
    if (found.stored === undefined && this.#observed.isOneTooMany(found.index, request, now))
      return { ...watched(policy, reason), detail: 'variants' }
    const shares = sharesAnswers(request, policy)
    const promising = !this.#marks.has(markOf(key, shares), now)
    const alone = waited || !promising || !shares
    const underWay = alone ? undefined : this.#port.underWay(key)
    if (underWay !== undefined) {
      this.#port.coalesced()
      return arrived(this.#port, underWay, policy.collapseTimeout).then(() => this.#read(visit.again()))
    }
    // First, because they may throw: a flight that was begun must be ended.
    const scope = groupScope(request, policy)
    const tags = typeof policy.tags === 'function' ? tagList(policy.tags(request.raw)) : policy.tags
    const url = pageUrl(keys, request, policy)
    const pending = alone ? this.#port.beginAlone(key) : this.#port.begin(key)
    const observed = this.#observed.begin(request, policy, found.index?.primary ?? key, now)
    const parts = new ExchangeParts(this.#desk, visit, key, pending, observed, scope)
    parts.reason = reason
    parts.promising = promising
    const usable = found.stored !== undefined && mayAnswerCredentials(request, found.stored)
    if (found.stored && usable && !asksForNothingStored(request, policy))
      parts.stored = { response: found.stored, key, asReserve: isStale }
    const exchange = new Exchange(parts)
    // Whatever it is stored under, and whichever variant it is: a write to its URL outdates it.
    if (key !== url || keys.own !== undefined) pending.dependOn(url)
    exchange.tag(tags)
    return { kind: 'record', exchange }
  }

  /** HEAD never fills, but what it is told may be news of the stored answer to GET (RFC 9111, 4.3.5). */
  #passHead({ request, policy, keys }: Visit, { key, stored }: Found, reason: ForwardReason): Plan {
    if (stored === undefined || !mayAnswerCredentials(request, stored)) return watched(policy, reason)
    const observed = this.#observed.begin(request, policy, key, this.#port.wall())
    const answered = (head: ResponseHead): void => {
      observed?.release()
      // What else it was told, it was told because of headers that others have not sent.
      if (observed !== undefined && !isCoveredBy(observed, stored, policy)) return
      const forOneUser = keys.own !== undefined && key.startsWith(keys.own)
      const asked = new SentRequest(request, observed)
      headAnswered(this.#port, { request: asked, policy, key, stored, forOneUser }, head)
    }
    return { ...watched(policy, reason, answered), observed }
  }
}
