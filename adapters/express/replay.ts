import { ServerResponse } from 'node:http'
import type { Response } from 'express'
import { isList, overLive, type Served } from '../../plugins/http-response/index.ts'

/**
 * Sends an answer of the cache. Headers set before the cache are live: they are sent as they are now.
 *
 * @param end sends the body; the response's own by default
 */
export function replay(
  res: Response,
  { status, headers, body }: Served,
  end: Response['end'] = res.end,
): void {
  // The client left while this request was waiting for another one's answer.
  if (res.destroyed) return
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined) res.removeHeader(name)
    else if (typeof value === 'string' && !isList(name)) res.setHeader(name, value)
    else res.setHeader(name, overLive(name, res.getHeader(name), value))
  }
  res.statusCode = status
  const send = end as (body?: Buffer) => Response
  send.call(res, body ?? undefined)
}

/**
 * Sends a whole answer with a head that is written at once, where no layer before the cache has left a trace on the
 * response: a header, a method of its own, a listener who may read the headers when they were sent. Setting them field
 * by field is most of the price of a hit, above all on Node 20: Express gives each response another prototype, and V8
 * then looks up each of its properties anew. Returns false, with nothing done, where there is a trace.
 */
export function replayBare(res: Response, { status, lines, body }: Served): boolean {
  if (lines === undefined || body === null || !isBare(res)) return false
  if (res.destroyed) return true
  res.writeHead(status, lines as string[])
  res.end(body)
  return true
}

function isBare(res: Response): boolean {
  const { prototype } = ServerResponse
  return (
    res.writeHead === prototype.writeHead &&
    res.end === prototype.end &&
    res.setHeader === prototype.setHeader &&
    res.getHeaderNames().length === 0 &&
    // Node's own.
    res.listenerCount('finish') <= 1 &&
    res.listenerCount('close') === 0
  )
}
