import { expect } from 'chai'
import { ConfigurationError } from '../../../../src/domain/index.ts'
import { checkedCreateOptions, checkedOptions } from '../../../../src/infrastructure/config/index.ts'
import { fakeClock } from '../../../contracts/index.ts'

/** The message that options are refused with. */
function refusal(options: unknown, check: (value: unknown) => unknown = checkedCreateOptions): string {
  try {
    check(options)
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigurationError)
    return (error as Error).message
  }
  return expect.fail('accepted')
}

const plugin = { name: 'p', start() {} }
const logger = { debug() {}, info() {}, warn() {}, error() {} }

describe('options of the right shape', () => {
  it('come back as they are, not as a copy', () => {
    const options = {
      name: 'c',
      enabled: true,
      ttl: '5m',
      staleWhileRevalidate: 0,
      staleIfError: Number.POSITIVE_INFINITY,
      jitter: 0.5,
      timeout: { soft: 1, hard: '2s' },
      clone: 'none',
      maxEntries: 5,
      maxBytes: '1mb',
      maxEntrySize: 100,
      maxTags: 5,
      maxDeps: 5,
      strategy: { name: 's', create() {} },
      backend: 'memory',
      loads: { concurrency: 1, queue: 0 },
      hookTimeout: 5,
      plugins: ['a', plugin, { use: 'b' }, { use: plugin, options: { any: 1 } }],
      clock: fakeClock(),
      logger,
      onError() {},
      random: Math.random,
    }
    expect(checkedCreateOptions(options)).to.equal(options)
    expect(checkedCreateOptions({})).to.deep.equal({})
  })

  it('may name what they leave out as undefined', () => {
    const options = { ttl: undefined, timeout: undefined, clock: undefined }
    expect(checkedCreateOptions(options)).to.equal(options)
  })

  it('may hold plugins, clocks and loggers that are instances of classes', () => {
    class Clock {
      now() {}
      wall() {}
      schedule() {}
    }
    class OfClass {
      name = 'p'
      after = ['q']
      start() {}
    }
    expect(() =>
      checkedCreateOptions({ clock: new Clock(), plugins: [new OfClass()], logger: console }),
    ).not.to.throw()
  })

  it('may live for ever', () => {
    for (const option of ['ttl', 'staleWhileRevalidate', 'staleIfError', 'hookTimeout']) {
      expect(() => checkedOptions({ [option]: Number.POSITIVE_INFINITY })).not.to.throw()
    }
  })
})

describe('an unknown option', () => {
  it('is refused with the nearest known names', () => {
    expect(refusal({ tll: 5 })).to.equal("tll: there is no such option. Did you mean 'ttl'?")
    expect(refusal({ TTL: 5 })).to.include("Did you mean 'ttl'?")
    expect(refusal({ staleWhile: 5 })).to.include("Did you mean 'staleWhileRevalidate'?")
  })

  it('inside of another is refused with its path and the names known there', () => {
    expect(refusal({ timeout: { hrd: 5 } })).to.equal(
      "timeout.hrd: there is no such option. Did you mean 'hard'?",
    )
    expect(refusal({ loads: { concurency: 5 } })).to.include(
      "loads.concurency: there is no such option. Did you mean 'concurrency'?",
    )
    expect(refusal({ timeout: { ttl: 5 } })).to.equal(
      'timeout.ttl: there is no such option. Known: soft, hard.',
    )
  })

  it('in a list is refused with the names known there', () => {
    expect(refusal({ plugins: [{ use: 'function', option: {} }] })).to.equal(
      "plugins.0.option: there is no such option. Did you mean 'options'?",
    )
    expect(refusal({ plugins: ['a', { use: plugin, xyzzyplugh: {} }] })).to.equal(
      'plugins.1.xyzzyplugh: there is no such option. Known: use, options.',
    )
    expect(refusal({ refreshAhead: { beta: 1, gamma: 2 } })).to.match(/gamma: .*(beta)/)
  })

  it('like no other is refused with all that are known', () => {
    expect(refusal({ xyzzyplugh: 5 })).to.match(
      /^xyzzyplugh: there is no such option\. Known: name, .*, random\.$/,
    )
  })

  it('may have any name', () => {
    expect(refusal(JSON.parse('{"__proto__": {"ttl": 1}}'))).to.include('__proto__: there is no such option')
    expect(refusal({ constructor: 5 })).to.include('constructor: there is no such option')
    expect(refusal({ '': 5 })).to.include('there is no such option')
  })
})

describe('an option of the wrong type', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ name: 5 }, /^name: expected a non-empty string, got 5\.$/],
    [{ name: '' }, /^name: expected a non-empty string, got an empty string\.$/],
    [{ enabled: 'yes' }, /^enabled: expected boolean/],
    [{ ttl: true }, /^ttl: expected milliseconds or a string such as '30s', '5m', '1h'\.$/],
    [{ ttl: Number.NaN }, /^ttl: expected milliseconds/],
    [{ ttl: null }, /^ttl: expected milliseconds/],
    [{ timeout: 5 }, /^timeout: expected \{ soft, hard \}, such as \{ hard: '5s' \}, got 5\.$/],
    [{ timeout: null }, /^timeout: expected \{ soft, hard \}.* got null\.$/],
    [{ loads: 5 }, /^loads: expected \{ concurrency, queue \}, such as \{ concurrency: 100 \}, got 5\.$/],
    [
      { loads: { concurrency: Infinity } },
      /^loads\.concurrency: expected a whole number above 0, got Infinity\.$/,
    ],
    [{ jitter: '1' }, /^jitter: expected a part of the ttl between 0 and 1, got the string "1"\.$/],
    [
      { maxEntries: Number.POSITIVE_INFINITY },
      /^maxEntries: expected a whole number above 0, got Infinity\.$/,
    ],
    [{ timeout: { soft: [] } }, /^timeout\.soft: expected milliseconds/],
    [{ clone: 'deep' }, /^clone: .*"auto"\|"structured"\|"freeze"\|"none"\.$/],
    [{ maxBytes: {} }, /^maxBytes: expected bytes or a string such as '64mb'\.$/],
    [{ maxEntries: '5' }, /^maxEntries: expected a whole number above 0, got the string "5"\.$/],
    [{ loads: { queue: -1 } }, /^loads\.queue: expected a whole number, 0 or more, got -1\.$/],
    [{ loads: { queue: 0.5 } }, /^loads\.queue: expected a whole number, 0 or more, got 0\.5\.$/],
    [{ strategy: { name: 's' } }, /^strategy: expected the name of a strategy, or \{ name, create \}\.$/],
    [{ strategy: { create() {} } }, /^strategy: expected the name/],
    [{ plugins: 'function' }, /^plugins: expected array/],
    [
      { plugins: ['a', {}] },
      /^plugins\.1: expected the name of a plugin, \{ use, options \}, or a plugin object/,
    ],
    [{ plugins: [{ name: '', start() {} }] }, /^plugins\.0: expected the name/],
    [{ plugins: [{ ...plugin, after: 'a' }] }, /^plugins\.0: expected the name/],
    [{ plugins: [{ use: 5 }] }, /^plugins\.0: expected the name/],
    [
      { clock: { now() {} } },
      /^clock: expected a clock: \{ now\(\), wall\(\), schedule\(delay, task\), standing\?: \{ onMove\(moved\), spare\(readings\) \} \}\.$/,
    ],
    [{ logger: { warn() {} } }, /^logger: expected a logger: \{ debug, info, warn, error \}\.$/],
    [{ onError: 'log' }, /^onError: expected a function \(error\) => void\.$/],
    [{ random: 0.5 }, /^random: expected a function \(\) => number in \[0, 1\)\.$/],
  ]
  for (const [options, message] of wrong) {
    it(`is refused with its path and what was expected: ${Object.keys(options)[0]} (${message.source.slice(1, 40)})`, () => {
      expect(refusal(options)).to.match(message)
    })
  }

  it('is refused also where the options themselves are no object', () => {
    expect(refusal(5)).to.equal('options: expected object, received number.')
    expect(refusal(null)).to.equal('options: expected object, received null.')
    expect(refusal([])).to.equal('options: expected object, received array.')
  })
})

describe('the options of reconfigure', () => {
  it('have no outside world in them', () => {
    for (const option of ['clock', 'logger', 'onError', 'random']) {
      expect(refusal({ [option]: () => {} }, checkedOptions)).to.equal(
        `${option}: can be given to createCache only, and stays as it is. Leave it out.`,
      )
    }
    expect(refusal({ xyzzyplugh: 5 }, checkedOptions)).to.not.match(/clock|logger|onError|random/)
  })
})
