import { expect } from 'chai'
import { CacheConfig, Cached, CacheEvict, CachePut } from '../../../../plugins/function/index.ts'
import { createCache } from '../../../../src/index.ts'
import { rejection, thrown } from '../../../fixtures/cache-under-test.ts'

type Loose = (...given: unknown[]) => unknown

const decorators: Readonly<Record<string, Loose>> = {
  '@Cached': Cached as Loose,
  '@CachePut': CachePut as Loose,
  '@CacheEvict': CacheEvict as Loose,
  '@CacheConfig': CacheConfig as Loose,
}

class Users {
  static all(): void {}
  find(): void {}
}

describe('the arguments of a decorator', () => {
  const without: Readonly<Record<string, unknown[]>> = {
    'a standard method': [Users.prototype.find, { kind: 'method', name: 'find' }],
    'a standard field': [undefined, { kind: 'field', name: 'find' }],
    'a standard class': [Users, { kind: 'class', name: 'Users' }],
    'a legacy method': [Users.prototype, 'find', { value: Users.prototype.find }],
    'a legacy static method': [Users, 'all', { value: Users.all }],
    'a legacy field': [Users.prototype, 'name', undefined],
    'a legacy class': [Users],
  }
  for (const [name, decorator] of Object.entries(decorators)) {
    for (const [where, given] of Object.entries(without))
      it(`${name} on ${where} wants parentheses`, () => {
        expect(thrown(() => decorator(...given))).to.include({
          code: 'HITHERTO_OPTION_INVALID',
          message: `${name}: stands here without a call. Write ${name}(), with parentheses.`,
        })
      })

    it(`${name} refuses what are no options`, () => {
      for (const [given, got] of [
        ['5m', 'the string "5m"'],
        [null, 'null'],
        [[], 'an array'],
      ])
        expect(thrown(() => decorator(given)).message).to.equal(
          `${name}: expected an object of options, got ${got}.`,
        )
    })

    it(`${name} names cache among its options`, () => {
      expect(thrown(() => decorator({ xyzzyplugh: 1 })).message).to.match(/Known: cache, /)
      expect(thrown(() => decorator({ cach: 1 })).message).to.include('Did you mean cache')
    })
  }

  it('may be missing for @CacheEvict and @CachePut only as far as their own errors say', () => {
    expect(thrown(() => decorators['@CacheEvict']?.()).message).to.match(/must be told what to evict/)
    expect(thrown(() => decorators['@CachePut']?.()).message).to.match(/must be told what to store/)
  })
})

describe('two functions of one name', () => {
  it('are told what to do, decorated classes at the first call', async () => {
    const cache = await createCache()
    const declared = (): (() => Promise<unknown>) => {
      class Pages {}
      const decorate = Cached({ cache }) as unknown as (...given: unknown[]) => { value(): Promise<unknown> }
      return decorate(Pages.prototype, 'find', { value: async () => 1 }).value
    }
    await declared()()
    expect((await rejection(declared()())).message).to.equal(
      `name: the string "Pages.find" is wrapped already, as another function, and the two would share their keys. Give one of them another name: { name: '...' }.`,
    )
    await cache.close()
  })
})
