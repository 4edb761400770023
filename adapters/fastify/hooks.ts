import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  appendCacheStatus,
  chooseLanguage,
  type Exchange,
  HeadBefore,
  type HeaderFields,
  type HttpPolicy,
  headerFields,
  hideConditions,
  isList,
  observeRequest,
  overLive,
  type Plan,
  type ResponseHead,
  type Served,
  WholeBody,
} from '../../plugins/http-response/index.ts'
import type { Call } from './asked-request.ts'
import { onSending } from './front-sending.ts'
import { bodyFor } from './head-route.ts'
import { finished, isWhole, recorded } from './recorded-payload.ts'
import type { Announcing } from './route-context.ts'
import { unpacked } from './web-response.ts'

/** What the cache does with a request, kept until its response is sent. */
type Course =
  | { readonly kind: 'hit'; readonly answer: Served; readonly untyped: boolean }
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

  constructor(exchange: Exchange, before: HeadBefore, restore: () => void, announcing: Announcing) {
    this.exchange = exchange
    this.before = before
    this.restore = restore
    this.announcing = announcing
  }
}

type HeaderValue = string | number | string[] | undefined

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
    request[COURSE] = new Recording(exchange, before, restore, contexts.announcing(reply))
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
  if (surface.front.wants(answer)) learnFront(call, answer)
  else if (contexts.send(request, reply, answer)) return
  setHead(reply, answer)
  // `send` gives a Buffer a type of its own choice.
  request[COURSE] = { kind: 'hit', answer, untyped: !reply.hasHeader('content-type') }
  reply.send(answer.body ?? undefined)
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
    return done(undefined, bodyFor(request, course.answer))
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
  const { exchange, before, restore } = course
  // For the cache, and for the hooks after this one, which see the answer next.
  restore()
  if (course.etag !== undefined && reply.getHeader('etag') === course.etag) reply.removeHeader('etag')
  const now = liveHeaders(reply)
  const made = course.announcing(before.madeBehind(now))
  const added = exchange.head(reply.statusCode, made, now, wholeOf(payload))
  if (added.instead !== undefined) {
    takeBack(reply, before, Object.keys(made))
    setHead(reply, added.instead.answer)
    if (added.instead.recorded) recorded(payload, exchange)
    else discard(payload)
    return added.instead.answer.body
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
  if (!isWhole(payload)) return recorded(payload, exchange)
  exchange.chunk(payload)
  course.etag = exchange.etag()
  if (course.etag !== undefined) reply.header('etag', course.etag)
  return finished(payload, exchange)
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

function setHead(reply: FastifyReply, answer: Served): void {
  const { status, constant, age, cacheStatus } = answer
  reply.code(status)
  if (constant === undefined) return setFields(reply, answer.headers)
  setFields(reply, constant)
  setField(reply, 'age', age)
  if (cacheStatus !== undefined) setField(reply, 'cache-status', cacheStatus)
}

function setFields(reply: FastifyReply, fields: HeaderFields): void {
  for (const name of Object.keys(fields)) {
    // Fastify measures what it sends; where a hook has announced trailers there is no length.
    if (name !== 'content-length') setField(reply, name, fields[name])
  }
}

function setField(reply: FastifyReply, name: string, value: HeaderFields[string]): void {
  if (value === undefined) reply.removeHeader(name)
  else if (typeof value === 'string' && !isList(name)) reply.header(name, value)
  else reply.header(name, overLive(name, liveHeader(reply, name), value))
}

function appendStatus(reply: FastifyReply, before: HeaderValue, member: string): void {
  reply.header('cache-status', appendCacheStatus(typeof before === 'number' ? undefined : before, member))
}

function headOf(reply: FastifyReply, before: HeadBefore): ResponseHead {
  return { status: reply.statusCode, headers: before.madeBehind(liveHeaders(reply)) }
}

/** Takes back what the hooks and the handler behind the cache have made of the head. */
function takeBack(reply: FastifyReply, before: HeadBefore, names: readonly string[]): void {
  for (const name of names) {
    const value = before.at(name)
    removeHeader(reply, name)
    if (value !== undefined) reply.header(name, value)
  }
}

/** Also where a plugin wrote it to the raw response. */
function removeHeader(reply: FastifyReply, name: string): void {
  reply.removeHeader(name)
  reply.raw.removeHeader(name)
}

/** With those of plugins (helmet) that write to the raw response instead of the reply. */
function liveHeaders(reply: FastifyReply): HeaderFields {
  return headerFields(reply.getHeaders())
}

function liveHeader(reply: FastifyReply, name: string): HeaderValue {
  return reply.getHeader(name) ?? reply.raw.getHeader(name)
}

/** Calls back with the name of each field that is set from now on. */
function tellFieldsSet(reply: FastifyReply, set: (name: string) => void): void {
  const { header, raw } = reply
  const { setHeader } = raw
  reply.header = function (this: FastifyReply, ...args: Parameters<FastifyReply['header']>) {
    set(args[0])
    return header.apply(this, args)
  } as FastifyReply['header']
  raw.setHeader = function (this: typeof raw, ...args: Parameters<typeof setHeader>) {
    // Before a stream Fastify copies its own fields there.
    if (raw.hasHeader(args[0]) || reply.getHeader(args[0]) !== args[1]) set(args[0])
    return setHeader.apply(this, args)
  } as typeof setHeader
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
