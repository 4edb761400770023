import { connect, type IncomingHttpHeaders } from 'node:http2'
import { expect } from 'chai'
import { type FastifyRequest, fastify } from 'fastify'
import { cachePlugin } from '../../../adapters/fastify/index.ts'
import { createCache } from '../../../src/index.ts'

interface Http2Answer {
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Fastify over HTTP/2 in the clear, with the cache for all of it; answers with what `read` makes of the request. */
async function overHttp2(
  read: (request: FastifyRequest) => unknown,
  test: (ask: (headers?: Record<string, string>) => Promise<Http2Answer>) => Promise<void>,
): Promise<void> {
  const app = fastify({ http2: true })
  const cache = await createCache()
  await app.register(cachePlugin as never, { cache, ttl: '1m' } as never)
  app.get('/', async (request) => String(read(request as never)))
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(origin)
  const ask = (headers: Record<string, string> = {}): Promise<Http2Answer> =>
    new Promise((resolve, reject) => {
      const stream = session.request({ ':path': '/', ...headers })
      let text = ''
      let head: IncomingHttpHeaders = {}
      stream.setEncoding('utf8')
      stream.on('response', (fields) => {
        head = fields
      })
      stream.on('data', (chunk: string) => {
        text += chunk
      })
      stream.on('error', reject)
      stream.on('end', () => resolve({ headers: head, text }))
      stream.end()
    })
  try {
    await test(ask)
  } finally {
    session.close()
    await app.close()
    await cache.close()
  }
}

const isHit = ({ headers }: Http2Answer): boolean => /; hit/.test(String(headers['cache-status']))

describe('attacks: HTTP/2', () => {
  it('a page that reads nothing of the request is shared', () =>
    overHttp2(
      ({ host }) => `page of ${host === '' ? 'nobody' : 'somebody'}`,
      async (ask) => {
        await ask()
        expect(isHit(await ask({ 'x-host': 'other' }))).to.equal(true)
      },
    ))

  const reads: readonly (readonly [string, (request: FastifyRequest) => unknown])[] = [
    ['headers', ({ headers }) => headers['x-host']],
    ['the raw request', ({ raw }) => raw.headers['x-host']],
    ['a copy', ({ headers }) => ({ ...headers })['x-host']],
    ['rawHeaders', ({ raw }) => raw.rawHeaders.join()],
  ]
  for (const [how, read] of reads) {
    it(`a header read through ${how} poisons no page of others`, () =>
      overHttp2(read, async (ask) => {
        expect((await ask({ 'x-host': 'evil' })).text).to.include('evil')
        expect((await ask()).text).to.not.include('evil')
      }))
  }

  it('another authority has pages of its own', () =>
    overHttp2(
      ({ host }) => host,
      async (ask) => {
        expect((await ask({ ':authority': 'evil.example' })).text).to.equal('evil.example')
        expect((await ask({ ':authority': 'victim.example' })).text).to.equal('victim.example')
        expect(isHit(await ask({ ':authority': 'victim.example' }))).to.equal(true)
      },
    ))

  it('a Host beside another authority fills no page of either', () =>
    overHttp2(
      ({ raw }) => (raw as { authority?: string }).authority,
      async (ask) => {
        await ask({ ':authority': 'evil.example', host: 'victim.example' }).catch(() => {})
        expect((await ask({ ':authority': 'victim.example' })).text).to.equal('victim.example')
      },
    ))

  it('a scheme that the handler reads tells pages apart', () =>
    overHttp2(
      ({ raw }) => (raw as { scheme?: string }).scheme,
      async (ask) => {
        expect((await ask({ ':scheme': 'evil' })).text).to.equal('evil')
        expect((await ask({ ':scheme': 'http' })).text).to.equal('http')
      },
    ))
})
