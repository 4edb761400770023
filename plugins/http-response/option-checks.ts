import {
  type ByteSize,
  CallOptionError,
  cacheTtl,
  describe,
  nearestNames,
  parseByteSize,
} from '../../src/domain/index.ts'
import { asciiLower, isLanguageTag, isNegativeName, isToken, type NegativeTtls } from './rules/index.ts'

/** @throws CallOptionError for a name that is no option */
export function knownOptions(options: object, known: readonly string[], where = 'the HTTP cache'): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const nearest = nearestNames(name, known)
    const hint = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `Known: ${known.join(', ')}.`
    throw new CallOptionError(name, `there is no such option of ${where}. ${hint}`)
  }
}

/** @throws CallOptionError for what holds no options; a string would be taken for options named by numbers */
export function mustBeOptions(option: string, value: unknown, otherwise = ''): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw new CallOptionError(option, `expected an object of options${otherwise}, got ${describe(value)}.`)
}

/** @throws CallOptionError for a cache in the place of the options that hold it */
export function refuseCacheItself(where: string, options: object): void {
  if (typeof (options as { surface?: unknown }).surface !== 'function') return
  throw new CallOptionError(where, 'got the cache itself in place of its options. Pass { cache }.')
}

export function optionalFunction<F>(option: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === 'function') return value
  throw new CallOptionError(option, `expected a function of the request, got ${describe(value)}.`)
}

export function flag(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw new CallOptionError(option, `expected true or false, got ${describe(value)}.`)
}

/** Milliseconds; the fallback if the option was not given. */
export function duration<F>(option: string, value: unknown, fallback: F): number | F {
  return value === undefined ? fallback : cacheTtl(value, option)
}

/** One of some words. */
export function choice<C>(option: string, value: unknown, choices: readonly C[], fallback: C): C {
  if (value === undefined) return fallback
  if (choices.includes(value as C)) return value as C
  throw new CallOptionError(option, `expected ${choices.map(String).join(', ')}, got ${describe(value)}.`)
}

/** Header names in lower case, each once, in the order given. */
export function headerNames(option: string, names: unknown): readonly string[] {
  const checked = stringList(option, names).map((name) => {
    if (isToken(name)) return asciiLower(name)
    throw new CallOptionError(
      option,
      `expected header names such as 'accept-language', got ${describe(name)}.`,
    )
  })
  return [...new Set(checked)]
}

/** A list of strings, such as the names of query parameters. */
export function stringList(option: string, names: unknown): readonly string[] {
  if (!Array.isArray(names)) throw new CallOptionError(option, `expected names, got ${describe(names)}.`)
  for (const name of names) {
    if (typeof name !== 'string') throw new CallOptionError(option, `expected names, got ${describe(name)}.`)
  }
  return names
}

/** At least one tag such as `'de'` or `'pt-BR'`. */
export function languageTags(names: unknown): readonly string[] {
  const wrong = stringList('languages', names).find((name) => !isLanguageTag(name))
  if (wrong === undefined && (names as string[]).length > 0) return names as string[]
  const got = wrong === undefined ? 'none. Leave languages out if there is but one' : describe(wrong)
  throw new CallOptionError('languages', `expected at least one tag such as 'en' or 'pt-BR', got ${got}.`)
}

export function bodySize(option: string, value: ByteSize): number {
  const bytes = parseByteSize(value)
  if (bytes !== undefined) return bytes
  throw new CallOptionError(option, `expected bytes or a string such as '5mb', got ${describe(value)}.`)
}

/** One duration for every status that may have a negative ttl, or one for each. */
export function negativeTtls(value: unknown): NegativeTtls {
  if (typeof value !== 'object' || value === null) {
    const ms = cacheTtl(value, 'negativeTtl')
    return { '4xx': ms, '5xx': ms }
  }
  return Object.fromEntries(
    Object.entries(value).map(([status, ttl]) => {
      if (isNegativeName(status)) return [status, cacheTtl(ttl, `negativeTtl[${status}]`)]
      throw new CallOptionError(
        'negativeTtl',
        `${status} can have no negative ttl; 404, 405, 410, 414, 500 to 504, '4xx' and '5xx' can.`,
      )
    }),
  )
}
