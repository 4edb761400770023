import { expect } from 'chai'
import { ttl } from '../../../../plugins/strategies/ttl/index.ts'
import { StrategyDriver } from '../../../contracts/strategy-driver.ts'
import { cacheUnderTest } from '../../../fixtures/cache-under-test.ts'

describe('the strategy ttl', () => {
  it('evicts in the order of deadlines, those without one last', () => {
    const driver = new StrategyDriver(ttl)
    const deadlines = new Map<number, number>()
    for (const deadline of [50, 10, Number.POSITIVE_INFINITY, 30, 10, 20, Number.POSITIVE_INFINITY, 40]) {
      deadlines.set(driver.insert({ deadline }), deadline)
    }
    const order = driver.drain().map((slot) => deadlines.get(slot))
    expect(order).to.deep.equal([10, 10, 20, 30, 40, 50, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  it('moves an entry whose lifetime changed either way', () => {
    const driver = new StrategyDriver(ttl)
    const [a, b, c] = [10, 20, 30].map((deadline) => driver.insert({ deadline })) as [number, number, number]
    driver.renew(a, { deadline: 40 })
    driver.renew(c, { deadline: 5 })
    expect(driver.drain()).to.deep.equal([c, b, a])
  })

  it('moves an entry whose deadline alone has moved', () => {
    const driver = new StrategyDriver(ttl)
    const [a, b, c] = [10, 20, 30].map((deadline) => driver.insert({ deadline })) as [number, number, number]
    driver.retime(a, 40)
    driver.retime(c, 5)
    expect(driver.drain()).to.deep.equal([c, b, a])
  })

  it('evicts what an expire has ended before what lives, and what reads have prolonged after it', async () => {
    const { cache, clock } = await cacheUnderTest({ strategy: 'ttl', maxEntries: 2, staleIfError: '1h' })
    const left = () => ['a', 'b', 'c', 'd'].filter((key) => cache.inspect(key) !== undefined)
    await cache.set('a', 1, { ttl: 10_000, sliding: 100 })
    await cache.set('b', 2, { ttl: 150 })
    clock.advance(80)
    cache.getSync('a')
    await cache.set('c', 3, { ttl: 1_000 })
    expect(left()).to.deep.equal(['a', 'c'])
    await cache.expire('c')
    await cache.set('d', 4, { ttl: 5_000 })
    expect(left()).to.deep.equal(['a', 'd'])
    await cache.close()
  })

  it('is not moved by hits', () => {
    const driver = new StrategyDriver(ttl)
    const [a, b] = [10, 20].map((deadline) => driver.insert({ deadline })) as [number, number]
    driver.touch(a)
    expect(driver.drain()).to.deep.equal([a, b])
  })
})
