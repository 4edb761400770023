import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express, { type RequestHandler } from 'express'
import { type FastifyInstance, type FastifyServerFactory, fastify } from 'fastify'
import { httpCache } from '../../../adapters/express/index.ts'
import { cachePlugin, frontServer } from '../../../adapters/fastify/index.ts'
import { type Cache, type CallOptionError, createCache } from '../../../src/index.ts'
import { type Answer, ask } from '../../contracts/http-adapter-client.ts'
import { rejection } from '../../fixtures/cache-under-test.ts'

const FRESH = { 'cache-control': 'max-age=60' }
const get = (server: Server, path = '/'): Promise<Answer> =>
  ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, path, { headers: { host: 'a.example' } })

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function shut(server: Server): void {
  server.close()
  server.closeAllConnections()
}

describe('Express in front mode, layers that send an answer in their own way', () => {
  const behind = async (layer: RequestHandler, test: (server: Server) => Promise<void>): Promise<void> => {
    const cache = await createCache()
    const app = express()
    const pages = httpCache({ cache, front: true })
    app.use(layer, pages)
    app.get('/', (_req, res) => void res.set(FRESH).send('page'))
    const server = await listening(createServer(pages.front(app)))
    try {
      await test(server)
    } finally {
      shut(server)
      await cache.close()
    }
  }

  it('keep those behind that they hold back and then change', () =>
    behind(
      (_req, res, next) => {
        const { end } = res
        res.end = function (this: typeof res, ...args: unknown[]) {
          setImmediate(() => {
            res.setHeader('x-late', '1')
            end.apply(this, args as never)
          })
          return this
        } as typeof end
        next()
      },
      async (server) => {
        for (let i = 0; i < 5; i++) expect((await get(server)).headers['x-late']).to.equal('1')
      },
    ))

  it('are no hindrance if they set a field to the same value as a number', async () => {
    let seen = 0
    await behind(
      (_req, res, next) => {
        seen += 1
        const { end } = res
        res.end = function (this: typeof res, ...args: unknown[]) {
          res.setHeader('content-length', 4)
          return end.apply(this, args as never)
        } as typeof end
        next()
      },
      async (server) => {
        for (let i = 0; i < 5; i++) expect((await get(server)).text).to.equal('page')
      },
    )
    expect(seen).to.equal(2)
  })
})

describe('Fastify in front mode, servers', () => {
  const handler = (() => {}) as never

  it('are those that Fastify would make', () => {
    const options = { keepAliveTimeout: 1, requestTimeout: 1, connectionTimeout: 1, maxRequestsPerSocket: 0 }
    const make = frontServer()
    for (const https of [true, {}])
      expect(make(handler, { ...options, https })).to.be.instanceOf(SecureServer)
    expect(make(handler, { ...options, https: null, rewriteUrl: null })).to.not.be.instanceOf(SecureServer)
  })

  it('are made by nothing but functions', async () => {
    const error = (await rejection((async () => frontServer('http' as never))())) as CallOptionError
    expect([error.option, error.code]).to.deep.equal(['frontServer', 'HITHERTO_OPTION_INVALID'])
  })

  it('have one front if they are of one instance, which Fastify makes one of for each address', async () => {
    const made: [Server, Parameters<FastifyServerFactory>][] = []
    const front = frontServer((given) => createServer(given as RequestListener))
    const app = fastify({
      serverFactory: (...args) => {
        const server = front(...args) as Server
        made.push([server, args])
        return server
      },
    })
    let reached = 0
    app.addHook('onRequest', async () => {
      reached += 1
    })
    await app.register(cachePlugin, { front: true })
    app.get('/', (_request, reply) => reply.headers(FRESH).send('page'))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const [first, args] = made[0] as (typeof made)[0]
    const second = await listening(front(...args) as Server)
    try {
      for (let i = 0; i < 3; i++) await get(first)
      expect(reached).to.equal(2)
      await get(second)
      expect(reached).to.equal(2)
    } finally {
      shut(second)
      await app.close()
    }
  })

  describe('with two cache plugins side by side', () => {
    const started = async (
      caches: readonly Cache[],
      second: object,
      test: (app: FastifyInstance, reached: () => number) => Promise<void>,
    ): Promise<void> => {
      const app = fastify({ forceCloseConnections: true, serverFactory: frontServer() })
      let reached = 0
      app.addHook('onRequest', async () => {
        reached += 1
      })
      for (const [i, options] of [{ front: true }, second].entries())
        await app.register(async (child) => {
          await child.register(cachePlugin, { cache: caches[i] as Cache, ...options })
          child.get(`/${i}`, (_request, reply) => reply.headers(FRESH).send('page'))
        })
      try {
        await app.listen({ port: 0, host: '127.0.0.1' })
        await test(app, () => reached)
      } finally {
        await app.close()
      }
    }
    let caches: readonly Cache[] = []
    beforeEach(async () => {
      caches = [await createCache(), await createCache()]
    })
    afterEach(() => Promise.all(caches.map((cache) => cache.close())))

    it('answer for the one that wants it', () =>
      started(caches, {}, async (app, reached) => {
        for (const path of ['/0', '/0', '/1', '/1']) await get(app.server, path)
        expect(reached()).to.equal(4)
        await get(app.server, '/0')
        expect(reached()).to.equal(4)
        await get(app.server, '/1')
        expect(reached()).to.equal(5)
      }))

    it('do not start if both want it', async () => {
      const error = (await rejection(started(caches, { front: true }, async () => {}))) as CallOptionError
      expect(error.message).to.include('one cache')
    })
  })
})
