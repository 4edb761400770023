import { tagList } from '../../src/domain/index.ts'
import { type Decision, withVary } from './answer-decision.ts'
import { decideConfirmed, inPlaceOf, isFailure, type Substitute, withCookiesOf } from './answer-substitute.ts'
import { Attendance } from './attendance.ts'
import { knownLength, lengthOf, longestBody, type WholeBody } from './body-length.ts'
import { negotiatedHead } from './coded-answers.ts'
import { type AddedHead, addedHead, type ExchangeParts } from './exchange-parts.ts'
import { lateOption } from './late-options.ts'
import { isForbiddenSince, type SentHead } from './late-restrictions.ts'
import { appendedTo, decideMade, endOfReads, replaces } from './made-answer.ts'
import type { ObservedHeaders } from './observed-headers.ts'
import { type HttpPolicy, tagsOf } from './options.ts'
import { RecordedBody } from './recorded-body.ts'
import { type CacheStatus, type HeaderFields, hasField } from './rules/index.ts'
import {
  conditionsOf,
  refreshedResponse,
  type StoredResponse,
  storedResponse,
  wantsEtag,
  weakEtag,
} from './stored-response.ts'
import { fieldsForTheCache, tagsIn, withoutTags } from './tag-fields.ts'

/**
 * One request on its way through the handler. The adapter runs the handler inside its scope, shows it the head before
 * it is sent, hands it the bytes as they pass, and says how it ended. Whatever happens, those who wait are released.
 */
export class Exchange {
  readonly #parts: ExchangeParts
  #policy: HttpPolicy
  readonly #requestTime: number
  readonly #body = new RecordedBody()
  readonly #attendance: Attendance
  #status = 0
  #decision: Decision | undefined
  #shown: HeaderFields = {}
  #etag: string | undefined
  /** The longest body that can be kept. */
  #longest = 0
  #keeping = false

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.#policy = parts.policy
    this.#attendance = new Attendance(parts, this.#body, this)
    this.#requestTime = parts.port.wall()
  }

  /** True while the body is worth copying. */
  get recording(): boolean {
    return this.#decision?.verdict.store === true && !this.#parts.pending.ended
  }

  /**
   * The conditions that the handler should see in place of the client's own: those of the stored answer, if there is
   * one to confirm; else none, so that it makes a whole answer. Undefined where the client's are left alone: the last
   * answer could not be kept, and a 304 from the handler is then the best there is.
   */
  get conditions(): Readonly<Record<string, string>> | undefined {
    const { stored, promising } = this.#parts
    return (stored && conditionsOf(stored.response)) ?? (promising ? {} : undefined)
  }

  /** Takes the place of the request's headers while the handler runs, if what it reads is to be noted. */
  get observed(): ObservedHeaders | undefined {
    return this.#parts.observed
  }

  /** What holds for this answer, as far as it is known. */
  get policy(): HttpPolicy {
    return this.#policy
  }

  /** What a route nearer to the handler says of its answers. What makes its key comes too late: the lookup has been made. */
  refine(policy: HttpPolicy, raw: unknown): void {
    const late = lateOption(policy, this.#policy)
    this.#policy = policy
    if (policy.observe === false) this.#parts.observed?.release()
    try {
      this.tag(tagsOf(policy, raw))
      if (late !== undefined) this.refuse(late)
      else if (policy.bypass?.(raw)) this.abandon()
    } catch (error) {
      // A function of the policy threw: the request goes on, but nobody knows what its answer depends on.
      this.refuse(error)
    }
  }

  /** The answer is not kept, and somebody should know why. */
  refuse(error: unknown): void {
    this.#parts.port.report(error)
    this.abandon()
  }

  /** Runs a task, the handler above all, inside the dependency scope of this answer. */
  run<T>(task: () => T): T {
    return this.#parts.pending.run(task)
  }

  /** Adds dependencies. */
  tag(names: readonly string[]): void {
    if (Array.isArray(names) && names.length === 0) return
    this.#parts.pending.tag(tagList(names))
  }

  /**
   * The head is about to be sent: decides whether the answer will be kept, and returns what the cache does to it. The
   * request has its own conditions back by then.
   *
   * @param made what the handler made, without what stood there before
   * @param sent all that is sent
   * @param whole the body if it is there already: then the client may get a 304 or a part in its place
   */
  head(status: number, made: HeaderFields, sent: HeaderFields, whole?: WholeBody): AddedHead {
    // Frameworks take '401' for 401.
    this.#status = Math.trunc(Number(status))
    this.#shown = sent
    this.#body.drop()
    const remove = fieldsForTheCache(made, this.#policy.sendTags)
    try {
      const tags = tagsIn(made, this.#parts.scope)
      if (tags === undefined) this.abandon()
      const shown = withoutTags(made, this.#policy.sendTags)
      return addedHead(remove, this.#answered(shown, sent, tags ?? [], whole))
    } catch (error) {
      const { port, stored } = this.#parts
      port.report(error)
      this.abandon()
      const before = addedHead(remove, { vary: this.#policy.vary })
      if (stored === undefined || !this.#isConfirmation()) return before
      // Nobody asked for a 304 but the cache.
      const answer = this.#parts.serve(stored.response, stored.key, undefined)
      return { ...before, instead: { answer, recorded: false } }
    }
  }

  #isConfirmation(): boolean {
    const { stored } = this.#parts
    return this.#status === 304 && stored !== undefined && conditionsOf(stored.response) !== undefined
  }

  /** A part of the body, as it is sent. */
  chunk(piece: Uint8Array | string, encoding: BufferEncoding = 'utf8'): void {
    if (!this.recording || this.#keeping || (piece.length === 0 && typeof piece !== 'string')) return
    if (this.#body.length + lengthOf(piece, encoding) > this.#longest) return this.abandon()
    this.#body.add(piece, encoding)
    this.#attendance.grew()
  }

  /**
   * The ETag of hits, for the miss too, if its body is recorded before its head is sent. The first one asked for stays.
   * Undefined if the answer has a validator of its own, or will not be kept.
   */
  etag(): string | undefined {
    if (!this.recording || !wantsEtag((this.#decision as Decision).head, this.#policy)) return undefined
    this.#etag ??= weakEtag(this.#body.whole())
    return this.#etag
  }

  /**
   * The answer was sent to its end: keeps it, at once unless a hook takes its time. Never throws or rejects. `sent` is
   * given where layers that came after the cache may have changed the head.
   */
  finish(sent?: SentHead): Promise<void> | undefined {
    if (this.#keeping) return undefined
    const decision = this.#decision
    if (decision && sent && isForbiddenSince(decision, this.#shown, sent, this.#policy)) this.abandon()
    const isWhole = this.recording && decision && this.#body.isWhole(decision.head, this.#attendance.left)
    const selectors = isWhole ? endOfReads(this.#parts, decision, this.#policy).selectors : undefined
    if (decision === undefined || selectors === undefined) {
      this.abandon()
      return undefined
    }
    return this.#keep(() => {
      const [body, text] = [this.#body.whole(), this.#body.isText]
      const arrival = { body, text, requestTime: this.#requestTime, etag: this.#etag, observed: selectors }
      return storedResponse(decision, arrival, this.#policy)
    }, decision.forOneUser)
  }

  /** The answer will not be kept: not storable, cut off, or nobody is there to finish it. */
  abandon(): void {
    this.#parts.observed?.release()
    if (this.#keeping || this.#parts.pending.ended) return
    // A 304 says nothing of whether the whole answer could be shared.
    if (this.#status !== 304) this.#parts.giveUp()
    this.#end()
  }

  /**
   * The connection closed. Those who wait go on by themselves; the handler may still finish, and if it does within a
   * while its answer is whole and kept, although nobody is left to receive it, unless too many others have left with
   * theirs half made. Not one without a length that had begun: handlers that notice end what they have begun, and
   * nothing would tell that from the whole.
   *
   * @param ended whether the answer had been sent to its end by then
   */
  closed(ended: boolean): void {
    if (this.#keeping || this.#parts.pending.ended) return
    const head = this.#decision?.head
    if (!ended && head && !hasField(head.headers, 'content-length')) return this.abandon()
    this.#attendance.closed(ended)
  }

  #end(): undefined {
    this.#body.drop()
    this.#attendance.end()
    this.#parts.pending.end()
  }

  #answered(
    made: HeaderFields,
    sent: HeaderFields,
    tags: readonly string[],
    whole: WholeBody | undefined,
  ): Partial<AddedHead> {
    const { stored, port } = this.#parts
    const now = port.wall()
    if (stored !== undefined && this.#isConfirmation())
      return { instead: this.#confirmed(stored, made, sent, now, tags) }
    const reserve = isFailure(this.#status) ? this.#parts.failed(now) : undefined
    if (reserve !== undefined) {
      // Not given up: those who come next may share what the handler answers when it works again.
      this.#end()
      const status = { forwardStatus: this.#status, detail: 'stale-if-error' }
      const answer = this.#parts.serve(reserve.response, reserve.key, this.#member(status))
      return { instead: { answer, recorded: false } }
    }
    this.tag(tags)
    return this.#decided(made, sent, now, whole)
  }

  #decided(
    made: HeaderFields,
    sent: HeaderFields,
    now: number,
    whole: WholeBody | undefined,
  ): Partial<AddedHead> {
    const { request, stored, port, pending } = this.#parts
    const { vary } = this.#policy
    const head = { status: this.#status, headers: withVary(made, vary), sent }
    const length = knownLength(made, whole)
    this.#longest = longestBody(port, this.#parts.key, made, this.#policy)
    const decision = decideMade(this.#parts, head, this.#policy, now, Number(length) > this.#longest)
    const { verdict } = decision
    this.#decision = decision
    if (!verdict.store) {
      this.abandon()
      // Another answer has taken its place, if only for this request.
      if (stored !== undefined && replaces(this.#status)) port.purge(stored.key)
      return { vary, cacheStatus: this.#member({ detail: verdict.reason }) }
    }
    if (length === undefined) this.#attendance.openEnded()
    const cacheStatus = this.#member({ stored: !pending.ended })
    const before = appendedTo(made, cacheStatus)
    const body = this.conditions === undefined ? undefined : whole
    const shown = negotiatedHead(request, decision.head, this.#policy, length)
    const answer = body && inPlaceOf(request, shown, body, now, before)
    const added = shown === decision.head ? vary : [...vary, 'Accept-Encoding']
    return { vary: added, cacheStatus, instead: answer && { answer, recorded: true } }
  }

  /** The handler says that what it is asked about still holds (RFC 9111, 4.3.4). */
  #confirmed(
    { response, key }: NonNullable<ExchangeParts['stored']>,
    headers: HeaderFields,
    sent: HeaderFields,
    now: number,
    tags: readonly string[],
  ): Substitute {
    const { port, pending, request, principal } = this.#parts
    const decision = decideConfirmed(request, response, { headers, sent }, this.#policy, now, principal)
    const { selectors } = endOfReads(this.#parts, decision, this.#policy)
    const refreshed = refreshedResponse(response, decision, this.#requestTime, this.#policy, selectors)
    // What it was made from is what it depends on, beside what the handler read to confirm it. It is gone if that has changed.
    const may = decision.verdict.store && selectors !== undefined
    const keeps = may && !pending.ended && pending.run(() => port.read(key)) !== undefined
    const status = { forwardStatus: 304, stored: keeps }
    const answer = this.#parts.serve(refreshed, key, this.#member(status))
    if (keeps) {
      this.tag(tags)
      void this.#keep(() => refreshed, decision.forOneUser)
    } else {
      this.abandon()
      if (!decision.verdict.store) port.purge(key)
    }
    return { answer: withCookiesOf(headers, answer), recorded: false }
  }

  #keep(response: () => StoredResponse, forOneUser: boolean): Promise<void> | undefined {
    this.#keeping = true
    const kept = this.#parts.kept(response, forOneUser, this.#policy)
    return kept === undefined ? this.#end() : kept.then(() => this.#end())
  }

  #member(status: Partial<CacheStatus>): string | undefined {
    return this.#parts.member(status, this.#policy)
  }
}
