import { expect } from 'chai'
import { fastify } from 'fastify'
import { cachePlugin } from '../../../adapters/fastify/index.ts'

describe('Fastify: what is not found', () => {
  it('because of a version that no route has is not sent to those who ask for the page of the URL', async () => {
    const app = fastify()
    await app.register(cachePlugin, { ttl: '1m', negativeTtl: '1m' })
    app.get('/news', async () => 'the news')
    app.get('/versioned', { constraints: { version: '1.0.0' } }, async () => 'v1')
    app.setNotFoundHandler((_, reply) => void reply.code(200).send('shell'))
    try {
      const ask = async (headers = {}) => (await app.inject({ url: '/news', headers })).body
      expect(await ask({ 'accept-version': '9.0.0' })).to.equal('shell')
      expect(await ask()).to.equal('the news')
      expect(await ask({ 'accept-version': '9.0.0' })).to.equal('shell')
    } finally {
      await app.close()
    }
  })

  it('is kept for its own URL, and a purge of that reaches it', async () => {
    const app = fastify()
    await app.register(cachePlugin, { negativeTtl: '1m' })
    try {
      const ask = async () => String((await app.inject('/nowhere')).headers['cache-status'])
      await ask()
      expect(await ask()).to.match(/; hit/)
      await app.purgePages({ url: 'http://localhost:80/nowhere' })
      expect(await ask()).to.match(/; fwd/)
    } finally {
      await app.close()
    }
  })
})
