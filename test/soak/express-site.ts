import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import express, { type Express, type Request, type Response } from 'express'
import { httpCache } from '../../adapters/express/index.ts'
import type { HttpCacheOptions } from '../../plugins/http-response/index.ts'
import { FailureOnPurpose, handle, type Made, type Site } from './handler.ts'
import {
  type Framework,
  halfOf,
  IDLE,
  liveFields,
  MOUNT,
  piecesOf,
  type SiteServer,
  TIMED,
} from './site-server.ts'

export const expressSite: Framework = {
  name: 'express',
  async serve(site) {
    const app = express()
    app.set('env', 'test') // Express writes each thrown error to stderr otherwise
    app.use((req, res, next) => {
      for (const [name, value] of liveFields(req.headers)) res.setHeader(name, value)
      res.vary('Origin')
      next()
    })
    const pages = mount(app, site)
    app.use(express.text())
    app.use((req, res, next) => {
      res.setHeader('x-behind', req.path)
      next()
    })
    app.all('/:kind/:n', async (req, res) => {
      const { method, originalUrl: target, headers, body } = req
      await send(await handle({ method, target, headers, body }, site), req, res)
    })
    return listening(app, async (what) => pages?.purge(what))
  },
}

function mount(app: Express, { cache }: Site): ReturnType<typeof httpCache> | undefined {
  if (cache === undefined) return undefined
  const pages = httpCache({ ...(MOUNT as HttpCacheOptions<Request>), principal, cache })
  app.use(pages)
  app.get('/timed/:n', httpCache({ ...(TIMED as HttpCacheOptions<Request>), cache }))
  return pages
}

function principal({ headers }: Request): string | undefined {
  return headers['x-user'] as string | undefined
}

async function send({ status, headers, body, manner, trouble, tags }: Made, req: Request, res: Response) {
  res.status(status)
  for (const [name, value] of Object.entries(headers)) res.set(name, value)
  if (tags !== undefined) res.cacheTags(...tags)
  if (trouble !== undefined) {
    res.write(halfOf(body))
    await turn()
    if (trouble === 'cut') return void res.destroy()
    throw new FailureOnPurpose()
  }
  if (manner === 'json') return void res.json(JSON.parse(body.toString()))
  if (manner === 'stream') return void Readable.from(piecesOf(body)).pipe(res)
  if (manner === 'pieces') return sendPieces(body, res)
  // What Express makes of a string, and what a plain handler of node:http does.
  if (req.path.endsWith('0')) return void res.send(body.toString('latin1'))
  if (req.path.endsWith('1')) return void res.end(body)
  res.send(body)
}

async function sendPieces(body: Buffer, res: Response): Promise<void> {
  for (const piece of piecesOf(body)) {
    if (!res.write(piece) && !res.destroyed) await Promise.race([once(res, 'drain'), once(res, 'close')])
    else await turn()
  }
  res.end()
}

async function listening(app: Express, purge: SiteServer['purge']): Promise<SiteServer> {
  const server = createServer({ keepAliveTimeout: IDLE }, app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    purge,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
