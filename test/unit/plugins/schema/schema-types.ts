import { z } from 'zod'
import {
  type InputOf,
  type OutputOf,
  type SchemaCache,
  type StandardSchema,
  withSchema,
} from '../../../../plugins/schema/index.ts'
import { type Cache, type CacheOptions, type Codec, codec } from '../../../../src/index.ts'

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function expectType<T extends true>(..._: T extends true ? [] : [never]): void {}

interface Row {
  id: number
  born: string
}
interface User {
  id: number
  born: Date
}

/** Never called: the compiler is the test. */
export function typesOfSchemas(cache: Cache, schema: StandardSchema<Row, User>): void {
  const users = withSchema(cache, schema, { version: 1 })
  expectType<Same<typeof users, SchemaCache<Row, User>>>()

  const got = users.getOrSet('1', (load) => {
    expectType<Same<typeof load.stale, User | undefined>>()
    return load.stale === undefined ? { id: 1, born: '2000-01-01' } : load.notModified()
  })
  expectType<Same<typeof got, Promise<User>>>()
  const peeked = users.peek('1')
  expectType<Same<typeof peeked, User | undefined>>()
  const many = users.getOrSetMany(['1'], async (keys) => keys.map((id) => ({ id: Number(id), born: '' })))
  expectType<Same<typeof many, Promise<(User | undefined | Error)[]>>>()
  const one = users.batch(() => new Map([['1', { id: 1, born: '' }]]))
  expectType<Same<ReturnType<typeof one>, Promise<User | undefined>>>()
  void users.set('1', { id: 1, born: '' }, { ttl: '5m', tags: ['user:1'] })

  // @ts-expect-error the schema takes a text and makes the Date
  void users.set('1', { id: 1, born: new Date() })
  // @ts-expect-error a load gives what the schema takes
  void users.getOrSet('1', () => ({ id: 1 }))
  // @ts-expect-error so does a load of many
  void users.getOrSetMany(['1'], () => [1])
  // @ts-expect-error a version is needed
  withSchema(cache, schema, {})
  // @ts-expect-error migrate makes what the schema takes
  withSchema(cache, schema, { version: 2, migrate: { 1: () => ({ id: '1' }) } })
  withSchema(cache, schema, {
    version: 2,
    migrate: { 1: async (old: unknown) => old as Row, v0: () => undefined },
  })
  // @ts-expect-error a schema has the standard interface
  withSchema(cache, { parse: (value: unknown) => value }, { version: 1 })

  const zod = z.object({ id: z.number(), born: z.string().transform((day) => new Date(day)) })
  expectType<Same<InputOf<typeof zod>, Row>>()
  expectType<Same<OutputOf<typeof zod>, User>>()
  const ofZod = withSchema(cache, zod, { version: 1 })
  expectType<Same<ReturnType<typeof ofZod.get>, Promise<User | undefined>>>()
}

class Money {
  readonly #cents: number
  private constructor(cents: number) {
    this.#cents = cents
  }
  static of(cents: number): Money {
    return new Money(cents)
  }
  get cents(): number {
    return this.#cents
  }
}

/** Never called either. */
export function typesOfCodecs(): CacheOptions {
  const money = codec({
    name: 'money',
    class: Money,
    encode: (amount) => ({ cents: amount.cents }),
    decode: ({ cents }) => Money.of(cents),
  })
  expectType<Same<typeof money, Codec<Money, { cents: number }>>>()
  codec<Money, number>({
    name: 'money',
    is: (value) => value instanceof Money,
    encode: ({ cents }) => cents,
    decode: Money.of,
  })
  const cents = (amount: Money) => amount.cents
  // @ts-expect-error decode makes an instance
  codec({ name: 'money', class: Money, encode: cents, decode: (of: number) => ({ of }) })
  // @ts-expect-error decode gets what encode made
  codec({ name: 'money', class: Money, encode: cents, decode: (of: string) => Money.of(+of) })
  return { codecs: [money] }
}
