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
  // Layers before the cache may change bytes in place, as those of a handler are their own.
  send.call(res, body === null ? undefined : Buffer.from(body))
}
