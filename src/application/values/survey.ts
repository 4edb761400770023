import { types } from 'node:util'
import type { Codec } from '../../domain/index.ts'
import { type Codecs, NO_CODECS } from './codecs.ts'
import { isArrayPrototype, isBytes, isDirect, isObjectPrototype, isRareBuiltIn } from './realms.ts'
import { errorFields, isError, isMatch } from './rich-parts.ts'

/** How readers of a stored value get their own: the same reference, or a copy made in one of four ways. */
export type CopyKind = 0 | 1 | 2 | 3 | 4

export const SHARED = 0
/** A tree of plain data, each part reached once. */
export const PLAIN_TREE = 1
/** What structuredClone made, by structuredClone. */
export const STRUCTURED = 2
/** Plain data with shared parts, cycles, rarer built-ins or parts of another realm. */
export const PLAIN_GRAPH = 3
/** Plain data with instances of classes in it, by their codecs. */
export const CODED = 4

/** What a walk over a value found: how it can be copied, or why it cannot. */
export type Survey = Copyable | { readonly unsafe: string }

interface Copyable {
  readonly copy: CopyKind
  /** The instances that were met, each with its codec. What they hold was not looked at. */
  readonly instances: ReadonlyMap<object, Codec> | undefined
}

interface Walk {
  readonly seen: Set<object>
  readonly stack: object[]
  readonly codecs: Codecs
  instances: Map<object, Codec> | undefined
  /** Every part so far is frozen and cannot change. */
  frozen: boolean
  copy: CopyKind
}

/**
 * Looks at every part of a value once, when it is stored, so that a hit need not. A tree of plain objects, arrays,
 * Dates, Maps, Sets and bytes is copied by our own copier, several times faster than structuredClone; where a part is
 * reached twice (shared parts, cycles) the copier must remember what it copied; deeply frozen data need no copy.
 * An instance of a class has methods and private fields that no copier can carry over: it is refused, not guessed at, unless
 * its class has a codec.
 */
export function survey(value: unknown, codecs: Codecs = NO_CODECS): Survey {
  if (typeof value !== 'object' || value === null) {
    return isRefusedPrimitive(value) ? { unsafe: `a ${typeof value}` } : NOTHING_TO_COPY
  }
  const walk: Walk = {
    seen: new Set([value]),
    stack: [value],
    codecs,
    instances: undefined,
    frozen: true,
    copy: PLAIN_TREE,
  }
  for (let part = walk.stack.pop(); part !== undefined; part = walk.stack.pop()) {
    const unsafe = look(part, walk)
    if (unsafe !== undefined) return { unsafe }
  }
  const { instances } = walk
  if (instances !== undefined) return { copy: CODED, instances }
  return walk.frozen ? NOTHING_TO_COPY : { copy: walk.copy, instances }
}

/** What is unsafe about a value that somebody forgot to wait for. */
export const PROMISE = 'a promise (is an await missing?)'

const NOTHING_TO_COPY: Survey = { copy: SHARED, instances: undefined }

function isRefusedPrimitive(value: unknown): boolean {
  return typeof value === 'function' || typeof value === 'symbol'
}

/** Those of this realm; parts of another one become parts of this one when they are copied first. */
const OWN: ReadonlySet<unknown> = new Set(
  [Array, Object, Date, Map, Set].map(({ prototype }) => prototype as unknown).concat(null),
)

function look(part: object, walk: Walk): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(part)
  const parts = partsOf(part, prototype)
  if (parts === undefined) {
    walk.frozen = false
    if (isBytes(part)) return undefined
    if (!isRareBuiltIn(part, prototype)) return visitInstance(part, walk)
    walk.copy = PLAIN_GRAPH
    return isError(part) ? visitAll(errorParts(part), walk) : undefined
  }
  if (!OWN.has(prototype) || isMatch(part)) walk.copy = PLAIN_GRAPH
  walk.frozen &&= Object.isFrozen(part) && isPlainlyBuilt(part) && !isMutableInside(part)
  return visitAll(parts, walk)
}

/** What a plain object, list, Map, Set or Date holds; undefined for anything else. */
function partsOf(part: object, prototype: unknown): Iterable<unknown> | undefined {
  if (Array.isArray(part) && !isArrayPrototype(prototype)) return undefined
  if (Array.isArray(part)) return isMatch(part) ? Object.values(part) : part
  if (prototype === null || isObjectPrototype(prototype)) return Object.values(part)
  if (!isDirect(prototype)) return undefined
  if (types.isDate(part)) return []
  if (types.isSet(part)) return part
  return types.isMap(part) ? [...part.keys(), ...part.values()] : undefined
}

function errorParts(error: Error): unknown[] {
  return errorFields(error).map((name) => (error as unknown as Record<string, unknown>)[name])
}

/** What Object.freeze does not reach. */
function isMutableInside(part: object): boolean {
  return types.isDate(part) || types.isMap(part) || types.isSet(part)
}

function visitInstance(part: object, walk: Walk): string | undefined {
  const codec = walk.codecs.of(part)
  if (codec === undefined && isThenable(part)) return PROMISE
  if (codec === undefined) return `an instance of ${className(Object.getPrototypeOf(part))}`
  walk.instances ??= new Map()
  walk.instances.set(part, codec)
  return undefined
}

/** Also what queries of databases are that run when they are awaited. */
function isThenable(part: object): boolean {
  return typeof (part as { then?: unknown }).then === 'function'
}

function visitAll(parts: Iterable<unknown>, walk: Walk): string | undefined {
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) {
      if (isRefusedPrimitive(part)) return `a ${typeof part}`
    } else if (walk.seen.has(part)) {
      walk.copy = PLAIN_GRAPH
    } else {
      walk.seen.add(part)
      walk.stack.push(part)
    }
  }
  return undefined
}

/**
 * Whether the walk sees all of an object or array: accessors answer what they like, however frozen their object is,
 * and fields behind symbols, hidden ones and extra ones of an array are not walked over, so what they hold may change.
 */
export function isPlainlyBuilt(part: object): boolean {
  const names = Reflect.ownKeys(part)
  const walked = Array.isArray(part) ? isDense(part, names) : names.length === Object.keys(part).length
  return walked && names.every((name) => 'value' in (Object.getOwnPropertyDescriptor(part, name) ?? {}))
}

/** Indices come first among the names, in order, so the place of the last one tells whether any is missing. */
function isDense({ length }: readonly unknown[], names: readonly PropertyKey[]): boolean {
  return names.length === length + 1 && (length === 0 || names[length - 1] === String(length - 1))
}

function className(prototype: unknown): string {
  const name = (prototype as { constructor?: { name?: unknown } } | null)?.constructor?.name
  return typeof name === 'string' && name !== '' ? name : 'a class without a name'
}
