import { asciiLower, trimOws } from './fields.ts'
import { unquotedSplit } from './unquoted-split.ts'

/**
 * One spelling for each meaning of the request fields that `selectingKey` compares as they are (RFC 9111, 4.1: a cache
 * may normalise "in ways known to have identical semantics"). Only what the definition of a field makes equal is
 * equal here; a value that does not follow it stays as it is, so that it selects nothing but its own answers.
 */
const NORMAL_FORMS: ReadonlyMap<string, (value: string) => string> = new Map([
  ['accept', acceptNormalForm],
  ['accept-charset', acceptNormalForm],
])

/**
 * The value of a request field in its normal form; undefined if none is known for this field.
 *
 * @param name lower case
 */
export function varyNormalForm(name: string, value: string): string | undefined {
  return NORMAL_FORMS.get(name)?.(value)
}

const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/
const TOKEN = "[!#$%&'*+\\-.^_`|~0-9a-z]+"
const RANGE = new RegExp(`^${TOKEN}(?:/${TOKEN})?$`)
const PARAMETER = new RegExp(`^(${TOKEN})=("(?:[^"\\\\]|\\\\.)*"|${TOKEN})$`, 'i')

interface Member {
  readonly text: string
  readonly weight: number
}

/**
 * Accept and Accept-Charset (RFC 9110, 12.5.1 and 12.5.2): names in lower case, no space, weights in their shortest
 * form and 1 left out, the most wanted first. The order within one weight stays, because servers take it for a
 * preference; so does the spelling of the values of parameters, whose case only their media type can judge (8.3.1).
 *
 * @example acceptNormalForm('text/html;q=0.50 , Application/JSON') // 'application/json,text/html;q=0.5'
 */
export function acceptNormalForm(value: string): string {
  const members: Member[] = []
  for (const text of unquotedSplit(value, ',')) {
    const given = trimOws(text)
    if (given === '') continue
    const member = readMember(given)
    if (member === undefined) return value
    members.push(member)
  }
  return members
    .sort((a, b) => b.weight - a.weight)
    .map(({ text, weight }) => (weight === 1 ? text : `${text};q=${weight}`))
    .join(',')
}

function readMember(text: string): Member | undefined {
  const [range = '', ...parameters] = unquotedSplit(text, ';').map(trimOws)
  const name = asciiLower(range)
  if (!RANGE.test(name)) return undefined
  let normal = name
  let weight: number | undefined
  for (const parameter of parameters) {
    const [, key, value] = PARAMETER.exec(parameter) ?? []
    // Behind the weight stood accept-ext, which nothing ever used (RFC 9110, 12.5.1): nobody knows what it means.
    if (key === undefined || value === undefined || weight !== undefined) return undefined
    if (asciiLower(key) !== 'q') normal += `;${asciiLower(key)}=${value}`
    else if (QVALUE.test(value)) weight = Number(value)
    else return undefined
  }
  return { text: normal, weight: weight ?? 1 }
}
