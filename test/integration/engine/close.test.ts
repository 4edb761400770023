import { expect } from 'chai'
import { openers } from '../../../src/application/engine/openers.ts'
import type { Cache, CallOptions, LoadContext, Plugin } from '../../../src/index.ts'
import {
  cacheUnderTest,
  deferred,
  hooking,
  rejection,
  settled,
  thrown,
} from '../../fixtures/cache-under-test.ts'
import { runScript } from '../../fixtures/run-script.ts'

describe('close', () => {
  it('resolves although a read waits for ever and nothing else keeps the process alive', function () {
    this.timeout(30_000)
    expect(runScript(new URL('../../fixtures/closed-while-used.ts', import.meta.url))).to.equal('closed')
  })

  it('makes every later call reject', async () => {
    const { cache } = await cacheUnderTest()
    await cache.set('a', 1)
    await cache.close()
    const calls: Record<string, () => Promise<unknown>> = {
      get: () => cache.get('a'),
      getMany: () => cache.getMany(['a']),
      has: () => cache.has('a'),
      set: () => cache.set('a', 1),
      setMany: () => cache.setMany([['a', 1]]),
      delete: () => cache.delete('a'),
      deleteMany: () => cache.deleteMany(['a']),
      expire: () => cache.expire('a'),
      invalidate: () => cache.invalidate({ tags: ['t'] }),
      clear: () => cache.clear(),
      getOrSet: () => cache.getOrSet('a', () => 1),
    }
    for (const [name, call] of Object.entries(calls)) {
      expect((await rejection(call())).code, name).to.equal('HITHERTO_CACHE_CLOSED')
    }
    expect([cache.peek('a'), cache.getSync('a'), cache.inspect('a')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('forgets everything and leaves no timer', async () => {
    const { cache, clock } = await cacheUnderTest({ ttl: 1_000 })
    await cache.set('a', 1)
    expect(clock.pendingTimers).to.equal(1)
    await cache.close()
    expect(clock.pendingTimers).to.equal(0)
    expect(cache.stats()).to.include({ entries: 0, bytes: 0 })
  })

  const loads: Record<string, (cache: Cache, load: (context: LoadContext) => unknown) => Promise<unknown>> = {
    'a load': (cache, load) => cache.getOrSet('a', load),
    'a load whose key was deleted meanwhile': async (cache, load) => {
      const answer = cache.getOrSet('a', load)
      await settled()
      await cache.delete('a')
      return answer
    },
    'a load that a newer one replaced': async (cache, load) => {
      const answer = cache.getOrSet('a', load)
      await settled()
      await cache.getOrSet('a', () => 'newer', { forceRefresh: true })
      return answer
    },
    'a load of an older generation': async (cache, load) => {
      const answer = cache.getOrSet('a', load)
      await settled()
      await cache.reconfigure({})
      return answer
    },
    'a load that bypasses the cache': (cache, load) => cache.getOrSet('a', load, { bypass: true }),
    'a load in a namespace': (cache, load) => cache.namespace('n').getOrSet('a', load),
  }
  for (const [what, start] of Object.entries(loads)) {
    it(`ends ${what} and tells it`, async () => {
      const { cache } = await cacheUnderTest()
      let signal: AbortSignal | undefined
      const answer = rejection(
        start(cache, (context) => {
          signal = context.signal
          return new Promise(() => {})
        }),
      )
      for (let i = 0; i < 3; i++) await settled()
      await cache.close()
      expect((await answer).code).to.equal('HITHERTO_CACHE_CLOSED')
      expect(signal?.reason).to.have.property('code', 'HITHERTO_CACHE_CLOSED')
    })
  }

  it('ends loads that wait for a place', async () => {
    const { cache } = await cacheUnderTest({ loads: { concurrency: 1 } })
    const answers = ['a', 'b', 'c'].map((key) => rejection(cache.getOrSet(key, () => new Promise(() => {}))))
    await settled()
    await cache.close()
    for (const answer of answers) expect((await answer).code).to.equal('HITHERTO_CACHE_CLOSED')
    expect(cache.stats()).to.include({ loads: 1, loading: 0 })
  })

  const turns: Record<string, CallOptions> = {
    'one more load': {},
    'a load that bypasses the cache': { bypass: true },
  }
  for (const [what, options] of Object.entries(turns)) {
    it(`lets no hook that takes until then start ${what}`, async () => {
      const gate = deferred<void>()
      const { cache } = await cacheUnderTest({ plugins: [hooking('key', () => gate.promise)] })
      let started = 0
      const load = () => new Promise(() => started++)
      const answer = rejection(cache.getOrSet('a', load, options))
      const closing = cache.close()
      gate.resolve()
      await settled()
      expect(started).to.equal(0)
      await closing
      expect((await answer).code).to.equal('HITHERTO_CACHE_CLOSED')
    })
  }

  it('lets no hook that takes until then start a refresh behind', async () => {
    const gate = deferred<void>()
    let hook: Promise<void> | undefined
    const { cache, clock } = await cacheUnderTest({ plugins: [hooking('key', () => hook)], ttl: 10 })
    await cache.set('a', 'old', { staleWhileRevalidate: 10 })
    clock.advance(10)
    hook = gate.promise
    let started = 0
    const answer = cache.getOrSet('a', () => new Promise(() => started++), { staleWhileRevalidate: 10 })
    const closing = cache.close()
    gate.resolve()
    expect([await answer, started]).to.deep.equal(['old', 0])
    await closing
  })

  it('starts no load for a caller to whom the answer it has waited for is too old', async () => {
    const { cache } = await cacheUnderTest()
    const gate = deferred<void>()
    let started = 0
    const load = async ({ tag }: LoadContext) => {
      started += 1
      await gate.promise
      tag('t')
      return new Promise(() => {})
    }
    const answers = [rejection(cache.getOrSet('a', load))]
    await settled()
    await cache.invalidate({ tags: ['t'] })
    answers.push(rejection(cache.getOrSet('a', load)))
    gate.resolve()
    await settled()
    const closing = cache.close()
    await settled()
    expect(started).to.equal(1)
    await closing
    for (const answer of answers) expect((await answer).code).to.equal('HITHERTO_CACHE_CLOSED')
  })

  it('leaves nothing of the cache behind in the process, whatever was read before and meanwhile', async () => {
    const before = new Set(openers)
    const { cache } = await cacheUnderTest()
    const read = () => [cache.getSync('a'), cache.getSync('a')]
    await cache.set('a', 1)
    read()
    expect(openers.size).to.equal(before.size + 1)
    const closing = cache.close()
    let closed = false
    void closing.then(() => {
      closed = true
    })
    for (; !closed; await new Promise((resolve) => setImmediate(resolve))) read()
    expect([...openers].filter((opener) => !before.has(opener))).to.deep.equal([])
  })

  it('stops the plugins, after the calls that use them', async () => {
    const log: string[] = []
    const gate = deferred<void>()
    const plugin: Plugin = {
      name: 'p',
      start(host) {
        host.hook('store', async () => {
          await gate.promise
          log.push('hook ends')
        })
        return () => void log.push('stop')
      },
    }
    const { cache } = await cacheUnderTest({ plugins: [plugin] })
    const setting = cache.set('a', 1)
    await settled()
    const closing = cache.close()
    await settled()
    expect(log).to.deep.equal([])
    gate.resolve()
    await Promise.all([setting, closing])
    expect(log).to.deep.equal(['hook ends', 'stop'])
    expect(cache.stats().entries).to.equal(0)
  })

  it('waits for a reconfigure that is under way, which then fails and leaves nothing behind', async () => {
    const log: string[] = []
    const slow: Plugin = {
      name: 'slow',
      async start() {
        await settled()
        log.push('start')
        return () => void log.push('stop')
      },
    }
    const { cache } = await cacheUnderTest()
    const reconfiguring = rejection(cache.reconfigure({ plugins: [slow] }))
    await Promise.resolve()
    await cache.close()
    expect((await reconfiguring).code).to.equal('HITHERTO_CACHE_CLOSED')
    expect(log).to.deep.equal(['start', 'stop'])
  })

  it('called again waits for the first call, and ends well', async () => {
    let stopped = false
    const plugin: Plugin = {
      name: 'p',
      start: () => async () => {
        await settled()
        stopped = true
      },
    }
    const { cache } = await cacheUnderTest({ plugins: [plugin] })
    void cache.close()
    await cache.close()
    expect(stopped).to.equal(true)
    await cache.close()
  })

  it('makes reconfigure, surface and wrap say that the cache is closed', async () => {
    const { cache } = await cacheUnderTest()
    await cache.close()
    expect((await rejection(cache.reconfigure({}))).code).to.equal('HITHERTO_CACHE_CLOSED')
    for (const call of [
      () => cache.surface({ name: 's', start() {} }),
      () => cache.wrap(async function f() {}),
    ]) {
      expect(thrown(call).code).to.equal('HITHERTO_CACHE_CLOSED')
    }
  })

  it('waits for the plugins of older generations, too', async () => {
    const log: string[] = []
    const slow: Plugin = {
      name: 'slow',
      start: () => async () => {
        for (let i = 0; i < 5; i++) await settled()
        log.push('stopped')
      },
    }
    const { cache } = await cacheUnderTest({ plugins: [slow] })
    await cache.reconfigure({})
    await cache.close()
    expect(log).to.deep.equal(['stopped'])
  })

  it('is what `await using` does', async () => {
    const { cache } = await cacheUnderTest()
    await cache[Symbol.asyncDispose]()
    expect((await rejection(cache.get('a'))).code).to.equal('HITHERTO_CACHE_CLOSED')
  })

  it('of a namespace closes the whole cache', async () => {
    const { cache } = await cacheUnderTest()
    await cache.namespace('n').close()
    expect((await rejection(cache.get('a'))).code).to.equal('HITHERTO_CACHE_CLOSED')
  })

  it('of one cache leaves another alone', async () => {
    const [one, two] = [(await cacheUnderTest()).cache, (await cacheUnderTest()).cache]
    await two.set('a', 1)
    await one.close()
    expect(two.getSync('a')).to.equal(1)
    await two.close()
  })
})
