import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import { during } from '../../contracts/index.ts'
import { cacheUnderTest, deferred, rejection, settled } from '../../fixtures/cache-under-test.ts'
import { runScript } from '../../fixtures/run-script.ts'

describe('single flight', () => {
  let cache: Cache
  let clock: Awaited<ReturnType<typeof cacheUnderTest>>['clock']
  let errors: unknown[]
  beforeEach(async () => {
    ;({ cache, clock, errors } = await cacheUnderTest())
  })
  afterEach(() => cache.close())

  it('10,000 concurrent misses of one key are one load', async () => {
    const gate = deferred<string>()
    let loads = 0
    const load = () => {
      loads++
      return gate.promise
    }
    const counts = await during(cache, async () => {
      const answers = Array.from({ length: 10_000 }, () => cache.getOrSet('a', load))
      await settled()
      gate.resolve('value')
      expect(new Set(await Promise.all(answers))).to.deep.equal(new Set(['value']))
    })
    expect(loads).to.equal(1)
    expect(counts).to.include({ loads: 1, misses: 10_000, coalesced: 9_999, stored: 1 })
  })

  it('different keys, and the same key in different namespaces, load by themselves', async () => {
    const answers = await Promise.all([
      cache.getOrSet('a', () => 1),
      cache.getOrSet('b', () => 2),
      cache.namespace('n').getOrSet('a', () => 3),
    ])
    expect(answers).to.deep.equal([1, 2, 3])
    expect(cache.stats().coalesced).to.equal(0)
  })

  it('a failing load rejects each of its waiters once, with the same error, and is one load', async () => {
    const gate = deferred<never>()
    let loads = 0
    const load = () => {
      loads++
      return gate.promise
    }
    const waiting = Array.from({ length: 20 }, () => rejection(cache.getOrSet('a', load)))
    await settled()
    const fault = new Error('down')
    gate.reject(fault)
    expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set([fault]))
    expect(loads).to.equal(1)
    expect(cache.stats()).to.include({ loads: 1, loadErrors: 1, stored: 0, loading: 0 })
  })

  it('a failure is not kept: the next call loads again', async () => {
    await rejection(cache.getOrSet('a', () => Promise.reject(new Error('down'))))
    expect(await cache.getOrSet('a', () => 'up')).to.equal('up')
  })

  it('a load that throws at once, rejects with something odd, or returns a thenable is a load like others', async () => {
    const throwing = () => {
      throw new Error('at once')
    }
    expect((await rejection(cache.getOrSet('a', throwing))).message).to.equal('at once')
    expect(await rejection(cache.getOrSet('a', () => Promise.reject(undefined)))).to.equal(undefined)
    const thenable = { then: (resolve: (value: number) => void) => resolve(7) } as PromiseLike<number>
    expect(await cache.getOrSet('a', () => thenable)).to.equal(7)
  })

  it('callers share a load, and each has its own options for what is stale', async () => {
    await cache.set('a', 'old', { ttl: 10, staleIfError: 1_000 })
    clock.advance(20)
    const gate = deferred<string>()
    const lenient = cache.getOrSet('a', () => gate.promise, { staleIfError: 1_000 })
    const strict = cache.getOrSet('a', () => gate.promise)
    await settled()
    gate.reject(new Error('down'))
    expect(await lenient).to.equal('old')
    expect((await rejection(strict)).message).to.equal('down')
    expect(cache.stats().loads).to.equal(1)
  })

  it('a value that cannot be copied is shared by those who waited for it, and that is told of once', async () => {
    const gate = deferred<object>()
    const calls = ['first', 'second', 'third'].map(() => cache.getOrSet('a', () => gate.promise))
    await settled()
    const value = { run: () => 1 }
    gate.resolve(value)
    expect(await Promise.all(calls)).to.deep.equal([value, value, value])
    const codes = errors.map((error) => (error as { code?: string }).code)
    expect(codes).to.deep.equal(['HITHERTO_VALUE_UNSAFE', 'HITHERTO_VALUE_SHARED'])
    expect(await cache.getOrSet('a', () => value)).to.equal(value)
    expect(errors).to.have.lengthOf(3)
  })

  it('a forced refresh does not join, is joined, and its answer stays', async () => {
    const first = deferred<string>()
    const second = deferred<string>()
    const slow = cache.getOrSet('a', () => first.promise)
    await settled()
    const forced = cache.getOrSet('a', () => second.promise, { forceRefresh: true })
    await settled()
    const joined = cache.getOrSet('a', () => 'never')
    await settled()
    second.resolve('new')
    expect([await forced, await joined]).to.deep.equal(['new', 'new'])
    first.resolve('old')
    expect(await slow).to.equal('old')
    await settled()
    expect(cache.peek('a')).to.equal('new')
    expect(cache.stats()).to.include({ refusedFills: 1, stored: 1 })
  })

  it('a forced refresh wins over an older load before anything was ever invalidated in the process', function () {
    this.timeout(30_000)
    const kept = runScript(new URL('../../fixtures/forced-refresh-first.ts', import.meta.url))
    expect(kept).to.equal('new')
  })
})
