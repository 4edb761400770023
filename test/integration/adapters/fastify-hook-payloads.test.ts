import { expect } from 'chai'
import { type FastifyInstance, fastify } from 'fastify'
import { cachePlugin } from '../../../adapters/fastify/index.ts'

type Hook = (app: FastifyInstance) => unknown

/** Asks for a page as often as there are requests, with a hook before or after the cache. */
async function answers(
  { hook, payload, isBefore }: { hook: Hook; payload: () => unknown; isBefore: boolean },
  requests: readonly Record<string, string>[],
): Promise<{ status: number; body: string; length: unknown; cache: unknown }[]> {
  const app = fastify()
  if (isBefore) hook(app)
  await app.register(cachePlugin, { ttl: '1m' })
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
