import { Readable } from 'node:stream'
import { expect } from 'chai'
import { type FastifyInstance, type FastifyRequest, type FastifyServerOptions, fastify } from 'fastify'
import { type CachePluginOptions, cachePlugin } from '../../../adapters/fastify/index.ts'
import { createCache } from '../../../src/index.ts'
import { type Answer, type Ask, ask, statusOf } from '../../contracts/http-adapter-client.ts'
import { listening } from '../adapters/fastify-driver.ts'

interface Rig {
  readonly get: (path?: string, headers?: Ask['headers']) => Promise<Answer>
  readonly warnings: string[]
}

async function served(
  routes: (app: FastifyInstance) => void,
  test: (rig: Rig) => Promise<void>,
  options: CachePluginOptions = {},
  server: FastifyServerOptions = {},
): Promise<void> {
  const warnings: string[] = []
  const silent = (): void => {}
  const logger = {
    debug: silent,
    info: silent,
    error: silent,
    warn: (text: string) => void warnings.push(text),
  }
  const cache = await createCache({ logger })
  const app = fastify({ forceCloseConnections: true, ...server })
  await app.register(cachePlugin, { cache, ttl: '1m', ...options })
  routes(app)
  const { origin } = await listening(app)
  try {
    await test({ warnings, get: (path = '/page', headers = {}) => ask(origin, path, { headers }) })
  } finally {
    await app.close()
    await cache.close()
  }
}

const isHit = (answer: Answer): boolean => / hit/.test(statusOf(answer))
const page =
  (read: (request: FastifyRequest) => unknown) =>
  async (request: FastifyRequest): Promise<string> =>
    `page ${read(request)}`

describe('observed Vary on Fastify', () => {
  it('leaves a page alone whose handler asks nothing of the request', () =>
    served(
      (app) =>
        void app.get(
          '/page',
          page(({ ip, host, protocol }) => `${typeof ip} ${typeof host} ${protocol}`),
        ),
      async ({ get, warnings }) => {
        await get()
        const other = {
          'user-agent': 'x',
          accept: 'y',
          'x-forwarded-for': '1.2.3.4',
          'x-forwarded-host': 'a',
        }
        expect(isHit(await get('/page', other))).to.equal(true)
        expect(warnings).to.deep.equal([])
      },
    ))

  it('counts what request.host reads where proxies are trusted', () =>
    served(
      (app) =>
        void app.get(
          '/page',
          page(({ host }) => host),
        ),
      async ({ get }) => {
        expect((await get('/page', { 'x-forwarded-host': 'evil' })).text).to.equal('page evil')
        expect((await get()).text).to.not.include('evil')
      },
      {},
      { trustProxy: true },
    ))

  it('warns once of who reads the address of each client, with route, header and reader', () =>
    served(
      (app) =>
        void app.get(
          '/page/:id',
          page(({ ip }) => ip),
        ),
      async ({ get, warnings }) => {
        for (let i = 0; i < 5; i++) await get(`/page/${i}`, { 'x-forwarded-for': `1.1.1.${i}` })
        expect(warnings).to.have.length(1)
        expect(warnings[0]).to.match(
          /^GET \/page\/:id reads x-forwarded-for \(test\/.*fastify\.test\.ts:\d+, through req\.ip\)/,
        )
      },
      {},
      { trustProxy: true },
    ))

  it('counts what a hook behind the cache, a schema and a serializer read', () =>
    served(
      (app) => {
        const themes = new WeakMap<object, unknown>()
        app.addHook('preHandler', async (request) => void themes.set(request, request.headers['x-theme']))
        app.get(
          '/page',
          {
            schema: {
              headers: { type: 'object', properties: { 'x-number': { type: 'integer', default: 1 } } },
            },
          },
          page(
            (request) =>
              `${themes.get(request)} ${typeof request.headers['x-number']} ${request.headers['x-number']}`,
          ),
        )
      },
      async ({ get }) => {
        const evil = await get('/page', { 'x-theme': 'evil', 'x-number': '666' })
        expect(evil.text).to.equal('page evil number 666')
        for (let i = 0; i < 2; i++) expect((await get()).text).to.equal('page undefined number 1')
        expect((await get('/page', { 'x-number': '666' })).text).to.equal('page undefined number 666')
      },
    ))

  it('counts what is read while the body is streamed', () =>
    served(
      (app) => {
        app.get('/page', (request, reply) => {
          async function* body() {
            yield 'theme '
            yield String(request.headers['x-theme'])
          }
          reply.send(Readable.from(body()))
        })
      },
      async ({ get }) => {
        expect((await get('/page', { 'x-theme': 'evil' })).text).to.equal('theme evil')
        for (let i = 0; i < 2; i++) expect((await get()).text).to.equal('theme undefined')
        expect(isHit(await get())).to.equal(true)
      },
    ))

  it('does not keep a stream that turns out to be made from all headers', () =>
    served(
      (app) => {
        app.get('/page', (request, reply) => {
          async function* body() {
            yield 'all '
            yield JSON.stringify(request.headers)
          }
          reply.send(Readable.from(body()))
        })
      },
      async ({ get, warnings }) => {
        await get('/page', { 'x-theme': 'evil' })
        expect((await get()).text).to.not.include('evil')
        expect(warnings).to.have.length(1)
      },
    ))

  it('only says what is read, where a route is told to warn', () =>
    served(
      (app) => {
        app.get(
          '/page',
          { config: { cache: { observe: 'warn' } } },
          page(({ headers }) => headers['x-theme']),
        )
      },
      async ({ get, warnings }) => {
        await get('/page', { 'x-theme': 'a' })
        expect(isHit(await get('/page', { 'x-theme': 'b' }))).to.equal(true)
        expect(warnings).to.have.length(1)
        expect(warnings[0]).to.match(
          /^GET \/page reads x-theme \(.*fastify\.test\.ts:\d+\), but its answer does not say Vary/,
        )
      },
    ))

  it('steps aside for a route that says so: structuredClone takes no Proxy', () =>
    served(
      (app) => {
        const clone = page(({ headers }) => structuredClone(headers)['x-theme'])
        app.get('/page', clone)
        app.get('/cloned', { config: { cache: { observe: false } } }, clone)
      },
      async ({ get }) => {
        expect((await get()).status).to.equal(500)
        expect((await get('/cloned', { 'x-theme': 'a' })).text).to.equal('page a')
      },
    ))

  it('warns once of a URL with more variants than are kept, and serves the others all the same', () =>
    served(
      (app) =>
        void app.get(
          '/page',
          page(({ headers }) => headers['x-theme'] ?? 'plain'),
        ),
      async ({ get, warnings }) => {
        for (let i = 0; i < 70; i++)
          expect((await get('/page', { 'x-theme': `${i}` })).text).to.equal(`page ${i}`)
        expect(statusOf(await get('/page', { 'x-theme': 'another' }))).to.match(/detail=variants/)
        expect(isHit(await get('/page', { 'x-theme': '5' }))).to.equal(true)
        await get()
        expect(isHit(await get())).to.equal(true)
        expect(warnings).to.have.length(1)
        expect(warnings[0]).to.match(/^GET \/page varies on x-theme, read by test\/.*fastify\.test\.ts:\d+/)
      },
    ))
})
