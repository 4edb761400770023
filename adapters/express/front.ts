import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request, Response } from 'express'
import {
  FrontDoor,
  type FrontListener,
  type HttpSurface,
  type SentAnswer,
} from '../../plugins/http-response/index.ts'
import { type Cache, CallOptionError } from '../../src/index.ts'

/** @throws CallOptionError for what is no application */
export function frontOf(
  cache: Cache,
  app: FrontListener,
): (request: IncomingMessage, response: ServerResponse) => void {
  if (typeof app !== 'function') {
    throw new CallOptionError('front', 'expected the application: createServer(pages.front(app)).')
  }
  const door = new FrontDoor(cache)
  return (request, response) => {
    if (!door.answer(request, response)) app(request, response)
  }
}

/**
 * An answer that may be sent in front came the ordinary way: is there a front at all? Only requests that came over a
 * connection say so, since there is no front for those that are put to the application by hand.
 */
export function missFront(cache: Cache, { front }: HttpSurface, req: Request): void {
  if (!(req.socket instanceof Socket)) return
  FrontDoor.missed(
    cache,
    front,
    'Serve createServer(pages.front(app)) in place of app.listen(), or leave front out.',
  )
}

/** On every outgoing message of Node since 15.4; its types know it on those of clients only. */
type RawNames = { getRawHeaderNames(): string[] }

/** An answer of the cache as the layers before it have let it go; undefined if they still hold it back. */
export function sentBy(res: Response): SentAnswer | undefined {
  if (!res.headersSent) return undefined
  const names = (res as unknown as RawNames).getRawHeaderNames()
  const fields = names.map((name) => {
    const value = res.getHeader(name) ?? ''
    return [name, typeof value === 'number' ? String(value) : value] as const
  })
  return { status: res.statusCode, fields }
}
