import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import {
  type AddedHead,
  appendCacheStatus,
  type Exchange,
  madeBehind,
} from '../../plugins/http-response/index.ts'

/**
 * Runs the handler and records its answer on the way out, at the three methods through which every answer passes:
 * `writeHead` (Node calls it for implicit heads too), `write` and `end`. They are replaced on this one response, in
 * one fixed order so that all recorded responses have one shape; wrappers that middleware before the cache has put
 * there (compression, sessions) stay outside, so what they do to the bytes is not stored.
 */
export function record(req: Request, res: Response, exchange: Exchange, next: NextFunction): void {
  const restore = exchange.wantsWhole ? hideConditions(req) : () => {}
  const before = { ...res.getHeaders() }
  const { seeHead, write, end } = onHead(res, (status) => {
    addHead(res, exchange.head(status, madeBehind(before, res.getHeaders())))
  })

  res.write = function (this: Response, chunk: unknown, ...rest: unknown[]): boolean {
    seeHead(this.statusCode)
    keep(exchange, chunk, rest[0])
    return write.apply(this, [chunk, ...rest] as never)
  } as Response['write']

  res.end = function (this: Response, ...args: unknown[]): Response {
    const [chunk, encoding] = typeof args[0] === 'function' ? [] : args
    seeHead(this.statusCode)
    if (chunk !== undefined && chunk !== null) keep(exchange, chunk, encoding)
    const result = end.apply(this, args as never)
    void exchange.finish()
    return result
  } as Response['end']

  res.addTrailers = ((trailers) => {
    exchange.abandon()
    return Object.getPrototypeOf(res).addTrailers.call(res, trailers)
  }) as Response['addTrailers']

  res.cacheTags = function (this: Response, ...tags: string[]): Response {
    exchange.tag(tags)
    return this
  }

  res.once('close', () => {
    restore()
    exchange.closed()
  })
  exchange.run(next)
}

/** What `onHead` puts in place, for wrappers around it. */
interface HeadWatch extends Pick<Response, 'write' | 'end'> {
  /** The head is about to be sent. */
  seeHead(status: number): void
}

/** Calls back with the status once, right before the head is sent, when all its headers are set. */
export function onHead(res: Response, sending: (status: number) => void): HeadWatch {
  const { writeHead, write, end } = res
  let seen = false
  const seeHead = (status: number) => {
    if (seen || res.headersSent) return
    seen = true
    sending(status)
  }
  res.writeHead = function (this: Response, status: number, ...rest: unknown[]): Response {
    if (seen) return writeHead.apply(this, [status, ...rest] as never)
    const [reason, headers] = typeof rest[0] === 'string' ? [rest[0], rest[1]] : [undefined, rest[0]]
    if (headers !== undefined) mergeHeaders(res, headers as HeadArgument)
    seeHead(status)
    return writeHead.apply(this, (reason === undefined ? [status] : [status, reason]) as never)
  } as Response['writeHead']
  res.write = function (this: Response, ...args: unknown[]): boolean {
    seeHead(this.statusCode)
    return write.apply(this, args as never)
  } as Response['write']
  res.end = function (this: Response, ...args: unknown[]): Response {
    seeHead(this.statusCode)
    return end.apply(this, args as never)
  } as Response['end']
  return { seeHead, write: res.write, end: res.end }
}

function addHead(res: Response, { vary, cacheStatus }: AddedHead): void {
  if (vary.length > 0) res.vary(vary.join(', '))
  if (cacheStatus === undefined) return
  const before = res.getHeader('cache-status')
  res.setHeader(
    'cache-status',
    appendCacheStatus(typeof before === 'number' ? undefined : before, cacheStatus),
  )
}

type HeadArgument = OutgoingHttpHeaders | OutgoingHttpHeader[]

/** The headers given to `writeHead` bypass `setHeader`: set here, they are seen and sent like all others. */
function mergeHeaders(res: Response, headers: HeadArgument): void {
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) res.setHeader(name, value as string)
    return
  }
  const seen = new Set<string>()
  for (const [given, value] of pairs(headers)) {
    const name = given.toLowerCase()
    if (seen.has(name)) res.appendHeader(name, value)
    else res.setHeader(name, value)
    seen.add(name)
  }
}

/** Node takes `[name, value, name, value]` and `[[name, value], [name, value]]`. */
function pairs(list: readonly unknown[]): [string, string][] {
  if (Array.isArray(list[0])) return list as [string, string][]
  const found: [string, string][] = []
  for (let i = 0; i + 1 < list.length; i += 2) found.push([list[i] as string, list[i + 1] as string])
  return found
}

function keep(exchange: Exchange, chunk: unknown, encoding: unknown): void {
  if (typeof chunk === 'string') {
    exchange.chunk(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'))
  } else if (chunk instanceof Uint8Array) {
    exchange.chunk(chunk)
  }
}

/**
 * The client's own conditions are kept from the handler until it has answered, so that it makes the whole answer:
 * `res.send` would turn a miss into a 304 without a body.
 */
function hideConditions(req: Request): () => void {
  const { 'if-none-match': noneMatch, 'if-modified-since': modifiedSince } = req.headers
  delete req.headers['if-none-match']
  delete req.headers['if-modified-since']
  return () => {
    if (noneMatch !== undefined) req.headers['if-none-match'] = noneMatch
    if (modifiedSince !== undefined) req.headers['if-modified-since'] = modifiedSince
  }
}
