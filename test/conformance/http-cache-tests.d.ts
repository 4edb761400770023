// The suite ships plain .mjs files. These are the parts of it that are used here, as they are in 0.4.5.

declare module 'http-cache-tests/tests/index.mjs' {
  export interface Test {
    id: string
    name: string
    kind?: 'required' | 'optimal' | 'check'
    depends_on?: string[]
    browser_only?: boolean
    /** Prints each request and response of this test, on both sides. */
    dump?: boolean
    requests: { expected_type?: 'cached' | 'not_cached' | 'etag_validated' | 'lm_validated' }[]
  }
  export interface Group {
    id: string
    name: string
    tests: Test[]
  }
  const groups: Group[]
  export default groups
}

declare module 'http-cache-tests/client/runner.mjs' {
  import type { Group } from 'http-cache-tests/tests/index.mjs'
  /** What the client notes down for one test: `true`, or the name and message of what was thrown. */
  export type RawResult = true | [name: string, message: string]
  export function runTests(
    groups: readonly Group[],
    fetch: (url: string, init?: never) => Promise<unknown>,
    browserCache: boolean,
    base: string,
    chunkSize?: number,
  ): Promise<void>
  export function getResults(): Record<string, RawResult>
}

declare module 'http-cache-tests/lib/display.mjs' {
  import type { RawResult } from 'http-cache-tests/client/runner.mjs'
  import type { Group } from 'http-cache-tests/tests/index.mjs'
  export function determineTestResult(
    groups: readonly Group[],
    id: string,
    results: Readonly<Record<string, RawResult>>,
    honorDependencies?: boolean,
  ): [icon: string, colour: string, symbol: string]
}

declare module 'http-cache-tests/server/handle-*.mjs' {
  /** Written for `node:http`; `path` is what follows `/config/`, `/state/` or `/test/`. */
  export default function handle(path: string[], request: object, response: object): void
}
