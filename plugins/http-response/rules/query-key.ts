/** What a route says of its query. A name that ends in `*` stands for every name that begins so: `utm_*`. */
export interface QueryRules {
  /** Whether the order of parameters with different names says nothing. */
  readonly sort: boolean
  /** The parameters that answers depend on; undefined: all of them. */
  readonly allow: readonly string[] | undefined
  /** Parameters that no answer depends on. */
  readonly drop: readonly string[]
}

/** Servers read no more than about a thousand parameters, and would not see one behind those that are left out here. */
const MOST_PARAMETERS = 100

interface Parameter {
  readonly text: string
  /** The name as it is spelled. */
  readonly raw: string
  /** What parsers may take for the name: `a[b]` and `a.b` fill an `a`, and so does `[a]`. */
  readonly words: readonly string[]
  /** Parameters of one group keep their order, because a parser may make one value of them. */
  readonly group: string
}

/**
 * The target as it stands in the key, where the route says what its query means. Never decoded; but what is left out,
 * or moved, is decided as if it were, because the handler reads the decoded form: `%79=1` is a `y`, `y[a]=1` and
 * `[y]=1` may be parts of one, and `a=1&%61=2` are two values of one parameter, in this order.
 *
 * The rule behind all cases: no two targets that a handler could tell apart, within what the route allows, get one
 * key. Where parsers disagree about the parameters (`#`, `;`, escapes that are none, brackets out of place) or would
 * stop reading (a hundred of them), the target stays as it is.
 *
 * @example queryKey('/a?utm_source=x&b=2&a=1', { sort: true, allow: undefined, drop: ['utm_*'] }) // '/a?a=1&b=2'
 */
export function queryKey(target: string, rules: QueryRules): string {
  const { sort, allow, drop } = rules
  if (!sort && allow === undefined && drop.length === 0) return target
  const at = target.indexOf('?')
  if (at === -1 || /[#;]/.test(target)) return target
  const all = parameters(target.slice(at + 1))
  if (all === undefined) return target
  const kept = all.filter((parameter) => counts(parameter, rules))
  if (sort) kept.sort((a, b) => compare(a.group, b.group))
  const path = target.slice(0, at)
  return kept.length === 0 ? path : `${path}?${kept.map(({ text }) => text).join('&')}`
}

/**
 * A parameter is left out only where it is certain which one it is: of a dropped one the spelling is the name, and of
 * one that is not allowed no word is.
 */
function counts({ raw, words }: Parameter, { allow, drop }: QueryRules): boolean {
  if (drop.some((pattern) => isNamed(raw, pattern))) return false
  return allow === undefined || words.some((word) => allow.some((pattern) => isNamed(word, pattern)))
}

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

function parameters(query: string): Parameter[] | undefined {
  const parts = query.split('&', MOST_PARAMETERS + 1)
  if (parts.length > MOST_PARAMETERS) return undefined
  const found = parts.map(parameter)
  return found.every((one) => one !== undefined) ? found : undefined
}

const GROUP = /^(?:$|\[?([^[\].]+))/
/** Some parsers end the name here, and not at the first `=`. */
const LATE_NAME = /(?:\]|%5d)=/i

function parameter(text: string): Parameter | undefined {
  const raw = text.split('=', 1)[0] ?? ''
  const name = decoded(raw)
  const group = name === undefined ? null : GROUP.exec(name)
  if (name === undefined || group === null || LATE_NAME.test(text.slice(raw.length))) return undefined
  return { text, raw, words: name.split(/[[\].]/), group: group[1] ?? '' }
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
