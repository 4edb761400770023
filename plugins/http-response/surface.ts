import type { SurfacePort } from '../../src/application/index.ts'
import { tagList } from '../../src/domain/index.ts'
import { Exchange } from './exchange.ts'
import { headAnswered } from './head-answered.ts'
import { type HttpRequest, type PageKeys, pageKeys, urlKey } from './keys.ts'
import { namedTargets } from './named-targets.ts'
import { type HttpPolicy, tagsOf } from './options.ts'
import { Refreshes } from './refreshes.ts'
import {
  decideReuse,
  type ForwardReason,
  forwardReason,
  hasField,
  hasRequestBody,
  isFresh,
  isReadingMethod,
  type MissReason,
  mayServeOnError,
  overridesMethod,
  type RequestView,
  type ResponseHead,
  type ReuseDecision,
  remainingLifetime,
  requestDirectives,
} from './rules/index.ts'
import { gatewayTimeout, type Served, served, statusMember } from './served.ts'
import { type Found, StoredAnswers } from './stored-answers.ts'
import { keptFor, mayAnswerCredentials, type StoredResponse } from './stored-response.ts'
import { fieldsForTheCache } from './tag-fields.ts'
import { UncacheableMarks } from './uncacheable-marks.ts'

/** How long requests for a URL whose answer could not be shared do not wait for one another, milliseconds. */
const MARK_LASTS = 10_000

/**
 * What to do with a request: send an answer, run the handler and record it, or run the handler as if there were no
 * cache. `answered` wants to see what it answered, before that is sent, and returns the fields that are not sent on.
 */
export type Plan =
  | { readonly kind: 'serve'; readonly answer: Served }
  | { readonly kind: 'record'; readonly exchange: Exchange }
  | {
      readonly kind: 'pass'
      readonly reason: ForwardReason
      readonly detail: string | undefined
      readonly answered?: ((head: ResponseHead) => readonly string[]) | undefined
    }

/** A request at the cache. */
interface Visit {
  readonly request: HttpRequest
  readonly policy: HttpPolicy
  readonly keys: PageKeys
  /** It has waited for another one's answer already, or for a refresh. */
  readonly waited: boolean
}

/** HTTP responses in a cache: RFC 9111 over the engine, without a word of any framework. */
export class HttpSurface {
  readonly #port: SurfacePort
  readonly #answers: StoredAnswers
  readonly #refreshes: Refreshes
  readonly #marks = new UncacheableMarks(MARK_LASTS)

  constructor(port: SurfacePort) {
    this.#port = port
    this.#answers = new StoredAnswers(port)
    this.#refreshes = new Refreshes(port)
  }

  /** The Cache-Status member of a request that passed by the cache; undefined if nothing is to be said. */
  passedStatus({ cacheStatus }: HttpPolicy, plan: Extract<Plan, { kind: 'pass' }>): string | undefined {
    return statusMember({ outcome: plan.reason, detail: plan.detail }, cacheStatus, this.#port.name)
  }

  /** Synchronous unless the request has to wait for another one's answer. */
  plan<R>(request: HttpRequest<R>, given: HttpPolicy<R>): Plan | Promise<Plan> {
    const policy = given as HttpPolicy
    try {
      const passed = this.#passed(request, policy)
      if (passed !== undefined) return passed
      const plan = this.#read({ request, policy, keys: pageKeys(request, policy), waited: false })
      return plan instanceof Promise ? plan.catch((error) => this.#contained(error)) : plan
    } catch (error) {
      return this.#contained(error)
    }
  }

  /** A function of the route's policy threw: the request must not suffer from it. */
  #contained(error: unknown): Plan {
    this.#port.report(error)
    return pass('bypass', 'error')
  }

  /**
   * A request with an unsafe method was answered: unless it failed, what is stored for its URL is out of date, and so
   * is what its answer names in Location and Content-Location (RFC 9111, 4.4). Called before the answer is sent.
   */
  unsafeAnswered(request: HttpRequest, policy: HttpPolicy, { status, headers }: ResponseHead): void {
    if (status < 200 || status >= 400 || isSafe(request.method)) return
    try {
      for (const target of [request.target, ...namedTargets(request, headers)]) {
        this.#port.purge(urlKey({ ...request, target }, policy))
      }
    } catch (error) {
      this.#port.report(error)
    }
  }

  /** Reasons not to look at the cache at all. */
  #passed(request: HttpRequest, policy: HttpPolicy): Plan | undefined {
    // Before anything else: a write outdates what is stored, also while the cache is off.
    if (!isReadingMethod(request.method)) {
      return watched(policy, 'method', (head) => this.unsafeAnswered(request, policy, head))
    }
    if (!this.#port.enabled) return pass('bypass', 'disabled')
    if (overridesMethod(request)) return pass('bypass', 'method-override')
    if (hasRequestBody(request)) return pass('bypass', 'request-body')
    if (PRECONDITIONS.some((name) => hasField(request.headers, name))) return watched(policy, 'partial')
    if (policy.bypass?.(request.raw)) return pass('bypass', undefined)
    return undefined
  }

  #read(visit: Visit): Plan | Promise<Plan> {
    const { request, policy } = visit
    const found = this.#find(visit)
    const { stored } = found
    if (request.refreshing === true) return this.#forward(visit, found, 'stale', false)
    const decision = decideReuse(request, stored?.freshness, this.#port.wall(), policy)
    switch (decision.kind) {
      case 'gateway-timeout':
        this.#port.miss(found.key)
        return { kind: 'serve', answer: gatewayTimeout(policy, this.#port.name) }
      case 'miss':
        return this.#ask(visit, found, decision.reason)
      default:
        if (stored === undefined || !mayAnswerCredentials(request, stored))
          return pass('bypass', 'credentials')
        if (decision.kind === 'stale') this.#refreshBehind(visit, found.key, decision)
        return this.#serve(visit, found.key, stored, undefined)
    }
  }

  /** There is no answer that may be reused as it is. */
  #ask(visit: Visit, found: Found, missed: MissReason): Plan | Promise<Plan> {
    const isStale = missed === 'stale'
    const soon = isStale && !visit.waited ? this.#ifSlow(visit, found) : undefined
    const reason = found.varies ? 'vary-miss' : forwardReason(missed)
    return soon ?? this.#forward(visit, found, reason, isStale)
  }

  #serve({ request, policy }: Visit, key: string, stored: StoredResponse, detail: string | undefined): Plan {
    this.#port.hit(key)
    const now = this.#port.wall()
    const ttl = remainingLifetime(stored.freshness, now)
    const status = statusMember({ outcome: 'hit', ttl, key, detail }, policy.cacheStatus, this.#port.name)
    return { kind: 'serve', answer: served(request, stored, now, status) }
  }

  /** The principal's own answer before that for everybody. */
  #find({ request, keys: { shared, own } }: Visit): Found {
    const found = own === undefined ? undefined : this.#answers.find(request, own)
    return found?.stored === undefined ? this.#answers.find(request, shared) : found
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
    return this.#waited(refresh, limit).then((inTime) =>
      inTime ? this.#read({ ...visit, waited: true }) : this.#serve(visit, key, stored, 'slow'),
    )
  }

  #forward(visit: Visit, found: Found, reason: ForwardReason, isStale: boolean): Plan | Promise<Plan> {
    const { request, policy, keys, waited } = visit
    const { key } = found
    this.#port.miss(key)
    if (request.method === 'HEAD') return this.#passHead(visit, found, reason)
    const promising = !this.#marks.has(key, this.#port.wall())
    const alone = waited || !promising || !sharesAnswers(request, policy)
    const underWay = alone ? undefined : this.#port.underWay(key)
    if (underWay !== undefined) {
      this.#port.coalesced()
      return this.#waited(underWay, policy.collapseTimeout).then(() => this.#read({ ...visit, waited: true }))
    }
    // First, because it may throw: a flight that was begun must be ended.
    const tags = tagList(tagsOf(policy, request.raw))
    const url = urlKey(request, policy)
    const pending = alone ? this.#port.beginAlone(key) : this.#port.begin(key)
    const usable = found.stored !== undefined && mayAnswerCredentials(request, found.stored)
    const exchange = new Exchange({
      port: this.#port,
      pending,
      request,
      policy,
      reason,
      collapsed: waited,
      promising,
      stored:
        found.stored && usable && !asksForNothingStored(request, policy)
          ? { response: found.stored, key, asReserve: isStale }
          : undefined,
      key,
      principal: keys.own !== undefined,
      // Who asked with credentials of his own says nothing of the answers that others would have shared.
      giveUp: () => {
        if (sharesAnswers(request, policy)) this.#marks.mark(key, this.#port.wall())
      },
      keep: async (response, forOneUser, policy) => {
        const primary = (forOneUser ? keys.own : undefined) ?? keys.shared
        const lasting = keptFor(response, policy, this.#port.wall())
        const kept = await this.#answers.keep(request, pending, primary, response, lasting)
        if (kept) this.#marks.unmark(key)
        return kept
      },
    })
    // Whatever it is stored under, and whichever variant it is: a write to its URL outdates it.
    if (key !== url || keys.own !== undefined) pending.dependOn(url)
    exchange.tag(tags)
    return { kind: 'record', exchange }
  }

  /** HEAD never fills, but what it is told may be news of the stored answer to GET (RFC 9111, 4.3.5). */
  #passHead({ request, policy }: Visit, { key, stored }: Found, reason: ForwardReason): Plan {
    if (stored === undefined || !mayAnswerCredentials(request, stored)) return watched(policy, reason)
    return watched(policy, reason, (head) => headAnswered(this.#port, { request, policy, key, stored }, head))
  }

  /** Until the other request's answer is there, or for so many milliseconds; resolves to whether it came. */
  #waited(underWay: Promise<unknown>, limit: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#port.schedule(limit, () => resolve(false))
      void underWay.then(() => {
        cancel()
        resolve(true)
      })
    })
  }
}

/** Ranges and preconditions on the current state are the handler's: a stored whole answers them in a later version. */
const PRECONDITIONS = ['range', 'if-match', 'if-unmodified-since', 'if-range'] as const

function pass(reason: ForwardReason, detail: string | undefined): Plan {
  return { kind: 'pass', reason, detail }
}

/** What the handler writes for the cache is not sent on, whether or not there is anything to store. */
function watched(policy: HttpPolicy, reason: ForwardReason, then?: (head: ResponseHead) => void): Plan {
  const answered = (head: ResponseHead): readonly string[] => {
    then?.(head)
    return fieldsForTheCache(head.headers, policy.sendTags)
  }
  return { kind: 'pass', reason, detail: undefined, answered }
}

/** RFC 9110, 9.2.1. */
function isSafe(method: string): boolean {
  return isReadingMethod(method) || method === 'OPTIONS' || method === 'TRACE'
}

/** Only requests that could be given the same stored answer wait for one another; nobody waits for a private one. */
function sharesAnswers(request: RequestView, policy: HttpPolicy): boolean {
  if (hasField(request.headers, 'authorization') || hasField(request.headers, 'cookie')) return false
  if (!policy.requestDirectives) return true
  const { noStore, noCache } = requestDirectives(request.headers)
  return !noStore && !noCache
}

function asksForNothingStored(request: RequestView, policy: HttpPolicy): boolean {
  return policy.requestDirectives && requestDirectives(request.headers).noStore
}
