import { PassThrough, Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { cachePlugin } from '../../adapters/fastify/index.ts'
import type { HttpCacheOptions } from '../../plugins/http-response/index.ts'
import { FailureOnPurpose, handle, type Made } from './handler.ts'
import { type Framework, halfOf, IDLE, liveFields, MOUNT, piecesOf, TIMED } from './site-server.ts'

export const fastifySite: Framework = {
  name: 'fastify',
  async serve(site) {
    const { cache } = site
    const app = fastify({ forceCloseConnections: true, keepAliveTimeout: IDLE })
    app.addHttpMethod('QUERY', { hasBody: true, overrideExisting: true })
    app.addHook('onRequest', (request, reply, done) => {
      for (const [name, value] of liveFields(request.headers)) reply.header(name, value)
      reply.header('vary', 'Origin')
      done()
    })
    if (cache !== undefined)
      await app.register(cachePlugin, { ...(MOUNT as HttpCacheOptions<FastifyRequest>), principal, cache })
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-behind', request.url.split('?')[0])
      done()
    })
    for (const url of ['/:kind/:n', '/timed/:n']) {
      app.all(url, { config: url.startsWith('/timed') ? { cache: TIMED } : {} }, async (request, reply) => {
        const { method, url: target, headers, body } = request
        await send(await handle({ method, target, headers, body }, site), request, reply)
        return reply
      })
    }
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    return {
      origin,
      server: app.server,
      purge: async (what) => (cache === undefined ? undefined : app.purgePages(what)),
      close: () => app.close(),
    }
  },
}

function principal({ headers }: FastifyRequest): string | undefined {
  return headers['x-user'] as string | undefined
}

async function send(made: Made, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { status, headers, body, manner, trouble, tags } = made
  reply.code(status)
  for (const [name, value] of Object.entries(headers)) reply.header(name, value)
  // The reference has no cache, and so no such word.
  if (tags !== undefined) reply.cacheTags(...tags)
  if (trouble !== undefined) return sendHalf(halfOf(body), trouble, reply)
  if (manner === 'json') reply.send(JSON.parse(body.toString()))
  else if (manner === 'stream' && request.url.endsWith('0'))
    reply.send(Readable.toWeb(Readable.from(piecesOf(body))))
  else if (manner === 'stream') reply.send(Readable.from(piecesOf(body)))
  else if (manner === 'pieces') await sendPieces(body, reply)
  else if (request.url.endsWith('0')) reply.send(body.toString('latin1'))
  else reply.send(body)
}

async function sendHalf(half: Buffer, trouble: 'cut' | 'break', reply: FastifyReply): Promise<void> {
  const source = new PassThrough()
  source.write(half)
  reply.send(source)
  await turn()
  if (trouble === 'cut') reply.raw.destroy()
  else source.destroy(new FailureOnPurpose())
}

async function sendPieces(body: Buffer, reply: FastifyReply): Promise<void> {
  const source = new PassThrough()
  reply.send(source)
  for (const piece of piecesOf(body)) {
    if (source.destroyed) return
    source.write(piece)
    await turn()
  }
  source.end()
}
