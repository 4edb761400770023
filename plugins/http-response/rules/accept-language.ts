import { asciiLower } from './fields.ts'
import { preferences } from './preferences.ts'

/** RFC 4647, 2.1: a basic language range. */
const RANGE = /^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/

/** Whether a text can be the tag of a language, as far as its form tells. */
export function isLanguageTag(text: string): boolean {
  return text !== '*' && RANGE.test(asciiLower(text))
}

/**
 * The one of a route's languages that Accept-Language asks for, by the lookup of RFC 4647, 3.4: the ranges from the
 * most wanted to the least, each shortened from its end until a language is found, and if none is, the default. Among
 * equal weights the order counts, as servers commonly read it (RFC 9110, 12.5.4).
 *
 * With it, a thousand spellings of the field become as many variants as there are languages. That is true to the
 * handler if it finds the outcome in the place of the field, because handlers have other ways of choosing, too.
 *
 * @param languages all that the route has; the first is the default
 * @returns the language as it is spelled in the list; undefined if the field does not parse or excludes a language
 *   (`q=0`): handlers make different things of that, and the field has to count as it is
 * @example lookedUpLanguage('de-AT, en;q=0.5', ['en', 'de']) // 'de'
 */
export function lookedUpLanguage(
  acceptLanguage: string | undefined,
  languages: readonly string[],
): string | undefined {
  const ranges = acceptLanguage === undefined ? [] : preferences(acceptLanguage)
  if (ranges?.every(({ name, weight }) => RANGE.test(name) && weight > 0) !== true) return undefined
  const byTag = new Map(languages.map((language) => [asciiLower(language), language]))
  for (const { name } of [...ranges].sort((a, b) => b.weight - a.weight)) {
    const found = lookup(name, byTag)
    if (found !== undefined) return found
  }
  return languages[0]
}

/**
 * 3.4: subtags are taken away from the end, and with each a single letter or digit before it. `*` is no language, and
 * leads on to the next range.
 */
function lookup(range: string, byTag: ReadonlyMap<string, string>): string | undefined {
  const subtags = range.split('-')
  while (subtags.length > 0) {
    const found = byTag.get(subtags.join('-'))
    if (found !== undefined) return found
    subtags.pop()
    if (subtags.length > 1 && subtags.at(-1)?.length === 1) subtags.pop()
  }
  return undefined
}
