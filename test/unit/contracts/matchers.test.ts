import { AssertionError } from 'node:assert'
import { expect } from 'chai'
import type { Cache } from '../../../src/index.ts'
import {
  during,
  expectDependsOn,
  expectHit,
  expectIndependentOf,
  expectMiss,
  expectStale,
} from '../../contracts/index.ts'
import { cacheUnderTest, deferred, type UnderTest } from '../../fixtures/cache-under-test.ts'

describe('the matchers', () => {
  let t: UnderTest
  let cache: Cache
  beforeEach(async () => {
    t = await cacheUnderTest({ ttl: 100, staleIfError: 50 })
    cache = t.cache
    await cache.set('a', 1, { tags: ['x', 'y'] })
  })
  afterEach(() => cache.close())

  const refusal = (call: () => unknown): string => {
    try {
      call()
    } catch (error) {
      expect(error).to.be.instanceOf(AssertionError)
      return (error as Error).message
    }
    return expect.fail('it did not throw')
  }

  it('tell a hit, a stale entry and a miss apart, and say what they found', () => {
    expect(expectHit(cache, 'a').key).to.equal('a')
    expect(refusal(() => expectMiss(cache, 'a'))).to.equal(
      'expected "a" to be a miss, but it is fresh for another 100 ms',
    )
    expect(refusal(() => expectStale(cache, 'a'))).to.include('but it is fresh')
    t.clock.advance(110)
    expectMiss(cache, 'a')
    expect(expectStale(cache, 'a').staleLeft).to.equal(40)
    expect(refusal(() => expectHit(cache, 'a'))).to.equal(
      'expected "a" to be a hit, but it is stale, for another 40 ms',
    )
    t.clock.advance(40)
    expectMiss(cache, 'a')
    expect(refusal(() => expectStale(cache, 'a'))).to.equal(
      'expected "a" to be stale, but its time has passed',
    )
  })

  it('say that there is no entry, and where', () => {
    expectMiss(cache, 'b')
    const users = cache.namespace('users')
    expectMiss(users, 'b')
    expect(refusal(() => expectHit(users, 'b'))).to.equal(
      'expected "b" of ["users"] to be a hit, but there is no entry',
    )
    expect(refusal(() => expectDependsOn(cache, 'b', ['x']))).to.include('there is no entry')
    expect(refusal(() => expectDependsOn(cache, 'b', []))).to.include('there is no entry')
    expect(refusal(() => expectIndependentOf(cache, 'b', ['x']))).to.include('there is no entry')
  })

  it('name what has changed', async () => {
    await cache.invalidate({ tags: ['y'] })
    expectMiss(cache, 'a')
    expect(refusal(() => expectHit(cache, 'a'))).to.equal(
      'expected "a" to be a hit, but it is dead: y has changed',
    )
  })

  it('know what an entry depends on, and what not', () => {
    expectDependsOn(cache, 'a', [])
    expectDependsOn(cache, 'a', ['y', 'x'])
    expectIndependentOf(cache, 'a', ['z'])
    expect(refusal(() => expectDependsOn(cache, 'a', ['x', 'z']))).to.equal(
      'expected "a" to depend on "x", "z", but it lacks "z"; it has "x", "y"',
    )
    expect(refusal(() => expectIndependentOf(cache, 'a', ['z', 'x']))).to.equal(
      'expected "a" to be independent of "z", "x", but it depends on "x"',
    )
  })

  it('neither count nor touch nor remove', async () => {
    t.clock.advance(200)
    const counts = await during(cache, () => {
      expectMiss(cache, 'a')
      expectMiss(cache, 'b')
      expectIndependentOf(cache, 'a', ['z'])
    })
    expect(Object.values(counts).filter(Boolean)).to.deep.equal([])
    expect(cache.stats().entries).to.equal(1)
  })
})

describe('during', () => {
  it('is what was counted meanwhile, by name, and no gauge', async () => {
    const { cache } = await cacheUnderTest()
    await cache.getOrSet('a', () => 1)
    const gate = deferred<number>()
    const counts = await during(cache, async () => {
      const both = ['b', 'b'].map((key) => cache.getOrSet(key, () => gate.promise))
      gate.resolve(2)
      await Promise.all(both)
      await cache.get('a')
    })
    expect(counts).to.include({ hits: 1, misses: 2, loads: 1, coalesced: 1, stored: 1, errors: 0 })
    expect(counts).to.not.have.any.keys('entries', 'bytes', 'tags', 'loading', 'generation')
    await cache.close()
  })

  it('fails with its task', async () => {
    const { cache } = await cacheUnderTest()
    const failing = during(cache, () => Promise.reject(new Error('task')))
    expect(await failing.catch((error: Error) => error.message)).to.equal('task')
    await cache.close()
  })
})
