import { types } from 'node:util'
import { errorKind } from './realms.ts'

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

/** The names of what a match has beside its elements. */
export function matchFields(match: object): string[] {
  return Object.keys(match).filter((name) => !isIndex(name))
}

function isIndex(name: string): boolean {
  return String(Number(name) >>> 0) === name
}

/**
 * The names of what was put on an error (`code`, `status`), and of what it was made with, but for message and stack.
 * Not of functions: they are helpers that many libraries put on their errors, and no part of what went wrong.
 */
export function errorFields(error: Error): string[] {
  const hidden = ['cause', 'name'].filter((name) => Object.hasOwn(error, name))
  const names = [...new Set([...hidden, ...Object.keys(error)])]
  return names.filter((name) => typeof (error as unknown as Record<string, unknown>)[name] !== 'function')
}

/** An error of the same kind, without its fields. */
export function bareError(from: Error): Error {
  const Kind = errorKind(Object.getPrototypeOf(from)) ?? Error
  const copy = Object.hasOwn(from, 'message') ? new Kind(from.message) : new Kind()
  const stack: unknown = from.stack
  // Error.prepareStackTrace may make anything of it, also what others could change.
  const value = stack === undefined ? undefined : String(stack)
  return Object.defineProperty(copy, 'stack', { value, configurable: true, writable: true })
}
