import type { NextFunction, Request, Response } from 'express'
import {
  type AddedHead,
  appendCacheStatus,
  type Exchange,
  HeadBefore,
  type HeaderFields,
  headerFields,
  hideConditions,
} from '../../plugins/http-response/index.ts'
import { onHead } from './sent-head.ts'

/**
 * Runs the handler and records its answer on the way out, at the three methods through which every answer passes:
 * `writeHead`, `write` and `end`. They are replaced on this one response, in one fixed order so that all recorded
 * responses have one shape; wrappers that middleware before the cache has put there (compression, sessions) stay
 * outside, so what they do to the bytes is not stored.
 */
export function record(req: Request, res: Response, exchange: Exchange, next: NextFunction): void {
  const restore = exchange.wantsWhole ? hideConditions(req.headers) : () => {}
  const before = new HeadBefore(headerFields(res.getHeaders()))
  let statusBefore: HeaderFields[string]
  let first = true
  const head = onHead(
    res,
    (status) => {
      const now = headerFields(res.getHeaders())
      if (first) statusBefore = now['cache-status']
      first = false
      addHead(res, statusBefore, exchange.head(status, before.madeBehind(now), now))
      // For the layers before the cache, which see the answer next.
      restore()
    },
    () => exchange.abandon(),
  )
  const { write, end } = res
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
    return unlessThrown(() => {
      keep(exchange, chunk, rest[0])
      return write.apply(this, [chunk, ...rest] as never)
    })
  } as Response['write']

  res.end = function (this: Response, ...args: unknown[]): Response {
    const [chunk, encoding] = typeof args[0] === 'function' ? [] : args
    head.see()
    const result = unlessThrown(() => {
      keep(exchange, chunk, encoding)
      return end.apply(this, args as never)
    })
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
    exchange.closed()
  })
  exchange.run(next)
}

function addHead(res: Response, before: HeaderFields[string], { vary, cacheStatus }: AddedHead): void {
  if (vary.length > 0) res.vary(vary.join(', '))
  if (cacheStatus === undefined) return
  res.setHeader(
    'cache-status',
    appendCacheStatus(typeof before === 'number' ? undefined : before, cacheStatus),
  )
}

function keep(exchange: Exchange, chunk: unknown, encoding: unknown): void {
  if (typeof chunk === 'string') {
    exchange.chunk(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'))
  } else if (chunk instanceof Uint8Array) {
    exchange.chunk(chunk)
  }
}
