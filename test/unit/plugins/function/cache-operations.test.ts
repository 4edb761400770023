import 'reflect-metadata'
import { expect } from 'chai'
import fc from 'fast-check'
import type { CachedOptions, CacheEvictOptions, CachePutOptions } from '../../../../plugins/function/index.ts'
import {
  CacheConfig,
  Cached,
  CacheEvict,
  CachePut,
  setDefaultCache,
} from '../../../../plugins/function/index.ts'
import type { Cache } from '../../../../src/index.ts'
import { type FakeClock, fakeClock } from '../../../contracts/index.ts'
import type * as Operations from '../../../fixtures/decorators/operations.ts'
import { compiledFixture } from './compiled-fixture.ts'

const reasonOf = (call: Promise<unknown>): Promise<{ readonly code?: string; readonly message?: string }> =>
  call.then(
    () => ({}),
    (reason) => reason,
  )

/** Holds a method back until the test lets it go. */
function gate(): { pass(): void; readonly wait: () => Promise<void>; readonly reached: Promise<void> } {
  let pass = () => {}
  let reach = () => {}
  const open = new Promise<void>((resolve) => {
    pass = resolve
  })
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  return {
    pass: () => pass(),
    reached,
    wait() {
      reach()
      return open
    },
  }
}

for (const form of ['standard', 'legacy'] as const) {
  describe(`decorators with operations, as ${form} decorators`, function () {
    this.timeout(60_000)
    let fixture: typeof Operations
    let steps: Operations.Steps
    before(async () => {
      fixture = await compiledFixture(form, 'operations')
      steps = fixture.steps
    })

    let clock: FakeClock
    let cache: Cache
    let space: Cache
    let users: Operations.Users
    const calls = (): string[] => steps.calls.splice(0)
    const called = async (call: () => Promise<unknown>): Promise<string[]> => {
      calls()
      await call()
      return calls()
    }

    beforeEach(async () => {
      clock = fakeClock()
      cache = await fixture.createCache({ clock })
      space = cache.namespace('users')
      fixture.setDefaultCache(cache)
      calls()
      users = new fixture.Users()
    })
    afterEach(async () => {
      fixture.setDefaultCache()
      await cache.close()
    })

    describe('@Cached', () => {
      it('takes cache, namespace, ttl and tags from its class, and joins the tags', async () => {
        await users.find(1)
        const entry = space.inspect('Users.find(1)')
        expect(entry?.deps).to.have.members(['users', 'user:1', 'name:ann:1'])
        await users.list()
        expect(space.inspect('Users.list()')?.deps).to.deep.equal(['users'])
      })

      it('keeps methods that share a namespace apart, and uses a key of its own as it is', async () => {
        await users.named('ANN')
        expect(space.inspect('ann')).to.not.equal(undefined)
        expect(await called(() => users.named('ann'))).to.deep.equal([])
      })

      it('neither reads nor writes the cache where the condition does not hold', async () => {
        await users.find(13)
        expect(await called(() => users.find(13))).to.deep.equal(['find 13'])
        expect(space.inspect('Users.find(13)')).to.equal(undefined)
      })

      it('does not store what unless is against', async () => {
        expect(await users.find(404)).to.equal(null)
        expect(await called(() => users.find(404))).to.deep.equal(['find 404'])
      })

      it('takes the ttl from the result', async () => {
        await users.find(1)
        await users.find(2)
        clock.advance(5_001)
        expect(await called(() => users.find(1))).to.deep.equal([])
        expect(await called(() => users.find(2))).to.deep.equal(['find 2'])
      })

      it('takes tags from the result', async () => {
        await users.find(1)
        await cache.invalidate({ tags: ['name:ann:1'] })
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
      })

      it('does not store a result whose own tag changed while it was loading', async () => {
        const held = gate()
        steps.gate = held.wait
        const loading = users.find(1)
        await held.reached
        await cache.invalidate({ tags: ['name:ann:1'] })
        held.pass()
        await loading
        steps.gate = undefined
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
      })

      it('works on methods that are named by a symbol, and on static ones', async () => {
        const { read, change } = fixture.hidden()
        await read()
        expect(await called(read)).to.deep.equal([])
        expect(await called(() => change().then(read))).to.deep.equal(['change', 'secret'])
        const Class = fixture.Users
        await Class.total()
        expect(await called(() => Class.recount().then(() => Class.total()))).to.deep.equal([
          'recount',
          'total',
        ])
        expect(await called(() => Class.total())).to.deep.equal([])
      })

      it('follows the default cache', async () => {
        await users.find(1)
        await using other = await fixture.createCache()
        fixture.setDefaultCache(other)
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
        expect(other.namespace('users').inspect('Users.find(1)')).to.not.equal(undefined)
        fixture.setDefaultCache()
        const error = await reasonOf(users.find(1))
        expect(error.code).to.equal('HITHERTO_NOT_A_CACHE')
        expect(error.message).to.match(/@Cached on Users\.find.*setDefaultCache/)
      })
    })

    describe('@CachePut', () => {
      it('always calls the method, and stores its result as the answer of another method', async () => {
        await users.find(1)
        expect(await called(() => users.save({ id: 1, name: 'eve' }))).to.deep.equal(['save 1'])
        expect(await called(() => users.save({ id: 1, name: 'eve' }))).to.deep.equal(['save 1'])
        expect(await called(async () => expect((await users.find(1))?.name).to.equal('eve'))).to.deep.equal(
          [],
        )
      })

      it('stores it with the options of that method: ttl and tags from the result', async () => {
        await users.save({ id: 5, name: 'eve', ttl: 1_000 })
        expect(space.inspect('Users.find(5)')?.deps).to.have.members(['users', 'user:5', 'name:eve:5'])
        clock.advance(1_001)
        expect(await called(() => users.find(5))).to.deep.equal(['find 5'])
      })

      it('has the same arguments, where it names no others', async () => {
        await users.touch(1)
        expect(await called(() => users.find(1))).to.deep.equal([])
      })

      it('stores nothing when the method throws, and leaves the answer that is there', async () => {
        await users.find(1)
        const error = await reasonOf(users.save({ id: 1, name: '' }))
        expect(error.message).to.equal('no name')
        expect(await called(async () => expect((await users.find(1))?.name).to.equal('ann'))).to.deep.equal(
          [],
        )
      })

      it('leaves the cache alone where the condition does not hold', async () => {
        await users.find(1)
        await users.save({ id: 1, name: 'quiet' })
        expect(await called(async () => expect((await users.find(1))?.name).to.equal('ann'))).to.deep.equal(
          [],
        )
      })

      it('stores nothing that unless is against, and drops the answer before it', async () => {
        await users.find(1)
        users.rows.set(1, { id: 1, name: 'hidden' })
        await users.touch(1)
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
        await users.save({ id: 1, name: 'secret' })
        expect(space.inspect('Users.find(1)')).to.equal(undefined)
        await users.rename({ id: 7, name: 'secret' })
        expect(space.inspect('secret')).to.equal(undefined)
      })

      it('gives a result that unless is against, although it has no key', async () => {
        expect(await users.lookUp(404)).to.equal(null)
        await users.lookUp(1)
        expect(await called(() => users.find(1))).to.deep.equal([])
      })

      it('drops the answer where unless of the other method is against the result', async () => {
        await users.find(1)
        users.rows.delete(1)
        await users.touch(1)
        expect(space.inspect('Users.find(1)')).to.equal(undefined)
      })

      it('stores under a key in a namespace, with ttl and tags from arguments and result', async () => {
        await users.rename({ id: 9, name: 'ann', ttl: 1_000 })
        expect(await called(async () => expect((await users.named('ann'))?.id).to.equal(9))).to.deep.equal([])
        expect(space.inspect('ann')?.deps).to.have.members(['users', 'user:9', 'saved:9'])
        clock.advance(1_001)
        expect(space.peek('ann')).to.equal(undefined)
      })

      it('stores a copy: who changes the result later changes it alone', async () => {
        const saved = (await users.save({ id: 1, name: 'eve' })) as { name: string }
        saved.name = 'changed'
        expect((await users.find(1))?.name).to.equal('eve')
      })

      for (const [what, change] of Object.entries({
        'one of its tags': () => cache.invalidate({ tags: ['user:1'] }),
        'its key': () => users.remove(1),
        'its namespace': () => users.reset(),
      })) {
        it(`stores nothing when ${what} changed while the method ran`, async () => {
          await users.find(1)
          const held = gate()
          steps.gate = held.wait
          const saving = users.touch(1)
          await held.reached
          steps.gate = undefined
          await change()
          held.pass()
          await saving
          expect(space.inspect('Users.find(1)')).to.equal(undefined)
        })
      }

      it('stores nothing when the entry was evicted meanwhile, although only the result tells its key', async () => {
        const held = gate()
        steps.gate = held.wait
        const saving = users.save({ id: 1, name: 'eve' })
        await held.reached
        steps.gate = undefined
        await users.remove(1)
        held.pass()
        await saving
        expect(space.inspect('Users.find(1)')).to.equal(undefined)
      })

      it('stores neither of two results that were made at the same time, since none is known to be newer', async () => {
        const held = gate()
        steps.gate = held.wait
        const first = users.save({ id: 1, name: 'first' })
        await held.reached
        steps.gate = undefined
        await users.save({ id: 1, name: 'second' })
        expect((await users.find(1))?.name).to.equal('second')
        held.pass()
        await first
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
      })

      it('wins over a load that began before it', async () => {
        const held = gate()
        steps.gate = held.wait
        const loading = users.find(1)
        await held.reached
        steps.gate = undefined
        await users.save({ id: 1, name: 'eve' })
        held.pass()
        await loading
        expect((await users.find(1))?.name).to.equal('eve')
      })

      it('gives what the method read to the load that called it', async () => {
        let loads = 0
        const outer = () =>
          cache.getOrSet('outer', async () => {
            loads++
            await users.find(2)
            return users.touchReading()
          })
        await outer()
        await cache.invalidate({ tags: ['name:ann:1'] })
        await outer()
        expect(loads).to.equal(2)
      })
    })

    describe('@CacheEvict', () => {
      it('evicts the answer of another method once the method has succeeded', async () => {
        await users.find(1)
        await users.find(2)
        expect(await users.remove(1)).to.equal(true)
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
        expect(await called(() => users.find(2))).to.deep.equal([])
      })

      it('evicts nothing when the method throws', async () => {
        users.rows.set(404, { id: 404, name: 'zoe' })
        await users.find(404)
        expect((await reasonOf(users.remove(404))).message).to.equal('not there')
        expect(await called(() => users.find(404))).to.deep.equal([])
      })

      it('evicts before the invocation, whatever becomes of it', async () => {
        await users.find(1)
        expect((await reasonOf(users.removeFirst(1))).message).to.equal('busy')
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
      })

      it('waits for that eviction, where a hook takes its time', async () => {
        const order = steps.calls
        await using slow = await fixture.createCache({
          plugins: [
            {
              name: 'slow',
              start: (host) =>
                host.hook('invalidate', async (context) => {
                  await Promise.resolve()
                  order.push('evicted')
                  return context
                }),
            },
          ],
        })
        fixture.setDefaultCache(slow)
        expect(await called(() => users.removeFirst(2))).to.deep.equal(['evicted', 'removeFirst 2'])
        expect(await called(() => users.remove(2))).to.deep.equal(['remove 2', 'evicted'])
      })

      it('leaves what the method itself fills after an eviction before the invocation', async () => {
        await users.find(1)
        await users.list()
        await users.reload()
        expect(await called(() => users.find(1))).to.deep.equal([])
        expect(await called(() => users.list())).to.deep.equal(['list'])
      })

      it('evicts by a key from arguments or result', async () => {
        for (const evict of [() => users.forgetName('ann'), () => users.forgetNameOf(1)]) {
          await users.named('ann')
          await evict()
          expect(await called(() => users.named('ann'))).to.deep.equal(['named ann'])
        }
      })

      it('evicts by tags from arguments or result', async () => {
        for (const evict of [() => users.change(1, true), () => users.changeByResult(1)]) {
          await users.find(1)
          await evict()
          expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
        }
      })

      it('asks condition before and unless after', async () => {
        users.rows.set(-1, { id: -1, name: 'neg' })
        await users.find(-1)
        await users.change(-1, true)
        expect(await called(() => users.find(-1))).to.deep.equal([])
        await users.find(1)
        await users.change(1, false)
        expect(await called(() => users.find(1))).to.deep.equal([])
      })

      it('takes keys from the arguments as they were when it was called', async () => {
        await users.find(1)
        await users.consume({ id: 1 })
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
      })

      it('clears the namespace, and nothing outside it', async () => {
        await users.find(1)
        await users.list()
        await cache.set('other', 1)
        await users.reset()
        expect(await called(() => users.find(1).then(() => users.list()))).to.deep.equal(['find 1', 'list'])
        expect(cache.peek('other')).to.equal(1)
      })

      it('keeps a load that began before it from storing', async () => {
        const held = gate()
        steps.gate = held.wait
        const loading = users.find(1)
        await held.reached
        steps.gate = undefined
        await users.remove(1)
        held.pass()
        await loading
        expect(await called(() => users.find(1))).to.deep.equal(['find 1'])
      })

      it('says which method it cannot find', async () => {
        const error = await reasonOf(users.lost())
        expect(error).to.have.property('code', 'HITHERTO_OPTION_INVALID')
        expect(error.message).to.match(/@CacheEvict on Users\.lost names nowhere/)
        expect(calls()).to.deep.equal([])
      })
    })

    describe('several on one method', () => {
      for (const method of ['cachedAbove', 'cachedBelow'] as const) {
        it(`evict on each call, also one that @Cached answers (${method})`, async () => {
          await users[method](1)
          await users.list()
          expect(await called(() => users[method](1))).to.deep.equal([])
          expect(await called(() => users.list())).to.deep.equal(['list'])
        })
      }

      it('put under several keys and evict, in one call of the method', async () => {
        await users.list()
        expect(await called(() => users.saveAll({ id: 3, name: 'eve' }))).to.deep.equal(['saveAll 3'])
        expect(await called(() => users.find(3))).to.deep.equal([])
        expect(await called(() => users.named('eve'))).to.deep.equal([])
        expect(await called(() => users.list())).to.deep.equal(['list'])
      })

      it('leave name and length of the method as they were', () => {
        expect([users.saveAll.name, users.saveAll.length]).to.deep.equal(['saveAll', 1])
      })
    })

    it('leave no answer behind that differs from the source, however the calls run into each other', async () => {
      const id = fc.integer({ min: 1, max: 2 })
      const call = fc.oneof(
        id.map((of) => () => users.find(of)),
        id.map((of) => () => users.remove(of)),
        id.map((of) => () => users.touch(of)),
        fc
          .record({ id, name: fc.constantFrom('ann', 'eve', 'secret', '') })
          .map((user) => () => users.save(user)),
        fc.constant(() => users.reset()),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(call, { minLength: 2, maxLength: 8 }),
          async (scheduler, made) => {
            users = new fixture.Users()
            await space.clear()
            steps.gate = () => scheduler.schedule(Promise.resolve())
            await scheduler.waitFor(Promise.all(made.map((make) => make().catch(() => {}))))
            steps.gate = undefined
            for (const id of [1, 2]) expect(await users.find(id)).to.deep.equal(users.rows.get(id) ?? null)
          },
        ),
        { numRuns: 300 },
      )
    })

    describe('inheritance', () => {
      let first: Cache
      let second: Cache
      before(async () => {
        first = fixture.caches.first = await fixture.createCache()
        second = fixture.caches.second = await fixture.createCache()
      })
      beforeEach(() => Promise.all([first.clear(), second.clear()]))
      after(() => Promise.all([first.close(), second.close()]))

      it('gives the configuration of a class to the methods of its subclasses', async () => {
        await new fixture.Plain().count()
        expect(first.namespace('fn:Plain.count').inspect('()')?.deps).to.deep.equal(['rows'])
      })

      it('gives a subclass its own configuration for inherited methods, and answers of its own', async () => {
        const [plain, orders] = [new fixture.Plain(), new fixture.Orders()]
        expect(await plain.find(1)).to.equal('Plain 1')
        expect(await orders.find(1)).to.equal('Orders 1')
        expect(await plain.find(1)).to.equal('Plain 1')
        const entry = second.namespace('orders').inspect('Repository.find@Orders(1)')
        expect(entry?.deps).to.have.members(['rows', 'orders'])
        await orders.remove(1)
        expect(await called(() => plain.find(1))).to.deep.equal([])
        expect(await called(() => orders.find(1))).to.deep.equal(['Orders.find 1'])
      })

      it('evicts the answer of an override and that of the method it overrides', async () => {
        const users = new fixture.Overriding()
        await users.find(1)
        await users.remove(1)
        expect(await called(() => users.find(1))).to.deep.equal(['over 1', 'Overriding.find 1'])
      })

      it('puts the answer of an override, and drops that of the method it overrides', async () => {
        const [users, plain] = [new fixture.Overriding(), new fixture.Plain()]
        await users.find(1)
        await users.save(1)
        expect(await called(async () => expect(await users.find(1)).to.equal('saved 1'))).to.deep.equal([])
        expect(await called(() => plain.find(1))).to.deep.equal(['Plain.find 1'])
      })

      it('finds the cached method below an override that is not cached', async () => {
        const bare = new fixture.Bare()
        await bare.find(1)
        await bare.remove(1)
        expect(await called(() => bare.find(1))).to.deep.equal(['Bare.find 1'])
      })

      it('makes keys with this, in instance for all of a class and in key', async () => {
        const [a, b] = [new fixture.Tenants('a'), new fixture.Tenants('b')]
        await Promise.all([a.find(1), b.find(1), a.byThis(1), b.byThis(1)])
        expect(calls().sort()).to.deep.equal(['a 1', 'b 1', 'this a 1', 'this b 1'])
        await a.remove(1)
        expect(await called(() => Promise.all([a.find(1), b.find(1)]))).to.deep.equal(['a 1'])
        await a.save(1)
        expect([await a.find(1), await b.find(1)]).to.deep.equal(['a saved 1', 'b 1'])
      })
    })
  })
}

type Decorate = (...args: unknown[]) => unknown
const context = (over: object = {}): object => ({
  kind: 'method',
  name: 'find',
  static: false,
  private: false,
  addInitializer() {},
  ...over,
})
const put = (options: object): Decorate => CachePut(options as CachePutOptions) as Decorate
const evict = (options: object): Decorate => CacheEvict(options as CacheEvictOptions) as Decorate
const cached = (options: object): Decorate => Cached(options as CachedOptions) as Decorate

describe('decorators with operations, refused', () => {
  const wrong: Record<string, [make: () => unknown, expected: RegExp]> = {
    'a put without a target': [() => put({}), /method, key or resultKey/],
    'a put with two keys': [() => put({ key: () => '', resultKey: () => '' }), /given twice/],
    'a put with a ttl of its own beside method': [
      () => put({ method: 'find', ttl: 1 }),
      /ttl: cannot stand beside/,
    ],
    'a put with a cache of its own beside method': [
      () => put({ method: 'find', cache: () => {} }),
      /cache: cannot/,
    ],
    'an evict without a target': [() => evict({}), /must be told what to evict/],
    'an evict of a key and of all': [
      () => evict({ key: () => '', allEntries: true }),
      /cannot stand beside key/,
    ],
    'a misspelt option': [() => evict({ allEntrys: true }), /Did you mean allEntries/],
    'an option of another decorator': [() => put({ allEntries: true, key: () => '' }), /no such option/],
    'an option of the wrong kind': [() => evict({ allEntries: 'yes' }), /expected true or false/],
    'a cache that is none': [() => put({ key: () => '', cache: {} }), /needs a cache/],
    'a default cache that is none': [() => setDefaultCache({} as never), /needs a cache/],
    'a class with tags from arguments': [() => CacheConfig({ tags: (() => []) as never }), /is a function/],
    'a class with a key': [() => CacheConfig({ key: () => '' } as never), /no such option/],
    'a configuration on a method': [
      () => (CacheConfig({}) as Decorate)(() => {}, context()),
      /can only decorate a class/,
    ],
  }
  for (const option of ['resultKey', 'resultTags', 'unless']) {
    wrong[`an evict before the invocation with ${option}`] = [
      () => evict({ method: 'find', beforeInvocation: true, [option]: () => [] }),
      new RegExp(`${option}: has no result`),
    ]
  }
  for (const [what, [make, expected]] of Object.entries(wrong)) {
    it(`refuses ${what} at decoration`, () => {
      expect(make)
        .to.throw(expected)
        .with.property('code')
        .that.matches(/OPTION_INVALID|NOT_A_CACHE/)
    })
  }

  const target = { method: 'find' }
  const decorators = { '@Cached': cached({}), '@CachePut': put(target), '@CacheEvict': evict(target) }
  for (const [name, decorate] of Object.entries(decorators)) {
    for (const generator of [function* walk() {}, async function* walk() {}]) {
      it(`${name} refuses ${generator.constructor.name} walk`, () => {
        for (const place of [
          [generator, context()],
          [{}, 'walk', { value: generator }],
        ]) {
          expect(() => decorate(...place))
            .to.throw(/generator walk/)
            .with.property('code', 'HITHERTO_OPTION_INVALID')
        }
      })
    }

    it(`${name} refuses a field and an accessor`, () => {
      expect(() => decorate(undefined, context({ kind: 'field' }))).to.throw(
        `${name}: can only decorate a method`,
      )
      expect(() => decorate({}, 'find', { get: () => 1 })).to.throw(/on an accessor/)
    })
  }

  it('refuses @Cached twice, and beside @CachePut in either order', () => {
    const method = async () => 1
    const first = cached({ name: 'a' })(method, context())
    expect(() => cached({ name: 'a' })(first, context())).to.throw(/twice/)
    expect(() => put(target)(first, context())).to.throw(/always/)
    const other = put(target)(async () => 1, context())
    expect(() => cached({ name: 'b' })(other, context())).to.throw(/always/)
  })

  it('asks for a namespace where a key or all entries are meant in none', async () => {
    const cache = { wrap() {}, namespace() {}, invalidate() {} }
    for (const options of [{ key: () => 'a' }, { allEntries: true }]) {
      const method = evict({ ...options, cache })(async () => 1, context()) as () => Promise<unknown>
      expect((await reasonOf(method())).message).to.match(/needs the namespace/)
    }
    const method = put({ key: () => 'a', cache })(async () => 1, context()) as () => Promise<unknown>
    expect((await reasonOf(method())).message).to.match(/needs the namespace/)
  })

  it('hands on what a framework has noted on the method', () => {
    const reflect = Reflect as unknown as {
      defineMetadata(key: string, value: unknown, target: object): void
      getOwnMetadata(key: string, target: object): unknown
    }
    const method = async () => 1
    reflect.defineMetadata('path', '/users', method)
    const decorated = evict(target)(method, context()) as object
    expect(reflect.getOwnMetadata('path', decorated)).to.equal('/users')
  })
})
