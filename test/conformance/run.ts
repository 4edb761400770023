import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expressOrigin } from './express-origin.ts'
import { fastifyOrigin } from './fastify-origin.ts'
import { mountExpress, mountFastify, type Unmount } from './mount.ts'
import { type Exchange, observe } from './observe.ts'
import type { Origin } from './origins.ts'
import { getResults, runTests } from './public-suite.ts'
import { groups, type RawResult, withDependencies } from './suite.ts'
import { suiteFetch } from './suite-fetch.ts'

export interface Variant {
  readonly origin: Origin
  /** `false` runs the application with nothing in front of it: the control. */
  readonly cached: boolean
  /** With the options that let be stored what is not by default: errors with a lifetime, and Set-Cookie. */
  readonly optIn: boolean
  /** Test ids; all of them when empty. The suite then prints every request and response. */
  readonly only: readonly string[]
}

const OPT_IN = { explicitErrors: true, shareCookies: true }

export interface RawRun {
  readonly results: Readonly<Record<string, RawResult>>
  /** What each test's client saw, in order. */
  readonly exchanges: Readonly<Record<string, readonly Exchange[]>>
  /** Whether a cache was really in front; `false` for the control, and while an adapter does not exist. */
  readonly mounted: boolean
}

/**
 * Runs the suite against one variant. Once per process only: the suite's client and origin keep their state
 * in module variables and write into the test objects (see `fork.ts`).
 */
export async function run(variant: Variant): Promise<RawRun> {
  let unmount: Unmount
  const server = await start(variant, (mounted) => {
    unmount = mounted
  })
  const { port } = server.address() as AddressInfo
  const seen = observe(suiteFetch)
  // The suite's client calls the global one.
  globalThis.fetch = seen.fetch as unknown as typeof fetch
  try {
    await runTests(select(variant.only), false, `http://127.0.0.1:${port}`)
  } finally {
    server.closeAllConnections()
    server.close()
    await unmount?.()
  }
  return { results: getResults(), exchanges: seen.exchanges, mounted: unmount !== undefined }
}

async function start(
  { origin, cached, optIn }: Variant,
  mounted: (unmount: Unmount) => void,
): Promise<Server> {
  const server =
    origin === 'fastify'
      ? await fastifyOrigin(async (app) => {
          if (cached) mounted(await mountFastify(app, optIn ? OPT_IN : {}))
        })
      : await expressOrigin(origin === 'express-raw' ? 'raw' : 'send', async (app) => {
          if (cached) mounted(await mountExpress(app, optIn ? OPT_IN : {}))
        })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

function select(only: readonly string[]): (typeof groups)[number][] {
  if (only.length === 0) return [...groups]
  const wanted = withDependencies(only)
  return groups.map((group) => ({
    ...group,
    tests: group.tests
      .filter((test) => wanted.has(test.id))
      .map((test) => ({ ...test, dump: only.includes(test.id) })),
  }))
}
