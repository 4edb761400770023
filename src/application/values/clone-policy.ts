import { type ClonePolicy, HithertoError, ValueError } from '../../domain/index.ts'
import { type Codecs, NO_CODECS } from './codecs.ts'
import { type Coded, coded, type Faults } from './coded.ts'
import { copyGraph } from './copy-graph.ts'
import { copyPlain } from './copy-plain.ts'
import { isObjectPrototype } from './realms.ts'
import {
  CODED,
  type CopyKind,
  isPlainlyBuilt,
  PLAIN_TREE,
  PROMISE,
  SHARED,
  STRUCTURED,
  survey,
} from './survey.ts'

/** A value as it will be kept, and how its readers get their own. */
export interface Intake {
  readonly value: unknown
  readonly copy: CopyKind
}

/**
 * Makes a value safe to keep: under every policy but `none`, nothing that the caller does to its value afterwards
 * can change what is stored. Under `auto` and `freeze`, instances of classes are kept by their codecs; `structured`
 * and `none` ask no codec.
 *
 * @throws ValueError `HITHERTO_VALUE_UNSAFE` for what the policy cannot keep safely, HookError for a codec that fails
 */
export function intake(
  value: unknown,
  policy: ClonePolicy,
  codecs: Codecs = NO_CODECS,
  faults: Faults = SILENT,
): Intake {
  if (policy === 'none' || typeof value === 'string') return { value, copy: SHARED }
  if (policy === 'structured')
    return { value: structured(value), copy: isObject(value) ? STRUCTURED : SHARED }
  const found = survey(value, codecs)
  if ('unsafe' in found)
    throw new ValueError(found.unsafe, found.unsafe === PROMISE ? 'Store what it resolves to.' : undefined)
  if (found.copy === SHARED) return { value, copy: SHARED }
  if (found.instances !== undefined)
    return { value: apart(value, found.instances, codecs, faults), copy: CODED }
  if (policy === 'freeze' && freezable(value, new Set())) return { value: deepFreeze(value), copy: SHARED }
  return { value: firstCopy(value, found.copy), copy: found.copy }
}

const SILENT: Faults = { report() {} }

/** What one reader gets; undefined, and reported, for what its codec cannot read any more. */
export function copyOf<T>(value: T, copy: CopyKind): T {
  if (copy === SHARED) return value
  if (copy === PLAIN_TREE) return copyPlain(value) as T
  if (copy === CODED) return (value as Coded).open() as T
  return copy === STRUCTURED ? structuredClone(value) : (copyGraph(value) as T)
}

/** Copying recurses, so data nested many thousand levels deep overflow the stack: then nothing is stored. */
function firstCopy(value: unknown, copy: CopyKind): unknown {
  try {
    return copyOf(value, copy)
  } catch {
    throw new ValueError('parts nested too deep to be copied, or a part that structuredClone refuses')
  }
}

/** Like any copy, it recurses. */
function apart(...parts: Parameters<typeof coded>): Coded {
  try {
    return coded(...parts)
  } catch (error) {
    throw error instanceof HithertoError ? error : new ValueError('parts nested too deep to be copied')
  }
}

function structured(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    throw new ValueError(isObject(value) ? 'a part that structuredClone refuses' : `a ${typeof value}`)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Frozen Maps, Sets, Dates and bytes can still be changed through their methods. */
function freezable(value: unknown, seen: Set<object>): boolean {
  if (!isObject(value) || seen.has(value)) return true
  seen.add(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  const plain = Array.isArray(value) || prototype === null || isObjectPrototype(prototype)
  return plain && isPlainlyBuilt(value) && Object.values(value).every((part) => freezable(part, seen))
}

/** The value was surveyed as freezable; a part that is frozen already may still hold parts that are not. */
function deepFreeze<T>(value: T, seen: Set<object> = new Set()): T {
  if (!isObject(value) || seen.has(value)) return value
  seen.add(value)
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part, seen)
  return value
}
