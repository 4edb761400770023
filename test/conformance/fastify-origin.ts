import { createServer, type Server } from 'node:http'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { answer, type OriginAnswer, withSideChannels } from './origin.ts'

export async function fastifyOrigin(mount: (app: FastifyInstance) => Promise<void>): Promise<Server> {
  const app = fastify({ serverFactory: (handler) => createServer(withSideChannels(handler)) })
  app.addHttpMethod('M-SEARCH', { hasBody: true })
  await mount(app)
  app.all('/test/*', async (request, reply) => {
    const { method, url, headers } = request
    play(await answer({ method, url, headers }, reply.raw), reply)
    return reply
  })
  await app.ready()
  return app.server
}

function play({ status, headers, body }: OriginAnswer, reply: FastifyReply): void {
  // `reply.code` takes 100 to 599; the suite's 999 says "this should have been a conditional request".
  if (status > 599) reply.raw.statusCode = status
  else reply.code(status)
  for (const [name, value] of headers) reply.header(name, value)
  reply.send(body)
}
