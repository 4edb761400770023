import { ServerResponse } from 'node:http'
import type { Served } from './served.ts'

/**
 * Sends a whole answer with a head that is written at once, where no layer before the cache has left a trace on the
 * response: a header, a method of its own, a listener who may read the headers when they were sent. Setting them field
 * by field is most of the price of a hit, above all on Node 20: Express gives each response another prototype, and V8
 * then looks up each of its properties anew. Returns false, with nothing done, where there is a trace.
 */
export function sendBare(res: ServerResponse, { status, lines, body }: Served): boolean {
  if (lines === undefined || body === null || !isBare(res)) return false
  // The client left while this request was waiting for another one's answer.
  if (res.destroyed) return true
  res.writeHead(status, lines as string[])
  res.end(body)
  return true
}

function isBare(res: ServerResponse): boolean {
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
