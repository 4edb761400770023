import { createCache } from '../src/index.ts'
import type { Gazetteer } from './data.ts'
import { distantData } from './distant-data.ts'
import { startExpress } from './express-server.ts'
import { startFastify } from './fastify-server.ts'
import { createLedger, type Framework, type Ledger } from './ledger.ts'
import { createRoutes } from './routes.ts'

export type Ports = Readonly<Record<Framework, number>>

export type RunningServers = {
  readonly ports: Ports
  readonly ledger: Ledger
  /** Lets running answers end, closes both servers, then the cache. */
  close(): Promise<void>
}

export type ServerOptions = {
  /** Fastify listens here and Express on the next one; 0 takes two free ports. */
  readonly port: number
  /** How far away the data are, in milliseconds. */
  readonly delayMs: number
}

/** Both servers on one new cache. */
export async function startServers(
  gazetteer: Gazetteer,
  { port, delayMs }: ServerOptions,
): Promise<RunningServers> {
  const cache = await createCache({ maxBytes: '64mb' })
  const closing: (() => Promise<unknown>)[] = [() => cache.close()]
  const close = async (): Promise<void> => {
    for (const part of closing) await part()
  }
  try {
    const routes = distantData(createRoutes(gazetteer, cache), delayMs)
    const ledger = createLedger()
    const fastify = await startFastify(routes, cache, ledger, port)
    closing.unshift(fastify.close)
    const express = await startExpress(routes, cache, ledger, port && port + 1)
    closing.unshift(express.close)
    return { ports: { fastify: fastify.port, express: express.port }, ledger, close }
  } catch (error) {
    await close()
    throw error
  }
}
