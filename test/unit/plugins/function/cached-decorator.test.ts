import { expect } from 'chai'
import {
  Cached,
  cachedMethod,
  createFunctionSurface,
  type DecoratorCache,
} from '../../../../plugins/function/index.ts'
import type { Declared, Fixture, UsersWithPrivates } from '../../../fixtures/decorators/declared.ts'
import { compiledFixture } from './compiled-fixture.ts'
import { type RecordingCache, recordingCache } from './recording-cache.ts'

type WithSurface = RecordingCache & DecoratorCache

function cacheWithSurface(): WithSurface {
  const cache = recordingCache()
  return {
    ...cache,
    wrap: createFunctionSurface(cache).wrap,
    invalidate: async () => {},
  } as unknown as WithSurface
}

const keys = (cache: RecordingCache): string[] => [...cache.entries.keys()].sort()

describe('Cached, compiled by tsc', function () {
  this.timeout(60_000)
  const modules = {} as { standard: Fixture<UsersWithPrivates>; legacy: Fixture }
  before(async () => {
    const [first, second] = await Promise.all([
      compiledFixture<Fixture<UsersWithPrivates>>('standard', 'standard'),
      compiledFixture<Fixture>('legacy', 'legacy'),
    ])
    Object.assign(modules, { standard: first, legacy: second })
  })

  for (const form of ['standard', 'legacy'] as const) {
    describe(`as a ${form} decorator`, () => {
      let cache: WithSurface
      let declared: Declared
      let resolved: number
      beforeEach(() => {
        cache = cacheWithSurface()
        resolved = 0
        declared = modules[form].declareClasses(() => {
          resolved++
          return cache
        })
      })

      it('calls the method once for equal arguments and keys the entry by class, method and arguments', async () => {
        const users = new declared.Users('a')
        expect(await users.find(1)).to.equal('user 1')
        expect(await users.find(1, undefined)).to.equal('user 1')
        expect(declared.calls).to.deep.equal(['find 1 '])
        expect(keys(cache)).to.deep.equal(['fn:Users.find/(1)'])
        expect(cache.entries.get('fn:Users.find/(1)')?.tags).to.deep.equal(['user:1'])
        expect(cache.calls[0]?.options?.ttl).to.equal('5m')
      })

      it('asks for the cache at the first call, and not again', async () => {
        const users = new declared.Users('a')
        expect(resolved).to.equal(0)
        await users.find(1)
        await users.find(2)
        await declared.controls(users).invalidate(1)
        expect(resolved).to.equal(1)
      })

      it('leaves this out of the key, unless the option instance says how it counts', async () => {
        await new declared.Users('a').find(1)
        await new declared.Users('b').find(1)
        expect(declared.calls).to.deep.equal(['find 1 '])
        expect(await new declared.Users('a').count()).to.equal('users of a')
        expect(await new declared.Users('b').count()).to.equal('users of b')
        expect(keys(cache)).to.include.members(['fn:Users.count/"a"()', 'fn:Users.count/"b"()'])
      })

      it('keeps an override and the method it calls through super apart', async () => {
        const admin = new declared.Admins('a')
        expect(await admin.find(1)).to.equal('admin user 1')
        expect(await new declared.Users('a').find(1)).to.equal('user 1')
        expect(declared.calls).to.deep.equal(['admin 1', 'find 1 '])
        expect(keys(cache)).to.deep.equal(['fn:Admins.find/(1)', 'fn:Users.find/(1)'])
      })

      it('names an inherited method after the class that declares it', async () => {
        await new declared.Admins('a').count()
        expect(keys(cache)).to.deep.equal(['fn:Users.count/"a"()'])
      })

      it('caches static methods', async () => {
        expect(await declared.Users.total()).to.equal(7)
        expect(await declared.Admins.total()).to.equal(7)
        expect(declared.calls).to.deep.equal(['total'])
        expect(keys(cache)).to.deep.equal(['fn:Users.total/()'])
      })

      it('works below another decorator', async () => {
        const users = new declared.Users('a')
        await users.audited()
        await users.audited()
        expect(declared.calls).to.deep.equal(['logged', 'audited', 'logged'])
        expect(keys(cache)).to.deep.equal(['fn:Users.audited/()'])
      })

      it('gives the controls of a method on an object', async () => {
        const users = new declared.Users('a')
        await users.find(1)
        expect(declared.controls(users).key(1)).to.equal('(1)')
        expect(await declared.controls(users).invalidate(1)).to.equal(true)
        expect(keys(cache)).to.deep.equal([])
      })

      it('has a name for a method that is called without its object', async () => {
        const { find } = new declared.Users('a')
        expect(await find(1)).to.equal('user 1')
        expect(find.name).to.equal('find')
        expect(find.length).to.equal(2)
      })
    })
  }

  it('as a standard decorator, caches private methods', async () => {
    const cache = cacheWithSurface()
    const { Users, calls } = modules.standard.declareClasses(cache)
    const users = new Users('a')
    expect([await users.secretOf(1), await users.secretOf(1)]).to.deep.equal(['secret of 1', 'secret of 1'])
    expect([await Users.hiddenOf(), await Users.hiddenOf()]).to.deep.equal(['hidden', 'hidden'])
    expect(calls).to.deep.equal(['secret 1', 'hidden'])
    expect(keys(cache)).to.deep.equal(['fn:Users.#hidden/()', 'fn:Users.secret/(1)'])
  })
})

type Decorate = (...args: unknown[]) => unknown
const decorator = (options: object = {}): Decorate =>
  Cached({ cache: cacheWithSurface(), ...options }) as unknown as Decorate
const context = (over: object = {}): object => ({
  kind: 'method',
  name: 'find',
  static: false,
  private: false,
  addInitializer() {},
  ...over,
})

describe('Cached, in the wrong place', () => {
  const refused: Record<string, [expected: string, ...args: unknown[]]> = {
    'a standard class': ['a class', class {}, context({ kind: 'class' })],
    'a standard field': ['a field', undefined, context({ kind: 'field' })],
    'a standard getter': ['a getter', () => 1, context({ kind: 'getter' })],
    'a standard auto-accessor': ['an accessor', {}, context({ kind: 'accessor' })],
    'a legacy class': ['a class', class {}],
    'a legacy field': ['a field', {}, 'find', undefined],
    'a legacy accessor': ['an accessor', {}, 'find', { get: () => 1 }],
    'a legacy parameter': ['a parameter', {}, 'find', 0],
  }
  for (const [where, [expected, ...args]] of Object.entries(refused)) {
    it(`refuses ${where} at decoration`, () => {
      expect(() => decorator()(...args))
        .to.throw(expected)
        .with.property('code', 'HITHERTO_OPTION_INVALID')
    })
  }

  it('refuses a private instance method without a name, because its class cannot be told', () => {
    const place = context({ private: true, name: '#find' })
    expect(() => decorator()(async () => 1, place))
      .to.throw(/#find/)
      .with.property('option', 'name')
    expect(decorator({ name: 'Users.find' })(async () => 1, place)).to.be.a('function')
  })

  it('refuses a legacy method of a class without a name', () => {
    const { prototype } = class {
      async find(): Promise<number> {
        return 1
      }
    }
    Object.defineProperty(prototype.constructor, 'name', { value: '' })
    const descriptor = Object.getOwnPropertyDescriptor(prototype, 'find')
    expect(() => decorator()(prototype, 'find', descriptor)).to.throw(/name/)
  })

  it('refuses wrong options at decoration', () => {
    expect(() => decorator({ ttl: '5 minutes' })).to.throw(/ttl/)
    expect(() => decorator({ tll: 5 })).to.throw(/Did you mean ttl/)
    expect(() => Cached({ cache: Promise.resolve() as never }))
      .to.throw(/await/)
      .with.property('code', 'HITHERTO_NOT_A_CACHE')
  })
})

const reasonOf = (call: unknown): Promise<unknown> =>
  (call as Promise<unknown>).then(
    () => undefined,
    (reason: unknown) => reason,
  )

describe('Cached, at the first call', () => {
  it('rejects and tries again when the function gives no cache', async () => {
    let cache: unknown
    const find = decorator({ cache: () => cache, name: 'find' })(async () => 'found', context()) as Decorate
    const error = await reasonOf(find())
    expect(error).to.have.property('code', 'HITHERTO_NOT_A_CACHE')
    cache = cacheWithSurface()
    expect(await find()).to.equal('found')
  })

  it('rejects a standard method that is called before anything tells its class', async () => {
    const find = decorator()(async () => 'found', context()) as Decorate
    const error = await reasonOf(find())
    expect(error).to.have.property('option', 'name')
  })

  it('rejects where two classes of one name would share their keys', async () => {
    const cache = cacheWithSurface()
    const declare = (): Decorate => {
      class Users {}
      const descriptor = { value: async () => 'found' }
      return (decorator({ cache })(Users.prototype, 'find', descriptor) as { value: Decorate }).value
    }
    const [first, second] = [declare(), declare()]
    expect(await first()).to.equal('found')
    const error = await reasonOf(second())
    expect(error).to.have.property('code', 'HITHERTO_OPTION_INVALID')
  })
})

describe('cachedMethod', () => {
  it('refuses a method that is not decorated', () => {
    expect(() => cachedMethod({}, async () => 1))
      .to.throw(/@Cached/)
      .with.property('option', 'method')
  })
})
