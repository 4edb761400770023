import { expect } from 'chai'
import { rawExchange, statusOf } from '../../contracts/http-adapter-client.ts'
import { attack, echo, everywhere, family } from './target.ts'

family('attacks: memory', () => {
  attack(
    'a thousand variants of one page are as many as the bound allows',
    everywhere((_, response) => response.head(200, { vary: 'x-variant' }).send('page')),
    async ({ get, cache, flood }) => {
      await flood((i) => get('/', { headers: { 'x-variant': `${i}` } }))
      expect(cache.stats().entries).to.be.at.most(65)
    },
  )

  attack(
    'long keys count: what is stored stays within the bound of bytes',
    everywhere(echo),
    async ({ get, cache, flood }) => {
      const sent = await flood((i) => get(`/${'x'.repeat(1_800)}${i}`))
      const { bytes, entries, evicted } = cache.stats()
      expect(bytes).to.be.at.most(256 * 1024)
      expect(entries).to.be.lessThan(150)
      expect(evicted).to.be.at.least(sent - 150)
    },
    { cache: { maxBytes: '256kb' } },
  )

  attack(
    'keys beyond any link that people follow are answered and not kept',
    everywhere(echo),
    async ({ get, cache }) => {
      for (let i = 0; i < 2; i++) {
        const answer = await get(`/${'x'.repeat(8_000)}`)
        expect([answer.status, statusOf(answer)]).to.deep.equal([200, 'cache; fwd=bypass; detail=long-key'])
      }
      expect(cache.stats().entries).to.equal(0)
    },
  )

  attack(
    'what cannot be shared leaves no entry, however many URLs are asked',
    everywhere((_, response) => response.head(200, { 'cache-control': 'private' }).send('mine')),
    async ({ get, cache }) => {
      for (let batch = 0; batch < 4; batch++)
        await Promise.all(Array.from({ length: 50 }, (_, i) => get(`/${batch}-${i}`)))
      expect(cache.stats().entries).to.equal(0)
    },
  )

  attack(
    'a long Cache-Control, Vary or entity tag is read at once',
    everywhere((_, response) =>
      response
        .head(200, {
          'cache-control': `max-age=60, x="${'\\'.repeat(3_000)}`,
          vary: ' ,'.repeat(2_000),
          etag: `"${'"'.repeat(2_000)}`,
        })
        .send('page'),
    ),
    async ({ get }) => {
      await get('/', {
        headers: { 'cache-control': `${'a='.repeat(2_000)}`, 'if-none-match': `W/${'"'.repeat(3_000)}` },
      })
      expect((await get()).text).to.equal('page')
    },
  )
})

family('attacks: what answers give away', () => {
  attack(
    'no name of the software, no version, no key',
    everywhere((_, response) => response.send('page')),
    async ({ get }) => {
      const secret = '/page?token=abc123'
      for (const answer of [
        await get(secret),
        await get(secret),
        await get(secret, { method: 'HEAD' }),
        await get(secret, { headers: { cookie: 'a=1' } }),
      ]) {
        const text = answer.rawHeaders.join(' ')
        expect(text).to.not.match(/hitherto|abc123|token|\d+\.\d+\.\d+/i)
      }
    },
  )

  attack(
    'a line break that a handler lets through never splits an answer',
    everywhere((request, response) =>
      response
        .head(200, { 'x-echo': String(new URL(request.url, 'http://a').searchParams.get('a')) })
        .send('page'),
    ),
    async ({ raw }) => {
      for (let i = 0; i < 2; i++) {
        const answer = await raw('/?a=x%0d%0aSet-Cookie:%20evil=1')
        expect(answer.head).to.not.match(/set-cookie/i)
        expect(answer.status).to.equal(500)
      }
    },
  )

  attack(
    'names of headers that objects inherit are headers like others',
    everywhere((_, response) =>
      response.head(200, { constructor: 'a', 'x-b': 'b', vary: 'constructor' }).send('page'),
    ),
    async ({ get, raw }) => {
      await get()
      const hit = await get()
      expect(statusOf(hit)).to.match(/hit/)
      expect(hit.headers.constructor).to.equal('a')
      expect((await raw('/', ['constructor: x'])).hit).to.equal(false)
      expect(Object.keys(Object.prototype)).to.deep.equal([])
    },
  )

  attack(
    'hop-by-hop fields of one connection do not reach another',
    everywhere((_, response) =>
      response
        .head(200, {
          connection: 'close, x-hop',
          'x-hop': '1',
          'keep-alive': 'timeout=9',
          'proxy-authenticate': 'Basic',
          te: 'x',
          upgrade: 'h2c',
        })
        .send('page'),
    ),
    async ({ get }) => {
      await get()
      const { headers } = await get()
      for (const name of ['x-hop', 'proxy-authenticate', 'te', 'upgrade'])
        expect(headers[name], name).to.equal(undefined)
    },
  )
})

family('attacks: several requests on one connection', () => {
  attack(
    'answers to a pipeline of hits, misses and refusals come whole and in order',
    everywhere(echo),
    async ({ origin, raw }) => {
      await raw('/stored')
      const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: victim.example\r\n${more}\r\n`
      const paths = ['/stored', '/new', '/stored', '/new', '/other', '/stored']
      const text = await rawExchange(
        origin,
        `${paths.map((path) => one(path)).join('')}${one('/last', 'Connection: close\r\n')}`,
      )
      const bodies = [...text.matchAll(/victim\.example (\/[a-z]+)/g)].map((match) => match[1])
      expect(bodies).to.deep.equal([...paths, '/last'])
      expect(text.match(/HTTP\/1\.1 200/g)).to.have.length(7)
    },
  )

  attack(
    'a request smuggled behind a body is not answered from the cache as another',
    everywhere(echo),
    async ({ origin, raw }) => {
      await raw('/stored')
      const smuggled =
        'POST / HTTP/1.1\r\nHost: victim.example\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /stored HTTP/1.1\r\nHost: victim.example\r\nConnection: close\r\n\r\n'
      expect(await rawExchange(origin, smuggled)).to.not.match(/victim\.example \/stored/)
    },
  )
})
