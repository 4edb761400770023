import type { Pending, SurfacePort } from '../../src/application/index.ts'
import type { Substitute } from './answer-substitute.ts'
import type { CodedAnswers } from './coded-answers.ts'
import type { HttpRequest } from './keys.ts'
import type { ObservedHeaders } from './observed-headers.ts'
import type { ObservedVary } from './observed-vary.ts'
import type { HttpPolicy } from './options.ts'
import type { Orphans } from './orphans.ts'
import type { Refreshes } from './refreshes.ts'
import { sharesAnswers } from './request-kinds.ts'
import {
  type CacheStatus,
  type ForwardReason,
  type GroupScope,
  type HeaderFields,
  mayServeOnError,
} from './rules/index.ts'
import { SentRequest } from './sent-request.ts'
import { type Served, statusMember } from './served.ts'
import type { StoredAnswers } from './stored-answers.ts'
import { keptFor, type StoredResponse } from './stored-response.ts'
import { markOf, type UncacheableMarks } from './uncacheable-marks.ts'
import type { Visit } from './visit.ts'

/** What all exchanges of a surface share. */
export interface Desk {
  readonly port: SurfacePort
  readonly answers: StoredAnswers
  readonly coded: CodedAnswers
  readonly marks: UncacheableMarks
  readonly observed: ObservedVary
  readonly orphans: Orphans
  readonly refreshes: Refreshes
}

/** What an exchange needs of the surface that began it. A class: see `Visit`. */
export class ExchangeParts {
  readonly #desk: Desk
  readonly #visit: Visit
  readonly port: SurfacePort
  readonly pending: Pending
  /** As the handler gets it. */
  readonly request: HttpRequest
  /** Notes what the handler reads of its request; undefined where nobody wants to know. */
  readonly observed: ObservedHeaders | undefined
  /** The key under which the answer is asked for; shown to who wants to debug. */
  readonly key: string
  /** Where the groups that its answer names are known. */
  readonly scope: GroupScope
  reason: ForwardReason = 'uri-miss'
  /** The last answer of this URL could be shared, so this one probably can. */
  promising = true
  /** The response that the handler may confirm, and whether it may stand in for one that fails. */
  stored: { readonly response: StoredResponse; readonly key: string; readonly asReserve: boolean } | undefined

  constructor(
    desk: Desk,
    visit: Visit,
    key: string,
    pending: Pending,
    observed: ObservedHeaders | undefined,
    scope: GroupScope,
  ) {
    this.#desk = desk
    this.#visit = visit
    this.port = desk.port
    this.pending = pending
    this.request = new SentRequest(visit.request, observed)
    this.observed = observed
    this.key = key
    this.scope = scope
  }

  get policy(): HttpPolicy {
    return this.#visit.policy
  }

  /** Those whose clients have left. */
  get orphans(): Orphans {
    return this.#desk.orphans
  }

  /** It has waited for another request's answer, in vain. */
  get collapsed(): boolean {
    return this.#visit.waited
  }

  /** Whether private answers can be kept for who asked. */
  get principal(): boolean {
    return this.#visit.keys.own !== undefined
  }

  /** A stored response as the answer to this request; `key` is where it is stored. */
  serve(stored: StoredResponse, key: string, status: string | undefined): Served {
    return this.#desk.coded.served(this.request, this.policy, key, stored, this.port.wall(), status)
  }

  /** The member of Cache-Status that says what became of the request. */
  member(status: Partial<CacheStatus>, { cacheStatus }: HttpPolicy): string | undefined {
    // RFC 9211, 2.6: "if not, a new request had to be made".
    const waited = this.collapsed ? { collapsed: false } : {}
    const member = { outcome: this.reason, ...waited, key: this.key, ...status }
    return statusMember(member, cacheStatus, this.port.name)
  }

  /** Keeps the whole response, at once unless a hook takes its time. Never throws or rejects. */
  kept(
    response: () => StoredResponse,
    forOneUser: boolean,
    policy: HttpPolicy,
  ): Promise<unknown> | undefined {
    try {
      const kept = this.#keep(response(), forOneUser, policy)
      return typeof kept === 'boolean' ? undefined : kept.catch((error) => this.port.report(error))
    } catch (error) {
      this.port.report(error)
      return undefined
    }
  }

  #keep(response: StoredResponse, forOneUser: boolean, policy: HttpPolicy): boolean | Promise<boolean> {
    const { answers, marks, port } = this.#desk
    const { shared, own } = this.#visit.keys
    const now = port.wall()
    const primary = (forOneUser ? own : undefined) ?? shared
    const { request, pending, key } = this
    const kept = answers.keep(request, pending, primary, response, keptFor(response, policy, now))
    return marks.has(key, now) ? marks.unmarkIf(kept, key) : kept
  }

  /** The answer cannot be shared, or not soon: nobody should wait for the next one. */
  giveUp(): void {
    const { request, policy } = this.#visit
    this.#desk.marks.mark(markOf(this.key, sharesAnswers(request, policy)), this.port.wall())
  }

  /** The handler failed: told to those who wait for a refresh, if this is one. Returns what may stand in for it. */
  failed(now: number): ExchangeParts['stored'] {
    if (this.request.refreshing === true) this.#desk.refreshes.fail(this.key)
    const { stored, port } = this
    if (stored?.asReserve !== true || !mayServeOnError(stored.response.freshness, now)) return undefined
    // It may have been purged meanwhile.
    return port.peek(stored.key) === undefined ? undefined : stored
  }

  /** Warns of what was read; `headers` are those of the answer. */
  tell(headers: HeaderFields, policy: HttpPolicy): void {
    if (this.observed !== undefined)
      this.#desk.observed.tell(this.#visit.request, this.observed, headers, policy)
  }
}

/** What the cache does to the head of an answer on its way to the client. */
export interface AddedHead {
  /** Names to add to Vary. */
  readonly vary: readonly string[]
  /** The member to append to Cache-Status. */
  readonly cacheStatus: string | undefined
  /** Fields that are not sent on. */
  readonly remove: readonly string[]
  /** Sent in place of what the handler made, head and body; nothing else is to be done then. */
  readonly instead: Substitute | undefined
}

const NO_NAMES: readonly string[] = []

/** Field by field, as a spread of defaults costs half a microsecond. */
export function addedHead(
  remove: readonly string[],
  { vary = NO_NAMES, cacheStatus, instead }: Partial<AddedHead>,
): AddedHead {
  return { vary, cacheStatus, remove, instead }
}
