import { encodeBuiltIn } from './encode-built-in.ts'
import { encodeIdentity, keySymbol } from './encode-identity.ts'
import { nameText, primitiveText } from './key-text.ts'
import { checkCount, checkSize, enter, leave, refusal, visit, type Walk } from './key-walk.ts'
import { isArrayPrototype, isObjectPrototype } from './prototypes.ts'

/** The text of any value, or a KeyArgumentError. */
export function encodeValue(value: unknown, walk: Walk): string {
  visit(walk)
  if (typeof value === 'string') checkSize(walk, value.length)
  const text = primitiveText(value)
  if (text !== undefined) return text
  if (typeof value === 'symbol') return registeredSymbol(value, walk)
  if (typeof value === 'function') return encodeIdentity(value, walk)
  return encodeObject(value as object, walk)
}

function encodeObject(value: object, walk: Walk): string {
  enter(walk, value)
  const prototype: object | null = Object.getPrototypeOf(value)
  const text = encodeMembers(value, prototype, walk)
  leave(walk)
  if (text === undefined) return encodeIdentity(value, walk)
  checkSize(walk, text.length)
  return text
}

/** Undefined for an object of no known kind. */
function encodeMembers(value: object, prototype: object | null, walk: Walk): string | undefined {
  if (prototype === null || isObjectPrototype(prototype)) return encodePlain(value as Plain, walk)
  if (Array.isArray(value)) return isArrayPrototype(prototype) ? encodeArray(value, walk) : undefined
  return encodeBuiltIn(value, prototype, walk, encodeValue)
}

type Plain = Record<PropertyKey, unknown>

function encodePlain(value: Plain, walk: Walk): string | undefined {
  const symbols = Object.getOwnPropertySymbols(value)
  if (symbols.length > 0 && isOdd(value, symbols)) return undefined
  const names = Object.keys(value)
  if (!isSorted(names)) names.sort()
  let text = '{'
  for (const name of names) {
    walk.frame.member = name
    const member = `${nameText(name)}:${encodeValue(value[name], walk)}`
    text += text.length === 1 ? member : `,${member}`
  }
  return symbols.length === 0 ? `${text}}` : `${text}${symbolMembers(value, symbols, walk)}}`
}

/**
 * `arguments`, Math, JSON and module namespaces look like plain objects but are not data; each carries one of these
 * symbols. A plain object with the key method wants to be asked.
 */
function isOdd(value: Plain, symbols: readonly symbol[]): boolean {
  return (
    symbols.includes(Symbol.toStringTag) ||
    symbols.includes(Symbol.iterator) ||
    typeof value[keySymbol] === 'function'
  )
}

/** Query languages use registered symbols as operators: `{ age: { [Op.gt]: 18 } }`. They follow `;`, in order. */
function symbolMembers(value: Plain, symbols: readonly symbol[], walk: Walk): string {
  const members = symbols
    .filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))
    .map((symbol) => {
      walk.frame.member = symbol
      return `${registeredSymbol(symbol, walk)}:${encodeValue(value[symbol], walk)}`
    })
  return members.length === 0 ? '' : `;${members.sort().join(',')}`
}

function registeredSymbol(symbol: symbol, walk: Walk): string {
  const name = Symbol.keyFor(symbol)
  if (name === undefined) {
    throw refusal(walk, 'is a symbol that only this process knows', 'Use Symbol.for(name) or a string.')
  }
  return `Symbol(${JSON.stringify(name)})`
}

function encodeArray(value: readonly unknown[], walk: Walk): string | undefined {
  checkCount(walk, value.length)
  if (!isDense(value)) return encodeSparse(value, walk)
  let text = '['
  for (let index = 0; index < value.length; index++) {
    walk.frame.member = index
    const member = encodeValue(value[index], walk)
    text += index === 0 ? member : `,${member}`
  }
  return `${text}]`
}

/** Integer names come first in Object.keys, so the last of `length` names says that all are indices. */
function isDense(value: readonly unknown[]): boolean {
  const names = Object.keys(value)
  return names.length === value.length && (names.length === 0 || names.at(-1) === `${value.length - 1}`)
}

/** An array with holes. With properties beside its elements (a match of a RegExp) it is not an array's worth of data. */
function encodeSparse(value: readonly unknown[], walk: Walk): string | undefined {
  const last = Object.keys(value).at(-1)
  if (last !== undefined && !(Number(last) < value.length && `${Number(last)}` === last)) return undefined
  const members = Array.from({ length: value.length }, (_, index) => {
    walk.frame.member = index
    return index in value ? encodeValue(value[index], walk) : 'hole'
  })
  return `[${members.join(',')}]`
}

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) return false
  }
  return true
}
