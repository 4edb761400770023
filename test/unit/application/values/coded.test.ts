import { expect } from 'chai'
import fc from 'fast-check'
import {
  Codecs,
  copyOf,
  estimateBytes,
  type Intake,
  intake,
} from '../../../../src/application/values/index.ts'
import { type Codec, codec } from '../../../../src/domain/index.ts'
import { Admin, Money, money, User, user } from './classes.ts'

const codecs = new Codecs([money, user])

function kept(value: unknown, list: Codecs = codecs): Intake {
  return intake(value, 'auto', list)
}

function read<T>(from: Intake): T {
  return copyOf(from.value, from.copy) as T
}

/** The code and message of the error that a value is refused with. */
function refusal(value: unknown, ...list: readonly Codec[]): string {
  try {
    kept(value, new Codecs(list))
  } catch (error) {
    return `${(error as { code?: unknown }).code}: ${(error as Error).message}`
  }
  return 'kept'
}

describe('instances of classes with a codec', () => {
  it('come back as instances, private fields and all that the codec keeps', () => {
    const got = read<Money>(kept(new Money(250, 'EUR')))
    expect(got).to.be.instanceOf(Money)
    expect([got.cents, got.currency]).to.deep.equal([250, 'EUR'])
  })

  it('are found wherever they are: in objects, lists, Maps (keys and values), Sets, and in one another', () => {
    const value = {
      list: [new Money(1, 'EUR')],
      map: new Map<unknown, unknown>([[new Money(2, 'EUR'), { deep: new Money(3, 'EUR') }]]),
      set: new Set([new Money(4, 'EUR')]),
      user: new User('ann', 'secret', { purse: new Money(5, 'EUR'), friends: [new User('bob', 'x')] }),
    }
    const got = read<typeof value>(kept(value))
    const [[key, mapped] = []] = [...got.map]
    const parts = got.user.parts as { purse: Money; friends: User[] }
    const amounts = [got.list[0], key, (mapped as { deep: unknown }).deep, [...got.set][0], parts.purse]
    expect(amounts.map((each) => each instanceof Money && each.cents)).to.deep.equal([1, 2, 3, 4, 5])
    expect(parts.friends[0]).to.be.instanceOf(User)
  })

  it('leave nothing behind that their codec leaves out', () => {
    const from = kept([new User('ann', 'secret', { owner: new User('bob', 'hidden') })])
    const got = read<User[]>(from)
    expect([got[0]?.name, got[0]?.password]).to.deep.equal(['ann', undefined])
    expect(everythingIn(from.value)).to.include('ann').and.not.include.members(['secret'])
    expect(everythingIn(from.value)).to.not.include('hidden')
  })

  it('are new ones for every reader, which nobody else changes', () => {
    const original = new User('ann', 'secret', { tags: ['a'] })
    const from = kept(original)
    const parts = (of: User) => of.parts as { tags: string[] }
    parts(original).tags.push('by the writer')
    const first = read<User>(from)
    parts(first).tags.push('by a reader')
    const second = read<User>(from)
    expect(second).to.not.equal(first)
    expect(parts(second).tags).to.deep.equal(['a'])
  })

  it('stay one where they are one, and so do the parts that they share', () => {
    const shared = { n: 1 }
    const ann = new User('ann', undefined, shared)
    const value = [ann, ann, shared, new User('bob', undefined, shared)]
    const got = read<[User, User, object, User]>(kept(value))
    expect(got[0]).to.equal(got[1])
    expect(got[0].parts).to.equal(got[2])
    expect(got[3].parts).to.equal(got[2]).and.not.equal(shared)
  })

  it('may be in a cycle of plain data', () => {
    const value: { self?: unknown; user: User } = { user: new User('ann', 'x') }
    value.self = value
    const got = read<typeof value>(kept(value))
    expect(got.self).to.equal(got).and.not.equal(value)
    expect(got.user).to.be.instanceOf(User)
  })

  it('are refused where a cycle leads through them', () => {
    const own = new User('ann', 'x')
    own.parts = { friends: [own] }
    const around: { user?: User } = {}
    around.user = new User('ann', 'x', [around])
    for (const value of [own, around, [around]])
      expect(refusal(value, user)).to.match(/^HITHERTO_VALUE_UNSAFE: .*a cycle through an instance/)
    const itself = codec({ name: 'itself', class: User, encode: (it) => it, decode: (it) => it })
    expect(refusal(own, itself)).to.match(/^HITHERTO_VALUE_UNSAFE: .*a cycle through an instance/)
  })

  it('are kept the same way under freeze, while plain data are frozen as ever', () => {
    const from = intake({ purse: new Money(1, 'EUR') }, 'freeze', codecs)
    expect(read<{ purse: Money }>(from).purse).to.be.instanceOf(Money)
    expect(read<object>(intake({ a: 1 }, 'freeze', codecs))).to.be.frozen
  })

  it('count with what is kept of them, not with what their codec is made of', () => {
    const size = (text: string) => estimateBytes(kept(new User(text, 'x'.repeat(9_000))).value)
    expect(size('a'.repeat(1_000)) - size('')).to.equal(1_000)
    expect(size('')).to.be.below(300)
  })
})

describe('instances of classes without a codec', () => {
  it('are refused, also of a subclass, and beside others that have one', () => {
    expect(refusal(new Money(1, 'EUR'), user)).to.match(/^HITHERTO_VALUE_UNSAFE: .*an instance of Money,/)
    expect(refusal([new User('a', 'b'), new Admin('a', 'b')], user)).to.match(/an instance of Admin,/)
    const within = new User('ann', 'x', new Money(1, 'EUR'))
    expect(refusal(within, user)).to.match(/an instance of Money \(from the codec 'user'\)/)
  })

  it('are refused by `structured` and `none` codecs no more than before', () => {
    expect(read(intake(new User('a', 'b'), 'structured', codecs))).to.deep.equal({ ...new User('a', 'b') })
    const value = new User('a', 'b')
    expect(intake(value, 'none', codecs)).to.deep.equal({ value, copy: 0 })
  })
})

describe('a codec', () => {
  it('may say itself for whom it is', () => {
    const family = codec<User, string>({
      name: 'family',
      is: (value) => value instanceof User,
      encode: ({ name }) => name,
      decode: (name) => new User(name, undefined),
    })
    expect(refusal(new Admin('a', 'b'), family)).to.equal('kept')
  })

  it('is not asked about what needs none', () => {
    const asked: unknown[] = []
    const curious: Codec = { ...money, class: undefined as never, is: (value) => asked.push(value) < 0 }
    const { class: _, ...asking } = curious
    const list = new Codecs([asking])
    kept(
      [{}, [], new Date(), new Map(), new Set(), Buffer.from('x'), /a/, Object.create(null), 1, 'a', null],
      list,
    )
    expect(asked).to.deep.equal([])
  })

  it('comes first in the order of the list', () => {
    const other = codec({ ...user, decode: ({ name }) => new User(`${name}!`, undefined) })
    expect(read<User>(kept(new User('a', 'b'), new Codecs([other, user]))).name).to.equal('a!')
  })

  const broken: readonly (readonly [title: string, codec: Codec, message: RegExp])[] = [
    ['throws in is', { ...without(user), is: fail }, /FAILED: The is hook of "user" failed: broken/],
    ['throws in encode', { ...user, encode: fail }, /FAILED: The encode hook of "user" failed: broken/],
    ['throws in decode', { ...user, decode: fail }, /FAILED: The decode hook of "user" failed: broken/],
    [
      'makes a plain object of an instance',
      { ...user, decode: (data) => data as object },
      /not what the codec/,
    ],
    ['makes nothing of an instance', { ...user, decode: () => undefined as never }, /not what the codec/],
    ['gives a function', { ...user, encode: () => fail }, /UNSAFE: .*a function \(from the codec 'user'\)/],
    ['gives a new instance each time', { ...user, encode: () => new User('b', 'c') }, /UNSAFE|FAILED/],
  ]
  for (const [title, list, message] of broken) {
    it(`that ${title} has its values refused when they come`, () => {
      expect(refusal([new User('a', 'b')], list)).to.match(message)
    })
  }

  it('that fails later is reported, and what it cannot read is a miss', () => {
    const reported: unknown[] = []
    let well = true
    const moody = codec({ ...user, decode: (data) => (well ? user.decode(data) : fail()) })
    const from = intake([new User('a', 'b')], 'auto', new Codecs([moody]), {
      report: (error) => reported.push((error as { code?: string }).code),
    })
    well = false
    expect(read(from)).to.equal(undefined)
    expect(reported).to.deep.equal(['HITHERTO_HOOK_FAILED'])
    well = true
    expect(read<User[]>(from)[0]).to.be.instanceOf(User)
  })
})

describe('any tree of plain data and instances', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constant(null),
    fc.integer().map((cents) => new Money(cents, 'EUR')),
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
      fc.array(tie('tree'), { maxLength: 3 }).map((parts) => new Set(parts)),
      fc.array(fc.tuple(tie('tree'), tie('tree')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      fc.tuple(fc.string(), tie('tree')).map(([name, parts]) => new User(name, 'secret', parts)),
    ),
  }))

  it('is the same for every reader, but for what its codecs leave out', () => {
    const property = fc.property(tree, (value) => {
      const from = kept(value)
      const told = shape(value)
      expect(shape(read(from))).to.deep.equal(told)
      expect(shape(read(from))).to.deep.equal(told)
      if (told.includes('User')) expect(passwords(read(from))).to.not.include('secret')
    })
    fc.assert(property, { numRuns: 500 })
  })
})

function fail(): never {
  throw new Error('broken')
}

function without({ class: _, ...rest }: Codec<User, never> | Codec): Omit<Codec, 'class'> {
  return rest as Omit<Codec, 'class'>
}

/** All text that can be reached from a value, also in fields that are not enumerable. */
function everythingIn(value: unknown, seen: Set<unknown> = new Set()): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  return Reflect.ownKeys(value).flatMap((name) => everythingIn(Reflect.get(value, name), seen))
}

/** A value as text, with classes, but for passwords. */
function shape(value: unknown): string {
  if (value instanceof Money) return `Money(${value.cents},${value.currency})`
  if (value instanceof User) return `User(${JSON.stringify(value.name)},${shape(value.parts)})`
  if (value instanceof Map) return `Map(${[...value].map((pair) => shape(pair)).join()})`
  if (value instanceof Set) return `Set(${[...value].map(shape).join()})`
  if (Array.isArray(value)) return `[${value.map(shape).join()}]`
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value))
  const fields = Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}:${shape(part)}`)
  return `{${fields.join()}}`
}

function passwords(value: unknown): unknown[] {
  if (value instanceof User) return [value.password, ...passwords(value.parts)]
  if (value instanceof Map || value instanceof Set) return [...value].flatMap(passwords)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(passwords) : []
}
