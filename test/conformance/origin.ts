import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { handleConfig, handleState, handleTest } from './public-suite.ts'

export type HeaderValue = string | number | string[]

/** What the suite's origin wants sent; each framework's origin plays it in its own words. */
export interface OriginAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, HeaderValue>
  /** Empty where the status allows none. */
  readonly body: string
}

export interface OriginRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/** What the suite's origin may send before its answer. `ServerResponse` has both. */
export interface Interim {
  writeProcessing(): void
  writeEarlyHints(hints: Record<string, string>): void
}

/**
 * Asks the suite's own origin what to answer. It is written for `node:http` and calls a response as it goes;
 * here that response only takes notes.
 *
 * The request headers are copied because the suite keeps them for the client's checks, while a cache in the
 * same process may put its validators into the live object and take them out again afterwards.
 *
 * @throws OriginGone where the suite closes the connection. Behind a cache in the same process there is no
 * connection between the two: the nearest thing that can happen is that the handler throws.
 */
export function answer(request: OriginRequest, interim: Interim): Promise<OriginAnswer> {
  const path = new URL(request.url, 'http://origin').pathname.split('/').slice(2)
  return new Promise((resolve, reject) => {
    const notes = new Map<string, [name: string, value: HeaderValue]>()
    const body: string[] = []
    const response = {
      statusCode: 200,
      socket: { destroy: () => reject(new OriginGone()) },
      writeProcessing: () => interim.writeProcessing(),
      writeEarlyHints: (hints: Record<string, string>) => interim.writeEarlyHints(hints),
      setHeader: (name: string, value: HeaderValue) => void notes.set(name.toLowerCase(), [name, value]),
      hasHeader: (name: string) => notes.has(name.toLowerCase()),
      getHeader: (name: string) => notes.get(name.toLowerCase())?.[1],
      getHeaders: () => Object.fromEntries([...notes].map(([key, [, value]]) => [key, value])),
      writeHead(status: number, headers: Record<string, HeaderValue>) {
        response.statusCode = status
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      },
      write: (chunk: string) => void body.push(chunk),
      end(chunk?: string) {
        if (chunk !== undefined) body.push(chunk)
        resolve({ status: response.statusCode, headers: new Map(notes.values()), body: body.join('') })
      },
    }
    handleTest(path, { method: request.method, url: request.url, headers: { ...request.headers } }, response)
  })
}

export class OriginGone extends Error {
  override readonly name: string = 'OriginGone'
}

/** Serves the suite's two side channels before the framework sees them, so that no cache can. */
export function withSideChannels(app: RequestListener): RequestListener {
  return (request, response) => {
    const [, channel = '', ...path] = (request.url ?? '').split('/')
    if (channel === 'config') handleConfig(path, request, response)
    else if (channel === 'state') handleState(path, request, response)
    else app(request, response)
  }
}
