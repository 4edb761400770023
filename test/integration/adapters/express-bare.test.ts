import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express, { type RequestHandler } from 'express'
import { httpCache } from '../../../adapters/express/index.ts'
import { createCache } from '../../../src/index.ts'
import { type Answer, ask } from '../../contracts/http-adapter-client.ts'

const PAGE: RequestHandler = (_, res) => {
  res.set({ 'x-a': '1', link: ['<a>', '<b>'] as never }).send('page')
}

/** The second answer behind these layers, which comes from the cache. */
async function hitBehind(...layers: RequestHandler[]): Promise<Answer> {
  const cache = await createCache()
  const app = express().disable('x-powered-by')
  for (const layer of layers) app.use(layer)
  app.get('/', httpCache({ cache, ttl: '1m' }) as RequestHandler, PAGE)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await ask(origin, '/')
    return await ask(origin, '/')
  } finally {
    server.close()
    await cache.close()
  }
}

const sent = ({ headers }: Answer): Record<string, unknown> => {
  const { date: _, ...rest } = headers
  return rest
}

describe('Express: a hit', () => {
  it('is the same whether or not a layer before the cache has touched the response', async () => {
    const bare = await hitBehind()
    const touched = await hitBehind((_, res, next) => {
      res.setHeader('x-live', '1')
      next()
    })
    const { 'x-live': live, ...rest } = sent(touched)
    expect(live).to.equal('1')
    expect(sent(bare)).to.deep.equal(rest)
    expect(bare.headers['x-a']).to.equal('1')
    expect(bare.body.equals(touched.body)).to.equal(true)
  })

  it('shows its headers to who listens for its end', async () => {
    for (const event of ['finish', 'close']) {
      const seen: unknown[] = []
      await hitBehind((_, res, next) => {
        res.on(event, () => seen.push(res.getHeader('x-a')))
        next()
      })
      expect(seen, event).to.deep.equal(['1', '1'])
    }
  })

  it('can be given a header by a layer before the cache until the last moment', async () => {
    const hit = await hitBehind((_, res, next) => {
      const { end } = res
      res.end = function (this: typeof res, ...args: unknown[]) {
        res.setHeader('x-late', '1')
        return end.apply(this, args as never)
      } as typeof end
      next()
    })
    expect(hit.headers['x-late']).to.equal('1')
  })

  it('goes through the methods that layers before the cache have replaced', async () => {
    for (const method of ['writeHead', 'end', 'setHeader'] as const) {
      let calls = 0
      await hitBehind((_, res, next) => {
        const original = res[method] as (...args: unknown[]) => unknown
        Object.assign(res, {
          [method](this: unknown, ...args: unknown[]) {
            if (method !== 'setHeader' || args[0] === 'x-a') calls += 1
            return original.apply(this, args)
          },
        })
        next()
      })
      expect(calls, method).to.be.at.least(2)
    }
  })
})
