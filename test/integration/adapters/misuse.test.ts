import { expect } from 'chai'
import express from 'express'
import { fastify } from 'fastify'
import { httpCache } from '../../../adapters/express/index.ts'
import { cachePlugin, frontServer } from '../../../adapters/fastify/index.ts'
import { httpResponse } from '../../../plugins/http-response/index.ts'
import { surfacePort } from '../../../src/application/index.ts'
import { type Cache, createCache } from '../../../src/index.ts'
import { ask, statusOf } from '../../contracts/http-adapter-client.ts'
import { rejection, thrown } from '../../fixtures/cache-under-test.ts'
import { listening } from './express-driver.ts'

const ITSELF = 'got the cache itself in place of its options. Pass { cache }.'

describe('the HTTP cache, mounted wrongly', () => {
  let cache: Cache
  let errors: (Error & { code?: string })[]
  beforeEach(async () => {
    errors = []
    cache = await createCache({ onError: (error) => errors.push(error as Error) })
  })
  afterEach(() => cache.close())

  it('says that the cache goes into its options', async () => {
    expect(thrown(() => httpCache(cache as never))).to.include({
      code: 'HITHERTO_OPTION_INVALID',
      message: `httpCache: ${ITSELF}`,
    })
    const app = fastify()
    const error = await rejection(app.register(cachePlugin, cache as never))
    expect(error).to.include({ code: 'HITHERTO_OPTION_INVALID', message: `cachePlugin: ${ITSELF}` })
    await app.close()
  })

  it('says which framework it is for', async () => {
    const app = fastify()
    const error = await rejection(app.register(httpCache({ cache }) as never))
    expect(error.code).to.equal('HITHERTO_OPTION_INVALID')
    expect(error.message).to.match(/^httpCache: is for Express, .*cachePlugin of hitherto\/fastify\.$/)
    await app.close()
  })

  it('says that it is there once, whatever the second one is to be called', async () => {
    for (const second of [{ cache }, { cache, decorateAs: 'second' }]) {
      const app = fastify()
      await app.register(cachePlugin, { cache })
      const { message } = await rejection(app.register(cachePlugin, second))
      expect(message).to.equal(
        'reply.cacheTags is already taken. Register the cache plugin once for a server.',
      )
      await app.close()
    }
  })

  it('says that frontServer is to be called', () => {
    expect(thrown(() => fastify({ serverFactory: frontServer as never }))).to.include({
      code: 'HITHERTO_OPTION_INVALID',
      message: 'frontServer: is to be called: fastify({ serverFactory: frontServer() }), with parentheses.',
    })
  })

  it('names the option of a route that holds no options', async () => {
    const app = fastify()
    await app.register(cachePlugin, { cache })
    for (const [given, got] of [
      ['5m', 'the string "5m"'],
      [true, 'true'],
      [null, 'null'],
      [[], 'an array'],
    ])
      expect(thrown(() => app.get('/', { config: { cache: given } as never }, () => ''))).to.include({
        code: 'HITHERTO_OPTION_INVALID',
        message: `cache: expected an object of options or false, got ${got}.`,
      })
    await app.close()
  })

  it('refuses options of the plugin that are none', async () => {
    const plugins = [{ use: httpResponse, options: '5m' }]
    const { message } = await rejection(createCache({ plugins }))
    expect(message).to.include('options: expected an object of options, got the string "5m".')
  })

  it('reports a function of the request that gives what it cannot use, and answers without the cache', async () => {
    const app = express()
    const wrong = { bypass: async () => false, tenant: () => undefined, key: () => 42, principal: () => ({}) }
    for (const [option, give] of Object.entries(wrong))
      app.get(`/${option}`, httpCache({ cache, ttl: '1m', [option]: give as never }), (_, res) => {
        res.send('page')
      })
    const server = await listening(app, cache)
    for (const option of Object.keys(wrong)) {
      errors.length = 0
      const answer = await ask(server.origin, `/${option}`)
      expect([answer.body.toString(), statusOf(answer)]).to.satisfy(
        ([body, status]: string[]) => body === 'page' && status?.includes('error') === true,
      )
      expect(errors.map(({ message }) => message)).to.satisfy(
        (messages: string[]) =>
          messages.length > 0 && messages.every((text) => text.startsWith(`${option}: `)),
      )
    }
    await server.close()
  })

  it('tells a cache of another copy of the package from what is none', () => {
    const foreign = { getOrSet() {}, surface() {} }
    expect(thrown(() => surfacePort(foreign, 'http-response', 'http'))).to.include({
      code: 'HITHERTO_NOT_A_CACHE',
      message:
        'http-response needs a cache of its own copy of hitherto, got one made by another installed copy, or something around a cache. See npm ls hitherto; one copy must be left.',
    })
    expect(thrown(() => surfacePort({}, 'http-response', 'http')).message).to.include('got an object')
  })

  it('names what is wrong in a purge', async () => {
    const { purge } = httpCache({ cache })
    const cases: readonly (readonly [unknown, string])[] = [
      [{ urls: ['/a'] }, 'urls: there is no such option of purge. Did you mean url?'],
      [
        { url: '/a', prefix: '/' },
        'prefix: cannot stand beside url: both say which pages. Purge once for each.',
      ],
      [{}, 'purge: expected one of url, tags, groups, prefix, pattern, got none of them.'],
      [{ soft: true }, 'purge: expected one of url, tags, groups, prefix, pattern, got none of them.'],
      ['/a', 'purge: expected one of url, tags, groups, prefix, pattern, got the string "/a".'],
      [null, 'purge: expected one of url, tags, groups, prefix, pattern, got null.'],
    ]
    for (const [what, message] of cases)
      expect(await rejection(purge(what as never))).to.include({ code: 'HITHERTO_OPTION_INVALID', message })
  })
})
