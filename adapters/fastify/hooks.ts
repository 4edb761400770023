import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  appendCacheStatus,
  type Exchange,
  HeadBefore,
  type HeaderFields,
  type HttpPolicy,
  type HttpRequest,
  type HttpSurface,
  headerFields,
  hideConditions,
  overLive,
  type Plan,
  type ResponseHead,
  type Served,
} from '../../plugins/http-response/index.ts'
import { recorded } from './recorded-payload.ts'
import { routeName } from './route-identity.ts'

/** One request at the cache. */
interface Call {
  readonly surface: HttpSurface
  readonly policy: HttpPolicy<FastifyRequest>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What the cache does with a request, kept until its response is sent. */
type Course =
  | { readonly kind: 'hit'; readonly answer: Served; readonly untyped: boolean }
  | { readonly kind: 'write'; readonly answered: (head: ResponseHead) => void }
  | Recording

interface Recording {
  readonly kind: 'record'
  readonly exchange: Exchange
  readonly before: HeadBefore
  /** Gives the conditions of the request back. */
  readonly restore: () => void
  /** Cache-Status without the cache's own member: onSend runs again for the error page if the answer fails. */
  cacheStatus?: { readonly before: HeaderValue }
}

type HeaderValue = string | number | string[] | undefined

const courses = new WeakMap<FastifyRequest, Course>()

type Done = (error?: Error, payload?: unknown) => void

/** onRequest: answers from the cache, or runs the rest of the request inside a dependency scope. */
export function lookUp(call: Call, done: (error?: Error) => void): void {
  const { surface, policy, request } = call
  const plan = surface.plan(requestView(request), policy)
  if (plan instanceof Promise) plan.then((late) => follow(late, call, done)).catch(done)
  else follow(plan, call, done)
}

function follow(plan: Plan, { surface, policy, request, reply }: Call, done: () => void): void {
  if (plan.kind === 'serve') {
    const { answer } = plan
    setHead(reply, answer)
    // `send` gives a Buffer a type of its own choice.
    courses.set(request, { kind: 'hit', answer, untyped: !reply.hasHeader('content-type') })
    reply.send(answer.body ?? undefined)
    return
  }
  if (plan.kind === 'record') {
    const { exchange } = plan
    const restore = exchange.wantsWhole ? hideConditions(request.raw.headers) : () => {}
    const before = new HeadBefore(liveHeaders(reply))
    courses.set(request, { kind: 'record', exchange, before, restore })
    if (before.watched) tellFieldsSet(reply, (name) => before.setBehind(name))
    reply.raw.once('close', () => exchange.closed())
    exchange.run(done)
    return
  }
  if (policy.cacheStatus) {
    appendStatus(reply, liveHeader(reply, 'cache-status'), surface.passedStatus(plan.reason, plan.detail))
  }
  if (plan.reason === 'method') {
    const view = requestView(request)
    courses.set(request, { kind: 'write', answered: (head) => surface.unsafeAnswered(view, head) })
  }
  done()
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
  const course = courses.get(request)
  if (course === undefined) return done(undefined, payload)
  if (course.kind === 'hit') {
    // With another status it is the answer to a hook that failed.
    if (reply.statusCode !== course.answer.status) return done(undefined, payload)
    if (course.untyped) reply.removeHeader('content-type')
    return done(undefined, course.answer.body)
  }
  // Before the head is sent: who has the answer to a write must not find the old page any more.
  if (course.kind === 'write') {
    course.answered(headOf(reply))
    courses.delete(request)
    return done(undefined, payload)
  }
  const { exchange, before, restore } = course
  // For the hooks after this one, which see the answer next.
  restore()
  if (isWebResponse(payload)) {
    // Its status and headers are not in the reply yet: what would be stored is not what is sent.
    exchange.abandon()
    return done(undefined, payload)
  }
  const now = liveHeaders(reply)
  const { vary, cacheStatus } = exchange.head(reply.statusCode, before.madeBehind(now), now)
  if (vary.length > 0) reply.header('vary', overLive('vary', liveHeader(reply, 'vary'), vary.join(', ')))
  if (cacheStatus !== undefined) {
    course.cacheStatus ??= { before: liveHeader(reply, 'cache-status') }
    appendStatus(reply, course.cacheStatus.before, cacheStatus)
  }
  const etag = isWhole(payload) ? exchange.etagOf(Buffer.from(payload)) : undefined
  if (etag !== undefined) reply.header('etag', etag)
  done(undefined, recorded(payload, exchange))
}

/** onResponse: ends what never came through onSend (hijacked replies), and what a raw answer wrote. */
export function seeEnd(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const course = courses.get(request)
  if (course?.kind === 'write') course.answered(headOf(reply))
  if (course?.kind === 'record' && !course.exchange.recording) course.exchange.abandon()
  done()
}

/** Adds dependencies to the answer that is being made. */
export function tagAnswer(request: FastifyRequest, tags: readonly string[]): void {
  const course = courses.get(request)
  if (course?.kind === 'record') course.exchange.tag(tags)
}

function setHead(reply: FastifyReply, { status, headers }: Served): void {
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) reply.removeHeader(name)
    else reply.header(name, overLive(name, liveHeader(reply, name), value))
  }
}

function appendStatus(reply: FastifyReply, before: HeaderValue, member: string): void {
  reply.header('cache-status', appendCacheStatus(typeof before === 'number' ? undefined : before, member))
}

function headOf(reply: FastifyReply): ResponseHead {
  return { status: reply.statusCode, headers: liveHeaders(reply) }
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
    set(args[0])
    return setHeader.apply(this, args)
  } as typeof setHeader
}

function isWhole(payload: unknown): payload is string | Uint8Array {
  return typeof payload === 'string' || payload instanceof Uint8Array
}

function isWebResponse(payload: unknown): boolean {
  return typeof Response === 'function' && payload instanceof Response
}

/** HTTP/2 has no host header: `:authority` takes its place. */
function requestView(request: FastifyRequest): HttpRequest<FastifyRequest> {
  const { headers, method } = request.raw
  return {
    method: method ?? request.method,
    target: request.raw.url ?? request.url,
    host: headers.host ?? (headers[':authority'] as string | undefined) ?? '',
    headers: headers as HeaderFields,
    route: routeName(request),
    raw: request,
  }
}
