import { types } from 'node:util'

/** A copy of a value whose survey said `PLAIN_TREE`: every part is reached once, so there is nothing to remember. */
export function copyPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return copyArray(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return copyFields(value as Fields, {})
  if (prototype === null) return copyFields(value as Fields, Object.create(null) as Fields)
  return copyBuiltIn(value)
}

type Fields = Record<string, unknown>

function copyArray(list: readonly unknown[]): unknown[] {
  // Not map: it would keep holes as holes in an array that is slower ever after.
  const copy = new Array<unknown>(list.length)
  for (let i = 0; i < list.length; i++) copy[i] = copyPlain(list[i])
  return copy
}

function copyFields(from: Fields, to: Fields): Fields {
  for (const name of Object.keys(from)) {
    const value = from[name]
    const copy = typeof value === 'object' && value !== null ? copyPlain(value) : value
    // Assigning to __proto__ would set the prototype of the copy instead of a field.
    if (name === '__proto__') Object.defineProperty(to, name, field(copy))
    else to[name] = copy
  }
  return to
}

/** Not Buffer.from: that takes a slice of a shared 8 KiB pool, which a small stored slice would keep alive whole. */
function copyBuffer(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}

export function field(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true }
}

function copyBuiltIn(value: object): unknown {
  if (value instanceof Date) return new Date(value)
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>()
    for (const [key, part] of value) copy.set(copyPlain(key), copyPlain(part))
    return copy
  }
  if (value instanceof Set) {
    const copy = new Set<unknown>()
    for (const part of value) copy.add(copyPlain(part))
    return copy
  }
  return copyBytes(value)
}

/** structuredClone would copy the whole memory behind a view, and turn a Buffer into a Uint8Array. */
export function copyBytes(value: object): unknown {
  if (Buffer.isBuffer(value)) return copyBuffer(value)
  if (types.isDataView(value)) {
    return new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength))
  }
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice()
  return (value as ArrayBuffer).slice(0)
}
