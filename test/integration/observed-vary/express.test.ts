import { expect } from 'chai'
import express, { type Express, type Request, type RequestHandler } from 'express'
import { type ExpressCacheOptions, httpCache } from '../../../adapters/express/index.ts'
import { createCache } from '../../../src/index.ts'
import { type Answer, type Ask, ask, statusOf } from '../../contracts/http-adapter-client.ts'
import { listening } from '../adapters/express-driver.ts'

interface Rig {
  readonly get: (path?: string, headers?: Ask['headers']) => Promise<Answer>
  readonly warnings: string[]
}

/** An Express application with the cache in front of `routes`, and what it warned of. */
async function served(
  routes: (app: Express) => void,
  test: (rig: Rig) => Promise<void>,
  options: Partial<ExpressCacheOptions> = {},
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
  const app = express()
  app.set('env', 'test')
  app.use(httpCache({ cache, ttl: '1m', ...options }))
  routes(app)
  const server = await listening(app, cache)
  try {
    await test({ warnings, get: (path = '/page', headers = {}) => ask(server.origin, path, { headers }) })
  } finally {
    await server.close()
  }
}

const isHit = (answer: Answer): boolean => / hit/.test(statusOf(answer))
const page =
  (read: (req: Request) => unknown): RequestHandler =>
  (req, res) =>
    void res.send(`page ${read(req)}`)

describe('observed Vary on Express', () => {
  it('leaves a page alone whose handler asks nothing of the request', () =>
    served(
      (app) =>
        app.get(
          '/page',
          page(() => 'for all'),
        ),
      async ({ get, warnings }) => {
        await get()
        expect(
          isHit(await get('/page', { 'user-agent': 'x', accept: 'y', 'x-forwarded-for': '1.2.3.4' })),
        ).to.equal(true)
        expect(warnings).to.deep.equal([])
      },
    ))

  for (const [what, read] of [
    ['req.get', (req: Request) => req.get('X-Forwarded-Host')],
    ['req.headers', (req: Request) => req.headers['x-forwarded-host']],
    ['req.accepts', (req: Request) => req.accepts('html', 'json')],
    ['req.xhr', (req: Request) => req.xhr],
  ] as const) {
    it(`counts what is asked by ${what}`, () =>
      served(
        (app) => app.get('/page', page(read)),
        async ({ get }) => {
          const evil = {
            'x-forwarded-host': 'evil',
            accept: 'application/json',
            'x-requested-with': 'XMLHttpRequest',
          }
          const first = await get('/page', evil)
          expect((await get()).text).to.not.equal(first.text)
          expect(isHit(await get())).to.equal(true)
          expect(isHit(await get('/page', evil))).to.equal(true)
        },
      ))
  }

  for (const [what, read] of [
    ['req.hostname', (req: Request) => req.hostname],
    ['req.host', (req: Request) => req.host],
    ['req.ip', (req: Request) => typeof req.ip],
    ['req.ips', (req: Request) => req.ips.length],
    ['req.protocol', (req: Request) => req.protocol],
  ] as const) {
    it(`does not count what ${what} reads and takes no notice of`, () =>
      served(
        (app) => app.get('/page', page(read)),
        async ({ get }) => {
          await get('/page', {
            'x-forwarded-for': '1.1.1.1',
            'x-forwarded-host': 'a',
            'x-forwarded-proto': 'https',
          })
          expect(
            isHit(await get('/page', { 'x-forwarded-for': '2.2.2.2', 'x-forwarded-host': 'b' })),
          ).to.equal(true)
        },
      ))
  }

  it('counts what req.hostname reads where proxies are trusted', () =>
    served(
      (app) => {
        app.set('trust proxy', true)
        app.get(
          '/page',
          page((req) => req.hostname),
        )
      },
      async ({ get }) => {
        expect((await get('/page', { 'x-forwarded-host': 'evil' })).text).to.equal('page evil')
        expect((await get('/page', { 'x-forwarded-host': 'good' })).text).to.equal('page good')
      },
    ))

  it('counts a header that the handler reads itself, beside a getter that takes no notice of it', () =>
    served(
      (app) =>
        app.get(
          '/page',
          page(
            (req) =>
              `${typeof req.ip} ${req.hostname} ${req.headers['x-forwarded-for']} ${req.get('x-forwarded-host')}`,
          ),
        ),
      async ({ get }) => {
        await get('/page', { 'x-forwarded-for': 'evil' })
        await get('/page', { 'x-forwarded-host': 'evil' })
        expect((await get()).text).to.not.include('evil')
      },
    ))

  it('warns once of who reads the address of each client, with route, header and reader', () =>
    served(
      (app) => {
        app.set('trust proxy', true)
        app.get(
          '/page/:id',
          page((req) => req.ip),
        )
      },
      async ({ get, warnings }) => {
        for (let i = 0; i < 5; i++) await get(`/page/${i}`, { 'x-forwarded-for': `1.1.1.${i}` })
        expect(warnings).to.have.length(1)
        expect(warnings[0]).to.match(
          /^GET \/page\/:id reads x-forwarded-for \(test\/.*express\.test\.ts:\d+, through req\.ip\)/,
        )
      },
    ))

  it('does not store what was made from all headers, and says so once', () =>
    served(
      (app) =>
        app.get(
          '/page',
          page((req) => JSON.stringify(req.headers).length > 0),
        ),
      async ({ get, warnings }) => {
        for (let i = 0; i < 3; i++) {
          const answer = await get()
          expect(isHit(answer)).to.equal(false)
          expect(statusOf(answer)).to.match(/detail=all-headers/)
        }
        expect(warnings).to.have.length(1)
        expect(warnings[0]).to.match(
          /^GET \/page reads all request headers at once \(test\/.*express\.test\.ts:\d+\)/,
        )
      },
    ))

  it('only says what is read, where it is told to warn', () =>
    served(
      (app) =>
        app.get(
          '/page',
          page((req) => `${req.get('x-theme')} ${Object.keys(req.headers).length > 0}`),
        ),
      async ({ get, warnings }) => {
        await get('/page', { 'x-theme': 'a' })
        expect(isHit(await get('/page', { 'x-theme': 'b' }))).to.equal(true)
        expect(warnings).to.have.length(2)
        expect(warnings.join()).to.match(
          /reads x-theme \(.*express\.test\.ts:\d+\), but its answer does not say Vary: x-theme/,
        )
      },
      { observe: 'warn' },
    ))

  it('says nothing of a header that the answer names in Vary', () =>
    served(
      (app) => app.get('/page', (req, res) => void res.vary('X-Theme').send(`${req.get('x-theme')}`)),
      async ({ get, warnings }) => {
        await get('/page', { 'x-theme': 'a' })
        expect(warnings).to.deep.equal([])
      },
      { observe: 'warn' },
    ))

  it('leaves out of the key what the mount or the route exempts', () =>
    served(
      (app) =>
        app.get(
          '/page',
          page((req) => `${typeof req.get('x-trace')}`),
        ),
      async ({ get }) => {
        await get('/page', { 'x-trace': '1' })
        expect(isHit(await get('/page', { 'x-trace': '2' }))).to.equal(true)
      },
      { exempt: ['X-Trace'] },
    ))

  it('steps aside for a route that says so: structuredClone takes no Proxy', async () => {
    let cache: ExpressCacheOptions['cache'] | undefined
    const clone = page((req) => structuredClone(req.headers)['x-theme'])
    await served(
      (app) => {
        app.get('/page', clone)
        app.get(
          '/cloned',
          (req, res, next) => httpCache({ cache: cache as never, observe: false })(req, res, next),
          clone,
        )
      },
      async ({ get }) => {
        expect((await get()).status).to.equal(500)
        cache = await createCache()
        expect((await get('/cloned', { 'x-theme': 'a' })).text).to.equal('page a')
        await cache.close()
      },
    )
  })

  it('counts nothing that layers before the cache read while the answer is sent', async () => {
    const cache = await createCache()
    const app = express()
    app.use((req, res, next) => {
      const { end, writeHead } = res
      res.end = ((...args: never[]) => {
        void req.headers['accept-encoding']
        return end.apply(res, args as never)
      }) as typeof res.end
      res.writeHead = ((...args: never[]) => {
        void { ...req.headers }
        return writeHead.apply(res, args as never)
      }) as typeof res.writeHead
      next()
    })
    app.use(httpCache({ cache, ttl: '1m' }))
    app.get(
      '/page',
      page(() => 'for all'),
    )
    const server = await listening(app, cache)
    try {
      await ask(server.origin, '/page', { headers: { 'accept-encoding': 'gzip' } })
      expect(isHit(await ask(server.origin, '/page', { headers: { 'accept-encoding': 'br' } }))).to.equal(
        true,
      )
    } finally {
      await server.close()
    }
  })

  it('gives the request its own headers back when the answer is made', () =>
    served(
      (app) => {
        app.get('/page', (req, res) => {
          res.send('page')
          void { ...req.headers }
          structuredClone(req.headers)
        })
      },
      async ({ get }) => {
        await get()
        expect(isHit(await get())).to.equal(true)
      },
    ))
})
