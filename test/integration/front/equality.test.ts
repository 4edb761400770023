import { expect } from 'chai'
import fc from 'fast-check'
import { type FakeClock, fakeClock } from '../../contracts/index.ts'
import { comparable, type Page, rigs, type Served } from './rig.ts'

/** Pages of all kinds. A body says all that it was made from, so that two answers are equal only if they may be. */
const PAGES: Readonly<Record<string, (headers: Readonly<Record<string, unknown>>) => Page>> = {
  '/plain': () => ({ headers: { 'cache-control': 'max-age=10' }, body: 'plain' }),
  '/public': () => ({ headers: { 'cache-control': 'public, max-age=10' }, body: 'public' }),
  '/private': ({ cookie }) => ({
    headers: { 'cache-control': 'private, max-age=10' },
    body: `for ${cookie}`,
  }),
  '/language': (headers) => ({
    headers: { 'cache-control': 'max-age=10', vary: 'Accept-Language' },
    body: `in ${headers['accept-language']}`,
  }),
  '/reads': (headers) => ({
    headers: { 'cache-control': 'max-age=10' },
    body: `from ${headers['x-forwarded-host']}`,
  }),
  '/tagged': () => ({
    headers: {
      'cache-control': 'public, max-age=10',
      etag: '"1"',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    },
    body: 'tagged',
  }),
  '/text': () => ({
    headers: { 'cache-control': 'max-age=10', 'content-type': 'text/plain' },
    body: 'compressed '.repeat(120),
  }),
  '/validated': () => ({ headers: { 'cache-control': 'no-cache', etag: '"2"' }, body: 'validated' }),
  '/missing': () => ({ status: 404, headers: { 'cache-control': 'max-age=5' }, body: 'missing' }),
  '/never': () => ({ headers: { 'cache-control': 'no-store' }, body: 'never' }),
  '/cookie': ({ cookie }) => ({
    headers: { 'cache-control': 'public, max-age=10' },
    body: `cookie ${cookie}`,
  }),
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq: 1 })
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 14, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

const request = fc.record({
  path: fc.constantFrom(...Object.keys(PAGES), '/plain', '/public', '/tagged', '/text'),
  query: fc.constantFrom('', '', '', '', '', '', '?a=1', '?utm_source=x'),
  method: fc.constantFrom(...new Array<string>(14).fill('GET'), 'HEAD', 'HEAD', 'POST', 'OPTIONS'),
  headers: fc.record({
    host: fc.constantFrom('a.example', 'a.example', 'a.example', 'A.EXAMPLE', 'b.example'),
    'accept-language': maybe(fc.constantFrom('de', 'en', 'de, en;q=0.5')),
    'accept-encoding': maybe(fc.constantFrom('gzip', 'br, gzip', 'identity')),
    'x-forwarded-host': rarely(fc.constantFrom('evil.example', 'b.example')),
    'if-none-match': rarely(fc.constantFrom('"1"', 'W/"1"', '"2"', '*', '"x", "1"')),
    'if-modified-since': rarely(fc.constantFrom('Thu, 01 Jan 2026 00:00:00 GMT', 'no date')),
    'if-match': rarely(fc.constant('"1"')),
    range: rarely(fc.constantFrom('bytes=0-1', 'bytes=99999-')),
    'cache-control': rarely(
      fc.constantFrom('no-cache', 'max-age=1', 'max-age=0', 'min-fresh=5', 'only-if-cached'),
    ),
    cookie: rarely(fc.constantFrom('u=1', 'u=2')),
    authorization: rarely(fc.constant('Basic YTpi')),
    'x-http-method-override': rarely(fc.constant('PUT')),
    dnt: maybe(fc.constant('1')),
  }),
})

const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ ask: request, times: fc.constantFrom(1, 1, 2, 4) }) },
  { weight: 1, arbitrary: fc.record({ advance: fc.integer({ min: 1, max: 6_000 }) }) },
  { weight: 1, arbitrary: fc.record({ change: fc.constantFrom('invalidate', 'clear', 'reload') }) },
)

type Asked = typeof request extends fc.Arbitrary<infer A> ? A : never
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** The share of answers that the front has sent, at least; else the property says nothing of it. */
const LEAST = 0.04

for (const rig of rigs) {
  const serve = (clock: FakeClock, compress: boolean): Promise<Served> =>
    rig.serve({
      page: ({ url = '', headers }) => PAGES[url.split('?', 1)[0] as string]?.(headers) as Page,
      layers: [(_, { set }) => set('x-layer', 'constant')],
      mount: { front: { headers: ['x-layer'] }, tags: ['pages'], compress, dropQuery: ['utm_*'] },
      cache: { clock } as never,
    })

  describe(`${rig.name} in front mode`, () => {
    it('answers every request as the ordinary place does', async function () {
      this.timeout(120_000)
      let [asked, answered] = [0, 0]
      const take = async (each: Step, served: Served, clock: FakeClock): Promise<void> => {
        if ('advance' in each) return clock.advance(each.advance)
        if ('change' in each) return changed(served, each.change)
        for (let i = 0; i < each.times; i++) {
          asked += 1
          if (await isTheSame(served, each.ask)) answered += 1
        }
      }
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 120, size: 'max' }),
          fc.boolean(),
          async (steps, compress) => {
            const clock = fakeClock()
            const served = await serve(clock, compress)
            try {
              for (const each of steps) await take(each, served, clock)
            } finally {
              await served.close()
            }
          },
        ),
        { numRuns: 20 },
      )

      expect(answered / asked).to.be.greaterThan(LEAST)
    })
  })
}

/** Whether the front has answered; then the answer is that of the ordinary place, to the last header. */
async function isTheSame(served: Served, { path, query, method, headers }: Asked): Promise<boolean> {
  const options = { method, headers: withoutAbsent(headers) }
  const before = served.reached
  let front = await served.get(path + query, options)
  if (served.reached > before) return false
  const behind = await served.behind(path + query, options)
  // Made on another thread meanwhile.
  if (front.headers['content-encoding'] !== behind.headers['content-encoding'])
    front = await served.get(path + query, options)
  expect(comparable(front)).to.deep.equal(comparable(behind))
  return true
}

async function changed({ cache }: Served, how: string): Promise<void> {
  if (how === 'invalidate') await cache.invalidate({ tags: ['pages'] })
  else if (how === 'clear') await cache.clear()
  else await cache.reconfigure({})
}

function withoutAbsent(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((field): field is [string, string] => field[1] !== undefined),
  )
}
