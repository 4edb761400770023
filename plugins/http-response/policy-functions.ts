import { CallOptionError, KeyError, TagError } from '../../src/domain/index.ts'

/*
 * The functions among the options, each with a look at what it gives: in JavaScript it may be anything, and what is
 * wrong is known by its option. A promise would count as a yes, or be the same key for everybody.
 */

type OfRequest<R, T> = ((request: R) => T) | undefined

/** @throws CallOptionError when called, for a promise */
export function checkedBypass<R>(bypass: OfRequest<R, boolean>): OfRequest<R, boolean> {
  if (bypass === undefined) return undefined
  return (request) => {
    const answer: unknown = bypass(request)
    if (!isThenable(answer)) return Boolean(answer)
    // Nobody will look at it: what it rejects with must not end the process.
    Promise.resolve(answer).catch(() => {})
    throw new CallOptionError(
      'bypass',
      'must answer at once, and gave a promise. Make its function synchronous: no async, no await.',
    )
  }
}

type TextOption = 'key' | 'tenant' | 'principal'

/** One for each function: two mounts that are given the same one say the same (see late-options.ts). */
const checked: Readonly<Record<TextOption, WeakMap<object, unknown>>> = {
  key: new WeakMap(),
  tenant: new WeakMap(),
  principal: new WeakMap(),
}

/** @throws KeyError when called, for anything but a string; undefined is one where it says something */
export function checkedText<R, T extends string | undefined>(
  option: TextOption,
  text: OfRequest<R, T>,
): OfRequest<R, T> {
  if (text === undefined) return undefined
  const known = checked[option].get(text)
  if (known !== undefined) return known as OfRequest<R, T>
  const made = (request: R): T => {
    const given = text(request)
    if (typeof given === 'string' || (given === undefined && option !== 'tenant')) return given
    throw new KeyError(given, option)
  }
  checked[option].set(text, made)
  return made
}

/** @throws TagError when called, for anything but a list of tags: the letters of a string would become some */
export function checkedTags<R>(tags: (request: R) => readonly string[]): (request: R) => readonly string[] {
  return (request) => {
    const given: unknown = tags(request)
    if (!Array.isArray(given)) throw new TagError(given, 'tags')
    for (const tag of given) if (typeof tag !== 'string' || tag === '') throw new TagError(tag, 'tags')
    return given
  }
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
