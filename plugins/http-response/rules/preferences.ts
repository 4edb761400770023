import { asciiLower, trimOws } from './fields.ts'

/** One member of an Accept-* field: what, and how much it is wanted, 0 to 1. */
export interface Preference {
  readonly name: string
  readonly weight: number
}

const MEMBER = /^([^\s;,=]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/

/** The members of Accept-Language or Accept-Encoding (RFC 9110, 12.4.2), lower case; undefined if one does not parse. */
export function preferences(value: string): readonly Preference[] | undefined {
  const found: Preference[] = []
  for (const part of value.split(',')) {
    const text = asciiLower(trimOws(part))
    if (text === '') continue
    const match = MEMBER.exec(text)
    if (match === null) return undefined
    found.push({ name: match[1] as string, weight: Number(match[2] ?? 1) })
  }
  return found
}

/**
 * A list of preferences in one spelling: the most wanted first, weights without what says nothing. Among languages of
 * one weight the order is kept, because servers commonly read it as preference; codings have none (RFC 9110, 12.5.3).
 */
export function normalisedPreferences(value: string, ordered: boolean): string {
  const list = preferences(value)
  if (list === undefined) return asciiLower(value)
  const sorted = [...list].sort((a, b) => b.weight - a.weight || (ordered ? 0 : a.name < b.name ? -1 : 1))
  return sorted.map(({ name, weight }) => (weight === 1 ? name : `${name};q=${weight}`)).join(',')
}

/** The language that is wanted more than every other one; undefined if there is none. */
export function mostWanted(value: string): string | undefined {
  const [first, second] = [...(preferences(value) ?? [])].sort((a, b) => b.weight - a.weight)
  if (first === undefined || first.weight === 0 || first.name === '*') return undefined
  return second !== undefined && second.weight === first.weight ? undefined : first.name
}
