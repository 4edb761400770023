import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** As much of the Fetch API as the suite's client uses. */
export type SuiteFetch = (url: string, init?: FetchInit) => Promise<FetchResponse>

export interface FetchInit {
  readonly method?: string
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
  readonly signal?: AbortSignal
  /** Is shown each 1xx response; see the fixture's `undici.mjs`. */
  readonly dispatcher?: { onInterim(status: number, headers: IncomingMessage['headers']): void }
}

export interface FetchResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  text(): Promise<string>
}

/**
 * Sends what the suite says and little else. The global fetch would add fields of its own (`Sec-Fetch-Mode`,
 * `Accept-Language`), take coded bodies apart, and show no 1xx responses. Redirects are not followed.
 */
export const suiteFetch: SuiteFetch = (url, init = {}) =>
  new Promise((resolve, reject) => {
    const { body, dispatcher } = init
    const sent = request(url, requestOptions(init))
    sent.on('information', ({ statusCode, headers }) => dispatcher?.onInterim(statusCode, headers))
    sent.once('response', (response) => resolve(fetched(response)))
    sent.once('error', reject)
    sent.end(body)
  })

function requestOptions({ method = 'GET', headers = [], body, signal }: FetchInit): RequestOptions {
  const lines: Record<string, string[]> = { accept: ['*/*'], 'accept-encoding': ['gzip, deflate'] }
  const own: Record<string, string[]> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    own[key] = [...(own[key] ?? []), String(value)]
  }
  const content =
    body === undefined
      ? {}
      : {
          'content-type': ['text/plain;charset=UTF-8'],
          'content-length': [String(Buffer.byteLength(body))],
        }
  const all = Object.entries({ ...lines, ...content, ...own })
  return {
    method,
    // As fetch combines them.
    headers: Object.fromEntries(all.map(([name, values]) => [name, values.join(', ')])),
    agent: false,
    ...(signal && { signal }),
  }
}

function fetched(response: IncomingMessage): FetchResponse {
  const headers = new Headers()
  const { rawHeaders } = response
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers,
    text: () => text(response),
  }
}
