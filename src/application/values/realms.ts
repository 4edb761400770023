import { types } from 'node:util'

/*
 * Built-ins are known by what they are, and not by their prototypes alone: in a context of node:vm, and so under Jest,
 * what Node itself makes (the JSON of a fetch, a list of files, a structured clone) is of another realm than the code.
 */

/** Of any realm: the only arrays that are no instances of anything else are the prototypes of all others. */
export function isArrayPrototype(prototype: unknown): boolean {
  return prototype === Array.prototype || Array.isArray(prototype)
}

/** Of any realm: nothing is behind it, and all objects have these from it. */
export function isObjectPrototype(prototype: unknown): boolean {
  if (prototype === Object.prototype) return true
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) !== null)
    return false
  return Object.hasOwn(prototype, 'hasOwnProperty') && Object.hasOwn(prototype, 'isPrototypeOf')
}

/** For the prototype of a built-in: false for that of a class which extends one. */
export function isDirect(prototype: unknown): boolean {
  return isObjectPrototype(Object.getPrototypeOf(prototype))
}

const ERRORS: readonly ErrorConstructor[] = [
  ...[Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError],
]
const ERROR_BY_PROTOTYPE = new Map<unknown, ErrorConstructor>(ERRORS.map((kind) => [kind.prototype, kind]))
const ERROR_BY_SOURCE = new Map(ERRORS.map((kind) => [sourceOf(kind), kind]))

/**
 * The constructor in this realm of the errors with this prototype; undefined for that of a class of its own. In another
 * realm native kinds are known by their text, which no class can have.
 */
export function errorKind(prototype: unknown): ErrorConstructor | undefined {
  const own = ERROR_BY_PROTOTYPE.get(prototype)
  if (own !== undefined || typeof prototype !== 'object' || prototype === null) return own
  if (isDirect(prototype)) return Error
  const { value }: PropertyDescriptor = Object.getOwnPropertyDescriptor(prototype, 'constructor') ?? {}
  return typeof value === 'function' && value.prototype === prototype
    ? ERROR_BY_SOURCE.get(sourceOf(value))
    : undefined
}

function sourceOf(of: object): string {
  return Function.prototype.toString.call(of)
}

/** Those that structuredClone copies well, and errors, the only ones of them that hold parts. */
export function isRareBuiltIn(part: object, prototype: unknown): boolean {
  if (types.isNativeError(part)) return errorKind(prototype) !== undefined
  if (types.isRegExp(part)) return isDirect(prototype)
  return types.isNumberObject(part) || types.isStringObject(part) || types.isBooleanObject(part)
}

/** Views over memory that only this process can change, one view for the whole buffer or a slice of it. */
export function isBytes(part: object): boolean {
  if (ArrayBuffer.isView(part)) return !types.isSharedArrayBuffer(part.buffer)
  return types.isAnyArrayBuffer(part) && !types.isSharedArrayBuffer(part)
}
