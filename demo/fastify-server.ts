import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyReply } from 'fastify'
import { cachePlugin } from '../adapters/fastify/index.ts'
import type { Cache } from '../src/index.ts'
import { type Ledger, type Route, serverTiming } from './ledger.ts'
import type { Answer, Query, Routes } from './routes.ts'
import type { RunningServer } from './running-server.ts'

type Place = {
  readonly Params: { readonly country: string; readonly city: string }
  readonly Querystring: Query
}

/** The routes on Fastify; `port` 0 takes a free one. */
export async function startFastify(
  routes: Routes,
  cache: Cache,
  ledger: Ledger,
  port: number,
): Promise<RunningServer> {
  const app = Fastify()
  await app.register(cachePlugin, { cache, ttl: '1m' })

  const send = (reply: FastifyReply, route: Route, { status, body, tags, workMs }: Answer): FastifyReply => {
    ledger.record('fastify', route, workMs)
    reply.cacheTags(...tags)
    return reply.status(status).header('server-timing', serverTiming(workMs)).send(body)
  }

  app.get('/', (_request, reply) => reply.send(routes.home()))
  app.get<Place>('/nearest/:country/:city', async (request, reply) => {
    const { country, city } = request.params
    return send(reply, 'nearest', await routes.nearest(country, city, request.query))
  })
  app.get<Place>('/search', async (request, reply) =>
    send(reply, 'search', await routes.search(request.query)),
  )
  app.get<Place>('/countries/:country', { config: { cache: { ttl: '5m' } } }, async (request, reply) =>
    send(reply, 'report', await routes.report(request.params.country)),
  )
  app.post<Place>('/countries/:country/touch', async (request, reply) => {
    const { status, body } = await routes.touch(request.params.country)
    return reply.status(status).send(body)
  })

  await app.listen({ port, host: '127.0.0.1' })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}
