import { type Codec, codec } from '../../../../src/domain/index.ts'

/** An amount that keeps itself to itself. */
export class Money {
  readonly #cents: number
  readonly currency: string

  constructor(cents: number, currency: string) {
    this.#cents = cents
    this.currency = currency
  }

  get cents(): number {
    return this.#cents
  }
}

/** Somebody with a password, which is to leave no trace. */
export class User {
  readonly name: string
  password: string | undefined
  /** Parts of their own: plain data, other instances. */
  parts: unknown

  constructor(name: string, password: string | undefined, parts?: unknown) {
    this.name = name
    this.password = password
    this.parts = parts
  }
}

export class Admin extends User {}

export const money: Codec<Money, readonly [number, string]> = codec({
  name: 'money',
  class: Money,
  encode: (amount) => [amount.cents, amount.currency] as const,
  decode: ([cents, currency]) => new Money(cents, currency),
})

export const user: Codec<User, { name: string; parts: unknown }> = codec({
  name: 'user',
  class: User,
  encode: ({ name, parts }) => ({ name, parts }),
  decode: ({ name, parts }) => new User(name, undefined, parts),
})
