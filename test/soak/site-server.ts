import type { Server } from 'node:http'
import type { PagePurge } from '../../adapters/express/index.ts'
import type { HttpCacheOptions } from '../../plugins/http-response/index.ts'
import type { Site } from './handler.ts'

/** A site on one framework, with a cache or without. */
export interface SiteServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string
  readonly server: Server
  purge(what: PagePurge): Promise<void>
  /** Closes connections and server; the cache is its maker's. */
  close(): Promise<void>
}

export interface Framework {
  readonly name: string
  serve(site: Site): Promise<SiteServer>
}

/** The policy of the whole site. */
export const MOUNT: HttpCacheOptions = {
  compress: true,
  query: true,
  maxBodySize: '900kb',
  negativeTtl: { 404: '2s', 410: '2s', 500: '500ms' },
}

/** The policy of the route `/timed/:n`. */
export const TIMED: HttpCacheOptions = { ttl: '300ms', staleWhileRevalidate: '300ms' }

/** Fields of the layer before the cache, which are those of each request and never stored. */
export function liveFields(headers: Readonly<Record<string, unknown>>): [name: string, value: string][] {
  const { origin, 'x-request-id': id } = headers
  return [
    ['x-request-id', String(id)],
    ...(origin === undefined
      ? []
      : ([['access-control-allow-origin', String(origin)]] as [string, string][])),
  ]
}

/** How long a connection may be idle, milliseconds: longer than any round, so that no request meets its end. */
export const IDLE = 600_000

/** Half of a body, for answers that end there. */
export function halfOf(body: Buffer): Buffer {
  return body.subarray(0, Math.ceil(body.byteLength / 2))
}

/** A body in pieces of some kilobytes. */
export function* piecesOf(body: Buffer, size = 16_000): Generator<Buffer> {
  for (let at = 0; at < body.byteLength; at += size) yield body.subarray(at, at + size)
}
