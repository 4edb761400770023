import { expect } from 'chai'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { cachePlugin } from '../../../adapters/fastify/index.ts'
import { RouteContexts } from '../../../adapters/fastify/route-context.ts'
import { type Answer, ask } from '../../contracts/http-adapter-client.ts'
import { listening } from './fastify-driver.ts'

interface Around {
  readonly before?: (app: FastifyInstance) => void
  readonly after?: (app: FastifyInstance) => void
  readonly route?: object
  readonly handler?: typeof page
}

const page = (_: FastifyRequest, reply: FastifyReply): void => {
  reply.header('x-a', '1').header('link', ['<a>', '<b>'])
  reply.send('page')
}

const hooked = (app: FastifyInstance): void => {
  app.addHook('onSend', async (_, __, payload) => payload)
}

/** The second answer of such a server, which comes from the cache. */
async function hitOf({ before, after, route = {}, handler = page }: Around = {}): Promise<Answer> {
  const app = fastify({ forceCloseConnections: true })
  before?.(app)
  await app.register(cachePlugin)
  after?.(app)
  app.get('/', route, (request, reply) => {
    reply.header('cache-control', 'max-age=60')
    handler(request, reply)
  })
  const { origin, close } = await listening(app)
  try {
    await ask(origin, '/')
    return await ask(origin, '/')
  } finally {
    await close()
  }
}

const sent = ({ headers }: Answer): Record<string, unknown> => {
  const { date: _, ...rest } = headers
  return rest
}

describe('Fastify: a hit that goes past the hooks', () => {
  it('is the same as one that a hook could have seen', async () => {
    const bare = await hitOf()
    const seen = await hitOf({ before: hooked })
    expect(sent(bare)).to.deep.equal(sent(seen))
    expect(bare.headers['cache-status']).to.match(/; hit; /)
    expect(bare.headers['x-a']).to.equal('1')
    expect(bare.body.toString()).to.equal('page')
    expect(seen.body.equals(bare.body)).to.equal(true)
  })

  it('has no type where it has no content, as Fastify has it', async () => {
    const empty = (_: FastifyRequest, reply: FastifyReply) =>
      void reply.code(204).header('content-type', 'text/plain').send('')
    const bare = await hitOf({ handler: empty })
    const seen = await hitOf({ handler: empty, before: hooked })
    expect(sent(bare)).to.deep.equal(sent(seen))
    expect(bare.headers['cache-status']).to.match(/; hit; /)
    expect(bare.headers).not.to.have.property('content-type')
  })

  it('goes past none of them: wherever it was added, each sees each answer', async () => {
    for (const place of ['before', 'after', 'route'] as const) {
      let calls = 0
      const onSend = async (_: FastifyRequest, __: FastifyReply, payload: unknown) => {
        calls += 1
        return payload
      }
      await hitOf(
        place === 'route'
          ? { route: { onSend } }
          : { [place]: (app: FastifyInstance) => app.addHook('onSend', onSend) },
      )
      expect(calls, place).to.equal(2)
    }
  })

  it('shows its headers to who listens for its end', async () => {
    const seen: unknown[] = []
    const onResponse = async (_: FastifyRequest, reply: FastifyReply) =>
      void seen.push(reply.getHeader('x-a'))
    await hitOf({ before: (app) => app.addHook('onResponse', onResponse) })
    expect(seen).to.deep.equal(['1', '1'])
  })

  it('has the headers and the trailers that hooks before the cache have set', async () => {
    const live = await hitOf({
      before: (app) =>
        app.addHook('onRequest', async (_, reply) => {
          reply.header('x-live', '1')
        }),
    })
    expect(live.headers).to.include({ 'x-live': '1', 'x-a': '1' })
    const written = await hitOf({
      before: (app) =>
        app.addHook('onRequest', async (_, reply) => {
          reply.raw.setHeader('x-live', '1')
        }),
    })
    expect(written.headers).to.include({ 'x-live': '1', 'x-a': '1' })
    const trailing = await hitOf({
      before: (app) =>
        app.addHook('onRequest', async (_, reply) => {
          reply.trailer('x-sum', async () => '7')
        }),
    })
    expect(trailing.headers.trailer).to.equal('x-sum')
  })
})

describe('what Fastify keeps of a route', () => {
  it('is asked for in public where it is not found under a name, or is in another form', () => {
    const config = {}
    const routeOptions = { config }
    const inAnotherForm = { onSend: [() => {}] }
    for (const records of [{}, { [Symbol('fastify.context')]: inAnotherForm }]) {
      const request = { routeOptions, ...records } as FastifyRequest
      const reply = {} as FastifyReply
      const contexts = new RouteContexts()
      expect(contexts.configOf(request, reply)).to.equal(config)
      const answer = { status: 200, headers: {}, lines: [], body: Buffer.from('page') }
      expect(contexts.send(request, reply, answer)).to.equal(false)
    }
  })
})
