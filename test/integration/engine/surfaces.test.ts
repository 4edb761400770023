import { expect } from 'chai'
import type { SurfacePlugin } from '../../../src/index.ts'
import { cacheUnderTest, deferred, rejection, settled, thrown } from '../../fixtures/cache-under-test.ts'

interface Greeting {
  readonly generation: number
  greet(): string
}

function greeter(log: string[] = []): SurfacePlugin<Greeting> {
  return {
    name: 'greeter',
    start(host) {
      log.push(`start ${host.generation}`)
      host.hook('load', ({ tags }) => ({ tags: [...tags, 'greeted'] }))
      host.provide({ generation: host.generation, greet: () => 'hello' } satisfies Greeting)
      return () => void log.push(`stop ${host.generation}`)
    },
  }
}

describe('a surface', () => {
  it('is started on first use, once, and takes part in the hooks from then on', async () => {
    const log: string[] = []
    const plugin = greeter(log)
    const { cache } = await cacheUnderTest()
    await cache.set('a', 1)
    expect(cache.surface(plugin).greet()).to.equal('hello')
    expect(cache.surface(plugin)).to.equal(cache.namespace('n').surface(plugin))
    expect(log).to.deep.equal(['start 2'])
    expect(cache.peek('a')).to.equal(1)
    await cache.getOrSet('b', () => 1)
    expect(cache.inspect('b')?.deps).to.deep.equal(['greeted'])
    await cache.close()
    expect(log).to.deep.equal(['start 2', 'stop 2'])
  })

  it('survives reconfigure: each later generation starts it again, and the old one stops', async () => {
    const log: string[] = []
    const plugin = greeter(log)
    const { cache } = await cacheUnderTest()
    cache.surface(plugin)
    await cache.reconfigure({ ttl: 5 })
    await settled()
    expect(cache.surface(plugin).generation).to.equal(3)
    expect(log).to.deep.equal(['start 2', 'start 3', 'stop 2'])
    await cache.reconfigure({ plugins: [plugin] })
    await settled()
    expect(log).to.deep.equal(['start 2', 'start 3', 'stop 2', 'start 4', 'stop 3'])
    expect(cache.surface(plugin).generation).to.equal(4)
    await cache.close()
  })

  it('that is asked for while a reconfigure is under way is not lost, and gets a generation of its own', async () => {
    const log: string[] = []
    const plugin = greeter(log)
    const gate = deferred<void>()
    const { cache } = await cacheUnderTest()
    const reconfiguring = cache.reconfigure({ plugins: [{ name: 'slow', start: () => gate.promise }] })
    await settled()
    expect(cache.surface(plugin).generation).to.equal(3)
    gate.resolve()
    await reconfiguring
    expect(cache.surface(plugin).generation).to.equal(4)
    await cache.reconfigure({})
    await settled()
    expect(cache.surface(plugin).generation).to.equal(5)
    expect(log).to.deep.equal(['start 3', 'start 4', 'stop 3', 'start 5', 'stop 4'])
    await cache.close()
  })

  it('that fails to stop does not keep the others from stopping', async () => {
    const log: string[] = []
    const { cache, errors } = await cacheUnderTest({
      plugins: [{ name: 'p', start: () => () => void log.push('stop p') }],
    })
    cache.surface({
      name: 'stuck',
      start(host) {
        host.provide({})
        return () => {
          throw new Error('stuck')
        }
      },
    })
    await cache.close()
    expect([log, errors.map(String)]).to.deep.equal([['stop p'], ['Error: stuck']])
  })

  it('that was configured is not started again', async () => {
    const log: string[] = []
    const plugin = greeter(log)
    const { cache } = await cacheUnderTest({ plugins: [plugin] })
    expect(cache.surface(plugin).generation).to.equal(1)
    expect(log).to.deep.equal(['start 1'])
    await cache.close()
  })

  it('leaves the plugins that already run alone until they are replaced', async () => {
    const log: string[] = []
    const { cache } = await cacheUnderTest({
      plugins: [{ name: 'p', start: () => () => void log.push('stop p') }],
    })
    const gate = deferred<number>()
    const answer = cache.getOrSet('a', () => gate.promise)
    await settled()
    cache.surface(greeter(log))
    await settled()
    expect(log).to.deep.equal(['start 2'])
    gate.resolve(1)
    await answer
    await cache.reconfigure({})
    await settled()
    expect(log).to.deep.equal(['start 2', 'start 3', 'stop 2', 'stop p'])
    await cache.close()
  })

  it('that fails to start, or provides nothing, changes nothing', async () => {
    const { cache } = await cacheUnderTest()
    const broken: SurfacePlugin<unknown> = {
      name: 'broken',
      start() {
        throw new Error('no')
      },
    }
    const empty: SurfacePlugin<unknown> = { name: 'empty', start() {} }
    for (const plugin of [broken, empty]) {
      expect(thrown(() => cache.surface(plugin)).code).to.equal('HITHERTO_PLUGIN_START')
    }
    expect(cache.stats().generation).to.equal(1)
    await cache.reconfigure({})
    await cache.close()
  })

  it('keeps the entries of a cache with codec hooks', async () => {
    const { cache } = await cacheUnderTest({
      plugins: [
        {
          name: 'codec',
          start(host) {
            host.hook('encode', ({ value }) => ({ value: [value] }))
            host.hook('decode', ({ value }) => ({ value: (value as unknown[])[0] }))
          },
        },
      ],
    })
    await cache.set('a', 1)
    cache.surface(greeter())
    expect(cache.peek('a')).to.equal(1)
    await cache.close()
  })

  it('cache.wrap is the function surface, and keeps working across generations', async () => {
    const { cache } = await cacheUnderTest()
    let calls = 0
    const double = cache.wrap(async (n: number) => ++calls && n * 2, { name: 'double' })
    expect(await double(2)).to.equal(4)
    await cache.reconfigure({ ttl: 5 })
    expect(await double(2)).to.equal(4)
    expect(calls).to.equal(1)
    await cache.close()
    expect((await rejection(double(3))).code).to.equal('HITHERTO_CACHE_CLOSED')
  })
})
