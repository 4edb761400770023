import { expect } from 'chai'
import { httpResponse, purgePages } from '../../../plugins/http-response/index.ts'
import { rawExchange, statusOf } from '../../contracts/http-adapter-client.ts'
import { fakeClock } from '../../contracts/index.ts'
import { comparable, type Page, rigs, servingOn } from './rig.ts'

const FRESH = { 'cache-control': 'max-age=60' }
const PUBLIC = { 'cache-control': 'public, max-age=60', etag: '"1"' }
const page = (): Page => ({ headers: PUBLIC, body: 'a page' })

/** Asks for more than the page, so that the head made for everybody will not do. */
const CLOSER = { headers: { 'if-none-match': '"other"' } }

for (const rig of rigs) {
  const serving = servingOn(rig, page)

  describe(`${rig.name} in front mode, requests that need a closer look`, () => {
    it('count as hits', () =>
      serving({}, async ({ cache, warm, isInFront }) => {
        await warm()
        const { hits } = cache.stats()
        expect(await isInFront('/', CLOSER)).to.equal(true)
        expect(cache.stats().hits).to.equal(hits + 1)
      }))

    it('are not answered with what was purged softly', () =>
      serving({}, async ({ cache, warm, isInFront }) => {
        await warm()
        expect(await isInFront('/', CLOSER)).to.equal(true)
        await purgePages(cache, { url: 'http://test.example/', soft: true })
        expect(await isInFront('/', CLOSER)).to.equal(false)
      }))

    it('are not answered with what is stale, even if that may be served', () => {
      const clock = fakeClock()
      const headers = { 'cache-control': 'max-age=10, stale-while-revalidate=60' }
      return serving({ page: () => ({ headers }), cache: { clock } as never }, async (served) => {
        await served.warm()
        expect(await served.isInFront('/', CLOSER)).to.equal(true)
        clock.advance(10_000)
        expect(await served.isInFront('/', CLOSER)).to.equal(false)
      })
    })

    it('that a hop before the server speaks for have a page of their own where nobody sees what is read', async () => {
      const asked = { headers: { 'x-forwarded-host': 'other.example' } }
      for (const observe of [false, true])
        await serving({ mount: { front: true, observe } }, async ({ warm, isInFront }) => {
          await warm()
          expect(await isInFront('/', asked)).to.equal(observe)
        })
    })

    it('without a cookie are answered where the handler reads cookies', () =>
      serving(
        { page: ({ headers }) => ({ headers: PUBLIC, body: `for ${headers.cookie}` }) },
        async ({ warm, isInFront }) => {
          await warm()
          expect(await isInFront()).to.equal(true)
          expect(await isInFront('/', CLOSER)).to.equal(true)
        },
      ))
  })

  describe(`${rig.name} in front mode, after a reload`, () => {
    it('sees named headers twice before it trusts them again', () =>
      serving(
        { layers: [(_, { set }) => set('x-a', 'b')], mount: { front: { headers: ['x-a'] } } },
        async ({ warm, cache, isInFront }) => {
          await warm('/', {}, 3)
          expect(await isInFront()).to.equal(true)
          await cache.reconfigure({})
          expect(await isInFront()).to.equal(false)
          expect(await isInFront()).to.equal(false)
          expect(await isInFront()).to.equal(true)
        },
      ))

    for (const cacheStatus of [false, 'brief', 'debug'] as const)
      it(`says of an answer what it may then say (cacheStatus: ${cacheStatus})`, () =>
        serving({}, async (served) => {
          await served.warm()
          await served.get()
          await served.cache.reconfigure({ plugins: [{ use: httpResponse, options: { cacheStatus } }] })
          await served.warm()
          expect(await served.isInFront()).to.equal(true)
          expect(comparable(await served.get())).to.deep.equal(comparable(await served.behind()))
        }))
  })

  describe(`${rig.name} in front mode`, () => {
    it('says of each answer what its own route lets it', () =>
      serving(
        { page: () => ({ headers: FRESH }), routes: { '/brief': { front: true, cacheStatus: 'brief' } } },
        async ({ warm, get, behind, isInFront }) => {
          for (const path of ['/a', '/brief/a']) await warm(path)
          for (const path of ['/a', '/brief/a']) expect(await isInFront(path), path).to.equal(true)
          expect(statusOf(await get('/a'))).to.match(/; hit; ttl=\d+$/)
          expect(statusOf(await get('/brief/a'))).to.equal(statusOf(await behind('/brief/a')))
        },
      ))

    it('is not kept from answering by clients that send a header twice', () =>
      serving({ page: () => ({ headers: { ...FRESH, vary: 'Referer' } }) }, async (served) => {
        const { origin, get, isInFront, warnings } = served
        const referer = { headers: { referer: 'a' } }
        await get('/', referer)
        const twice = 'Host: test.example\r\nHost: other.example\r\nReferer: a\r\nReferer: b\r\n'
        for (let i = 0; i < 3; i++)
          await rawExchange(origin, `GET / HTTP/1.1\r\n${twice}Connection: close\r\n\r\n`)
        expect(warnings).to.deep.equal([])
        await get('/', referer)
        expect(await isInFront('/', referer)).to.equal(true)
      }))
  })
}
