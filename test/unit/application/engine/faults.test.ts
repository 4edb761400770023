import { expect } from 'chai'
import { type SurfacePort, surfacePort } from '../../../../src/application/index.ts'
import type { Cache, CacheEnvironment } from '../../../../src/index.ts'
import { cacheUnderTest, hooking, recorded, settled } from '../../../fixtures/cache-under-test.ts'

describe('a fault', () => {
  let cache: Cache
  let port: SurfacePort
  const open = async (environment: CacheEnvironment = {}) => {
    const t = await cacheUnderTest(environment)
    cache = t.cache
    port = surfacePort(cache, 'the test', 'pages')
    return t
  }
  afterEach(() => cache.close())

  it('is counted, and as that of a hook only if it is one', async () => {
    const { errors } = await open()
    await cache.reconfigure({
      plugins: [
        hooking('store', () => {
          throw new Error('hook')
        }),
      ],
    })
    await cache.set('a', () => 'no value')
    port.report(new Error('any'))
    expect(errors.map((error) => (error as { code?: string }).code)).to.deep.equal([
      'HITHERTO_HOOK_FAILED',
      'HITHERTO_VALUE_UNSAFE',
      undefined,
    ])
    expect(cache.stats()).to.include({ errors: 3, hookErrors: 1 })
  })

  it('is told to listeners, with the request that it belongs to', async () => {
    await open()
    const events = recorded(cache, 'error')
    const [one, two] = [new Error('one'), new Error('two')]
    port.report(one)
    const pending = port.begin('page')
    pending.run(() => port.report(two))
    pending.end()
    const { correlation } = pending.scope
    expect(correlation).to.be.above(0)
    expect(events.map(({ event }) => event)).to.deep.equal([
      { error: one, correlation: 0 },
      { error: two, correlation },
    ])
  })

  it('that onError itself makes is counted, and no more', async () => {
    let told = 0
    await open({
      onError: () => {
        told += 1
        port.report(new Error('again'))
      },
    })
    port.report(new Error('first'))
    expect([told, cache.stats().errors]).to.deep.equal([1, 2])
    port.report(new Error('second'))
    expect([told, cache.stats().errors]).to.deep.equal([2, 4])
  })

  it('of an onError that throws or rejects goes nowhere', async () => {
    const outcomes = [
      () => {
        throw new Error('thrown')
      },
      () => Promise.reject(new Error('rejected')),
      () => 'not a promise',
    ]
    const unhandled: unknown[] = []
    const hear = (error: unknown) => unhandled.push(error)
    await open({ onError: () => void 0 })
    for (const onError of outcomes) {
      const { cache: other } = await cacheUnderTest({ onError: onError as (error: unknown) => void })
      process.on('unhandledRejection', hear)
      surfacePort(other, 'the test', 'pages').report(new Error('first'))
      await settled()
      process.off('unhandledRejection', hear)
      await other.close()
    }
    expect(unhandled).to.deep.equal([])
  })
})
