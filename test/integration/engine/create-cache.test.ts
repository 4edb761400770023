import { expect } from 'chai'
import { type CacheOptions, createCache, HithertoError, type Plugin } from '../../../src/index.ts'
import { fakeClock } from '../../contracts/fake-clock.ts'
import { cacheUnderTest, rejection } from '../../fixtures/cache-under-test.ts'

/** The error that creating a cache with these options ends in. */
async function refused(options: unknown): Promise<Error & { code?: string }> {
  const error = await rejection(createCache(options as CacheOptions))
  expect(error).to.be.instanceOf(HithertoError)
  return error
}

describe('createCache', () => {
  it('needs no options, and works on the real clock', async () => {
    const cache = await createCache()
    expect(await cache.getOrSet('a', () => 1)).to.equal(1)
    expect(cache.getSync('a')).to.equal(1)
    expect(cache.name).to.equal('')
    expect(cache.stats()).to.include({ generation: 1, entries: 1 })
    await cache.close()
  })

  it('gives caches that share nothing but the order of invalidations', async () => {
    const [a, b] = [(await cacheUnderTest()).cache, (await cacheUnderTest()).cache]
    await a.set('k', 'a', { tags: ['t'] })
    await b.set('k', 'b', { tags: ['t'] })
    await a.invalidate({ tags: ['t'] })
    expect([a.peek('k'), b.peek('k')]).to.deep.equal([undefined, 'b'])
    expect(b.stats()).to.include({ hits: 0, invalidations: 0 })
    await Promise.all([a.close(), b.close()])
  })

  it('takes strategies by name and as objects', async () => {
    for (const [strategy, survivor] of [
      ['lru', 'a'],
      ['fifo', 'b'],
    ] as const) {
      const { cache } = await cacheUnderTest({ strategy, maxEntries: 2 })
      await cache.set('a', 1)
      await cache.set('b', 1)
      cache.getSync('a')
      await cache.set('c', 1)
      expect(cache.peek(survivor), strategy).to.equal(1)
      await cache.close()
    }
    const newcomersOnly = {
      name: 'mine',
      create: () => {
        const held: number[] = []
        const remove = (slot: number) => void held.splice(held.indexOf(slot), 1)
        const insert = (slot: number) => void held.push(slot)
        const nothing = () => {}
        return {
          ...{ name: 'mine', fingerprints: false, grow: nothing, touch: nothing, renew: nothing },
          ...{ insert, remove, victim: () => held.at(-1) ?? 0 },
        }
      },
    }
    const { cache } = await cacheUnderTest({ strategy: newcomersOnly, maxEntries: 1 })
    expect([await cache.set('a', 1), await cache.set('b', 1)]).to.deep.equal([true, false])
    await cache.close()
  })

  describe('refuses', () => {
    const wrong: Record<string, [unknown, string, string]> = {
      'an unknown option': [{ tll: 5 }, 'HITHERTO_CONFIG_INVALID', "'ttl'"],
      'an unknown nested option': [{ timeout: { soof: 5 } }, 'HITHERTO_CONFIG_INVALID', "'soft'"],
      'options of a wrong type': ['fast', 'HITHERTO_CONFIG_INVALID', 'options'],
      'a negative ttl': [{ ttl: -5 }, 'HITHERTO_CONFIG_INVALID', 'ttl'],
      'a ttl that does not parse': [{ ttl: '5 minutes' }, 'HITHERTO_CONFIG_INVALID', '"5 minutes"'],
      'a ttl that is not a number': [{ ttl: Number.NaN }, 'HITHERTO_CONFIG_INVALID', 'ttl'],
      'a soft timeout above the hard one': [
        { timeout: { soft: 10, hard: 5 } },
        'HITHERTO_CONFIG_INVALID',
        'timeout.soft',
      ],
      'jitter above 1': [{ jitter: 1.5 }, 'HITHERTO_CONFIG_INVALID', 'jitter'],
      'maxEntries of 0': [{ maxEntries: 0 }, 'HITHERTO_CONFIG_INVALID', 'maxEntries'],
      'maxEntries above what a Map holds': [{ maxEntries: 2 ** 25 }, 'HITHERTO_CONFIG_INVALID', 'maxEntries'],
      'a size that does not parse': [{ maxBytes: 'much' }, 'HITHERTO_CONFIG_INVALID', 'maxBytes'],
      'maxEntrySize above maxBytes': [
        { maxBytes: '1mb', maxEntrySize: '2mb' },
        'HITHERTO_CONFIG_INVALID',
        'maxEntrySize',
      ],
      'a clone policy that does not exist': [{ clone: 'deep' }, 'HITHERTO_CONFIG_INVALID', 'clone'],
      'half a clock': [{ clock: { now: () => 1 } }, 'HITHERTO_CONFIG_INVALID', 'clock'],
      'half a standing clock': [
        { clock: { ...fakeClock(), standing: {} } },
        'HITHERTO_CONFIG_INVALID',
        'standing?: { onMove(moved)',
      ],
      'half a logger': [{ logger: { info() {} } }, 'HITHERTO_CONFIG_INVALID', 'logger'],
      'an onError that is not a function': [{ onError: true }, 'HITHERTO_CONFIG_INVALID', 'onError'],
      'an unknown strategy': [{ strategy: 'lur' }, 'HITHERTO_NAME_UNKNOWN', '"lru"'],
      'a strategy named like a method of all objects': [
        { strategy: 'constructor' },
        'HITHERTO_NAME_UNKNOWN',
        'constructor',
      ],
      'half a strategy': [
        { strategy: { name: 'mine', create: () => ({ touch() {} }) } },
        'HITHERTO_CONFIG_INVALID',
        'grow',
      ],
      'a strategy that cannot be created': [
        {
          strategy: {
            name: 'mine',
            create() {
              throw new Error('no memory')
            },
          },
        },
        'HITHERTO_CONFIG_INVALID',
        'no memory',
      ],
      'an unknown backend': [{ backend: 'memroy' }, 'HITHERTO_NAME_UNKNOWN', '"memory"'],
      'an unknown plugin': [{ plugins: ['functoin'] }, 'HITHERTO_NAME_UNKNOWN', '"function"'],
      'a plugin named like a method of all objects': [
        { plugins: ['toString'] },
        'HITHERTO_NAME_UNKNOWN',
        'toString',
      ],
      'half a plugin': [{ plugins: [{ name: 'x' }] }, 'HITHERTO_CONFIG_INVALID', 'plugins'],
      'a plugin listed twice': [
        { plugins: ['function', { use: 'function' }] },
        'HITHERTO_PLUGIN_DUPLICATE',
        '"function"',
      ],
    }
    for (const [what, [options, code, mention]] of Object.entries(wrong)) {
      it(`${what}, and says what to do`, async () => {
        const error = await refused(options)
        expect(error.code).to.equal(code)
        expect(error.message).to.include(mention)
      })
    }

    it('plugins that wait for each other, or for one that is missing, naming both ends', async () => {
      const plugin = (name: string, ...after: string[]): Plugin => ({ name, after, start() {} })
      const circle = await refused({ plugins: [plugin('a', 'b'), plugin('b', 'a')] })
      expect(circle.code).to.equal('HITHERTO_PLUGIN_ORDER')
      expect(circle.message).to.include('"a"').and.to.include('"b"')
      const missing = await refused({ plugins: [plugin('a', 'functionn'), 'function'] })
      expect(missing.code).to.equal('HITHERTO_PLUGIN_ORDER')
      expect(missing.message).to.include('"a"').and.to.include('"functionn"')
    })
  })

  it('that fails leaves nothing half-started behind', async () => {
    const log: string[] = []
    const plugin = (name: string, broken = false): Plugin => ({
      name,
      start(host) {
        log.push(`start ${name}`)
        host.on('hit', () => {})
        if (broken) throw new Error('no')
        return () => void log.push(`stop ${name}`)
      },
    })
    const clock = fakeClock()
    const error = await refused({
      clock,
      plugins: [plugin('a'), plugin('b'), plugin('c', true), plugin('d')],
    })
    expect(error.code).to.equal('HITHERTO_PLUGIN_START')
    expect(error.message).to.include('"c"').and.to.include('no')
    expect(error.cause).to.have.property('message', 'no')
    expect(log).to.deep.equal(['start a', 'start b', 'start c', 'stop b', 'stop a'])
    expect(clock.pendingTimers).to.equal(0)
  })
})
