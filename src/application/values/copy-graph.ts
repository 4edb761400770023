import { copyBytes, field } from './copy-plain.ts'
import { isRareBuiltIn } from './survey.ts'

type Fields = Record<string, unknown>

/**
 * A copy of a value whose survey said `PLAIN_GRAPH`: parts reached twice are one part in the copy too, so cycles stay
 * cycles. structuredClone would do the same, but drops null prototypes, turns Buffers into Uint8Arrays and copies all
 * the memory behind a view; it is left the rarer built-ins, which hold no parts.
 */
export function copyGraph(value: unknown): unknown {
  return copyPart(value, new Map())
}

function copyPart(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known !== undefined) return known
  const copy = emptyCopy(value)
  copies.set(value, copy)
  fill(copy, value, copies)
  return copy
}

/** The copy of a part before its own parts are in it; a cycle may ask for it by then. */
function emptyCopy(value: object): unknown {
  if (Array.isArray(value)) return []
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return Object.create(null)
  if (prototype === Object.prototype) return {}
  if (value instanceof Date) return new Date(value)
  if (value instanceof Map) return new Map()
  if (value instanceof Set) return new Set()
  return isRareBuiltIn(value, prototype) ? structuredClone(value) : copyBytes(value)
}

function fill(copy: unknown, from: object, copies: Map<object, unknown>): void {
  if (Array.isArray(from)) {
    for (const part of from) (copy as unknown[]).push(copyPart(part, copies))
  } else if (from instanceof Map) {
    for (const [key, part] of from)
      (copy as Map<unknown, unknown>).set(copyPart(key, copies), copyPart(part, copies))
  } else if (from instanceof Set) {
    for (const part of from) (copy as Set<unknown>).add(copyPart(part, copies))
  } else if (isPlainObject(from)) {
    fillFields(copy as Fields, from as Fields, copies)
  }
}

function fillFields(copy: Fields, from: Fields, copies: Map<object, unknown>): void {
  for (const name of Object.keys(from)) {
    const part = copyPart(from[name], copies)
    if (name === '__proto__') Object.defineProperty(copy, name, field(part))
    else copy[name] = part
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
