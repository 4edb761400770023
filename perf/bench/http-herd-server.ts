import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { fastify } from 'fastify'
import { httpCache } from '../../adapters/express/index.ts'
import { cachePlugin } from '../../adapters/fastify/index.ts'
import { createCache } from '../../src/index.ts'

/* The server of the herd and the floods, a process of its own: `<framework> <milliseconds that the slow page takes>`. */

/** What it says of itself when asked. */
export interface HerdReading {
  /** How often a handler has run. */
  readonly runs: number
  readonly entries: number
  /** As the cache estimates them. */
  readonly bytes: number
  /** Resident memory now, and the most since the process began; bytes. */
  readonly resident: number
  readonly peak: number
}

/** Node's own limit would refuse keys of 20,000 characters. */
const MAX_HEADER = 64 * 1024

const [, , framework, slow] = process.argv
const cache = await createCache()
const small = Buffer.alloc(1_024, 'x')
const large = Buffer.alloc(50 * 1_024, 'x')
let runs = 0

process.env.NODE_ENV = 'production'
const port = framework === 'express' ? await onExpress() : await onFastify()
process.on('message', () => process.send?.(reading()))
process.send?.(port)

function reading(): HerdReading {
  const { entries, bytes } = cache.stats()
  const peak = process.resourceUsage().maxRSS * 1_024
  return { runs, entries, bytes, resident: process.memoryUsage().rss, peak }
}

async function onExpress(): Promise<number> {
  const app = express()
  app.use(httpCache({ cache, ttl: '1h' }))
  app.use((_, __, next) => {
    runs += 1
    next()
  })
  app.get('/page', (_, response) => void response.send(small))
  app.get('/slow', async (_, response) => {
    await sleep(Number(slow))
    response.send(small)
  })
  app.get('/vary', (_, response) => void response.set('vary', 'x-variant').send(large))
  app.get('/read', (request, response) => void response.send(request.get('x-variant') ? large : small))
  const server = createServer({ maxHeaderSize: MAX_HEADER }, app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function onFastify(): Promise<number> {
  const app = fastify({ http: { maxHeaderSize: MAX_HEADER } })
  await app.register(cachePlugin, { cache, ttl: '1h' })
  app.addHook('preHandler', (_, __, done) => {
    runs += 1
    done()
  })
  app.get('/page', (_, reply) => reply.send(small))
  app.get('/slow', async (_, reply) => {
    await sleep(Number(slow))
    return reply.send(small)
  })
  app.get('/vary', (_, reply) => reply.header('vary', 'x-variant').send(large))
  app.get('/read', (request, reply) => reply.send(request.headers['x-variant'] ? large : small))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}
