import { expect } from 'chai'
import { CacheConfig, Cached, CacheEvict, CachePut } from '../../../../plugins/function/index.ts'
import { type Cache, createCache } from '../../../../src/index.ts'
import { rejection } from '../../../fixtures/cache-under-test.ts'

/** Options that the types refuse, as they come from JavaScript. */
type Wrong = Readonly<Record<string, unknown>>
type Decorate = (target: object, name: string, descriptor: object) => { value(id: number): Promise<unknown> }

const AT_ONCE = /^(condition|unless): must answer at once, and gave a promise\./

describe('what the callbacks of a function give', () => {
  let cache: Cache
  let calls: number
  beforeEach(async () => {
    cache = await createCache()
    calls = 0
  })
  afterEach(() => cache.close())

  /** A cache on which the name is free. */
  const renew = async (): Promise<void> => {
    await cache.close()
    cache = await createCache()
  }
  const find = async (id: number): Promise<string> => {
    calls += 1
    return `user ${id}`
  }
  const wrapped = (options: Wrong) => cache.wrap(find, { name: 'find', ...options })
  const decorated = (decorator: unknown): ((id: number) => Promise<unknown>) => {
    class Users {}
    return (decorator as Decorate)(Users.prototype, 'find', { value: find }).value
  }
  const ways: Readonly<Record<string, (options: Wrong) => (id: number) => Promise<unknown>>> = {
    wrap: wrapped,
    '@Cached': (options) => decorated(Cached({ cache, ...options } as never)),
    '@CacheEvict': (options) => decorated(CacheEvict({ cache, tags: ['t'], ...options } as never)),
    '@CachePut': (options) =>
      decorated(CachePut({ cache, namespace: 'n', key: () => 'k', ...options } as never)),
  }

  for (const [name, make] of Object.entries(ways)) {
    for (const option of ['tags', 'resultTags'])
      it(`${name} takes for ${option} only a list of tags`, async () => {
        for (const [given, got] of [
          ['user:1', 'the string "user:1"'],
          [undefined, 'undefined'],
          [['user:1', 5], '5'],
          [['user:1', ''], 'an empty string'],
          [Promise.resolve(['user:1']), 'a promise (is an await missing?)'],
        ] as const) {
          const error = await rejection(make({ [option]: () => given })(1))
          expect(error).to.include({
            code: 'HITHERTO_TAG_INVALID',
            message: `${option}: expected its function to give an array of non-empty strings, got ${got}.`,
          })
          await renew()
        }
      })

    for (const option of ['condition', 'unless'])
      it(`${name} takes no promise for ${option}, whatever it says`, async () => {
        for (const answer of [
          async () => false,
          async () => true,
          async () => Promise.reject(new Error('x')),
        ]) {
          const error = await rejection(make({ [option]: answer })(1))
          expect(error.code).to.equal('HITHERTO_OPTION_INVALID')
          expect(error.message).to.match(AT_ONCE).and.include(option)
          await renew()
        }
      })
  }

  it('decides what put stores, too', async () => {
    const error = await rejection(wrapped({ unless: async () => false }).put('user', 1))
    expect(error.message).to.match(AT_ONCE)
  })

  it('is joined with the tags of the class only as a list', async () => {
    class Users {}
    CacheConfig({ tags: ['users'] })(Users)
    const decorate = Cached({ cache, tags: () => 'user:1' as never }) as unknown as Decorate
    const error = await rejection(decorate(Users.prototype, 'find', { value: find }).value(1))
    expect(error.message).to.match(/^tags: /)
    expect(calls).to.equal(0)
  })

  it('is refused with the name of the option where it is no key', async () => {
    for (const option of ['key', 'instance']) {
      const error = await rejection(wrapped({ [option]: () => 5, name: option })(1))
      expect(error).to.include({
        code: 'HITHERTO_KEY_INVALID',
        message: `${option}: expected its function to give a string, got 5. Use String(value).`,
      })
    }
    for (const option of ['key', 'resultKey'])
      for (const decorator of [CacheEvict, CachePut] as ((options: object) => unknown)[]) {
        const options = { cache, namespace: 'n', [option]: () => 5 }
        const error = await rejection(decorated(decorator(options))(1))
        expect(error.message).to.match(new RegExp(`^${option}: .* got 5\\.`))
      }
  })
})
