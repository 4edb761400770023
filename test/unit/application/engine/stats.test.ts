import { expect } from 'chai'
import { CacheView, type Engine, metricsOf, statsOf } from '../../../../src/application/index.ts'
import { cacheUnderTest } from '../../../fixtures/cache-under-test.ts'

describe('what exporters of metrics read', () => {
  it('is a snapshot of the counters, taken when it is asked for', async () => {
    const { cache } = await cacheUnderTest()
    const engine = CacheView.parts(cache)?.engine as Engine
    const metrics = metricsOf(engine)
    await cache.set('a', 1)
    cache.getSync('a')
    const first = metrics.snapshot()
    cache.getSync('a')
    expect([first.hits, metrics.snapshot().hits]).to.deep.equal([1, 2])
    expect(metrics.snapshot()).to.deep.equal(statsOf(engine))
    await cache.close()
  })
})
