import {
  CallOptionError,
  type CallOptions,
  cacheTtl,
  describe,
  nearestNames,
  tagList,
  type WrapOptions,
} from '../../src/domain/index.ts'

type Check = (value: unknown, option: string) => void

const CHECKS: Readonly<Record<keyof WrapOptions<never>, Check>> = {
  name: check('a non-empty string', (value) => typeof value === 'string' && value !== ''),
  key: check('a function', isFunction),
  id: check('a function', isFunction),
  instance: check('a function', isFunction),
  tags: (value) => isFunction(value) || tagList(value),
  ttl: cacheTtl,
  staleWhileRevalidate: cacheTtl,
  staleIfError: cacheTtl,
  jitter: check('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
  timeout: checkTimeout,
  size: check('a number of bytes', (value) => typeof value === 'number' && value >= 0),
  clone: check("'auto', 'structured', 'freeze' or 'none'", (value) =>
    ['auto', 'structured', 'freeze', 'none'].includes(value as string),
  ),
  forceRefresh: check('true or false', (value) => typeof value === 'boolean'),
  bypass: check('true or false', (value) => typeof value === 'boolean'),
  signal: check('an AbortSignal', (value) => value instanceof AbortSignal),
}

/**
 * Refuses options that no call could use, when the function is wrapped and not when it is first called.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`
 */
export function checkFunctionOptions(options: object): void {
  for (const [option, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, option)) throw unknownOption(option)
    if (value !== undefined) CHECKS[option as keyof typeof CHECKS](value, option)
  }
}

/** What is left for the cache: all but what the function surface uses up itself. */
export function callOptions<A extends unknown[], Self>(options: WrapOptions<A, Self>): CallOptions {
  const { name, key, id, instance, tags, ...rest } = options
  return tags === undefined || typeof tags === 'function' ? rest : { ...rest, tags: [...tags] }
}

function check(expected: string, holds: (value: unknown) => boolean): Check {
  return (value, option) => {
    if (!holds(value)) throw new CallOptionError(option, `expected ${expected}, got ${describe(value)}.`)
  }
}

function checkTimeout(value: unknown, option: string): void {
  if (typeof value !== 'object' || value === null) {
    throw new CallOptionError(option, `expected { soft, hard }, got ${describe(value)}.`)
  }
  for (const [part, duration] of Object.entries(value)) {
    const name = `${option}.${part}`
    if (part !== 'soft' && part !== 'hard') throw new CallOptionError(name, 'expected soft or hard.')
    if (duration !== undefined) cacheTtl(duration, name)
  }
}

function unknownOption(option: string): CallOptionError {
  const known = Object.keys(CHECKS)
  const nearest = nearestNames(option, known)
  const hint = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `Known: ${known.join(', ')}.`
  return new CallOptionError(option, `there is no such option. ${hint}`)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
