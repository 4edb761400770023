import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  appendCacheStatus,
  type Exchange,
  type HeaderFields,
  type HttpPolicy,
  type HttpRequest,
  type HttpSurface,
  madeBehind,
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
  | { readonly kind: 'hit'; readonly answer: Served }
  | { readonly kind: 'record'; readonly exchange: Exchange; readonly before: HeaderFields }
  | { readonly kind: 'write'; readonly answered: (head: ResponseHead) => void }

const courses = new WeakMap<FastifyRequest, Course>()

type Done = (error?: Error, payload?: unknown) => void

/** onRequest: answers from the cache, or runs the rest of the request inside a dependency scope. */
export function lookUp(call: Call, done: () => void): void {
  const { surface, policy, request } = call
  const plan = surface.plan(requestView(request), policy)
  if (plan instanceof Promise) void plan.then((late) => follow(late, call, done))
  else follow(plan, call, done)
}

function follow(plan: Plan, { surface, policy, request, reply }: Call, done: () => void): void {
  if (plan.kind === 'serve') {
    courses.set(request, { kind: 'hit', answer: plan.answer })
    replay(reply, plan.answer)
    return
  }
  if (plan.kind === 'record') {
    const { exchange } = plan
    if (exchange.wantsWhole) hideConditions(request)
    courses.set(request, { kind: 'record', exchange, before: liveHeaders(reply) })
    reply.raw.once('close', () => exchange.closed())
    exchange.run(done)
    return
  }
  if (policy.cacheStatus) appendStatus(reply, surface.passedStatus(plan.reason, plan.detail))
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
  if (course.kind === 'hit') return done(undefined, course.answer.body)
  // Before the head is sent: who has the answer to a write must not find the old page any more.
  if (course.kind === 'write') {
    course.answered(headOf(reply))
    return done(undefined, payload)
  }
  const { exchange, before } = course
  if (isWebResponse(payload)) {
    // Its status and headers are not in the reply yet: what would be stored is not what is sent.
    exchange.abandon()
    return done(undefined, payload)
  }
  const added = exchange.head(reply.statusCode, madeBehind(before, liveHeaders(reply)))
  if (added.vary.length > 0)
    reply.header('vary', overLive('vary', reply.getHeader('vary'), added.vary.join(', ')))
  if (added.cacheStatus !== undefined) appendStatus(reply, added.cacheStatus)
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

function replay(reply: FastifyReply, { status, headers, body }: Served): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) reply.header(name, overLive(name, liveHeader(reply, name), value))
  }
  reply.code(status).send(body ?? undefined)
}

function appendStatus(reply: FastifyReply, member: string): void {
  const before = liveHeader(reply, 'cache-status')
  reply.header('cache-status', appendCacheStatus(typeof before === 'number' ? undefined : before, member))
}

function headOf(reply: FastifyReply): ResponseHead {
  return { status: reply.statusCode, headers: liveHeaders(reply) }
}

/** Some plugins (helmet) write to the raw response instead of the reply. */
function liveHeaders(reply: FastifyReply): HeaderFields {
  return { ...reply.raw.getHeaders(), ...reply.getHeaders() } as HeaderFields
}

function liveHeader(reply: FastifyReply, name: string): string | number | string[] | undefined {
  return reply.getHeader(name) ?? reply.raw.getHeader(name)
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

/** The client's own conditions are kept from the handler, so that it makes the whole answer. */
function hideConditions(request: FastifyRequest): void {
  delete request.raw.headers['if-none-match']
  delete request.raw.headers['if-modified-since']
}
