import { expect } from 'chai'
import { type Cache, createCache } from '../../../src/index.ts'
import { rejection } from '../../fixtures/cache-under-test.ts'

/** Calls that the types refuse, as they come from JavaScript. */
type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>

describe('a call of the wrong shape', () => {
  let cache: Cache
  let loose: Loose
  beforeEach(async () => {
    cache = await createCache()
    loose = cache as unknown as Loose
  })
  afterEach(() => cache.close())

  async function refusal(call: Promise<unknown>): Promise<string> {
    const { code, message } = await rejection(call)
    expect(code).to.equal('HITHERTO_OPTION_INVALID')
    return message
  }

  it('of getOrSet, with more beside its one object, is refused, and loads nothing', async () => {
    const request = { key: 'k', load: () => expect.fail('loaded') }
    for (const more of [[{ ttl: 5 }], [() => 2], [undefined, { ttl: 5 }]])
      expect(await refusal(loose.getOrSet!(request, ...more))).to.equal(
        "getOrSet: takes nothing beside its one object. Options go into the object: getOrSet({ key, load, ttl: '5m' }).",
      )
    await cache.set('k', 1)
    expect(await refusal(loose.getOrSet!(request, { ttl: 5 }))).to.include('Options go into the object')
  })

  it('with the controller in the place of its signal, is refused', async () => {
    const controller = new AbortController()
    for (const signal of [controller, null, 'abort'])
      expect(await refusal(loose.getOrSet!('k', () => 1, { signal }))).to.match(
        /^signal: expected an AbortSignal, such as controller\.signal, got (an object|null|the string "abort")\.$/,
      )
    expect(await cache.getOrSet('k', () => 1, { signal: controller.signal })).to.equal(1)
  })

  it('takes the signal of another realm', async () => {
    const { signal } = new AbortController()
    const foreign = {
      aborted: false,
      throwIfAborted: () => signal.throwIfAborted(),
      addEventListener: signal.addEventListener.bind(signal),
      removeEventListener: signal.removeEventListener.bind(signal),
    } as AbortSignal
    expect(await cache.getOrSet('k', () => 1, { signal: foreign })).to.equal(1)
    expect(await cache.wrap((id: number) => id, { name: 'f', signal: foreign })(2)).to.equal(2)
  })

  it('of set, with an option that only a load has, is refused', async () => {
    const { signal } = new AbortController()
    const given = { key: 'k', load: () => 1, forceRefresh: true, bypass: true, timeout: { hard: 5 }, signal }
    for (const [option, value] of Object.entries({
      ...given,
      consistent: false,
      negativeTtl: 5,
      errorBackoff: 5,
    }))
      expect(await refusal(loose.set!('k', 1, { [option]: value })), option).to.match(
        new RegExp(`^${option}: there is no such option\\. (Did you mean|Known: ttl)`),
      )
    expect(await refusal(loose.set!('k', 1, { tag: ['t'] }))).to.equal(
      'tag: there is no such option. Did you mean tags or ttl?',
    )
    expect(await refusal(loose.setMany!([['k', 1]], { bypass: true }))).to.match(/^bypass: there is no such/)
    expect(cache.peek('k')).to.equal(undefined)
  })

  it('takes an option of another kind of call that is undefined as one that is not there', async () => {
    const none = { timeout: undefined, signal: undefined, maxBatch: undefined, xyzzyplugh: undefined }
    expect(await loose.set!('k', 1, none)).to.equal(true)
    expect(await loose.getOrSet!('l', () => 2, none)).to.equal(2)
    const row = cache.batch((keys) => keys.map(() => 3), none as never)
    expect(await row('m')).to.equal(3)
    const how = { ...none, name: 'f', resultKey: undefined } as never
    expect(await cache.wrap(async (id: number) => id, how)(4)).to.equal(4)
  })

  it('with a misspelt option, is told the nearest', async () => {
    const load = () => 1
    for (const call of [
      loose.getOrSet!('k', load, { forceRefesh: true }),
      loose.getOrSet!({ key: 'k', load, forceRefesh: true }),
      loose.getOrSetMany!(['k'], () => [1], { forceRefesh: true }),
    ])
      expect(await refusal(call)).to.equal('forceRefesh: there is no such option. Did you mean forceRefresh?')
    expect(() => cache.batch(() => [], { maxBatchSize: 5 } as never)).to.throw('Did you mean maxBatch?')
    expect(() => cache.batch(() => [], { xyzzyplugh: 5 } as never)).to.throw(/Known: ttl, .*, maxBatch\.$/)
  })

  it('of setMany, with what are no pairs, is refused, and stores nothing', async () => {
    const expected =
      'entries: expected pairs [key, value], as a Map and Object.entries(values) have them, got'
    for (const [entries, got] of [
      [{ a: 1 }, 'an object'],
      [undefined, 'undefined'],
      [null, 'null'],
      ['ab', 'the string "ab"'],
      [['ab'], 'the string "ab" among them'],
      [[['a', 1], { key: 'b' }], 'an object among them'],
      [[['a']], 'an array among them'],
    ])
      expect(await refusal(loose.setMany!(entries))).to.equal(`${expected} ${got}.`)
    expect(cache.stats().entries).to.equal(0)
  })
})
