import { expect } from 'chai'
import type { Cache, Plugin, PluginHost } from '../../../src/index.ts'
import { cacheUnderTest, deferred, settled } from '../../fixtures/cache-under-test.ts'

describe('plugins', () => {
  it('start in their declared order, and stop in the reverse one', async () => {
    const log: string[] = []
    const plugin = (name: string, ...after: string[]): Plugin => ({
      name,
      after,
      async start() {
        await settled()
        log.push(`start ${name}`)
        return async () => {
          await settled()
          log.push(`stop ${name}`)
        }
      },
    })
    const { cache } = await cacheUnderTest({ plugins: [plugin('c', 'b'), plugin('a'), plugin('b', 'a')] })
    await cache.close()
    expect(log).to.deep.equal(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a'])
  })

  it('get their options, the clock, the logger, the number of the generation and the cache', async () => {
    const seen: { host: PluginHost; options: unknown }[] = []
    const plugin: Plugin = { name: 'p', start: (host, options) => void seen.push({ host, options }) }
    const lines: string[] = []
    const logger = { debug() {}, info: (line: string) => lines.push(line), warn() {}, error() {} }
    const { cache, clock } = await cacheUnderTest({ plugins: [{ use: plugin, options: { n: 1 } }], logger })
    const [{ host, options }] = seen as [{ host: PluginHost; options: unknown }]
    expect(options).to.deep.equal({ n: 1 })
    expect([host.clock, host.cache, host.generation]).to.deep.equal([clock, cache, 1])
    host.logger.info('hello')
    expect(lines).to.deep.equal(['hello'])
    await cache.reconfigure({ plugins: [plugin] })
    expect(seen[1]?.options).to.equal(undefined)
    expect(seen[1]?.host.generation).to.equal(2)
    await cache.close()
  })

  it('may be named in the catalogue, with or without options', async () => {
    const { cache } = await cacheUnderTest({ plugins: [{ use: 'function' }] })
    expect(await cache.wrap(async (n: number) => n * 2, { name: 'double' })(21)).to.equal(42)
    await cache.close()
  })

  it('report what they contained', async () => {
    const fault = new Error('contained')
    const { cache, errors } = await cacheUnderTest({
      plugins: [{ name: 'p', start: (host) => host.on('hit', () => host.report(fault)) }],
    })
    await cache.set('a', 1)
    cache.getSync('a')
    expect(errors).to.deep.equal([fault])
    expect(cache.stats()).to.include({ errors: 1, hookErrors: 0 })
    await cache.close()
  })

  it('that fail to stop are reported, and the others stop all the same', async () => {
    const stopped: string[] = []
    const good: Plugin = { name: 'good', start: () => () => void stopped.push('good') }
    const bad: Plugin = {
      name: 'bad',
      start: () => () => {
        throw new Error('stuck')
      },
    }
    const { cache, errors } = await cacheUnderTest({ plugins: [good, bad] })
    await cache.close()
    expect(stopped).to.deep.equal(['good'])
    expect(errors.map(String)).to.deep.equal(['Error: stuck'])
  })

  it('may use their cache once it serves', async () => {
    let own: Cache | undefined
    const plugin: Plugin = {
      name: 'p',
      start(host) {
        own = host.cache
      },
    }
    const { cache } = await cacheUnderTest({ plugins: [plugin] })
    await own?.set('a', 1)
    expect(cache.peek('a')).to.equal(1)
    await cache.close()
  })

  it('of a generation are heard until it is replaced, and no longer', async () => {
    const heard: string[] = []
    const plugin = (name: string): Plugin => ({
      name,
      start: (host) => host.on('hit', () => heard.push(name)),
    })
    const { cache } = await cacheUnderTest({ plugins: [plugin('one')] })
    await cache.set('a', 1)
    cache.getSync('a')
    await cache.reconfigure({ plugins: [plugin('two')] })
    cache.getSync('a')
    expect(heard).to.deep.equal(['one', 'two'])
    await cache.close()
  })

  it('of a retired generation stop only when its last user has left', async () => {
    const uses: Record<string, (cache: Cache, load: () => Promise<unknown>) => Promise<unknown>> = {
      load: (cache, load) => cache.getOrSet('a', load),
      'bypassing load': (cache, load) => cache.getOrSet('a', load, { bypass: true }),
      'nested load': (cache, load) => cache.getOrSet('a', () => cache.getOrSet('b', load)),
    }
    for (const [name, use] of Object.entries(uses)) {
      let stopped = false
      const plugin: Plugin = {
        name: 'p',
        start: () => () => {
          stopped = true
        },
      }
      const { cache } = await cacheUnderTest({ plugins: [plugin] })
      const gate = deferred<void>()
      const answer = use(cache, () => gate.promise.then(() => stopped))
      await settled()
      await cache.reconfigure({})
      await settled()
      gate.resolve()
      expect(await answer, name).to.equal(false)
      await settled()
      expect(stopped, name).to.equal(true)
      await cache.close()
    }
  })

  it('of a retired generation stop only when the last call that waits for its hooks has ended', async () => {
    for (const point of ['key', 'lookup', 'store', 'invalidate'] as const) {
      const gate = deferred<void>()
      let stopped = false
      const plugin: Plugin = {
        name: 'p',
        start(host) {
          host.hook(point, () => gate.promise)
          return () => {
            stopped = true
          }
        },
      }
      const { cache } = await cacheUnderTest({ plugins: [plugin] })
      const calls =
        point === 'store'
          ? [cache.set('a', 1)]
          : point === 'invalidate'
            ? [cache.delete('a'), cache.invalidate({ tags: ['t'] })]
            : [
                cache.get('a'),
                cache.getOrSet('b', () => 1),
                cache.set('c', 1),
                cache.expire('d'),
                cache.has('e'),
              ]
      await settled()
      await cache.reconfigure({})
      await settled()
      expect(stopped, point).to.equal(false)
      gate.resolve()
      await Promise.all(calls)
      await settled()
      expect(stopped, point).to.equal(true)
      await cache.close()
    }
  })
})
