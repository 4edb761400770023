import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  chooseLanguage,
  type Exchange,
  HeadBefore,
  type HttpPolicy,
  hideConditions,
  observeRequest,
  overLive,
  type Plan,
  type ResponseHead,
  type Served,
  type Substitute,
  WholeBody,
} from '../../plugins/http-response/index.ts'
import type { Call } from './asked-request.ts'
import { onSending } from './front-sending.ts'
import { type HookPayload, hookPayload, ownBytes, withoutLength } from './hook-payload.ts'
import { ending, isWhole, recorded, Sent } from './recorded-payload.ts'
import {
  appendStatus,
  type HeaderValue,
  liveHeader,
  liveHeaders,
  removeHeader,
  setHead,
  takeBack,
  tellFieldsSet,
} from './reply-fields.ts'
import type { Announcing } from './route-context.ts'
import { unpacked } from './web-response.ts'

/** What the cache does with a request, kept until its response is sent. */
type Course =
  | {
      readonly kind: 'hit'
      readonly answer: Served
      readonly payload: HookPayload
      /** No hook but the cache's own is shown it. */
      readonly isAlone: boolean
      readonly untyped: boolean
    }
  | {
      readonly kind: 'watch'
      readonly before: HeadBefore
      readonly answered: (head: ResponseHead) => readonly string[]
    }
  | Recording

/** A class: see `Visit`. */
class Recording {
  readonly kind = 'record'
  readonly exchange: Exchange
  readonly before: HeadBefore
  /** Gives the conditions of the request back. */
  readonly restore: () => void
  /** A head with the trailers that it will announce. */
  readonly announcing: Announcing
  /** Cache-Status without the cache's own member: onSend runs again for the error page if the answer fails. */
  cacheStatus: { readonly before: HeaderValue } | undefined
  /** The ETag that the cache gave to the answer: such an error page must not have it. */
  etag: string | undefined
  readonly sent: Sent

  constructor(
    exchange: Exchange,
    before: HeadBefore,
    restore: () => void,
    sent: Sent,
    announcing: Announcing,
  ) {
    this.exchange = exchange
    this.before = before
    this.restore = restore
    this.sent = sent
    this.announcing = announcing
  }
}

/** Where a request has its course: the plugin decorates requests with it, which costs less than a WeakMap. */
export const COURSE: unique symbol = Symbol('hitherto.course')

declare module 'fastify' {
  interface FastifyRequest {
    [COURSE]: Course | undefined
  }
}

type Done = (error?: Error, payload?: unknown) => void

/** onRequest: answers from the cache, or runs the rest of the request inside a dependency scope. */
export function lookUp(call: Call, done: (error?: Error) => void): void {
  const { surface, policy, request } = call
  chooseLanguage(request.raw, policy.languages)
  const plan = surface.plan(call.asked, policy)
  if (plan instanceof Promise) plan.then((late) => follow(late, call, done)).catch(done)
  else follow(plan, call, done)
}

function follow(plan: Plan, call: Call, done: () => void): void {
  const { surface, policy, request, reply, contexts } = call
  if (plan.kind === 'serve') return serve(call, plan.answer)
  if (plan.kind === 'record') {
    const { exchange } = plan
    const { conditions } = exchange
    const restore = conditions === undefined ? () => {} : hideConditions(request.raw.headers, conditions)
    if (exchange.observed !== undefined) observeRequest(request.raw, exchange.observed)
    const before = new HeadBefore(liveHeaders(reply))
    request[COURSE] = new Recording(exchange, before, restore, sentOn(call), contexts.announcing(reply))
    if (before.watched) tellFieldsSet(reply, (name) => before.setBehind(name))
    reply.raw.once('close', () => {
      // It never came through onSend (a hijacked reply).
      if (reply.raw.writableEnded && !exchange.recording) exchange.abandon()
      else exchange.closed(reply.raw.writableEnded)
    })
    exchange.run(done)
    return
  }
  const member = surface.passedStatus(policy as HttpPolicy, plan)
  if (member !== undefined) appendStatus(reply, liveHeader(reply, 'cache-status'), member)
  const { answered, observed } = plan
  if (observed !== undefined) observeRequest(request.raw, observed)
  if (answered !== undefined) {
    request[COURSE] = { kind: 'watch', before: new HeadBefore(liveHeaders(reply)), answered }
    reply.raw.once('close', () => seeRaw(request, reply))
  }
  done()
}

function serve(call: Call, answer: Served): void {
  const { surface, request, reply, contexts } = call
  const toLearn = surface.front.wants(answer)
  if (!toLearn && contexts.send(request, reply, answer)) return
  const isAlone = contexts.isAloneOnSend(request)
  const payload = isAlone ? (answer.body ?? undefined) : hookPayload(answer)
  if (toLearn) learnFront(call, answer)
  setHead(reply, answer)
  if (answer.body === null && !isAlone) withoutLength(reply)
  // `send` gives a Buffer a type of its own choice.
  request[COURSE] = { kind: 'hit', answer, payload, isAlone, untyped: !reply.hasHeader('content-type') }
  reply.send(payload)
}

/** Shows the front how an answer is sent. */
function learnFront(call: Call, answer: Served): void {
  const { surface, policy, request, reply, asked } = call
  const sending = { request: asked, policy: policy as HttpPolicy, answer }
  onSending(reply, answer, (sent) => surface.front.learn(sending, sent, request.raw.rawHeaders))
}

/**
 * onSend: records what the hooks nearer to the handler made of the payload. On a hit the stored body takes the place
 * of what they made of it now: their side effects (cookies, sessions) happen, their transformations are not repeated.
 */
export function recordOrPutBack(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: Done,
): void {
  const course = request[COURSE]
  if (course === undefined) return done(undefined, payload)
  if (course.kind === 'hit') {
    // With another status it is the answer to a hook that failed.
    if (reply.statusCode !== course.answer.status) return done(undefined, payload)
    if (course.untyped) reply.removeHeader('content-type')
    return done(undefined, course.isAlone ? course.payload : ownBytes(course.payload, course.answer))
  }
  // Before the head is sent: who has the answer to a write must not find the old page any more.
  if (course.kind === 'watch') {
    const content = unpacked(payload, reply)
    for (const name of course.answered(headOf(reply, course.before))) removeHeader(reply, name)
    request[COURSE] = undefined
    return done(undefined, content)
  }
  done(undefined, recordAnswer(course, reply, unpacked(payload, reply)))
}

/** The payload that goes on to the client. */
function recordAnswer(course: Recording, reply: FastifyReply, payload: unknown): unknown {
  const { exchange, before, restore, sent } = course
  // For the cache, and for the hooks after this one, which see the answer next.
  restore()
  if (course.etag !== undefined && reply.getHeader('etag') === course.etag) reply.removeHeader('etag')
  const now = liveHeaders(reply)
  const made = course.announcing(before.madeBehind(now))
  const added = exchange.head(reply.statusCode, made, now, wholeOf(payload))
  if (added.instead !== undefined) {
    takeBack(reply, before, Object.keys(made))
    return sendInstead(added.instead, course, reply, payload)
  }
  const { vary, cacheStatus, remove } = added
  // Fastify sends Content-Length for what is whole; beside a coding that the handler names, no client could read it.
  if (isWhole(payload) && now['transfer-encoding'] !== undefined) removeHeader(reply, 'transfer-encoding')
  for (const name of remove) removeHeader(reply, name)
  if (vary.length > 0) reply.header('vary', overLive('vary', liveHeader(reply, 'vary'), vary.join(', ')))
  if (cacheStatus !== undefined) {
    course.cacheStatus ??= { before: liveHeader(reply, 'cache-status') }
    appendStatus(reply, course.cacheStatus.before, cacheStatus)
  }
  if (!isWhole(payload)) return recorded(payload, exchange, sent)
  exchange.chunk(payload)
  course.etag = exchange.etag()
  if (course.etag !== undefined) reply.header('etag', course.etag)
  if (exchange.recording) ending(exchange, sent)()
  return payload
}

function sendInstead(
  { answer, recorded: isRecorded }: Substitute,
  { exchange, sent }: Recording,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  setHead(reply, answer)
  if (isRecorded) recorded(payload, exchange, sent)
  else discard(payload)
  if (sent.reply === undefined) return answer.body
  if (answer.body !== null) return hookPayload(answer)
  withoutLength(reply)
  return typeof payload === 'string' ? '' : undefined
}

/** Where there is no onSend hook but the cache's own, nobody changes the head any more. */
function sentOn({ contexts, request, reply }: Call): Sent {
  return new Sent(reply, contexts.isAloneOnSend(request))
}

/** The answer to a request that is watched, if it went around onSend. */
function seeRaw(request: FastifyRequest, reply: FastifyReply): void {
  const course = request[COURSE]
  if (course?.kind === 'watch' && reply.raw.writableEnded) course.answered(headOf(reply, course.before))
}

/** Adds dependencies to the answer that is being made. */
export function tagAnswer(request: FastifyRequest, tags: readonly string[]): void {
  const course = request[COURSE]
  if (course?.kind === 'record') course.exchange.tag(tags)
}

function headOf(reply: FastifyReply, before: HeadBefore): ResponseHead {
  return { status: reply.statusCode, headers: before.madeBehind(liveHeaders(reply)) }
}

function wholeOf(payload: unknown): WholeBody | undefined {
  return isWhole(payload) ? new WholeBody(payload) : undefined
}

/** Nobody will read it. */
function discard(payload: unknown): void {
  const stream = payload as { destroy?: () => void; cancel?: () => Promise<void> } | null | undefined
  if (typeof stream?.destroy === 'function') stream.destroy()
  else if (payload instanceof ReadableStream) payload.cancel().catch(() => {})
}
