import { expect } from 'chai'
import type { Exchange } from '../../../../plugins/http-response/exchange.ts'
import { type HttpCacheOptions, httpPolicy } from '../../../../plugins/http-response/options.ts'
import type { Plan } from '../../../../plugins/http-response/plan.ts'
import { httpResponse, httpResponsesOf } from '../../../../plugins/http-response/plugin.ts'
import type { Served } from '../../../../plugins/http-response/served.ts'
import type { HttpSurface } from '../../../../plugins/http-response/surface.ts'
import { cacheUnderTest, settled, type UnderTest } from '../../../fixtures/cache-under-test.ts'

const FRESH = { 'cache-control': 'max-age=60' }

interface Harness extends UnderTest {
  readonly surface: HttpSurface
  plan(
    target: string,
    options?: HttpCacheOptions,
    more?: { method?: string; headers?: Record<string, string> },
  ): Plan | Promise<Plan>
  record(target: string, options?: HttpCacheOptions): Promise<Exchange>
  hit(target: string): Promise<Served | undefined>
}

async function harness(): Promise<Harness> {
  const under = await cacheUnderTest()
  const { surface } = under.cache.surface(httpResponse)
  const plan: Harness['plan'] = (target, options = {}, { method = 'GET', headers = {} } = {}) =>
    surface.plan({ method, target, host: 'a.example', headers, raw: undefined }, httpPolicy(options))
  return {
    ...under,
    surface,
    plan,
    async record(target, options) {
      const plan_ = await plan(target, options)
      if (plan_.kind !== 'record') throw new Error(`expected to record, not to ${plan_.kind}`)
      return plan_.exchange
    },
    async hit(target) {
      const found = await plan(target)
      if (found.kind === 'record') found.exchange.abandon()
      return found.kind === 'serve' ? found.answer : undefined
    },
  }
}

const send = async (
  exchange: Exchange,
  headers: Record<string, string> = FRESH,
  body = 'page',
  status = 200,
) => {
  exchange.head(status, headers, headers)
  exchange.chunk(Buffer.from(body))
  await exchange.finish()
}

describe('the HTTP surface', () => {
  it('answers at once where nobody has to wait', async () => {
    const { plan, record } = await harness()
    expect(plan('/a')).to.not.be.instanceOf(Promise)
    const exchange = await record('/b')
    expect(plan('/b')).to.be.instanceOf(Promise)
    await send(exchange)
    expect(plan('/b')).to.not.be.instanceOf(Promise)
  })

  it('leaves no flight behind where a function of the policy throws', async () => {
    const { plan, errors, cache } = await harness()
    const tags = () => {
      throw new Error('on purpose')
    }
    for (let i = 0; i < 3; i++)
      expect(plan('/a', { tags })).to.include({ kind: 'pass', reason: 'bypass', detail: 'error' })
    expect(errors).to.have.length(3)
    expect(cache.stats().loading).to.equal(0)
    expect(plan('/a')).to.include({ kind: 'record' })
  })

  it('contains what a function of the policy throws after a wait', async () => {
    const { plan, record, errors } = await harness()
    const leader = await record('/a')
    const tags = () => {
      throw new Error('on purpose')
    }
    const waiting = plan('/a', { tags })
    leader.abandon()
    expect(await waiting).to.include({ kind: 'pass', detail: 'error' })
    expect(errors).to.have.length(1)
  })

  const writes: [string, number, boolean][] = [
    ['POST', 200, true],
    ['POST', 303, true],
    ['PATCH', 204, true],
    ['M-SEARCH', 200, true],
    ['POST', 400, false],
    ['POST', 500, false],
    ['POST', 101, false],
    ['OPTIONS', 200, false],
    ['TRACE', 200, false],
    ['GET', 200, false],
    ['HEAD', 200, false],
  ]
  for (const [method, status, outdates] of writes) {
    it(`${outdates ? 'outdates' : 'keeps'} a page when ${method} is answered with ${status}`, async () => {
      const { surface, record, hit } = await harness()
      await send(await record('/a'))
      surface.unsafeAnswered(
        { method, target: '/a', host: 'a.example', headers: {}, raw: undefined },
        httpPolicy({}),
        { status, headers: {} },
      )
      expect((await hit('/a')) === undefined).to.equal(outdates)
    })
  }

  it('outdates a page by a write to its host in another spelling', async () => {
    for (const host of ['a.example:80', 'A.example', 'a.example:']) {
      const { surface, record, hit } = await harness()
      await send(await record('/a'))
      const request = { method: 'POST', target: '/a', host, headers: {}, raw: undefined }
      surface.unsafeAnswered(request, httpPolicy({}), { status: 200, headers: {} })
      expect(await hit('/a')).to.equal(undefined)
    }
  })

  it('lets everything through when the cache is closed, and is what served last', async () => {
    const { cache } = await harness()
    const current = httpResponsesOf(cache)
    const { surface, policy } = current()
    await cache.close()
    expect(current().surface).to.equal(surface)
    const request = { method: 'GET', target: '/a', host: 'a.example', headers: {}, raw: undefined }
    expect(surface.plan(request, policy)).to.deep.include({
      kind: 'pass',
      reason: 'bypass',
      detail: 'disabled',
    })
    expect(() =>
      surface.unsafeAnswered({ ...request, method: 'POST' }, policy, { status: 200, headers: {} }),
    ).to.not.throw()
  })

  it('is another one after each reload, over the same pages', async () => {
    const { cache, record, plan } = await harness()
    const current = httpResponsesOf(cache)
    await send(await record('/a'))
    const before = current()
    await cache.reconfigure({ ttl: 5 })
    expect(current()).to.not.equal(before)
    expect(await plan('/a')).to.include({ kind: 'serve' })
  })
})

describe('an exchange', () => {
  const ends: [string, (exchange: Exchange) => Promise<unknown> | void, boolean][] = [
    ['sent to its end', (exchange) => send(exchange), true],
    ['ended without a head', (exchange) => exchange.finish(), false],
    ['abandoned', (exchange) => exchange.abandon(), false],
    [
      'abandoned after its head',
      (exchange) => void (exchange.head(200, FRESH, FRESH) && exchange.abandon()),
      false,
    ],
    ['shorter than it said', (exchange) => send(exchange, { ...FRESH, 'content-length': '5' }), false],
    ['longer than it said', (exchange) => send(exchange, { ...FRESH, 'content-length': '3' }), false],
    ['as long as it said', (exchange) => send(exchange, { ...FRESH, 'content-length': '4' }), true],
    ['of a length that is none', (exchange) => send(exchange, { ...FRESH, 'content-length': 'four' }), false],
  ]
  for (const [what, act, kept] of ends) {
    it(`that is ${what} is ${kept ? 'kept' : 'not kept'}, and nobody waits for it any more`, async () => {
      const { record, hit, plan } = await harness()
      await act(await record('/a'))
      expect((await hit('/a')) !== undefined).to.equal(kept)
      expect(plan('/a')).to.not.be.instanceOf(Promise)
    })
  }

  it('is kept once, with the bytes that came before its end', async () => {
    const { record, hit, cache } = await harness()
    const exchange = await record('/a')
    exchange.head(200, FRESH, FRESH)
    exchange.chunk(Buffer.from('first'))
    const done = exchange.finish()
    exchange.chunk(Buffer.from('second'))
    await Promise.all([done, exchange.finish()])
    expect((await hit('/a'))?.body?.toString()).to.equal('first')
    expect(cache.stats().stored).to.equal(1)
  })

  it('that is replaced by an error page is not kept', async () => {
    const { record, hit } = await harness()
    const exchange = await record('/a')
    exchange.head(200, FRESH, FRESH)
    exchange.chunk(Buffer.from('half'))
    expect(exchange.head(500, FRESH, FRESH).cacheStatus).to.equal('cache; fwd=uri-miss; detail=status')
    exchange.chunk(Buffer.from('error'))
    await exchange.finish()
    expect(await hit('/a')).to.equal(undefined)
  })

  it('contains what goes wrong while its head is judged', async () => {
    const { record, errors, hit } = await harness()
    const exchange = await record('/a')
    const trap = new Proxy(FRESH, {
      getOwnPropertyDescriptor: () => {
        throw new Error('on purpose')
      },
    })
    expect(exchange.head(200, trap, FRESH).cacheStatus).to.equal(undefined)
    await exchange.finish()
    expect(errors).to.have.length(1)
    expect(await hit('/a')).to.equal(undefined)
  })

  it('whose client has left is given up after a while', async () => {
    const { record, plan, clock, cache } = await harness()
    const exchange = await record('/a')
    exchange.closed(false)
    expect(plan('/a')).to.not.be.instanceOf(Promise)
    clock.advance(29_999)
    expect(exchange.recording).to.equal(false)
    exchange.head(200, FRESH, FRESH)
    expect(exchange.recording).to.equal(true)
    clock.advance(1)
    expect(exchange.recording).to.equal(false)
    await exchange.finish()
    expect(cache.stats().stored).to.equal(0)
  })

  describe('whose client has left in the middle', () => {
    const MIB = 1024 * 1024
    const half = Buffer.alloc(4 * MIB)
    const LONG = { ...FRESH, 'content-length': String(5 * MIB) }
    const leftBehind = async ({ record }: Harness, target: string) => {
      const exchange = await record(target)
      exchange.head(200, LONG, LONG)
      exchange.chunk(half)
      exchange.closed(false)
      return exchange
    }

    it('is held only while all of those are 16 MiB together: the oldest is given up first', async () => {
      const under = await harness()
      const all: Exchange[] = []
      for (let i = 0; i < 100; i++) {
        all.push(await leftBehind(under, `/${i}`))
        expect(all.filter(({ recording }) => recording)).to.deep.equal(all.slice(-4))
      }
      all.at(-1)?.chunk(half.subarray(0, MIB))
      await all.at(-1)?.finish()
      expect(await under.hit('/99')).to.not.equal(undefined)
      expect(all.filter(({ recording }) => recording)).to.deep.equal(all.slice(-3, -1))
    })

    it('counts with what its handler still makes, and not any more when it has ended', async () => {
      const under = await harness()
      const ended = await leftBehind(under, '/ended')
      ended.abandon()
      const all = [
        await leftBehind(under, '/1'),
        await leftBehind(under, '/2'),
        await leftBehind(under, '/3'),
      ]
      const late = await under.record('/late')
      late.closed(false)
      late.head(200, LONG, LONG)
      late.chunk(half)
      expect(all.every(({ recording }) => recording)).to.equal(true)
      late.chunk('x')
      expect(all.map(({ recording }) => recording)).to.deep.equal([false, true, true])
      expect(late.recording).to.equal(true)
    })
  })

  it('whose client has left is refused if its URL was written meanwhile', async () => {
    const { record, surface, hit } = await harness()
    const exchange = await record('/a')
    exchange.closed(false)
    surface.unsafeAnswered(
      { method: 'POST', target: '/a', host: 'a.example', headers: {}, raw: undefined },
      httpPolicy({}),
      { status: 200, headers: {} },
    )
    await send(exchange)
    expect(await hit('/a')).to.equal(undefined)
  })

  it('is judged by what all layers say against sharing, and by the lifetime that the handler gives', async () => {
    const { record, hit } = await harness()
    for (const sent of [
      { 'cache-control': 'no-store' },
      { 'cache-control': 'private' },
      { 'cache-control': 'no-cache' },
      { pragma: 'no-cache' },
    ]) {
      const exchange = await record('/a', { ttl: '1m' })
      exchange.head(200, {}, sent as Record<string, string>)
      await exchange.finish()
      expect(await hit('/a'), JSON.stringify(sent)).to.equal(undefined)
    }
    const exchange = await record('/a')
    exchange.head(200, {}, { 'cache-control': 'public, max-age=60' })
    await exchange.finish()
    expect(await hit('/a')).to.equal(undefined)
  })

  it('makes a page that is taken away with the fields the handler took away', async () => {
    const { record, hit } = await harness()
    const exchange = await record('/a')
    exchange.head(200, { ...FRESH, 'x-frame-options': undefined }, FRESH)
    await exchange.finish()
    const answer = await hit('/a')
    expect(Object.hasOwn(answer?.headers ?? {}, 'x-frame-options')).to.equal(true)
    expect(answer?.headers['x-frame-options']).to.equal(undefined)
  })

  it('goes with its tags, also those named after its client has left', async () => {
    const { record, hit, cache } = await harness()
    const exchange = await record('/a')
    exchange.closed(false)
    exchange.tag(['late'])
    await send(exchange)
    expect(await hit('/a')).to.not.equal(undefined)
    await cache.invalidate({ tags: ['late'] })
    expect(await hit('/a')).to.equal(undefined)
  })
})

describe('a hit', () => {
  const answer = async (
    headers: Record<string, string>,
    status: number,
    method = 'GET',
    condition: Record<string, string> = {},
  ) => {
    const { record, plan } = await harness()
    await send(await record('/a'), { ...FRESH, ...headers }, status === 204 ? '' : 'page', status)
    const found = await plan('/a', {}, { method, headers: condition })
    if (found.kind !== 'serve') throw new Error('expected a hit')
    return found.answer
  }

  it('says its length, but for 204', async () => {
    expect((await answer({}, 200)).headers['content-length']).to.equal('4')
    expect((await answer({}, 204)).headers['content-length']).to.equal(undefined)
  })

  it('with a matching condition is 304 without a body or a length, for HEAD too', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { status, body, headers } = await answer({ etag: '"x"' }, 200, method, { 'if-none-match': '"x"' })
      expect([status, body, headers['content-length']]).to.deep.equal([304, null, undefined])
    }
  })

  it('cannot be changed by who got it before', async () => {
    const { record, hit } = await harness()
    await send(await record('/a'), { ...FRESH, 'x-a': '1' })
    const first = (await hit('/a')) as Served
    expect(() => {
      ;(first.headers as Record<string, unknown>)['x-a'] = 'changed'
    }).to.throw(TypeError)
    expect((await hit('/a'))?.headers['x-a']).to.equal('1')
  })
})

describe('collapsing in the surface', () => {
  it('is bounded by the policy of the one who waits', async () => {
    const { record, plan, clock } = await harness()
    await record('/a')
    const waiting = plan('/a', { collapseTimeout: 100 })
    clock.advance(99)
    let done = false
    void Promise.resolve(waiting).then(() => {
      done = true
    })
    await settled()
    expect(done).to.equal(false)
    clock.advance(1)
    expect(await waiting).to.include({ kind: 'record' })
  })

  it('does not mark a URL for the sake of one with credentials', async () => {
    const { plan, record } = await harness()
    const personal = await plan('/a', {}, { headers: { cookie: 'a=1' } })
    if (personal.kind !== 'record') throw new Error('expected to record')
    await send(personal.exchange)
    const leader = await record('/a')
    expect(plan('/a')).to.be.instanceOf(Promise)
    leader.abandon()
    expect(await record('/a')).to.be.an('object')
    expect(plan('/a')).to.not.be.instanceOf(Promise)
  })
})
