import type { Pending, SurfacePort } from '../../src/application/index.ts'
import { tagList } from '../../src/domain/index.ts'
import { type HttpPolicy, tagsOf } from './options.ts'
import {
  cacheStatusMember,
  type ForwardReason,
  type Freshness,
  fieldLines,
  freshnessOf,
  type HeaderFields,
  type RequestView,
  type ResponseControl,
  type ResponseHead,
  type RoutePolicy,
  remainingLifetime,
  responseControl,
  type Storability,
  storability,
  varyNames,
} from './rules/index.ts'
import { type StoredResponse, storedResponse, wantsEtag, weakEtag } from './stored-response.ts'

/** What an exchange needs of the surface that began it. */
export interface ExchangeParts {
  readonly port: SurfacePort
  readonly pending: Pending
  readonly request: RequestView
  readonly policy: HttpPolicy
  readonly reason: ForwardReason
  readonly collapsed: boolean
  /** The last answer of this URL could be shared, so this one probably can. */
  readonly promising: boolean
  /** Keeps the whole response; resolves to whether it was kept. */
  readonly keep: (response: StoredResponse, ttl: number) => Promise<boolean>
  /** The answer cannot be shared: nobody should wait for the next one. */
  readonly giveUp: () => void
}

/** What the cache adds to the head of an answer on its way to the client. */
export interface AddedHead {
  /** Names to add to Vary. */
  readonly vary: readonly string[]
  /** The member to append to Cache-Status. */
  readonly cacheStatus: string | undefined
}

/** How long a handler may go on with its answer after its client has left, milliseconds. */
const AFTER_CLOSE = 30_000

/**
 * One request on its way through the handler. The adapter runs the handler inside its scope, shows it the head before
 * it is sent, hands it the bytes as they pass, and says how it ended. Whatever happens, those who wait are released.
 */
export class Exchange {
  readonly #parts: ExchangeParts
  #policy: HttpPolicy
  readonly #requestTime: number
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #head: ResponseHead | undefined
  #control: ResponseControl | undefined
  #freshness: Freshness | undefined
  #verdict: Storability | undefined
  #etag: string | undefined
  #sent = false

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    this.#policy = parts.policy
    this.#requestTime = parts.port.wall()
  }

  /** True while the body is worth copying. */
  get recording(): boolean {
    return this.#verdict?.store === true && !this.#parts.pending.ended
  }

  /**
   * True if the handler should be kept from the client's own conditions, so that it makes a whole answer. Where the
   * last one could not be kept they are left alone: a 304 from the handler is then the best there is.
   */
  get wantsWhole(): boolean {
    return this.#parts.promising
  }

  /** What holds for this answer, as far as it is known. */
  get policy(): HttpPolicy {
    return this.#policy
  }

  /** What a route nearer to the handler says of its answers. Its `key` comes too late: the lookup has been made. */
  refine(policy: HttpPolicy, raw: unknown): void {
    this.#policy = policy
    try {
      this.tag(tagsOf(policy, raw))
      if (policy.bypass?.(raw)) this.abandon()
    } catch (error) {
      // A function of the policy threw: the request goes on, but nobody knows what its answer depends on.
      this.#parts.port.report(error)
      this.abandon()
    }
  }

  /** Runs a task, the handler above all, inside the dependency scope of this answer. */
  run<T>(task: () => T): T {
    return this.#parts.pending.run(task)
  }

  /** Adds dependencies. */
  tag(names: readonly string[]): void {
    this.#parts.pending.tag(tagList(names))
  }

  /**
   * The head is about to be sent: decides whether the answer will be kept, and returns what the cache adds to it.
   *
   * @param headers what the handler made, without what stood there before
   * @param sent all that is sent
   */
  head(status: number, headers: HeaderFields, sent: HeaderFields): AddedHead {
    try {
      // Frameworks take '401' for 401.
      return this.#decide(Math.trunc(Number(status)), headers, sent)
    } catch (error) {
      this.#parts.port.report(error)
      this.abandon()
      return { vary: this.#policy.vary, cacheStatus: undefined }
    }
  }

  /**
   * The ETag that a hit will carry, for an answer that is whole before its head is sent: then the miss can carry it
   * too. Undefined if it has a validator of its own, or will not be kept. The first one that is asked for stays.
   */
  etagOf(body: Uint8Array): string | undefined {
    const head = this.#head
    if (!this.recording || head === undefined || !wantsEtag(head, this.#policy)) return undefined
    this.#etag ??= weakEtag(body)
    return this.#etag
  }

  /** Bytes of the body; copied, because senders reuse their buffers. */
  chunk(bytes: Uint8Array): void {
    if (!this.recording || this.#sent || bytes.byteLength === 0) return
    this.#bytes += bytes.byteLength
    if (this.#bytes > this.#policy.maxBodySize) {
      this.abandon()
      return
    }
    this.#chunks.push(copyOfBytes(bytes))
  }

  /** The answer was sent to its end: keeps it. Never rejects. */
  async finish(): Promise<void> {
    if (this.#sent) return
    if (!this.recording) return this.abandon()
    this.#sent = true
    const { port, keep } = this.#parts
    try {
      const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : joined(this.#chunks, this.#bytes)
      if (!matchesContentLength(this.#head as ResponseHead, body.byteLength)) return this.abandon()
      const response = storedResponse(
        {
          head: this.#head as ResponseHead,
          body,
          control: this.#control as ResponseControl,
          freshness: this.#freshness as Freshness,
          requestTime: this.#requestTime,
          etag: this.#etag,
        },
        this.#policy,
      )
      await keep(response, remainingLifetime(response.freshness, port.wall()))
    } catch (error) {
      port.report(error)
    } finally {
      this.#chunks.length = 0
      this.#parts.pending.end()
    }
  }

  /** The answer will not be kept: not storable, cut off, or nobody is there to finish it. */
  abandon(): void {
    if (this.#parts.pending.ended) return
    // A 304 says nothing of whether the whole answer could be shared.
    if (this.#head?.status !== 304) this.#parts.giveUp()
    this.#chunks.length = 0
    this.#parts.pending.end()
  }

  /**
   * The connection closed. Those who wait go on by themselves; the handler may still finish, and if it does within a
   * while its answer is whole and kept, although nobody is left to receive it.
   */
  closed(): void {
    if (this.#parts.pending.ended) return
    this.#parts.pending.release()
    this.#parts.port.schedule(AFTER_CLOSE, () => this.abandon())
  }

  #decide(status: number, headers: HeaderFields, sent: HeaderFields): AddedHead {
    const { port, request } = this.#parts
    const policy = this.#policy
    const head = { status, headers: withVary(headers, policy.vary) }
    const control = restrictedBy(responseControl(head.headers), responseControl(sent))
    // The handler runs in this process: the time it takes is work, not a delay on the way that would age the answer.
    const now = port.wall()
    const freshness: Freshness = {
      ...freshnessOf(head, control, { requestTime: now, responseTime: now }, freshnessOptions(policy)),
      // Without a way to ask the handler again there is nothing that would end a stale answer.
      staleWhileRevalidate: 0,
      staleIfError: 0,
    }
    this.#head = head
    this.#control = control
    this.#freshness = freshness
    this.#verdict = storability(
      { request, response: head, control, freshness, complete: true },
      { requestDirectives: policy.requestDirectives },
    )
    const added = this.#added(this.#verdict)
    if (!this.#verdict.store) this.abandon()
    return added
  }

  #added(verdict: Storability): AddedHead {
    const { reason, collapsed, port, pending } = this.#parts
    const { vary, cacheStatus } = this.#policy
    if (!cacheStatus) return { vary, cacheStatus: undefined }
    const stored = verdict.store && !pending.ended
    const detail = verdict.store ? undefined : verdict.reason
    return { vary, cacheStatus: cacheStatusMember({ outcome: reason, stored, collapsed, detail }, port.name) }
  }
}

/**
 * Whatever forbids sharing the answer counts, also where a layer before the cache wrote it: that is what the client is
 * told. Permissions and lifetimes are the handler's alone.
 */
function restrictedBy(own: ResponseControl, { directives: sent }: ResponseControl): ResponseControl {
  if (!sent.noStore && !sent.private && !sent.noCache) return own
  const { noStore, private: isPrivate, noCache } = own.directives
  const directives = {
    ...own.directives,
    noStore: noStore || sent.noStore,
    private: isPrivate || sent.private,
    noCache: noCache || sent.noCache,
  }
  return { ...own, directives }
}

function freshnessOptions({ ttl, heuristic }: HttpPolicy): {
  policy: RoutePolicy | undefined
  heuristic: boolean
} {
  return { policy: ttl === undefined ? undefined : { ttl }, heuristic }
}

/** The Vary of the response with the names of the route's policy. */
function withVary(headers: HeaderFields, names: readonly string[]): HeaderFields {
  if (names.length === 0) return headers
  const own = varyNames(headers)
  return { ...headers, vary: own === '*' ? '*' : [...new Set([...own, ...names])].join(', ') }
}

/** A body shorter or longer than its head announced is not the whole answer (RFC 9111, 3.3). */
function matchesContentLength({ headers }: ResponseHead, length: number): boolean {
  const lines = fieldLines(headers, 'content-length')
  return lines.length === 0 || lines.every((line) => Number(line) === length)
}

/** A copy with memory of its own: small Buffers are slices of a shared pool, which a stored slice would keep alive. */
function copyOfBytes(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  copy.set(bytes)
  return copy
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
