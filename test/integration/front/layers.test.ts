import { expect } from 'chai'
import { comparable, type Layer, type Page, type Parts, rigs, servingOn } from './rig.ts'

const FRESH = { 'cache-control': 'max-age=60' }
const page = (): Page => ({ headers: FRESH, body: 'a page' })

/** Lets in who knows the word, by a header that no standard knows. */
const guard: Layer = (request, { refuse }) => {
  if (request.headers['x-pass'] !== 'word') refuse(401)
}
const INSIDE = { headers: { 'x-pass': 'word' } }

const writes =
  (name: string, value: string): Layer =>
  (request) => {
    request.headers[name] = value
  }

/** Times after which an answer that can be sent in front is. */
const OFTEN = 5

for (const rig of rigs) {
  const serving = servingOn(rig, page)

  const staysBehind = (parts: Partial<Parts>, warning: RegExp | undefined): Promise<void> =>
    serving(parts, async (served) => {
      await served.warm('/', {}, OFTEN)
      expect(await served.isInFront()).to.equal(false)
      if (warning === undefined) expect(served.warnings).to.deep.equal([])
      else {
        expect(served.warnings).to.have.length(1)
        expect(served.warnings[0]).to.match(/^\S+ is not answered in front: /)
        expect(served.warnings[0]).to.match(warning)
      }
    })

  describe(`${rig.name} in front mode, layers before the cache`, () => {
    it('are asked for every request where nobody has opted in', () =>
      serving({ layers: [guard], mount: {}, routes: { '/open': { front: true } } }, async (served) => {
        await served.warm('/secret/a', INSIDE, OFTEN)
        expect(await served.isInFront('/secret/a', INSIDE)).to.equal(false)
        expect((await served.get('/secret/a')).status).to.equal(401)
      }))

    it('are asked for every request of a route that has opted out', () =>
      serving({ layers: [guard], routes: { '/secret': { front: false } } }, async (served) => {
        await served.warm('/secret/a', INSIDE, OFTEN)
        expect((await served.get('/secret/a')).status).to.equal(401)
      }))

    it('are not asked for stored answers of a route that has opted in, and for all others they are', () =>
      serving({ layers: [guard], mount: {}, routes: { '/open': { front: true } } }, async (served) => {
        await served.warm('/open/a', INSIDE)
        expect((await served.get('/open/a')).status).to.equal(200)
        expect((await served.get('/open/b')).status).to.equal(401)
        expect((await served.get('/open/a', { method: 'POST' })).status).to.equal(401)
      }))

    it('never see the answer to one who is refused stored for others', () =>
      serving({ layers: [guard] }, async (served) => {
        await served.warm('/', {}, OFTEN)
        expect(await served.isInFront()).to.equal(false)
        expect((await served.get('/', INSIDE)).text).to.equal('a page')
      }))

    it('that set headers which nobody has named keep answers behind', () =>
      staysBehind(
        { layers: [(_, { set }) => set('x-frame-options', 'DENY')] },
        /sets x-frame-options\. If that .* front: \{ headers: \['x-frame-options'\] \}\.$/,
      ))

    it('that set a cookie keep answers behind', () =>
      staysBehind({ layers: [(_, { set }) => set('set-cookie', 'a=1')] }, /sets set-cookie/))

    it('that set Vary keep answers behind', () =>
      staysBehind({ layers: [(_, { set }) => set('vary', 'Origin')] }, /sets vary/))

    it('that add to Vary keep answers behind', () =>
      staysBehind(
        {
          layers: [(_, { set }) => set('vary', 'Origin')],
          page: () => ({ headers: { ...FRESH, vary: 'Accept-Language' } }),
        },
        /changes vary/,
      ))

    it('that set headers which are named have them sent', () =>
      serving(
        {
          layers: [
            (_, { set }) => {
              set('X-Frame-Options', 'DENY')
              set('content-security-policy', "default-src 'self'")
            },
          ],
          mount: { front: { headers: ['x-frame-options', 'Content-Security-Policy'] } },
        },
        async (served) => {
          await served.warm('/', {}, 3)
          expect(await served.isInFront()).to.equal(true)
          const front = await served.get()
          expect(front.headers).to.include({
            'x-frame-options': 'DENY',
            'content-security-policy': "default-src 'self'",
          })
          expect(comparable(front)).to.deep.equal(comparable(await served.behind()))
          const tag = { headers: { 'if-none-match': String(front.headers.etag) } }
          expect(await served.isInFront('/', tag)).to.equal(true)
          expect(comparable(await served.get('/', tag))).to.deep.equal(
            comparable(await served.behind('/', tag)),
          )
        },
      ))

    it('that set a header which is named, but is another each time, keep answers behind', () => {
      let n = 0
      return staysBehind(
        {
          layers: [(_, { set }) => set('x-nonce', String(++n))],
          mount: { front: { headers: ['x-nonce'] } },
        },
        /another header with each answer/,
      )
    })

    it('that change such a header later are found out by the next answer of the ordinary place', () => {
      let colour = 'green'
      const layers: Layer[] = [(_, { set }) => set('x-colour', colour)]
      return serving({ layers, mount: { front: { headers: ['x-colour'] } } }, async (served) => {
        await served.warm('/', {}, 3)
        expect(await served.isInFront()).to.equal(true)
        colour = 'blue'
        await served.behind()
        expect(await served.isInFront()).to.equal(false)
        expect((await served.get()).headers['x-colour']).to.equal('blue')
      })
    })

    it('that write a request header by which answers are told apart keep them behind', () =>
      staysBehind(
        {
          layers: [writes('x-country', 'de')],
          page: ({ headers }) => ({ headers: FRESH, body: `from ${headers['x-country']}` }),
        },
        /writes x-country of the request/,
      ))

    it('that write a request header which nobody reads are no hindrance', () =>
      serving({ layers: [writes('x-id', '1')] }, async (served) => {
        await served.warm()
        expect(await served.isInFront()).to.equal(true)
      }))

    it('are said to be in the way once, and not for every page', () =>
      serving({ layers: [(_, { set }) => set('x-a', 'b')] }, async (served) => {
        for (let i = 0; i < 3; i++) await served.warm('/', { headers: { host: `${i}.example` } })
        expect(served.warnings).to.have.length(1)
      }))
  })
}
