import { expect } from 'chai'
import {
  type Answer,
  type Ask,
  ask,
  assertHit,
  rawExchange,
  statusOf,
} from '../../contracts/http-adapter-client.ts'
import { type Served, serving } from '../../contracts/http-adapter-pages.ts'
import type {
  ContractHandler,
  ContractPolicy,
  ContractRoute,
  HttpAdapterDriver,
  ServeOptions,
} from '../../contracts/index.ts'
import { expressDriver } from '../adapters/express-driver.ts'
import { fastifyDriver, fastifyFrontDriver } from '../adapters/fastify-driver.ts'
import { type Asked, warming } from './warming.ts'

/*
 * Attacks on a cache at its default settings with `ttl: '1m'` for the whole application, on both frameworks. The ttl
 * makes everything storable that may be stored at all, so an answer that is not shared was kept back by a rule. Only the
 * attacks on lifetimes do without it.
 *
 * Run by mocha, each attack is a test for each framework, in the ordinary place and in front mode. `npm run test:attacks`
 * (main.ts) runs the same attacks with and without observed Vary and prints how many are withstood. Which threat each
 * of them stands for is in threats.ts.
 */

/** A server under attack, and what the attackers and victims do. */
export interface Target extends Served {
  get(path?: string, options?: Ask): Promise<Answer>
  /** A request as text on a socket of its own; the target is not touched. */
  raw(target: string, headers?: readonly string[], method?: string): Promise<RawAnswer>
  /** A thousand requests, fifty at once. In front mode 200: still three times as many as any bound on variants. */
  flood(one: (i: number) => Promise<unknown>): Promise<number>
}

export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
  /** Whether the answer came from the cache. */
  readonly hit: boolean
}

/** The same in front mode. Each request is sent often enough that stored answers have moved to the front. */
const IN_FRONT: readonly HttpAdapterDriver[] = [expressDriver('send', true), fastifyFrontDriver]

/** The frameworks under attack. */
export const DRIVERS: readonly HttpAdapterDriver[] = [expressDriver('send'), fastifyDriver, ...IN_FRONT]

/** One attack, or one control: what must not happen, or must. */
export interface Attack {
  readonly family: string
  readonly name: string
  /** Rejects if it is not withstood. `mount` is what the mount says beside the ttl. */
  run(driver: HttpAdapterDriver, mount?: ContractPolicy): Promise<void>
}

/** All attacks whose files were loaded. */
export const ATTACKS: Attack[] = []

const inMocha = 'describe' in globalThis
let current = ''

/** Attacks of one kind. */
export function family(name: string, attacks: () => void): void {
  current = name
  if (inMocha) describe(name, attacks)
  else attacks()
}

export function attack(
  name: string,
  routes: () => readonly ContractRoute[],
  test: (target: Target) => Promise<void>,
  options: ServeOptions = {},
): void {
  const one: Attack = {
    family: current,
    name,
    async run(driver, more = {}) {
      const asked: Asked | undefined = IN_FRONT.includes(driver) ? { sent: 0, reached: 0 } : undefined
      const mount = { ttl: '1m', ...options.mount, ...more }
      const before = asked === undefined ? options.before : [() => void asked.reached++]
      await serving(driver)(routes(), { ...options, mount, ...(before && { before }) }, (server) => {
        const target: Target = {
          ...server,
          get: (path = '/', asking = {}) => ask(server.origin, path, asking),
          raw: (target, headers, method) => rawRequest(server.origin, target, headers, method),
          flood: (one) => flood(asked === undefined ? 1_000 : 200, one),
        }
        return test(asked === undefined ? target : warming(target, asked))
      })()
      // Else nothing would be said of the front.
      if (asked !== undefined && one.family.startsWith('controls'))
        expect(asked.sent, 'answers in front').to.be.greaterThan(asked.reached)
    },
  }
  ATTACKS.push(one)
  if (!inMocha) return
  for (const driver of DRIVERS) it(`${name} (${driver.name})`, () => one.run(driver))
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

async function flood(count: number, one: (i: number) => Promise<unknown>): Promise<number> {
  for (let at = 0; at < count; at += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => one(at + i)))
  return count
}

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
