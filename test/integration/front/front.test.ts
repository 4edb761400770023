import { expect } from 'chai'
import { httpResponse, purgePages } from '../../../plugins/http-response/index.ts'
import { type Ask, rawExchange, statusOf, until } from '../../contracts/http-adapter-client.ts'
import { type FakeClock, fakeClock } from '../../contracts/index.ts'
import { comparable, type Page, rigs, type Served, servingOn } from './rig.ts'

const FRESH = { 'cache-control': 'max-age=60' }
const PUBLIC = { 'cache-control': 'public, max-age=60' }
const page = (): Page => ({ headers: FRESH, body: 'a page' })

for (const rig of rigs) {
  const serving = servingOn(rig, page)

  describe(`${rig.name} in front mode`, () => {
    it('sends an answer before the framework once the ordinary place has sent it', () =>
      serving({}, async (served) => {
        expect(await served.isInFront()).to.equal(false)
        expect(await served.isInFront()).to.equal(false)
        expect(await served.isInFront()).to.equal(true)
        const { text, status } = await served.get()
        expect([status, text]).to.deep.equal([200, 'a page'])
      }))

    it('counts its hits', () =>
      serving({}, async ({ cache, warm, get }) => {
        await warm()
        const { hits } = cache.stats()
        await get()
        await get('/', { method: 'HEAD' })
        expect(cache.stats().hits).to.equal(hits + 2)
      }))

    it('keeps each URL apart', () =>
      serving(
        { page: ({ url }) => ({ headers: FRESH, body: String(url) }) },
        async ({ warm, get, isInFront }) => {
          const paths = ['/', '/a', '/a?', '/a?b', '/a?B', '/%61', '/a/', '/a%22', "/a'", '//a', '/a?"']
          for (const path of paths) await warm(path)
          for (const path of paths) {
            expect(await isInFront(path), path).to.equal(true)
            expect((await get(path)).text).to.equal(path)
          }
        },
      ))

    it('keeps hosts apart, in whatever case they are spelled', () =>
      serving({ page: ({ headers }) => ({ headers: FRESH, body: String(headers.host) }) }, async (served) => {
        const at = (host: string): Ask => ({ headers: { host } })
        await served.warm('/', at('a.example'))
        expect(await served.isInFront('/', at('A.example'))).to.equal(true)
        expect(await served.isInFront('/', at('b.example'))).to.equal(false)
        expect((await served.get('/', at('b.example'))).text).to.equal('b.example')
        expect((await served.get('/', at('b"\\n.example'))).text).to.equal('b"\\n.example')
      }))

    describe('answers', () => {
      const withTag = (): Page => ({
        headers: { ...PUBLIC, etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' },
      })
      const answered: Readonly<Record<string, readonly [number, Ask]>> = {
        'what says nothing special': [200, { headers: { 'user-agent': 'x', accept: '*/*', dnt: '1' } }],
        HEAD: [200, { method: 'HEAD' }],
        'If-None-Match that matches': [304, { headers: { 'if-none-match': '"1"' } }],
        'If-None-Match that does not': [200, { headers: { 'if-none-match': '"2"' } }],
        'If-Modified-Since': [304, { headers: { 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' } }],
        'a cookie, if the page is public': [200, { headers: { cookie: 'a=b' } }],
        'max-age that is kept': [200, { headers: { 'cache-control': 'max-age=50' } }],
        'only-if-cached': [200, { headers: { 'cache-control': 'only-if-cached' } }],
      }
      for (const [what, [status, options]] of Object.entries(answered))
        it(`${what}, as the ordinary place does`, () =>
          serving({ page: withTag }, async (served) => {
            await served.warm()
            expect(await served.isInFront('/', options)).to.equal(true)
            const [front, behind] = [await served.get('/', options), await served.behind('/', options)]
            expect(front.status).to.equal(status)
            expect(comparable(front)).to.deep.equal(comparable(behind))
          }))
    })

    describe('leaves to the framework', () => {
      const left: Readonly<Record<string, Ask>> = {
        POST: { method: 'POST' },
        DELETE: { method: 'DELETE' },
        OPTIONS: { method: 'OPTIONS' },
        Range: { headers: { range: 'bytes=0-1' } },
        'If-Range': { headers: { 'if-range': '"1"' } },
        'If-Match': { headers: { 'if-match': '"1"' } },
        'If-Unmodified-Since': { headers: { 'if-unmodified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' } },
        Authorization: { headers: { authorization: 'Basic YTpi' } },
        'Proxy-Authorization': { headers: { 'proxy-authorization': 'Basic YTpi' } },
        'Accept-Version': { headers: { 'accept-version': '1' } },
        'a body': { method: 'GET', body: 'x', headers: { 'content-length': '1' } },
        'a body of unknown length': { method: 'GET', body: 'x', headers: { 'transfer-encoding': 'chunked' } },
        'X-HTTP-Method-Override': { headers: { 'x-http-method-override': 'PATCH' } },
        'X-Method-Override': { headers: { 'X-METHOD-override': 'PATCH' } },
        'Cache-Control: no-cache': { headers: { 'cache-control': 'no-cache' } },
        'Cache-Control: max-age=0': { headers: { 'cache-control': 'max-age=0' } },
        'Pragma: no-cache': { headers: { pragma: 'no-cache' } },
        'a cookie, if the page does not say that it is public': { headers: { cookie: 'a=b' } },
        Upgrade: { headers: { connection: 'upgrade', upgrade: 'other' } },
      }
      for (const [what, options] of Object.entries(left))
        it(what, () =>
          serving({}, async ({ warm, isInFront }) => {
            await warm()
            expect(await isInFront('/', options)).to.equal(false)
          }),
        )

      it('two hosts, and none', () =>
        serving({}, async (served) => {
          await served.warm()
          const before = served.reached
          const end = 'Connection: close\r\n\r\n'
          await rawExchange(served.origin, `GET / HTTP/1.0\r\n${end}`)
          expect(served.reached).to.equal(before + 1)
        }))

      it('an answer that varies, for a request that it was not stored for', () =>
        serving(
          { page: () => ({ headers: { ...FRESH, vary: 'Accept-Language' } }) },
          async ({ warm, isInFront }) => {
            await warm('/', { headers: { 'accept-language': 'de' } })
            expect(await isInFront('/', { headers: { 'accept-language': 'de' } })).to.equal(true)
            expect(await isInFront('/', { headers: { 'accept-language': 'fr' } })).to.equal(false)
            expect(await isInFront('/')).to.equal(false)
          },
        ))
    })

    it('tells answers apart by what their handler reads', () =>
      serving(
        { page: ({ headers }) => ({ headers: FRESH, body: `for ${headers['x-forwarded-host']}` }) },
        async (served) => {
          const from = (host: string): Ask => ({ headers: { 'x-forwarded-host': host } })
          await served.warm('/', from('evil.example'))
          expect(await served.isInFront('/', from('evil.example'))).to.equal(true)
          expect((await served.get()).text).to.equal('for undefined')
          expect((await served.get('/', from('b.example'))).text).to.equal('for b.example')
        },
      ))

    it('leaves pages for everybody to the framework where their handler reads cookies', () =>
      serving(
        { page: ({ headers }) => ({ headers: PUBLIC, body: `for ${headers.cookie}` }) },
        async ({ warm, isInFront }) => {
          const as = (cookie: string): Ask => ({ headers: { cookie } })
          await warm('/', as('a=1'))
          expect(await isInFront('/', as('a=1'))).to.equal(false)
        },
      ))

    it('sends the coding that the client wants', () =>
      serving(
        {
          page: () => ({ headers: { ...FRESH, 'content-type': 'text/plain' }, body: 'text '.repeat(600) }),
          mount: { front: true, compress: true },
        },
        async (served) => {
          const options = { headers: { 'accept-encoding': 'gzip' } }
          await served.warm('/', options)
          expect(await served.isInFront('/', options)).to.equal(true)
          expect(await served.isInFront()).to.equal(true)
          // Made on another thread; until then the plain body is sent.
          const coding = async () => (await served.get('/', options)).headers['content-encoding']
          for (let i = 0; i < 500 && (await coding()) === undefined; i++);
          const coded = await served.get('/', options)
          expect(coded.headers['content-encoding']).to.equal('gzip')
          expect(comparable(coded)).to.deep.equal(comparable(await served.behind('/', options)))
          expect((await served.get()).headers).to.not.have.property('content-encoding')
        },
      ))

    describe('lets go of', () => {
      const gone: Readonly<Record<string, (served: Served, clock: FakeClock) => unknown>> = {
        'an answer whose tag is invalidated': ({ cache }) => cache.invalidate({ tags: ['pages'] }),
        'an answer that is purged': ({ cache }) => purgePages(cache, { url: 'http://test.example/' }),
        'an answer that is purged softly': ({ cache }) =>
          purgePages(cache, { url: 'http://test.example/', soft: true }),
        'all answers of a cache that is cleared': ({ cache }) => cache.clear(),
        'an answer that is too old': (_, clock) => clock.advance(60_000),
        'an answer whose URL was written to': ({ get }) => get('/', { method: 'POST' }),
        'all answers of a cache that is closed': ({ cache }) => cache.close(),
        'all answers of a cache that is switched off': ({ cache }) => cache.reconfigure({ enabled: false }),
      }
      for (const [what, change] of Object.entries(gone))
        it(what, () => {
          const clock = fakeClock()
          return serving(
            { mount: { front: true, tags: ['pages'] }, cache: { clock } as never },
            async (served) => {
              await served.warm()
              expect(await served.isInFront()).to.equal(true)
              await change(served, clock)
              expect(await served.isInFront()).to.equal(false)
            },
          )
        })
    })

    it('shows the age of an answer and how long it still holds', () => {
      const clock = fakeClock()
      return serving({ cache: { clock } as never }, async (served) => {
        await served.warm()
        for (const [ms, age, ttl] of [
          [0, '0', 60],
          [1_500, '1', 58],
          [499, '1', 58],
          [1, '2', 58],
          [57_999, '59', 0],
        ] as const) {
          clock.advance(ms)
          const [front, behind] = [await served.get(), await served.behind()]
          expect(front.headers.age).to.equal(age)
          expect(statusOf(front)).to.match(new RegExp(`; hit; ttl=${ttl}$`))
          expect(comparable(front)).to.deep.equal(comparable(behind))
        }
      })
    })

    it('starts anew after a reload, with what is configured then', () =>
      serving({}, async ({ warm, get, cache, isInFront }) => {
        await warm()
        const options = { cacheStatus: 'brief' }
        await cache.reconfigure({ plugins: [{ use: httpResponse, options }] })
        expect(await isInFront()).to.equal(false)
        expect(await isInFront()).to.equal(true)
        expect(statusOf(await get())).to.match(/; hit$/)
      }))

    it('leaves everything behind when a reload brings a function of the request', () =>
      serving({}, async ({ warm, cache, isInFront }) => {
        await warm()
        await cache.reconfigure({ plugins: [{ use: httpResponse, options: { bypass: () => false } }] })
        for (let i = 0; i < 3; i++) expect(await isInFront()).to.equal(false)
      }))

    it('serves stale answers in the ordinary place, which makes them anew', () => {
      const clock = fakeClock()
      let made = 0
      const headers = { 'cache-control': 'max-age=10, stale-while-revalidate=60' }
      const count = (): Page => ({ headers, body: `version ${++made}` })
      return serving({ page: count, cache: { clock } as never }, async (served) => {
        await served.warm()
        clock.advance(10_000)
        const before = served.reached
        expect((await served.get()).text).to.equal('version 1')
        await until(() => made === 2 && served.cache.stats().loading === 0, 'it is made anew')
        expect(served.reached).to.equal(before + 2)
        expect((await served.get()).text).to.equal('version 2')
        expect(await served.isInFront()).to.equal(true)
      })
    })

    it('sends errors that are kept, and answers without a body', () =>
      serving(
        {
          page: ({ url }) =>
            url === '/404' ? { status: 404, headers: FRESH } : { status: 204, headers: FRESH, body: '' },
        },
        async ({ warm, get, behind, isInFront }) => {
          for (const path of ['/404', '/204']) {
            await warm(path)
            expect(await isInFront(path), path).to.equal(true)
            expect(comparable(await get(path))).to.deep.equal(comparable(await behind(path)))
          }
        },
      ))

    it('goes on with the ordinary place where something fails', () => {
      const errors: unknown[] = []
      const clock = fakeClock()
      let broken = false
      const wall = () => {
        if (broken) throw new Error('on purpose')
        return clock.wall()
      }
      return serving(
        { cache: { clock: { ...clock, wall }, onError: (error: unknown) => errors.push(error) } as never },
        async (served) => {
          await served.warm()
          broken = true
          expect(await served.isInFront()).to.equal(false)
          broken = false
          expect(errors.length).to.be.greaterThan(0)
          expect(await served.isInFront()).to.equal(true)
        },
      )
    })
  })
}
