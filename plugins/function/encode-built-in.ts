import { hash } from 'node:crypto'
import { types } from 'node:util'
import { numberText, quoted } from './key-text.ts'
import { checkSize, type Walk } from './key-walk.ts'
import { isBelowRoot, isTypedArrayPrototype } from './prototypes.ts'

type Encode = (value: unknown, walk: Walk) => string

/** More bytes than this are hashed where they are met, so a large buffer costs its hash and no more. */
const BYTES_SHOWN = 48

/**
 * The text of the language's and Node's own kinds, `Kind(...)`. Each is known by its internal slot, which nothing
 * can pretend to have; instances of subclasses, and objects with properties of their own beside the slot, are not
 * data of that kind alone and get undefined.
 */
export function encodeBuiltIn(
  value: object,
  prototype: object,
  walk: Walk,
  encode: Encode,
): string | undefined {
  if (ArrayBuffer.isView(value)) return viewText(value, prototype, walk)
  if (Object.keys(value).length > 0) return undefined
  if (prototype === URL.prototype) return urlText(value as URL)
  if (!isBelowRoot(prototype)) return undefined
  if (types.isDate(value)) return `Date(${numberText(Date.prototype.getTime.call(value))})`
  if (types.isMap(value)) return mapText(value, walk, encode)
  if (types.isSet(value)) return setText(value, walk, encode)
  if (types.isRegExp(value)) return regExpText(value)
  if (types.isArrayBuffer(value)) return `ArrayBuffer(${bytesText(new Uint8Array(value), walk)})`
  return undefined
}

/** Insertion order does not count, as the order of properties does not. Members may be alike, none is dropped. */
function mapText(map: ReadonlyMap<unknown, unknown>, walk: Walk, encode: Encode): string {
  const entries: string[] = []
  for (const [key, value] of Map.prototype.entries.call(map)) {
    walk.frame.member = entries.length
    entries.push(`${encode(key, walk)}=>${encode(value, walk)}`)
  }
  return `Map(${entries.sort().join(',')})`
}

function setText(set: ReadonlySet<unknown>, walk: Walk, encode: Encode): string {
  const members: string[] = []
  for (const member of Set.prototype.values.call(set)) {
    walk.frame.member = members.length
    members.push(encode(member, walk))
  }
  return `Set(${members.sort().join(',')})`
}

/** lastIndex is state that a global or sticky expression starts from. */
function regExpText(value: RegExp): string {
  const parts = [quoted(value.source), quoted(value.flags)]
  if (value.lastIndex !== 0) parts.push(numberText(value.lastIndex))
  return `RegExp(${parts.join(',')})`
}

function urlText(value: URL): string | undefined {
  try {
    return `URL(${quoted(value.href)})`
  } catch {
    return undefined // made by Object.create(URL.prototype): there is no URL in it
  }
}

const typedArrayKind = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as () => string

function viewText(view: ArrayBufferView, prototype: object, walk: Walk): string | undefined {
  const kind = viewKind(view, prototype)
  if (kind === undefined) return undefined
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  return `${kind}(${bytesText(bytes, walk)})`
}

function viewKind(view: ArrayBufferView, prototype: object): string | undefined {
  if (types.isDataView(view)) return isBelowRoot(prototype) ? 'DataView' : undefined
  if (prototype === Buffer.prototype) return 'Buffer'
  return isTypedArrayPrototype(prototype) ? typedArrayKind.call(view) : undefined
}

function bytesText(bytes: Uint8Array, walk: Walk): string {
  checkSize(walk, bytes.byteLength)
  if (bytes.byteLength > BYTES_SHOWN) return `#${hash('sha256', bytes, 'base64url')}`
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}
