import { expect } from 'chai'
import fc from 'fast-check'
import { type CacheOptions, cacheConfiguration, type Plugin, pluginName } from '../../../src/domain/index.ts'

const HEAP = 2 ** 30
const plugin = (name: string): Plugin => ({ name, start() {} })

/** The error that a configuration ends in. */
function refusal(options: CacheOptions): { code: string; option?: string; message: string } {
  try {
    cacheConfiguration(options, HEAP)
  } catch (error) {
    return error as { code: string; option?: string; message: string }
  }
  return expect.fail(`accepted ${JSON.stringify(options)}`)
}

describe('a configuration with nothing said', () => {
  it('has the documented defaults', () => {
    const { policy, bounds: _, ...rest } = cacheConfiguration({}, HEAP)
    expect(policy).to.deep.equal({
      ttl: 300_000,
      staleWhileRevalidate: 0,
      staleIfError: 0,
      jitter: 0,
      soft: Number.POSITIVE_INFINITY,
      hard: Number.POSITIVE_INFINITY,
      clone: 'auto',
      refreshAhead: { part: 1, beta: 0 },
      negativeTtl: undefined,
      errorBackoff: 0,
      sliding: Number.POSITIVE_INFINITY,
    })
    expect(rest).to.deep.equal({
      name: 'cache',
      enabled: true,
      maxTags: 250_000,
      maxDeps: 1_000,
      strategy: 'w-tinylfu',
      backend: 'memory',
      loads: { concurrency: 1_000, queue: 100_000 },
      hookTimeout: 1_000,
      codecs: [],
      plugins: [],
    })
  })

  it('is bounded by a quarter of the heap, an entry by an eighth of that', () => {
    const { bounds } = cacheConfiguration({}, HEAP)
    expect(bounds).to.deep.equal({ maxEntries: 1_000_000, maxBytes: HEAP / 4, maxEntrySize: HEAP / 32 })
  })
})

describe('a configuration', () => {
  it('keeps everything that was said', () => {
    const strategy = { name: 'mine', create: () => expect.fail('not created here') }
    const given = cacheConfiguration(
      {
        name: 'products',
        enabled: false,
        ttl: '1h',
        staleWhileRevalidate: '5m',
        staleIfError: '1d',
        jitter: 0.1,
        timeout: { soft: 100, hard: '2s' },
        clone: 'freeze',
        refreshAhead: { beta: 2 },
        negativeTtl: '10s',
        errorBackoff: '1s',
        sliding: '2m',
        maxEntries: 10,
        maxBytes: '1mb',
        maxEntrySize: '64kb',
        maxTags: 20,
        maxDeps: 30,
        strategy,
        backend: 'other',
        loads: { concurrency: 4, queue: 0 },
        hookTimeout: 50,
        plugins: ['function', plugin('b'), { use: 'c' }, { use: plugin('d'), options: 1 }],
      },
      HEAP,
    )
    expect(given.policy).to.deep.equal({
      ttl: 3_600_000,
      staleWhileRevalidate: 300_000,
      staleIfError: 86_400_000,
      jitter: 0.1,
      soft: 100,
      hard: 2_000,
      clone: 'freeze',
      refreshAhead: { part: 1, beta: 2 },
      negativeTtl: 10_000,
      errorBackoff: 1_000,
      sliding: 120_000,
    })
    expect(given.bounds).to.deep.equal({ maxEntries: 10, maxBytes: 1_048_576, maxEntrySize: 65_536 })
    expect(given).to.include({
      name: 'products',
      enabled: false,
      maxTags: 20,
      maxDeps: 30,
      backend: 'other',
      hookTimeout: 50,
    })
    expect(given.strategy).to.equal(strategy)
    expect(given.loads).to.deep.equal({ concurrency: 4, queue: 0 })
    expect(given.plugins.map(pluginName)).to.deep.equal(['function', 'b', 'c', 'd'])
  })

  it('cannot be changed, nor through the options it was made from', () => {
    const plugins: CacheOptions['plugins'] = [plugin('a')]
    const loads = { concurrency: 4 }
    const made = cacheConfiguration({ plugins, loads }, HEAP)
    for (const part of [made, made.policy, made.bounds, made.loads, made.plugins]) {
      expect(Object.isFrozen(part)).to.equal(true)
    }
    ;(plugins as Plugin[]).push(plugin('late'))
    loads.concurrency = 9
    expect(made.plugins).to.have.length(1)
    expect(made.loads.concurrency).to.equal(4)
  })

  it('has a usable default for the size of an entry, however small the bytes', () => {
    for (const maxBytes of [1, 7, 9]) {
      const { bounds } = cacheConfiguration({ maxBytes }, HEAP)
      expect(bounds.maxEntrySize).to.be.within(1, bounds.maxBytes)
    }
  })

  it('gives up nothing before its hard timeout when only that one is set', () => {
    expect(cacheConfiguration({ timeout: { hard: 500 } }, HEAP).policy).to.include({ soft: 500, hard: 500 })
    expect(cacheConfiguration({ timeout: { soft: 500 } }, HEAP).policy).to.include({
      soft: 500,
      hard: Number.POSITIVE_INFINITY,
    })
  })

  it('may live for ever', () => {
    expect(cacheConfiguration({ ttl: Number.POSITIVE_INFINITY }, HEAP).policy.ttl).to.equal(
      Number.POSITIVE_INFINITY,
    )
  })
})

describe('a configuration is refused with the name of the option', () => {
  const durations = [
    'ttl',
    'staleWhileRevalidate',
    'staleIfError',
    'negativeTtl',
    'errorBackoff',
    'sliding',
    'hookTimeout',
  ] as const
  for (const option of durations) {
    it(`${option} that is no duration`, () => {
      for (const value of [-1, Number.NaN, 'soon', '5']) {
        const error = refusal({ [option]: value })
        expect(error).to.include({ code: 'HITHERTO_CONFIG_INVALID', option })
        expect(error.message).to.match(/expected milliseconds .* got /)
      }
    })
  }

  for (const option of ['soft', 'hard'] as const) {
    it(`timeout.${option} that is no duration`, () => {
      const error = refusal({ timeout: { [option]: 'soon' } })
      expect(error).to.include({ option: `timeout.${option}` })
      expect(error.message).to.include('got the string "soon"')
    })
  }

  for (const option of ['maxBytes', 'maxEntrySize'] as const) {
    it(`${option} that is no size`, () => {
      for (const value of [0, -5, Number.NaN, Number.POSITIVE_INFINITY, '64', 'much']) {
        expect(refusal({ [option]: value })).to.include({ code: 'HITHERTO_CONFIG_INVALID', option })
      }
    })
  }

  for (const option of ['maxEntries', 'maxTags', 'maxDeps'] as const) {
    it(`${option} that is no whole number above 0`, () => {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(refusal({ [option]: value })).to.include({ code: 'HITHERTO_CONFIG_INVALID', option })
      }
    })
  }

  it('loads.concurrency that would let nothing run', () => {
    expect(refusal({ loads: { concurrency: 0 } })).to.include({ option: 'loads.concurrency' })
  })

  it('jitter outside of 0 to 1', () => {
    for (const jitter of [-0.1, 1.1, Number.NaN]) expect(refusal({ jitter })).to.include({ option: 'jitter' })
    expect(cacheConfiguration({ jitter: 1 }, HEAP).policy.jitter).to.equal(1)
  })

  it('with what was expected, and what was there', () => {
    const messages: readonly (readonly [CacheOptions, string])[] = [
      [{ maxEntries: 0.5 }, 'maxEntries: expected a whole number above 0, got 0.5.'],
      [
        { maxEntries: 2 ** 24 },
        'maxEntries: at most 16777214 (as many as one cache can hold), got 16777216.',
      ],
      [{ maxBytes: -1 }, "maxBytes: expected bytes (above 0) or a string such as '64mb', got -1."],
      [{ jitter: 2 }, 'jitter: expected a part of the ttl between 0 and 1, got 2.'],
      [
        { refreshAhead: 2 },
        "refreshAhead: expected a part of the ttl between 0 and 1, 'xfetch', or { beta } with a number above 0, got 2.",
      ],
    ]
    for (const [options, message] of messages) expect(refusal(options).message).to.equal(message)
  })

  it('more entries than a Map can hold', () => {
    expect(refusal({ maxEntries: 2 ** 24 - 1 })).to.include({ option: 'maxEntries' })
    expect(cacheConfiguration({ maxEntries: 2 ** 24 - 2 }, HEAP).bounds.maxEntries).to.equal(2 ** 24 - 2)
  })

  it('an entry larger than all entries together, with both numbers and the fix', () => {
    const error = refusal({ maxBytes: 1_000, maxEntrySize: 1_001 })
    expect(error).to.include({ option: 'maxEntrySize' })
    expect(error.message).to.equal(
      'maxEntrySize: 1001 bytes is more than maxBytes (1000). Raise maxBytes or lower maxEntrySize.',
    )
    expect(cacheConfiguration({ maxBytes: 1_000, maxEntrySize: 1_000 }, HEAP).bounds.maxEntrySize).to.equal(
      1_000,
    )
  })

  it('a soft timeout that the hard one never lets happen', () => {
    const error = refusal({ timeout: { soft: '2s', hard: '1s' } })
    expect(error).to.include({ option: 'timeout.soft' })
    expect(error.message).to.include('2000 ms').and.include('1000 ms').and.include('Swap them')
    expect(cacheConfiguration({ timeout: { soft: 5, hard: 5 } }, HEAP).policy.soft).to.equal(5)
  })

  it('two plugins of one name, however they are listed', () => {
    const twins: readonly CacheOptions['plugins'][] = [
      ['a', 'a'],
      ['a', plugin('a')],
      [plugin('a'), { use: 'a' }],
      [{ use: plugin('a') }, { use: 'a', options: 1 }],
    ]
    for (const plugins of twins) {
      const error = refusal({ plugins: plugins ?? [] })
      expect(error.code).to.equal('HITHERTO_PLUGIN_DUPLICATE')
      expect(error.message).to.include('"a"')
    }
  })
})

describe('any configuration of the right shape', () => {
  it('is either consistent or refused with a code', () => {
    const size = fc.oneof(fc.integer({ min: -5, max: 1e9 }), fc.constantFrom('1kb', '64mb', '5', ''))
    const time = fc.oneof(fc.integer({ min: -5, max: 1e9 }), fc.constantFrom('5m', '1d', 'x'))
    const options = fc.record(
      {
        maxBytes: size,
        maxEntrySize: size,
        maxEntries: fc.integer(),
        ttl: time,
        timeout: fc.record({ soft: time, hard: time }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    )
    const property = fc.property(options, fc.integer({ min: 2 ** 22, max: 2 ** 40 }), (given, heap) => {
      try {
        const { bounds, policy } = cacheConfiguration(given, heap)
        expect(bounds.maxEntrySize).to.be.within(1, bounds.maxBytes)
        expect(bounds.maxEntries).to.be.within(1, 2 ** 24 - 2)
        expect(policy.soft).to.be.at.most(policy.hard)
        expect(policy.ttl).to.be.at.least(0)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        expect(error.code).to.equal('HITHERTO_CONFIG_INVALID')
      }
    })
    fc.assert(property, { numRuns: 300 })
  })
})
