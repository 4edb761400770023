import { types } from 'node:util'
import { copyBytes, field } from './copy-plain.ts'
import { isObjectPrototype, isRareBuiltIn } from './realms.ts'
import { bareError, errorFields, isError, isMatch, matchFields } from './rich-parts.ts'

type Fields = Record<string, unknown>

/** Copies one part of a value, whatever it is. */
export type CopyPart = (part: unknown) => unknown

/**
 * A copy of a value whose survey said `PLAIN_GRAPH`: parts reached twice are one part in the copy too, so cycles stay
 * cycles. structuredClone would do the same, but drops null prototypes, turns Buffers into Uint8Arrays and copies all
 * the memory behind a view; it is left the rarer built-ins, which hold no parts. Errors are copied here, with what was put on them.
 */
export function copyGraph(value: unknown): unknown {
  const copies = new Map<object, unknown>()
  const copyPart: CopyPart = (part) => {
    if (typeof part !== 'object' || part === null) return part
    return copies.get(part) ?? copyOnce(part, copies, copyPart)
  }
  return copyPart(value)
}

/** The copy of a part that is reached for the first time; what reaches it again finds it in `copies`. */
export function copyOnce(part: object, copies: Map<object, unknown>, copyPart: CopyPart): unknown {
  const copy = emptyCopy(part)
  copies.set(part, copy)
  fill(copy, part, copyPart)
  return copy
}

/** The copy of a part before its own parts are in it; a cycle may ask for it by then. */
function emptyCopy(value: object): unknown {
  if (Array.isArray(value)) return []
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return Object.create(null)
  if (isObjectPrototype(prototype)) return {}
  if (types.isDate(value)) return new Date(value)
  if (types.isMap(value)) return new Map()
  if (types.isSet(value)) return new Set()
  if (isError(value)) return bareError(value)
  return isRareBuiltIn(value, prototype) ? structuredClone(value) : copyBytes(value)
}

function fill(copy: unknown, from: object, copyPart: CopyPart): void {
  if (Array.isArray(from)) {
    for (const part of from) (copy as unknown[]).push(copyPart(part))
    if (isMatch(from)) fillFields(copy as Fields, from as object as Fields, copyPart, matchFields(from))
  } else if (types.isMap(from)) {
    for (const [key, part] of from) (copy as Map<unknown, unknown>).set(copyPart(key), copyPart(part))
  } else if (types.isSet(from)) {
    for (const part of from) (copy as Set<unknown>).add(copyPart(part))
  } else if (isPlainObject(from)) {
    fillFields(copy as Fields, from as Fields, copyPart, Object.keys(from))
  } else if (isError(from)) {
    fillError(copy as Error, from, copyPart)
  }
}

function fillError(copy: Error, from: Error, copyPart: CopyPart): void {
  for (const name of errorFields(from)) {
    const enumerable = Object.prototype.propertyIsEnumerable.call(from, name)
    Object.defineProperty(copy, name, { ...field(copyPart((from as object as Fields)[name])), enumerable })
  }
}

function fillFields(copy: Fields, from: Fields, copyPart: CopyPart, names: readonly string[]): void {
  for (const name of names) {
    const part = copyPart(from[name])
    if (name === '__proto__') Object.defineProperty(copy, name, field(part))
    else copy[name] = part
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || isObjectPrototype(prototype)
}
