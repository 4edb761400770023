import type { FetchInit, FetchResponse, SuiteFetch } from './suite-fetch.ts'

export interface Exchange {
  /** The number of this request in its test, from 1. */
  readonly request: number
  readonly status: number
  /** Which request the origin had made this response for, as it counted them; `undefined` if it says nothing. */
  readonly madeFor: number | undefined
}

export interface Observer {
  readonly fetch: SuiteFetch
  readonly exchanges: Record<string, Exchange[]>
}

// A response that never ends would otherwise hold up the whole run: the suite's client waits for ever.
const REQUEST_DEADLINE_MS = 20_000

/**
 * Notes where each response came from. The suite's own words do not tell: "Response 2 comes from cache" is also
 * its message for a 502 or 500 that lacks the origin's counter, which is no reuse at all.
 */
export function observe(fetch: SuiteFetch): Observer {
  const exchanges: Record<string, Exchange[]> = {}
  const observed: SuiteFetch = async (url, init) => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_DEADLINE_MS) })
    const id = headerOf(init, 'Test-ID')
    if (id !== undefined) {
      exchanges[id] ??= []
      exchanges[id].push({
        request: Number(headerOf(init, 'Req-Num')),
        status: response.status,
        madeFor: counter(response),
      })
    }
    return response
  }
  return { fetch: observed, exchanges }
}

/**
 * A stored response carries the counter of the request it was made for, so a lower one is proof of reuse. A 304
 * without a counter was made by the cache: the origin puts it on all that it sends.
 */
export function wasReused({ request, status, madeFor }: Exchange): boolean {
  return madeFor === undefined ? status === 304 : madeFor < request
}

function counter(response: FetchResponse): number | undefined {
  const value = Number.parseInt(response.headers.get('Server-Request-Count') ?? '', 10)
  return Number.isNaN(value) ? undefined : value
}

function headerOf(init: FetchInit | undefined, name: string): string | undefined {
  return init?.headers?.find((header) => header[0] === name)?.[1]
}
