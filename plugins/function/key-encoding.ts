import { hash } from 'node:crypto'
import { CallOptionError, describe, KeyArgumentError } from '../../src/domain/index.ts'
import { encodeValue } from './encode-value.ts'
import { primitiveText } from './key-text.ts'
import { type Identify, MAX_SIZE, startWalk, type Walk } from './key-walk.ts'

/** Options of `encodeArguments`. */
export interface KeyEncodingOptions {
  /** The identity of an object that has no text of its own; undefined declines. Asked before the object's method. */
  readonly id?: Identify
  /** The longest key in UTF-16 code units, 64 or more. Default 250, which memcached still takes. */
  readonly maxLength?: number
}

const DEFAULT_MAX_LENGTH = 250
/** `#` and the 43 base64url characters of a SHA-256, with room for a prefix that a person can recognise. */
const DIGEST_LENGTH = 44
const LEAST_MAX_LENGTH = 64

/**
 * The key of a call, from its arguments: `("ann",{page:2})`.
 *
 * The encoding is a small data language in the manner of JSON with sorted names, extended by the kinds that JSON
 * folds together. It is injective because it can be read back: the first character of each text tells its kind
 * (`"` string, `{` object, `[` array, `@` identity, a digit or sign a number, a letter a word or `Kind(`), every
 * kind ends by itself or at a `,` `:` `;` `=` `)` `]` `}` that it cannot contain unquoted, and members stand in an
 * order that the value alone decides. So equal values have one text, and a text has one value; the tests hold a
 * reader that proves it. Texts end in `)`. A text longer than `maxLength` becomes its beginning, `#` and its
 * SHA-256, which does not end so: a short key never equals a long one, and two long ones are as different as
 * SHA-256 makes them. Work is bounded before it is done, by depth, values and size (key-walk.ts).
 *
 * Equal: objects with the same own enumerable properties (getters are read, as JSON.stringify does), whatever their
 * order and whether or not they have a prototype; Maps and Sets with the same members in any order; calls that
 * differ in trailing `undefined` arguments only, because default parameters treat them alike.
 * Different: 1, '1', 1n and true; 0 and -0; null, undefined, a hole and a missing property.
 *
 * @throws KeyArgumentError `HITHERTO_KEY_ARGUMENT` for what has no unambiguous text: cycles, functions, promises,
 *   symbols outside the registry and instances of classes without an identity; the message has place and fix
 * @throws CallOptionError `HITHERTO_OPTION_INVALID` for a maxLength below 64
 * @example encodeArguments(['ann', { page: 2, all: false }]) // '("ann",{all:false,page:2})'
 */
export function encodeArguments(args: readonly unknown[], options?: KeyEncodingOptions): string {
  const maxLength = options?.maxLength ?? DEFAULT_MAX_LENGTH
  if (!Number.isInteger(maxLength) || maxLength < LEAST_MAX_LENGTH) {
    throw new CallOptionError('maxLength', `expected an integer of 64 or more, got ${describe(maxLength)}.`)
  }
  return shortened(argumentsText(args, options?.id), maxLength)
}

/** A text within a length: itself, or its beginning and its digest. */
export function shortened(text: string, maxLength: number = DEFAULT_MAX_LENGTH): string {
  if (text.length <= maxLength) return text
  const cut = maxLength - DIGEST_LENGTH
  const lead = isHighSurrogate(text.charCodeAt(cut - 1)) ? cut - 1 : cut
  return `${text.slice(0, lead)}#${hash('sha256', text, 'base64url')}`
}

/** The whole text, however long. Only an argument with parts needs a walk. */
export function argumentsText(args: readonly unknown[], identify?: Identify): string {
  let count = args.length
  while (count > 0 && args[count - 1] === undefined) count--
  if (count === 0) return '()'
  let walk: Walk | undefined
  let text = '('
  for (let index = 0; index < count; index++) {
    let member = quickText(args[index])
    if (member === undefined) {
      walk ??= startWalk(args, identify)
      walk.frame.member = index
      member = encodeValue(args[index], walk)
    }
    text += index === 0 ? member : `,${member}`
  }
  if (text.length > MAX_SIZE) throw new KeyArgumentError(`args are larger than ${MAX_SIZE} characters.`)
  return `${text})`
}

function quickText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > MAX_SIZE ? undefined : primitiveText(value)
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
