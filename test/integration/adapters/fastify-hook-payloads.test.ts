import { Readable } from 'node:stream'
import { expect } from 'chai'
import { type FastifyInstance, fastify } from 'fastify'
import { type CachePluginOptions, cachePlugin } from '../../../adapters/fastify/index.ts'
import { createCache } from '../../../src/index.ts'
import { fakeClock } from '../../contracts/index.ts'

type Hook = (app: FastifyInstance) => unknown

/** Asks for a page as often as there are requests, with a hook before or after the cache. */
async function answers(
  {
    hook,
    payload,
    isBefore,
    options = {},
  }: { hook: Hook; payload: () => unknown; isBefore: boolean; options?: CachePluginOptions },
  requests: readonly Record<string, string>[],
): Promise<{ status: number; body: string; length: unknown; cache: unknown }[]> {
  const app = fastify()
  if (isBefore) hook(app)
  await app.register(cachePlugin, { ttl: '1m', ...options })
  if (!isBefore) hook(app)
  app.get('/', (_, reply) => void reply.type('text/html').send(payload()))
  const found = []
  for (const headers of requests) {
    const answer = await app.inject({ url: '/', headers })
    const { 'content-length': length, 'cache-status': cache, 'content-type': type } = answer.headers
    if (answer.statusCode === 200) expect(type).to.match(/^text\/html/)
    found.push({ status: answer.statusCode, body: answer.body, length, cache })
  }
  await app.close()
  return found
}

/** As in Fastify's own documentation. */
const replaceText: Hook = (app) =>
  app.addHook('onSend', async (_, __, payload) => (payload as string).replace('some-text', 'some-new-text'))

describe('Fastify: hooks that change payloads', () => {
  for (const isBefore of [true, false]) {
    const where = isBefore ? 'before' : 'after'

    it(`${where} the cache get text from hits, too, where the handler has made text`, async () => {
      const page = { hook: replaceText, payload: () => 'some-text é', isBefore }
      const [miss, hit] = await answers(page, [{}, {}])
      expect([miss?.status, miss?.body]).to.deep.equal([200, 'some-new-text é'])
      expect(hit?.cache).to.match(/; hit/)
      expect([hit?.status, hit?.body, hit?.length]).to.deep.equal([200, 'some-new-text é', '16'])
    })

    it(`${where} the cache get text with a 304, which has no length`, async () => {
      const page = { hook: replaceText, payload: () => 'some-text', isBefore }
      const etag = { 'if-none-match': '*' }
      for (const requests of [[{}, etag], [etag]]) {
        const last = (await answers(page, requests)).at(-1)
        expect([last?.status, last?.body, last?.length]).to.deep.equal([304, '', undefined])
      }
    })

    it(`${where} the cache may make a stream of what they get: a 304 is one still`, async () => {
      const hook: Hook = (app) =>
        app.addHook('onSend', async (_, __, payload) =>
          payload === null || payload === undefined ? payload : Readable.from([payload]),
        )
      const page = { hook, payload: () => 'text', isBefore }
      const [, hit, confirmed] = await answers(page, [{}, {}, { 'if-none-match': '*' }])
      expect([hit?.status, hit?.body, confirmed?.status]).to.deep.equal([200, 'text', 304])
    })

    it(`${where} the cache get text in place of a failed answer, too`, async () => {
      let failed = false
      const app = fastify()
      const clock = fakeClock()
      if (isBefore) replaceText(app)
      await app.register(cachePlugin, { cache: await createCache({ clock }), ttl: '1m', staleIfError: '1h' })
      if (!isBefore) replaceText(app)
      app.get('/', (_, reply) => void reply.code(failed ? 503 : 200).send(failed ? 'busy' : 'some-text'))
      await app.inject('/')
      clock.advance(120_000)
      failed = true
      const { statusCode, body } = await app.inject('/')
      expect([statusCode, body]).to.deep.equal([200, 'some-new-text'])
      await app.close()
    })

    it(`${where} the cache cannot change what is stored where the handler has confirmed it`, async () => {
      const app = fastify()
      const clock = fakeClock()
      const hook = () =>
        app.addHook('onSend', async (_, __, payload) => {
          if (payload instanceof Uint8Array) payload.fill(88)
          return payload
        })
      if (isBefore) hook()
      await app.register(cachePlugin, { cache: await createCache({ clock }) })
      if (!isBefore) hook()
      app.get('/', (request, reply) => {
        reply.header('cache-control', 'max-age=60').header('etag', '"v1"')
        if (request.headers['if-none-match'] === '"v1"') return reply.code(304).send()
        return reply.send('text')
      })
      await app.inject('/')
      clock.advance(120_000)
      await app.inject('/')
      expect((await app.inject('/')).body).to.equal('text')
      await app.close()
    })

    it(`${where} the cache get text that is empty, or that is not compressed`, async () => {
      const seen: string[] = []
      const hook: Hook = (app) =>
        app.addHook('onSend', async (_, __, payload) => {
          seen.push(typeof payload)
          return payload
        })
      await answers({ hook, payload: () => '', isBefore }, [{}, {}])
      const compress = { hook, payload: () => 'x'.repeat(5_000), isBefore, options: { compress: true } }
      await answers(compress, [{}, {}])
      expect(new Set(seen)).to.deep.equal(new Set(['string']))
    })

    it(`${where} the cache may change bytes in place: they are their own`, async () => {
      const hook: Hook = (app) =>
        app.addHook('onSend', async (_, __, payload) => {
          const bytes = payload as Buffer
          for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) + 1
          return bytes
        })
      const page = { hook, payload: () => Buffer.from('abc'), isBefore }
      const found = await answers(page, [{}, {}, {}, {}])
      const [first, ...others] = found.map(({ body }) => body)
      expect(first).to.equal('bcd')
      expect(new Set(others).size).to.equal(1)
    })
  }
})
