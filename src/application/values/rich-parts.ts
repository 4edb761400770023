import { types } from 'node:util'

/*
 * Arrays and errors that carry more than a copier of elements, or structuredClone, would keep.
 */

/**
 * What `RegExp#exec` and `String#match` give, and the list of its indices. Other arrays are not asked for more than their
 * elements: that would take as long as to copy them.
 */
export function isMatch(part: object): boolean {
  return Array.isArray(part) && (Object.hasOwn(part, 'index') || Object.hasOwn(part, 'groups'))
}

export function isError(part: object): part is Error {
  return types.isNativeError(part)
}

/** The names of what was put on an error (`code`, `status`), and of what it was made with, but for message and stack. */
export function errorFields(error: Error): string[] {
  const hidden = ['cause', 'name'].filter((name) => Object.hasOwn(error, name))
  return [...new Set([...hidden, ...Object.keys(error)])]
}

/** An error without its fields. */
export function bareError(from: Error): Error {
  const copy = Object.hasOwn(from, 'message') ? new Error(from.message) : new Error()
  return Object.defineProperty(copy, 'stack', { value: from.stack, configurable: true, writable: true })
}
