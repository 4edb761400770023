/**
 * The texts of the values that have no parts. Each begins with a character that tells its kind: a quote, a digit or
 * a sign, or the letter of a word that no other kind uses.
 */

// A paired surrogate needs no escape, but telling it from a lone one costs more than letting JSON.stringify decide.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/
const WORD = /^[\w$]+$/
const texts = new Map<string, string>()

/**
 * A JSON string. JSON.stringify escapes lone surrogates, so two strings that differ only there still differ after
 * a store has encoded the key as UTF-8.
 */
export function quoted(value: string): string {
  return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`
}

/**
 * A property name: bare if it is a word, quoted otherwise. A bare name never begins with a quote. Programs use few
 * names, so the first thousand short ones are remembered, which saves a fifth of the cost of a small object.
 */
export function nameText(name: string): string {
  const known = texts.get(name)
  if (known !== undefined) return known
  const text = WORD.test(name) ? name : JSON.stringify(name)
  if (texts.size < 1_000 && name.length <= 40) texts.set(name, text)
  return text
}

/** Number::toString gives different texts to different numbers, except to 0 and -0. */
export function numberText(value: number): string {
  return value === 0 && 1 / value < 0 ? '-0' : `${value}`
}

/** The text of a value without parts; undefined for objects, functions and symbols. */
export function primitiveText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
      return numberText(value)
    case 'bigint':
      return `${value}n`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'undefined':
      return 'undefined'
    default:
      return value === null ? 'null' : undefined
  }
}
