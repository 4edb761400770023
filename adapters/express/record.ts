import type { NextFunction, Request, Response } from 'express'
import {
  type AddedHead,
  appendCacheStatus,
  type Exchange,
  HeadBefore,
  type HeaderFields,
  headerFields,
  hideConditions,
  observeRequest,
  type SentHead,
  type Substitute,
  WholeBody,
} from '../../plugins/http-response/index.ts'
import { replay } from './replay.ts'
import { onHead } from './sent-head.ts'

/**
 * Runs the handler and records its answer on the way out, at the three methods through which every answer passes:
 * `writeHead`, `write` and `end`. They are replaced on this one response, in one fixed order so that all recorded
 * responses have one shape; wrappers that middleware before the cache has put there (compression, sessions) stay
 * outside, so what they do to the bytes is not stored.
 *
 * When the cache has something to send in place of what the handler made, it is sent as soon as the head is known;
 * what the handler goes on to write then goes nowhere.
 */
export function record(req: Request, res: Response, exchange: Exchange, next: NextFunction): void {
  const { conditions } = exchange
  const restore = conditions === undefined ? () => {} : hideConditions(req.headers, conditions)
  const { observed } = exchange
  if (observed !== undefined) observeRequest(req, observed)
  // What the layers before the cache read on the way out is no part of what is stored.
  const outside = <T>(task: () => T): T => (observed === undefined ? task() : observed.quietly(task))
  const before = new HeadBefore(headerFields(res.getHeaders()))
  let statusBefore: HeaderFields[string]
  let first = true
  let announced = 0
  let whole: WholeBody | undefined
  let replaced: Substitute | undefined
  const sent = new SentOn(res)
  const { writeHead, write, end } = res
  const head = onHead(
    res,
    (status) => {
      // For the cache, and for the layers before it, which see the answer next.
      restore()
      const now = headerFields(res.getHeaders())
      if (first) statusBefore = now['cache-status']
      first = false
      announced = Math.trunc(Number(status))
      const made = before.madeBehind(now)
      const added = exchange.head(status, made, now, whole)
      if (added.instead === undefined) {
        addHead(res, statusBefore, added)
        return true
      }
      replaced = added.instead
      res.writeHead = writeHead
      takeBack(res, before, Object.keys(made))
      replay(res, replaced.answer, end)
      return false
    },
    () => exchange.abandon(),
    outside,
  )
  // What throws while it is sent is not the answer: an error page follows.
  const unlessThrown = <T>(send: () => T): T => {
    try {
      return send()
    } catch (error) {
      exchange.abandon()
      head.forget()
      throw error
    }
  }

  res.write = function (this: Response, chunk: unknown, ...rest: unknown[]): boolean {
    head.see()
    if (replaced !== undefined) {
      if (replaced.recorded) keep(exchange, chunk, rest[0])
      callBack(rest)
      return true
    }
    return unlessThrown(() => {
      keep(exchange, chunk, rest[0])
      return outside(() => write.apply(this, [chunk, ...rest] as never))
    })
  } as Response['write']

  res.end = function (this: Response, ...args: unknown[]): Response {
    const [chunk, encoding] = typeof args[0] === 'function' ? [] : args
    whole = wholeBody(chunk, encoding)
    head.see()
    if (replaced !== undefined) {
      if (replaced.recorded) {
        keep(exchange, chunk, encoding)
        void exchange.finish()
      }
      callBack(args)
      return this
    }
    // An error handler that came too late for the head has added its page to half a body.
    if (res.statusCode !== announced) exchange.abandon()
    const result = unlessThrown(() => {
      keep(exchange, chunk, encoding)
      return outside(() => end.apply(this, args as never))
    })
    // A layer before the cache may hold the head back, to save a session first.
    if (res.headersSent) void exchange.finish(sent)
    else res.once('finish', () => void exchange.finish(sent))
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

  // A field that is set again is the handler's word, also when it is the same word.
  if (before.watched) {
    const { setHeader } = res
    res.setHeader = function (this: Response, ...args) {
      before.setBehind(args[0])
      return setHeader.apply(this, args) as Response
    } as Response['setHeader']
  }

  res.once('close', () => {
    restore()
    exchange.closed(res.writableEnded)
    // What was piped here is let go of next, and nobody brings the rest.
    if (!res.writableEnded) res.once('unpipe', () => exchange.abandon())
  })
  exchange.run(next)
}

/** The head as it was sent in the end. A class: see `Visit`. */
class SentOn implements SentHead {
  readonly byLayersBefore = true
  readonly #res: Response

  constructor(res: Response) {
    this.#res = res
  }

  field(name: string): HeaderFields[string] {
    return this.#res.getHeader(name)
  }
}

/** Takes back what the layers behind the cache have made of the head. */
function takeBack(res: Response, before: HeadBefore, names: readonly string[]): void {
  for (const name of names) {
    const value = before.at(name)
    if (value === undefined) res.removeHeader(name)
    else res.setHeader(name, value as string)
  }
  res.statusMessage = ''
}

/** The callback of a call to `write` or `end`, for bytes that go nowhere. */
function callBack(args: readonly unknown[]): void {
  const last = args.at(-1)
  if (typeof last === 'function') process.nextTick(last as () => void)
}

function addHead(
  res: Response,
  before: HeaderFields[string],
  { vary, cacheStatus, remove }: AddedHead,
): void {
  for (const name of remove) res.removeHeader(name)
  if (vary.length > 0) res.vary(vary.join(', '))
  if (cacheStatus === undefined) return
  res.setHeader(
    'cache-status',
    appendCacheStatus(typeof before === 'number' ? undefined : before, cacheStatus),
  )
}

function keep(exchange: Exchange, chunk: unknown, encoding: unknown): void {
  if (typeof chunk === 'string') exchange.chunk(chunk, encodingOf(encoding))
  else if (chunk instanceof Uint8Array) exchange.chunk(chunk)
}

function wholeBody(chunk: unknown, encoding: unknown): WholeBody {
  return new WholeBody(
    typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : '',
    encodingOf(encoding),
  )
}

/** A callback may stand in its place. */
function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'
}
