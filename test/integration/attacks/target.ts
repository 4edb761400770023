import {
  type Answer,
  type Ask,
  ask,
  assertHit,
  rawExchange,
  statusOf,
} from '../../contracts/http-adapter-client.ts'
import { type Served, serving } from '../../contracts/http-adapter-pages.ts'
import type { ContractHandler, ContractRoute, ServeOptions } from '../../contracts/index.ts'
import { expressDriver } from '../adapters/express-driver.ts'
import { fastifyDriver } from '../adapters/fastify-driver.ts'

/*
 * Attacks on a cache at its default settings with `ttl: '1m'` for the whole application, on both frameworks. The ttl
 * makes everything storable that may be stored at all, so an answer that is not shared was kept back by a rule.
 *
 * Not among them are attacks through request headers that the handler reads although its answer does not say Vary:
 * X-Forwarded-Host, -Proto, -Port, -Prefix and -For, Forwarded, X-Host, X-Original-URL and X-Rewrite-URL (poisoned
 * links, redirects and routing); Accept, Accept-Language, Accept-Encoding, User-Agent, Origin and Referer (one
 * visitor's variant for all; the advisories GHSA-q7jf-gf43-6x6p, CVE-2025-49005, CVE-2026-44572 and CVE-2026-44576
 * where the framework forgets its Vary); X-Api-Key, X-User and other credentials of the application's own making.
 * No rule of RFC 9111 stops them: the cache would have to watch what the handler reads. Until it does, `Vary` and the
 * option `vary` close them, which unkeyed-headers.test.ts tries for each of these.
 */

/** A server under attack, and what the attackers and victims do. */
export interface Target extends Served {
  get(path?: string, options?: Ask): Promise<Answer>
  /** A request as text on a socket of its own; the target is not touched. */
  raw(target: string, headers?: readonly string[], method?: string): Promise<RawAnswer>
}

export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
  /** Whether the answer came from the cache. */
  readonly hit: boolean
}

const DRIVERS = [expressDriver('send'), fastifyDriver]

export function attack(
  name: string,
  routes: () => readonly ContractRoute[],
  test: (target: Target) => Promise<void>,
  options: ServeOptions = {},
): void {
  for (const driver of DRIVERS) {
    it(`${name} (${driver.name})`, async () => {
      await serving(driver)(routes(), { mount: { ttl: '1m' }, ...options }, (server) =>
        test({
          ...server,
          get: (path = '/', asking = {}) => ask(server.origin, path, asking),
          raw: (target, headers, method) => rawRequest(server.origin, target, headers, method),
        }),
      )()
    })
  }
}

/** One route for every path. */
export function everywhere(handler: ContractHandler): () => readonly ContractRoute[] {
  return () => [{ path: '*', handler }]
}

/** Answers with what it was asked for, so that a mixed up answer gives itself away. */
export const echo: ContractHandler = ({ url, headers }, response) => response.send(`${headers.host} ${url}`)

/** A page that greets whoever asks. */
export const greet: ContractHandler = ({ headers }, response) =>
  response.send(`hello ${headers.cookie ?? headers.authorization ?? 'nobody'}`)

export function isHit(answer: Answer): boolean {
  return / hit/.test(statusOf(answer))
}

export { assertHit }

async function rawRequest(
  origin: string,
  target: string,
  headers: readonly string[] = [],
  method = 'GET',
): Promise<RawAnswer> {
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : ['Host: victim.example']
  const lines = [`${method} ${target} HTTP/1.1`, ...host, ...headers, 'Connection: close', '', '']
  return parsed(await rawExchange(origin, lines.join('\r\n')))
}

function parsed(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const head = text.slice(0, end)
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
    head,
    body: text.slice(end + 4),
    hit: /^cache-status:.*; hit/im.test(head),
  }
}
