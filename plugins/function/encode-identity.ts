import { types } from 'node:util'
import { describe, type KeyArgumentError } from '../../src/domain/index.ts'
import { nameText, quoted } from './key-text.ts'
import { refusal, type Walk } from './key-walk.ts'

/**
 * A method under this symbol gives an object its identity in keys. The symbol is registered, so a class need not
 * import this package.
 *
 * @example class User { [Symbol.for('hitherto.key')]() { return this.id } }
 */
export const keySymbol: unique symbol = Symbol.for('hitherto.key') as typeof keySymbol

/** `@Class("identity")`, from the option `id` or else the object's own method. The class keeps User 1 from Order 1. */
export function encodeIdentity(value: object, walk: Walk): string {
  const identity = walk.identify?.(value) ?? ownIdentity(value)
  if (identity === undefined) throw unknownKind(value, walk)
  if (typeof identity !== 'string') {
    throw refusal(walk, `has ${describe(identity)} as its identity`, 'Return a string.')
  }
  return `@${nameText(className(value))}(${quoted(identity)})`
}

function ownIdentity(value: object): unknown {
  const method: unknown = (value as Record<symbol, unknown>)[keySymbol]
  return typeof method === 'function' ? method.call(value) : undefined
}

function className(value: object): string {
  const name: unknown = (value.constructor as { readonly name?: unknown } | undefined)?.name
  return typeof name === 'string' ? name : ''
}

function unknownKind(value: object, walk: Walk): KeyArgumentError {
  if (types.isPromise(value)) return refusal(walk, 'is a promise', 'Await it before the call.')
  const options = "Use the option key: (...args) => '...' or id: (value) => '...'"
  if (typeof value === 'function') return refusal(walk, 'is a function', `Pass plain data. ${options}.`)
  const what = `is an instance of ${className(value) || 'an unnamed class'}`
  return refusal(
    walk,
    `${what}, which may hold more than can be seen`,
    `Pass plain data, such as its id. ${options}, or give the class a method [Symbol.for('hitherto.key')]().`,
  )
}
