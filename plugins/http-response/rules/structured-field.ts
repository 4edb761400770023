/**
 * The part of Structured Field Values (RFC 8941) that targeted cache control and Cache-Status need: parsing a
 * Dictionary, and writing tokens, strings and integers. The whole grammar of a Dictionary is checked, because
 * one error anywhere makes a recipient ignore the whole field (4.2); parameters are checked and dropped.
 */
export type StructuredItem =
  | { readonly type: 'integer' | 'decimal'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'string' | 'token' | 'binary'; readonly value: string }
  | { readonly type: 'inner-list' }

interface Cursor {
  readonly text: string
  at: number
}

const KEY = /[a-z*][a-z0-9_.*-]*/y
const SPACES = / */y
const OPTIONAL_WHITESPACE = /[ \t]*/y
const DECIMAL = /-?\d{1,12}\.\d{1,3}(?![\d.])/y
const INTEGER = /-?\d{1,15}(?![\d.])/y
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*"/y
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y
const BINARY = /:[A-Za-z0-9+/=]*:/y
const BOOLEAN = /\?[01]/y

/**
 * The members of a Dictionary, or undefined when the text is not one. Of a repeated key the last counts (4.2.2).
 *
 * Every expression is sticky and without ambiguity, and the first failure ends the parse: linear time.
 */
export function parseDictionary(text: string): ReadonlyMap<string, StructuredItem> | undefined {
  const members = new Map<string, StructuredItem>()
  const cursor: Cursor = { text, at: 0 }
  take(cursor, SPACES)
  while (cursor.at < text.length) {
    const key = take(cursor, KEY)
    if (key === undefined) return undefined
    const item = readMemberValue(cursor)
    if (item === undefined) return undefined
    members.set(key, item)
    take(cursor, OPTIONAL_WHITESPACE)
    if (cursor.at === text.length) return members
    if (!skip(cursor, ',')) return undefined
    take(cursor, OPTIONAL_WHITESPACE)
    // A comma promises another member.
    if (cursor.at === text.length) return undefined
  }
  return members
}

/** A token where the text is one, else a string (3.3.3) with what a string cannot hold replaced by `?`. */
export function tokenOrString(text: string): string {
  TOKEN.lastIndex = 0
  const token = TOKEN.exec(text)
  return token !== null && token[0].length === text.length ? text : structuredString(text)
}

export function structuredString(text: string): string {
  return `"${text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`
}

/** A whole number within the fifteen digits of an Integer (3.3.1). */
export function structuredInteger(value: number): string {
  const limit = 999_999_999_999_999
  return String(Math.max(-limit, Math.min(limit, Math.floor(value))))
}

function readMemberValue(cursor: Cursor): StructuredItem | undefined {
  if (!skip(cursor, '=')) {
    return readParameters(cursor) ? { type: 'boolean', value: true } : undefined
  }
  const item = skip(cursor, '(') ? readInnerList(cursor) : readBareItem(cursor)
  return item !== undefined && readParameters(cursor) ? item : undefined
}

function readInnerList(cursor: Cursor): StructuredItem | undefined {
  while (cursor.at < cursor.text.length) {
    take(cursor, SPACES)
    if (skip(cursor, ')')) return { type: 'inner-list' }
    if (readBareItem(cursor) === undefined || !readParameters(cursor)) return undefined
    const next = cursor.text.charAt(cursor.at)
    if (next !== ' ' && next !== ')') return undefined
  }
  return undefined
}

function readParameters(cursor: Cursor): boolean {
  while (skip(cursor, ';')) {
    take(cursor, SPACES)
    if (take(cursor, KEY) === undefined) return false
    if (skip(cursor, '=') && readBareItem(cursor) === undefined) return false
  }
  return true
}

function readBareItem(cursor: Cursor): StructuredItem | undefined {
  const decimal = take(cursor, DECIMAL)
  if (decimal !== undefined) return { type: 'decimal', value: Number(decimal) }
  const integer = take(cursor, INTEGER)
  if (integer !== undefined) return { type: 'integer', value: Number(integer) }
  const boolean = take(cursor, BOOLEAN)
  if (boolean !== undefined) return { type: 'boolean', value: boolean === '?1' }
  const string = take(cursor, STRING)
  if (string !== undefined) return { type: 'string', value: string.slice(1, -1).replace(/\\(.)/g, '$1') }
  const binary = take(cursor, BINARY)
  if (binary !== undefined) return { type: 'binary', value: binary.slice(1, -1) }
  const token = take(cursor, TOKEN)
  return token === undefined ? undefined : { type: 'token', value: token }
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (match === null) return undefined
  cursor.at += match[0].length
  return match[0]
}

function skip(cursor: Cursor, char: string): boolean {
  if (cursor.text.charAt(cursor.at) !== char) return false
  cursor.at++
  return true
}
