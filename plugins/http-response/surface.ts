import type { SurfacePort } from '../../src/application/index.ts'
import { tagList } from '../../src/domain/index.ts'
import { Exchange } from './exchange.ts'
import { type HttpRequest, pageKey, urlKey, variantKey } from './keys.ts'
import { namedTargets } from './named-targets.ts'
import { type HttpPolicy, tagsOf } from './options.ts'
import {
  cacheStatusMember,
  decideReuse,
  type ForwardReason,
  forwardReason,
  hasField,
  hasRequestBody,
  isReadingMethod,
  overridesMethod,
  type RequestView,
  type ResponseHead,
  requestDirectives,
  varyNames,
} from './rules/index.ts'
import { gatewayTimeout, type Served, served } from './served.ts'
import {
  mayAnswerCredentials,
  responseSize,
  type StoredResponse,
  type StoredValue,
  type VaryIndex,
} from './stored-response.ts'
import { UncacheableMarks } from './uncacheable-marks.ts'

/** How long requests for a URL whose answer could not be shared do not wait for one another, milliseconds. */
const MARK_LASTS = 10_000
/** Variants of one URL; the oldest leaves for the next one. */
const MOST_VARIANTS = 64

/**
 * What to do with a request: send an answer, run the handler and record it, or run the handler as if there were no
 * cache (`status` is the Cache-Status member to add, if any).
 */
export type Plan =
  | { readonly kind: 'serve'; readonly answer: Served }
  | { readonly kind: 'record'; readonly exchange: Exchange }
  | { readonly kind: 'pass'; readonly reason: ForwardReason; readonly detail: string | undefined }

interface Departure {
  readonly request: HttpRequest
  readonly policy: HttpPolicy
  readonly primary: string
  /** The primary key, or that of the variant this request asks for. */
  readonly key: string
  readonly reason: ForwardReason
  /** Nobody may wait for this one. */
  readonly alone: boolean
  readonly promising: boolean
  readonly collapsed: boolean
}

type Found = { readonly key: string; readonly stored: StoredResponse | undefined; readonly varies: boolean }

/** HTTP responses in a cache: RFC 9111 over the engine, without a word of any framework. */
export class HttpSurface {
  readonly #port: SurfacePort
  readonly #marks = new UncacheableMarks(MARK_LASTS)

  constructor(port: SurfacePort) {
    this.#port = port
  }

  /** The Cache-Status member of a request that passed by the cache. */
  passedStatus(reason: ForwardReason, detail: string | undefined): string {
    return cacheStatusMember({ outcome: reason, ...(detail !== undefined && { detail }) }, this.#port.name)
  }

  /** Synchronous unless the request has to wait for another one's answer. */
  plan<R>(request: HttpRequest<R>, policy: HttpPolicy<R>): Plan | Promise<Plan> {
    try {
      const passed = this.#passed(request, policy)
      if (passed !== undefined) return passed
      const plan = this.#read(request, policy as HttpPolicy, pageKey(request, policy), false)
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
  unsafeAnswered(request: RequestView, { status, headers }: ResponseHead): void {
    if (status < 200 || status >= 400 || isSafe(request.method)) return
    const { host } = request
    try {
      for (const target of [request.target, ...namedTargets(request, headers)]) {
        this.#port.purge(urlKey({ host, target }))
      }
    } catch (error) {
      this.#port.report(error)
    }
  }

  /** Reasons not to look at the cache at all. */
  #passed<R>(request: HttpRequest<R>, policy: HttpPolicy<R>): Plan | undefined {
    // Before anything else: a write outdates what is stored, also while the cache is off.
    if (!isReadingMethod(request.method)) return pass('method', undefined)
    if (!this.#port.enabled) return pass('bypass', 'disabled')
    if (overridesMethod(request)) return pass('bypass', 'method-override')
    if (hasRequestBody(request)) return pass('bypass', 'request-body')
    if (PRECONDITIONS.some((name) => hasField(request.headers, name))) return pass('partial', undefined)
    if (policy.bypass?.(request.raw)) return pass('bypass', undefined)
    return undefined
  }

  #read(request: HttpRequest, policy: HttpPolicy, primary: string, waited: boolean): Plan | Promise<Plan> {
    const now = this.#port.wall()
    const found = this.#find(request, primary)
    const { stored } = found
    const decision = decideReuse(request, stored?.freshness, now, policy)
    if (stored !== undefined && (decision.kind === 'hit' || decision.kind === 'stale')) {
      if (!mayAnswerCredentials(request, stored)) return pass('bypass', 'credentials')
      this.#port.hit(found.key)
      return { kind: 'serve', answer: served(request, stored, now, policy, this.#port.name) }
    }
    this.#port.miss(found.key)
    if (decision.kind === 'gateway-timeout')
      return { kind: 'serve', answer: gatewayTimeout(policy, this.#port.name) }
    const reason = found.varies
      ? 'vary-miss'
      : forwardReason(decision.kind === 'miss' ? decision.reason : 'no-entry')
    if (request.method === 'HEAD') return pass(reason, undefined)
    return this.#forward(request, policy, primary, found.key, reason, waited)
  }

  #forward(
    request: HttpRequest,
    policy: HttpPolicy,
    primary: string,
    key: string,
    reason: ForwardReason,
    waited: boolean,
  ): Plan | Promise<Plan> {
    const promising = !this.#marks.has(key, this.#port.wall())
    const alone = waited || !promising || !sharesAnswers(request, policy)
    const underWay = alone ? undefined : this.#port.underWay(key)
    if (underWay !== undefined) {
      this.#port.coalesced()
      return this.#waited(underWay, policy).then(() => this.#read(request, policy, primary, true))
    }
    return {
      kind: 'record',
      exchange: this.#exchange({
        request,
        policy,
        primary,
        key,
        reason,
        alone,
        promising,
        collapsed: waited,
      }),
    }
  }

  #exchange({ request, policy, primary, key, reason, alone, promising, collapsed }: Departure): Exchange {
    // First, because it may throw: a flight that was begun must be ended.
    const tags = tagList(tagsOf(policy, request.raw))
    const pending = alone ? this.#port.beginAlone(key) : this.#port.begin(key)
    const exchange = new Exchange({
      port: this.#port,
      pending,
      request,
      policy,
      reason,
      collapsed,
      promising,
      // Who asked with credentials of his own says nothing of the answers that others would have shared.
      giveUp: () => {
        if (sharesAnswers(request, policy)) this.#marks.mark(key, this.#port.wall())
      },
      keep: async (response, ttl) => {
        const kept = await this.#keep(request, pending, primary, response, ttl)
        if (kept) this.#marks.unmark(key)
        return kept
      },
    })
    // Whatever it is stored under, and whichever variant it is: a write to its URL outdates it.
    const url = urlKey(request)
    if (key !== url) pending.dependOn(url)
    exchange.tag(tags)
    return exchange
  }

  async #keep(
    request: HttpRequest,
    pending: ReturnType<SurfacePort['begin']>,
    primary: string,
    response: StoredResponse,
    ttl: number,
  ): Promise<boolean> {
    const names = varyNames(response.headers) as readonly string[]
    const before = this.#port.read<StoredValue>(primary)
    const key = names.length === 0 ? primary : variantKey(primary, allNames(before, names), request)
    if (key !== primary) pending.dependOn(primary)
    const older = this.#port.read<StoredValue>(key)
    // Two handlers ran side by side, and the one that began later has answered already.
    if (older?.kind === 'response' && older.requestTime > response.requestTime) return false
    if (key !== primary) await this.#keepIndex(pending, primary, before, names, key)
    return pending.keep(response, { ttl, size: responseSize(response) }, key)
  }

  async #keepIndex(
    pending: ReturnType<SurfacePort['begin']>,
    primary: string,
    before: StoredValue | undefined,
    names: readonly string[],
    variant: string,
  ): Promise<void> {
    const all = allNames(before, names)
    const known = before?.kind === 'vary' && before.names.length === all.length ? before.variants : []
    if (known.includes(variant)) return
    const variants = [...known, variant]
    for (const oldest of variants.splice(0, variants.length - MOST_VARIANTS)) this.#port.purge(oldest)
    const index: VaryIndex = { kind: 'vary', names: all, variants }
    const size = 100 + variants.reduce((bytes, each) => bytes + each.length, 0)
    await pending.keepAlso(index, { ttl: Number.POSITIVE_INFINITY, size }, primary)
  }

  #find(request: HttpRequest, primary: string): Found {
    const value = this.#port.read<StoredValue>(primary)
    if (value === undefined) return { key: primary, stored: undefined, varies: false }
    if (value.kind === 'response') return { key: primary, stored: value, varies: false }
    const key = variantKey(primary, value.names, request)
    const variant = this.#port.read<StoredValue>(key)
    const stored = variant?.kind === 'response' ? variant : undefined
    return { key, stored, varies: stored === undefined }
  }

  /** Until the other request's answer is there, or for as long as the policy allows. */
  #waited(underWay: Promise<unknown>, policy: HttpPolicy): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#port.schedule(policy.collapseTimeout, resolve)
      void underWay.then(() => {
        cancel()
        resolve()
      })
    })
  }
}

/** Ranges and preconditions on the current state are the handler's: a stored whole answers them in a later version. */
const PRECONDITIONS = ['range', 'if-match', 'if-unmodified-since', 'if-range'] as const

function pass(reason: ForwardReason, detail: string | undefined): Plan {
  return { kind: 'pass', reason, detail }
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

function allNames(before: StoredValue | undefined, names: readonly string[]): readonly string[] {
  return before?.kind === 'vary' ? [...new Set([...before.names, ...names])].sort() : names
}
