import { expect } from 'chai'
import { BATCH_OPTIONS, optionsOfLoad, SET_OPTIONS } from '../../../../src/application/engine/call-options.ts'
import {
  type CallPolicy,
  callPolicy,
  plainPolicy,
  withTtl,
} from '../../../../src/application/engine/call-policy.ts'
import { type CacheTtl, type CallOptions, cacheConfiguration } from '../../../../src/domain/index.ts'
import { thrown } from '../../../fixtures/cache-under-test.ts'

const standing = {
  ttl: 1,
  ownTtl: false,
  staleWhileRevalidate: 2,
  staleIfError: 3,
  jitter: 0.4,
  soft: 5,
  hard: 6,
  clone: 'freeze',
  tags: [],
  size: undefined,
  refreshAhead: { part: 0.7, beta: 0 },
  negativeTtl: 8,
  errorBackoff: 9,
  sliding: 10,
}

describe('the policy of a call', () => {
  /** The policy of a cache that says everything. */
  let defaults: CallPolicy

  before(() => {
    const { policy } = cacheConfiguration(
      {
        ttl: 1,
        staleWhileRevalidate: 2,
        staleIfError: 3,
        jitter: 0.4,
        timeout: { soft: 5, hard: 6 },
        clone: 'freeze',
        refreshAhead: 0.7,
        negativeTtl: 8,
        errorBackoff: 9,
        sliding: 10,
      },
      2 ** 30,
    )
    defaults = plainPolicy(policy)
  })

  it('is that of the cache without options', () => {
    expect(defaults).to.deep.equal(standing)
    expect(callPolicy(undefined, defaults)).to.equal(defaults)
    expect(callPolicy({}, defaults)).to.deep.equal(standing)
  })

  it('has what the call names, and the rest from the cache', () => {
    const named: readonly (readonly [CallOptions, object])[] = [
      [{ ttl: '1s' }, { ttl: 1_000, ownTtl: true }],
      [{ staleWhileRevalidate: '2s' }, { staleWhileRevalidate: 2_000 }],
      [{ staleIfError: '3s' }, { staleIfError: 3_000 }],
      [{ jitter: 0 }, { jitter: 0 }],
      [{ jitter: 1 }, { jitter: 1 }],
      [{ timeout: { soft: 50 } }, { soft: 50 }],
      [{ timeout: { hard: 60 } }, { hard: 60 }],
      [{ clone: 'auto' }, { clone: 'auto' }],
      [{ clone: 'structured' }, { clone: 'structured' }],
      [{ clone: 'none' }, { clone: 'none' }],
      [{ tags: ['a', 'b'] }, { tags: ['a', 'b'] }],
      [{ size: 0 }, { size: 0 }],
      [{ size: 10.2 }, { size: 11 }],
      [{ refreshAhead: 'xfetch' }, { refreshAhead: { part: 1, beta: 1 } }],
      [{ negativeTtl: '8s' }, { negativeTtl: 8_000 }],
      [{ errorBackoff: '9s' }, { errorBackoff: 9_000 }],
      [{ sliding: '10s' }, { sliding: 10_000 }],
    ]
    for (const [options, change] of named) {
      expect(callPolicy(options, defaults), JSON.stringify(options)).to.deep.equal({ ...standing, ...change })
    }
  })

  it('takes the options that shape no policy, too', () => {
    const signal = new AbortController().signal
    const options = { forceRefresh: true, bypass: false, consistent: true, signal }
    expect(callPolicy(options, defaults)).to.deep.equal(standing)
    const request = { key: 'a', load: () => 1, ...options }
    expect(callPolicy(request, defaults, optionsOfLoad(request))).to.deep.equal(standing)
  })

  it('changes in its ttl only where a load names one', () => {
    expect(withTtl(defaults, 70 as CacheTtl, true)).to.deep.equal({ ...standing, ttl: 70, ownTtl: true })
    expect(withTtl(defaults, 70 as CacheTtl, false)).to.deep.equal({ ...standing, ttl: 70 })
  })

  it('is refused with the name of the option, what was expected and what was there', () => {
    const duration = "expected milliseconds (0 or more) or a string such as '30s', '5m', '1h', got"
    const wrong: readonly (readonly [unknown, string])[] = [
      ['5m', 'options: expected an object, got the string "5m".'],
      [null, 'options: expected an object, got null.'],
      [{ ttl: -1 }, `ttl: ${duration} -1.`],
      [{ staleWhileRevalidate: 'x' }, `staleWhileRevalidate: ${duration} the string "x".`],
      [{ staleIfError: -1 }, `staleIfError: ${duration} -1.`],
      [{ timeout: { soft: -1 } }, `timeout.soft: ${duration} -1.`],
      [{ timeout: 20 }, 'timeout: expected { soft, hard }, got 20.'],
      [{ timeout: [] }, 'timeout: expected { soft, hard }, got an array.'],
      [{ timeout: null }, 'timeout: expected { soft, hard }, got null.'],
      [{ timeout: { hrad: 20 } }, 'timeout.hrad: expected soft or hard.'],
      [{ timeout: { hard: -1 } }, `timeout.hard: ${duration} -1.`],
      [{ negativeTtl: -1 }, `negativeTtl: ${duration} -1.`],
      [{ errorBackoff: -1 }, `errorBackoff: ${duration} -1.`],
      [{ sliding: -1 }, `sliding: ${duration} -1.`],
      [{ jitter: 1.5 }, 'jitter: expected a part of the ttl between 0 and 1, got 1.5.'],
      [{ jitter: -0.5 }, 'jitter: expected a part of the ttl between 0 and 1, got -0.5.'],
      [{ jitter: '0.5' }, 'jitter: expected a part of the ttl between 0 and 1, got the string "0.5".'],
      [{ clone: 'deep' }, 'clone: expected one of auto, structured, freeze, none, got the string "deep".'],
      [{ size: -1 }, 'size: expected bytes (0 or more), got -1.'],
      [{ size: '5' }, 'size: expected bytes (0 or more), got the string "5".'],
      [{ size: 2 ** 54 }, 'size: expected bytes (0 or more), got 18014398509481984.'],
      [
        { refreshAhead: 2 },
        "refreshAhead: expected a part of the ttl between 0 and 1, 'xfetch', or { beta } with a number above 0, got 2.",
      ],
    ]
    for (const [options, message] of wrong) {
      const error = thrown(() => callPolicy(options as CallOptions, defaults))
      expect(error.code).to.equal('HITHERTO_OPTION_INVALID')
      expect(error.message).to.equal(message)
    }
    expect(thrown(() => callPolicy({ tags: [''] }, defaults)).code).to.equal('HITHERTO_TAG_INVALID')
  })

  it('is refused for an option that there is not, inherited ones included, with the nearest that there are', () => {
    for (const options of [{ tll: 5 }, Object.create({ tll: 5 })]) {
      const { message } = thrown(() => callPolicy(options, defaults))
      expect(message).to.equal('tll: there is no such option. Did you mean ttl?')
    }
  })

  it('lists what its kind of call has where nothing is near', () => {
    const unknown = { xyzzyplugh: 5 } as CallOptions
    const listed = (known: ReadonlySet<string>): string =>
      thrown(() => callPolicy(unknown, defaults, known)).message
    expect(listed(SET_OPTIONS))
      .to.match(/Known: ttl, .*, size\.$/)
      .and.not.include('timeout')
    expect(listed(BATCH_OPTIONS))
      .to.match(/Known: ttl, .*, maxBatch\.$/)
      .and.not.match(/signal|key|load/)
    expect(listed(optionsOfLoad(unknown)))
      .to.match(/Known: ttl, .*, signal\.$/)
      .and.not.match(/key|load|maxBatch/)
    expect(listed(optionsOfLoad({ key: 'k', load() {} }))).to.match(/Known: ttl, .*, key, load\.$/)
  })
})
