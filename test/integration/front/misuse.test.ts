import { expect } from 'chai'
import { fastify } from 'fastify'
import { httpCache } from '../../../adapters/express/index.ts'
import { cachePlugin, frontServer } from '../../../adapters/fastify/index.ts'
import { type HttpCacheOptions, httpResponse } from '../../../plugins/http-response/index.ts'
import { type Cache, type CallOptionError, createCache } from '../../../src/index.ts'
import { rejection } from '../../fixtures/cache-under-test.ts'

/** Thrown or rejected. */
const thrown = (task: () => unknown): Promise<Error> => rejection((async () => task())())

async function refusal(task: () => unknown): Promise<CallOptionError> {
  const error = (await thrown(task)) as CallOptionError
  expect(error).to.include({ code: 'HITHERTO_OPTION_INVALID' })
  return error
}

const OF_THE_REQUEST: Readonly<Record<string, HttpCacheOptions>> = {
  key: { key: () => 'a' },
  tenant: { tenant: () => 'a' },
  principal: { principal: () => 'a' },
  bypass: { bypass: () => false },
}

const WRONG: Readonly<Record<string, readonly [unknown, RegExp]>> = {
  'a word': ['yes', /^front: expected true, false or \{ headers/],
  'a list': [['x-a'], /^front: expected/],
  'an unknown part': [{ header: ['x-a'] }, /^header: .*Did you mean headers/],
  'a header that is none': [{ headers: ['x a'] }, /^front\.headers: expected header names/],
  'Set-Cookie': [{ headers: ['Set-Cookie'] }, /^front\.headers: set-cookie is not the same/],
  Vary: [{ headers: ['x-a', 'vary'] }, /^front\.headers: vary is not the same/],
}

describe('front mode that cannot be', () => {
  let cache: Cache
  beforeEach(async () => {
    cache = await createCache({ plugins: [httpResponse] })
  })
  afterEach(() => cache.close())

  describe('on Express, is refused when mounted', () => {
    for (const [name, options] of Object.entries(OF_THE_REQUEST))
      it(`with ${name}`, async () => {
        const { option, message } = await refusal(() =>
          httpCache({ cache, front: true, ...(options as object) }),
        )
        expect([option, message]).to.satisfy(() => option === 'front' && message.includes(name))
      })
    for (const [what, [front, message]] of Object.entries(WRONG))
      it(`with ${what}`, async () =>
        expect((await refusal(() => httpCache({ cache, front } as never))).message).to.match(message))

    it('without an application', async () =>
      expect((await refusal(() => httpCache({ cache }).front(undefined as never))).message).to.match(
        /createServer\(pages\.front\(app\)\)/,
      ))
  })

  describe('on Fastify, is refused before it listens', () => {
    const started = async (
      options: object,
      route: object | undefined,
      server: object = { serverFactory: frontServer() },
    ): Promise<void> => {
      const app = fastify(server)
      try {
        await app.register(cachePlugin, { cache, ...options })
        if (route !== undefined) app.get('/', route, () => 'page')
        await app.ready()
      } finally {
        await app.close()
      }
    }

    for (const [name, options] of Object.entries(OF_THE_REQUEST)) {
      it(`with ${name}`, async () =>
        expect((await refusal(() => started({ front: true, ...options }, undefined))).message).to.include(
          name,
        ))
      it(`with ${name} of a route`, async () =>
        expect(
          (await refusal(() => started({ front: true }, { config: { cache: options } }))).message,
        ).to.include(name))
    }

    it('without a server that it stands before', async () =>
      expect((await refusal(() => started({ front: true }, undefined, {}))).message).to.include(
        'serverFactory: frontServer()',
      ))
    it('on a server where nothing has opted in', async () =>
      expect((await refusal(() => started({}, undefined))).option).to.equal('frontServer'))
    it('with HTTP/2', async () =>
      expect(
        (await refusal(() => fastify({ http2: true, serverFactory: frontServer() } as never))).message,
      ).to.include('http2'))
    it('with rewriteUrl', async () =>
      expect(
        (await refusal(() => fastify({ rewriteUrl: () => '/', serverFactory: frontServer() }))).message,
      ).to.include('rewriteUrl'))
    it('with a route that has another constraint than its version', async () =>
      expect(
        (await refusal(() => started({ front: true }, { constraints: { host: 'a.example' } }))).message,
      ).to.match(/: \/ has a constraint/))
    it('but a version is none', () => started({ front: true }, { constraints: { version: '1.0.0' } }))
  })

  it('is refused in a configuration, which does not know what runs before it', async () => {
    const wrong = { plugins: [{ use: httpResponse, options: { front: true } }] }
    const error = await thrown(() => createCache(wrong as never))
    expect(String((error.cause as Error).message)).to.match(/^front: is for mounts and routes/)
  })
})
