import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SurfacePort } from '../../src/application/index.ts'
import type { CodedAnswers } from './coded-answers.ts'
import { isEncrypted } from './encrypted.ts'
import { FrontKeys } from './front-key.ts'
import { aroundOf, isCertain, type SentAnswer } from './front-learning.ts'
import { FrontLines, headLines } from './front-lines.ts'
import { HitMembers } from './front-member.ts'
import { keepsBehind } from './front-options.ts'
import type { AroundField, FrontPass, SeenAround } from './front-pass.ts'
import { type FoundInLines, lookAt } from './front-request.ts'
import { type HttpRequest, routeOf } from './keys.ts'
import type { HttpPolicy } from './options.ts'
import { ageField, ageOf, decideReuse, fieldLines, hasField, remainingLifetime } from './rules/index.ts'
import { type Served, served } from './served.ts'
import { asItIsNow } from './soft-purge.ts'
import type { StoredAnswers } from './stored-answers.ts'
import { mayAnswerCredentials, type StoredResponse, type StoredValue } from './stored-response.ts'

/** Different ones are said, each once. */
const MOST_MESSAGES = 100

/** Different ones are shared by the answers around which they were seen. */
const MOST_SEEN = 100

const NOT_CONSTANT =
  'a layer before the cache sends another header with each answer that front.headers says is constant'

/**
 * Front mode: stored answers sent before the framework sees the request. A second door to the same cache: what is
 * found, how long it holds and what it depends on is as in the ordinary place, and whatever cannot be decided from the
 * URL and the headers alone goes there.
 *
 * Nothing before the cache runs then, so a stored answer comes through this door only if its route has opted in, and
 * only after the ordinary place has sent it: what left the process is compared with what the cache had made. If a
 * layer before the cache changed it, or added more than the route has named, it stays behind.
 */
export class Front {
  /** Whether a server leads its requests here. */
  open = false
  readonly #port: SurfacePort
  readonly #answers: StoredAnswers
  readonly #coded: CodedAnswers
  readonly #warn: (message: string) => void
  readonly #keys = new FrontKeys()
  readonly #members: HitMembers
  readonly #told = new Set<string>()
  readonly #seen = new Map<string, SeenAround>()
  readonly #found: FoundInLines = { host: undefined, forwarded: false }

  constructor(
    port: SurfacePort,
    answers: StoredAnswers,
    coded: CodedAnswers,
    warn: (message: string) => void,
  ) {
    this.#port = port
    this.#members = new HitMembers(port)
    this.#answers = answers
    this.#coded = coded
    this.#warn = warn
  }

  /** Answers the request if it can be answered here, and says whether it was. */
  answer(message: IncomingMessage, response: ServerResponse): boolean {
    try {
      return this.#answer(message, response)
    } catch (error) {
      this.#port.report(error)
      return response.headersSent
    }
  }

  #answer(message: IncomingMessage, response: ServerResponse): boolean {
    const { method, url } = message
    if ((method !== 'GET' && method !== 'HEAD') || url === undefined) return false
    const asked = lookAt(message.rawHeaders, this.#found)
    const { host } = this.#found
    if (asked === 'framework' || host === undefined || message.httpVersionMajor !== 1) return false
    if (!this.#port.enabled || response.getHeaderNames().length > 0) return false
    const key = this.#keys.of(host, url, isEncrypted(message))
    const value = this.#port.read<StoredValue>(key)
    if (value === undefined) return false
    if (asked === 'plain' && value.kind === 'response' && !value.compress)
      return this.#sendWhole(response, key, value)
    return this.#sendFitting(
      { method, target: url, host, headers: message.headers, raw: undefined },
      key,
      response,
    )
  }

  /** THE HOT PATH: one answer for all who ask for this URL, and a request that asks for nothing else. */
  #sendWhole(response: ServerResponse, key: string, value: StoredResponse): boolean {
    const around = this.#around(value.front)
    if (around === undefined) return false
    const { freshness, body, status } = asItIsNow(value)
    const now = this.#port.wall()
    const age = ageOf(freshness, now)
    if (freshness.alwaysValidate || freshness.lifetime <= age) return false
    const pass = value.front as FrontPass
    pass.lines ??= this.#linesOf(value, around)
    const { lines } = pass
    if (!lines.isOf(now))
      lines.put(now, ageField(age), this.#members.of(around.policy, key, freshness.lifetime - age))
    this.#port.hit(key)
    response.writeHead(status, lines.lines)
    response.end(body)
    return true
  }

  /** The variant, the coding or the 304 that the request asks for, by the rules of the ordinary place. */
  #sendFitting(request: HttpRequest, primary: string, response: ServerResponse): boolean {
    const { key, stored: found } = this.#answers.find(request, primary)
    const around = this.#around(found?.front)
    if (found === undefined || around === undefined) return false
    const { policy } = around
    const stored = asItIsNow(found)
    if (!mayAnswerCredentials(request, stored) || isCookieRead(request, stored)) return false
    const now = this.#port.wall()
    if (decideReuse(request, stored.freshness, now, policy).kind !== 'hit') return false
    this.#port.hit(key)
    const member = this.#members.of(policy, key, remainingLifetime(stored.freshness, now))
    const { status, headers, body } = this.#coded.served(request, policy, key, stored, now, member)
    response.writeHead(status, headLines(headers, around.fields))
    response.end(body ?? undefined)
    return true
  }

  #around(pass: FrontPass | undefined): SeenAround | undefined {
    const around = pass?.around
    if (around?.by !== this) return undefined
    // The ordinary place has a page of its own for it.
    return this.#found.forwarded && around.policy.observe !== true ? undefined : around
  }

  /** The head that everybody gets. */
  #linesOf(stored: StoredResponse, { policy, fields }: SeenAround): FrontLines {
    const member = this.#members.of(policy, '', 0)
    const { headers } = served({ method: 'GET', target: '', host: '', headers: {} }, stored, 0, member)
    return new FrontLines(headLines(headers, fields), fieldLines(stored.headers, 'cache-status'))
  }

  /** Says that a route wants its answers to be sent here, and that no server leads its requests here. */
  tellUnused(fix: string): void {
    this.#warn(
      `HITHERTO_FRONT_UNUSED: front has no effect, because no server leads its requests to the front of this cache. ${fix}`,
    )
  }

  /** Whether the ordinary place should show how it has sent this answer. */
  wants({ front }: Served): boolean {
    return this.open && front !== undefined && !front.refused
  }

  /** The ordinary place has sent an answer. From now on the front sends it, or it never will. */
  learn({ request, policy, answer }: Sending, sent: SentAnswer, rawHeaders: readonly string[]): void {
    const pass = answer.front
    // Another answer that was under way may have been refused meanwhile.
    if (pass === undefined || pass.refused) return
    if (keepsBehind(policy) !== undefined || request.route !== undefined) return
    const around = aroundOf(answer, pass, sent, { headers: request.headers, rawHeaders })
    if (around === undefined) return
    const { fields, unfit } = around
    if (unfit !== undefined) return this.#refuse(pass, request, unfit)
    const seen = this.#seenAs(fields, policy)
    const before = pass.seen?.by === this ? pass.seen : undefined
    pass.seen = seen
    if (before !== undefined && before.text !== seen.text) return this.#refuse(pass, request, NOT_CONSTANT)
    if (pass.around?.by === this || (before === undefined && !isCertain(fields))) return
    pass.around = seen
    pass.lines = undefined
  }

  /** One for all answers that were sent in the same way. */
  #seenAs(fields: readonly AroundField[], policy: HttpPolicy): SeenAround {
    const text = JSON.stringify(fields)
    const known = this.#seen.get(text)
    if (known?.policy === policy) return known
    if (this.#seen.size >= MOST_SEEN) this.#seen.clear()
    const seen = { by: this, policy, fields, text }
    this.#seen.set(text, seen)
    return seen
  }

  #refuse(pass: FrontPass, request: HttpRequest, why: string): void {
    pass.refused = true
    pass.around = undefined
    const message = `${routeOf(request)} is not answered in front: ${why}.`
    if (this.#told.size >= MOST_MESSAGES || this.#told.has(message)) return
    this.#told.add(message)
    this.#warn(message)
  }
}

/** A request that the ordinary place answers from the cache. */
export interface Sending {
  readonly request: HttpRequest
  readonly policy: HttpPolicy
  readonly answer: Served
}

/** Who reads cookies on pages for everybody may tell visitors apart by them. */
function isCookieRead({ headers }: HttpRequest, { observed }: StoredResponse): boolean {
  return observed.includes('=cookie') && hasField(headers, 'cookie')
}
