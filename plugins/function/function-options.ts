import {
  CallOptionError,
  type CallOptions,
  cacheTtl,
  checkTimeout,
  describe,
  isAbortSignal,
  nearestNames,
  REFRESH_EXPECTED,
  refreshPolicy,
  type SetOptions,
  tagList,
  type WrapOptions,
} from '../../src/domain/index.ts'

type Check = (value: unknown, option: string) => void

/** Of `wrap`; those of the decorators that are not among them are below. */
const WRAP_CHECKS: Readonly<Record<keyof WrapOptions<never>, Check>> = {
  name: check('a non-empty string', isName),
  namespace: check('a non-empty string', isName),
  key: check('a function', isFunction),
  id: check('a function', isFunction),
  instance: check('a function', isFunction),
  condition: check('a function', isFunction),
  unless: check('a function', isFunction),
  resultTags: check('a function', isFunction),
  tags: (value) => isFunction(value) || tagList(value),
  ttl: (value, option) => void (isFunction(value) || cacheTtl(value, option)),
  staleWhileRevalidate: cacheTtl,
  staleIfError: cacheTtl,
  jitter: check('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
  timeout: checkTimeout,
  size: check('a number of bytes', (value) => typeof value === 'number' && value >= 0),
  clone: check("'auto', 'structured', 'freeze' or 'none'", (value) =>
    ['auto', 'structured', 'freeze', 'none'].includes(value as string),
  ),
  refreshAhead: check(
    REFRESH_EXPECTED.replace('expected ', ''),
    (value) => refreshPolicy(value as never) !== undefined,
  ),
  negativeTtl: cacheTtl,
  errorBackoff: cacheTtl,
  sliding: cacheTtl,
  consistent: check('true or false', isBoolean),
  forceRefresh: check('true or false', isBoolean),
  bypass: check('true or false', isBoolean),
  signal: check('an AbortSignal, such as controller.signal', isAbortSignal),
}

const CHECKS: Readonly<Record<string, Check>> = {
  ...WRAP_CHECKS,
  method: check('the name of a method', (value) => isName(value) || typeof value === 'symbol'),
  resultKey: check('a function', isFunction),
  allEntries: check('true or false', isBoolean),
  beforeInvocation: check('true or false', isBoolean),
}

/** What `wrap` takes. */
export const WRAP_OPTIONS: readonly string[] = Object.keys(WRAP_CHECKS)

const SET_OPTIONS = [
  ...['ttl', 'staleWhileRevalidate', 'staleIfError', 'jitter', 'clone', 'size', 'refreshAhead', 'sliding'],
]
const OPERATION_OPTIONS = [
  ...['namespace', 'method', 'key', 'resultKey', 'instance', 'tags', 'resultTags', 'condition', 'unless'],
]

/** What the decorators take. `cache` is checked by each of them. */
export const CACHED_OPTIONS: readonly string[] = ['cache', ...WRAP_OPTIONS]
export const PUT_OPTIONS: readonly string[] = ['cache', ...OPERATION_OPTIONS, ...SET_OPTIONS]
export const EVICT_OPTIONS: readonly string[] = [
  'cache',
  ...OPERATION_OPTIONS,
  'allEntries',
  'beforeInvocation',
]
const OF_ONE_METHOD = [
  'name',
  'key',
  'condition',
  'unless',
  'resultTags',
  'size',
  'forceRefresh',
  'bypass',
  'signal',
]
export const CONFIG_OPTIONS: readonly string[] = CACHED_OPTIONS.filter(
  (option) => !OF_ONE_METHOD.includes(option),
)

/**
 * Refuses options that no call could use, when the function is wrapped and not when it is first called.
 *
 * @throws CallOptionError `HITHERTO_OPTION_INVALID`, TagError `HITHERTO_TAG_INVALID`
 */
export function checkFunctionOptions(options: object, known: readonly string[] = WRAP_OPTIONS): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (!known.includes(option)) throw unknownOption(option, known)
    CHECKS[option]?.(value, option)
  }
}

type AnyOptions = WrapOptions<never, never, never>

/** What is left for the cache: all but what the function surface uses up itself. */
export function callOptions(options: AnyOptions): CallOptions {
  const { name, namespace, key, id, instance, condition, unless, resultTags, tags, ttl, ...rest } = options
  return {
    ...rest,
    ...(ttl !== undefined && typeof ttl !== 'function' && { ttl }),
    ...(tags !== undefined && typeof tags !== 'function' && { tags: [...tags] }),
  }
}

/** Of those, what an answer that is given and not loaded has a use for. */
export function setOptions(options: AnyOptions): SetOptions {
  const { timeout, forceRefresh, bypass, signal, negativeTtl, errorBackoff, consistent, ...rest } =
    callOptions(options)
  return rest
}

/** An option that is undefined is as one that is not there: it hides no default. */
export function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

function check(expected: string, holds: (value: unknown) => boolean): Check {
  return (value, option) => {
    if (!holds(value)) throw new CallOptionError(option, `expected ${expected}, got ${describe(value)}.`)
  }
}

function unknownOption(option: string, known: readonly string[]): CallOptionError {
  const nearest = nearestNames(option, known)
  const hint = nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : `Known: ${known.join(', ')}.`
  return new CallOptionError(option, `there is no such option. ${hint}`)
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean'
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
