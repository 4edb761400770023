import { type FakeClock, fakeClock } from './fake-clock.ts'
import type {
  ContractHandler,
  ContractHeaders,
  ContractRoute,
  ContractServer,
  HttpAdapterDriver,
  ServeOptions,
} from './http-adapter-driver.ts'

/** A handler that counts its runs and says in the body which one it was. */
export interface CountedPage {
  readonly handler: ContractHandler
  readonly runs: () => number
}

/** `Cache-Control: max-age=60` */
export const FRESH: ContractHeaders = { 'cache-control': 'max-age=60' }

export function countedPage(headers: ContractHeaders = FRESH, status = 200): CountedPage {
  let runs = 0
  return {
    runs: () => runs,
    handler: (_request, response) => {
      runs += 1
      response
        .head(status, { 'content-type': 'text/plain', ...headers })
        .send(status === 204 ? undefined : `run ${runs}`)
    },
  }
}

/** A page that can fail: with a status, or by throwing. */
export interface FailingPage {
  readonly handler: ContractHandler
  runs: number
  failure: number | 'throws' | undefined
}

export function failingPage(headers: ContractHeaders): FailingPage {
  const page: FailingPage = {
    runs: 0,
    failure: undefined,
    handler(_request, response) {
      page.runs += 1
      if (page.failure === 'throws') throw new Error('on purpose')
      const status = page.failure ?? 200
      response.head(status, { 'content-type': 'text/plain', ...headers }).send(`run ${page.runs}`)
    },
  }
  return page
}

/** A server for one test, on a clock that the test moves, with the faults that its cache contained. */
export interface Served extends ContractServer {
  readonly clock: FakeClock
  readonly errors: readonly unknown[]
}

export type Serving = (
  routes: readonly ContractRoute[],
  options: ServeOptions,
  test: (server: Served) => Promise<void>,
) => () => Promise<void>

/** Runs a test against a server of its own, which is closed whatever happens. */
export function serving(driver: HttpAdapterDriver): Serving {
  return (routes, options, test) => async () => {
    const clock = fakeClock()
    const errors: unknown[] = []
    const cache = { clock, onError: (error: unknown) => errors.push(error), ...options.cache }
    const server = await driver.serve(routes, { ...options, cache })
    try {
      await test({ ...server, clock, errors })
    } finally {
      await server.close()
    }
  }
}
