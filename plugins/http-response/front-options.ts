import { CallOptionError, describe } from '../../src/domain/index.ts'
import { FrontPass } from './front-pass.ts'
import { headerNames, knownOptions } from './option-checks.ts'

/** Where pages are answered before the framework runs. */
export interface FrontOptions {
  /**
   * Response headers that the layers before the cache set to the same value on every answer, whoever asks: they are sent
   * with answers in front as they were seen last. Default none.
   */
  readonly headers?: readonly string[]
}

/** What is new in each answer, or says that it is not the same for everybody. */
const NEVER_CONSTANT: ReadonlySet<string> = new Set([
  'age',
  'cache-status',
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'set-cookie',
  'transfer-encoding',
  'vary',
])

/** The names of the constant headers; undefined where nothing is answered in front. @throws CallOptionError */
export function frontHeaders(
  given: unknown,
  base: readonly string[] | undefined,
): readonly string[] | undefined {
  if (given === undefined) return base
  if (given === false) return undefined
  if (given === true) return base ?? []
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new CallOptionError('front', `expected true, false or { headers: [...] }, got ${describe(given)}.`)
  }
  knownOptions(given, ['headers'])
  const names = headerNames('front.headers', (given as FrontOptions).headers ?? [])
  const wrong = names.find((name) => NEVER_CONSTANT.has(name))
  if (wrong === undefined) return names
  throw new CallOptionError('front.headers', `${wrong} is not the same on every answer. Leave it out.`)
}

/** Functions of the framework's request, which is not there yet in front. */
const OF_THE_REQUEST = ['key', 'tenant', 'principal', 'bypass'] as const

interface FrontPolicy extends Readonly<Record<(typeof OF_THE_REQUEST)[number], unknown>> {
  readonly front: readonly string[] | undefined
}

/** The option that keeps all pages of a policy from being answered in front; undefined if there is none. */
export function keepsBehind(policy: FrontPolicy): string | undefined {
  return OF_THE_REQUEST.find((name) => policy[name] !== undefined)
}

/** What an answer of such a policy is stored with, if it may be answered in front. */
export function frontPass(policy: FrontPolicy, observed: readonly string[]): FrontPass | undefined {
  if (policy.front === undefined || keepsBehind(policy) !== undefined) return undefined
  return new FrontPass(policy.front, observed)
}

/** @throws CallOptionError for a mount or a route that wants what cannot be */
export function checkFront(policy: FrontPolicy): void {
  const reason = policy.front === undefined ? undefined : keepsBehind(policy)
  if (reason === undefined) return
  throw new CallOptionError(
    'front',
    `cannot be used with ${reason}: it is called with the framework's request, which is not there yet. Say front: false for these routes, or leave ${reason} out.`,
  )
}
