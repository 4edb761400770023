import { PassThrough } from 'node:stream'
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type HTTPMethods,
} from 'fastify'
import { cachePlugin, frontServer } from '../../../adapters/fastify/index.ts'
import { httpResponse } from '../../../plugins/http-response/index.ts'
import type { Cache } from '../../../src/index.ts'
import type {
  ContractHeaders,
  ContractLayer,
  ContractResponse,
  ContractRoute,
  HttpAdapterDriver,
} from '../../contracts/index.ts'
import { inFront } from './express-driver.ts'

export const fastifyDriver: HttpAdapterDriver = driver('Fastify')
export const fastifyFrontDriver: HttpAdapterDriver = driver('Fastify, in front', { front: true })
/** With a hook that could see each answer, so that none of the cache's goes past Fastify. */
export const fastifyHookedDriver: HttpAdapterDriver = driver('Fastify, with an onSend hook', { hooked: true })

/** @param front whether stored answers may be sent before Fastify runs */
function driver(name: string, { front = false, hooked = false } = {}): HttpAdapterDriver {
  return {
    name,
    plugin: httpResponse,
    async serve(routes, { cache = {}, mount, before = [], after = [], onError }) {
      const opted = inFront(front, mount)
      const app = serverFor(opted.front === true)
      if (hooked) app.addHook('onSend', async (_, __, payload) => payload)
      for (const layer of before) addLayer(app, layer)
      await app.register(cachePlugin, { cache, ...opted })
      for (const layer of after) addLayer(app, layer)
      if (routes.some(({ method }) => method === 'QUERY')) {
        // Newer versions of Fastify know it without being told.
        app.addHttpMethod('QUERY', { hasBody: true, overrideExisting: true })
      }
      for (const route of routes)
        addRoute(app, { ...route, ...(route.cache && { cache: inFront(opted.front === true, route.cache) }) })
      if (onError !== undefined) {
        app.setErrorHandler((_error, request, reply) => void onError(request.raw as never, responseOf(reply)))
      }
      return { ...(await listening(app)), purge: (what) => app.purgePages(what) }
    },
  }
}

function serverFor(front: boolean): FastifyInstance {
  const options = { forceCloseConnections: true }
  return front ? fastify({ ...options, serverFactory: frontServer() }) : fastify(options)
}

/** Serves an application until it is closed, with the cache that its plugin made. */
export async function listening(
  app: FastifyInstance,
): Promise<{ origin: string; cache: Cache; close(): Promise<void> }> {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  return { origin, cache: app.cache, close: () => app.close() }
}

function addRoute(app: FastifyInstance, { method = 'GET', path, handler, cache }: ContractRoute): void {
  app.route({
    method: method as HTTPMethods,
    url: path,
    config: cache === undefined ? {} : { cache },
    async handler(request: FastifyRequest, reply: FastifyReply) {
      await handler(request, responseOf(reply))
      return reply
    },
  })
}

function addLayer(app: FastifyInstance, layer: ContractLayer): void {
  app.addHook('onRequest', (request, reply, done) => {
    layer(request, {
      set: (name, value) => void reply.header(name, value),
      cookie: (value) => void reply.header('set-cookie', value),
    })
    done()
  })
}

function responseOf(reply: FastifyReply): ContractResponse {
  let body: PassThrough | undefined
  const pieces = () => {
    if (body === undefined) {
      body = new PassThrough()
      reply.send(body)
    }
    return body
  }
  const response: ContractResponse = {
    head(status: number, headers: ContractHeaders = {}) {
      reply.code(status)
      for (const [name, value] of Object.entries(headers)) reply.header(name, value)
      return response
    },
    send: (whole) => void reply.send(whole),
    pipe: (source) => void reply.send(source),
    write: (chunk) => pieces().write(chunk),
    end: () => void pieces().end(),
    drained: () => new Promise((resolve) => pieces().once('drain', resolve)),
    get gone() {
      return reply.raw.destroyed
    },
    tag: (...tags) => void reply.cacheTags(...tags),
    destroy: () => {
      reply.raw.destroy()
    },
  }
  return response
}
