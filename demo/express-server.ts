import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type Response } from 'express'
import { httpCache } from '../adapters/express/index.ts'
import type { Cache } from '../src/index.ts'
import { type Ledger, type Route, serverTiming } from './ledger.ts'
import type { Answer, Routes } from './routes.ts'
import type { RunningServer } from './running-server.ts'

type Place = { readonly country: string; readonly city: string }

/** The routes on Express; `port` 0 takes a free one. */
export async function startExpress(
  routes: Routes,
  cache: Cache,
  ledger: Ledger,
  port: number,
): Promise<RunningServer> {
  const app = express()
  const minute = httpCache({ cache, ttl: '1m' })

  const send = (res: Response, route: Route, { status, body, tags, workMs }: Answer): void => {
    ledger.record('express', route, workMs)
    res.cacheTags(...tags)
    res.status(status).set('server-timing', serverTiming(workMs)).json(body)
  }

  app.get('/', (_req, res) => {
    res.json(routes.home())
  })
  app.get<Place>('/nearest/:country/:city', minute, async (req, res) => {
    send(res, 'nearest', await routes.nearest(req.params.country, req.params.city, req.query))
  })
  app.get('/search', minute, async (req, res) => {
    send(res, 'search', await routes.search(req.query))
  })
  app.get<Place>('/countries/:country', httpCache({ cache, ttl: '5m' }), async (req, res) => {
    send(res, 'report', await routes.report(req.params.country))
  })
  app.post<Place>('/countries/:country/touch', async (req, res) => {
    const { status, body } = await routes.touch(req.params.country)
    res.status(status).json(body)
  })

  const server = app.listen(port, '127.0.0.1')
  // As Fastify's. A connection that the server closes just when a client uses it again is a failed request.
  server.keepAliveTimeout = 72_000
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  }
}
