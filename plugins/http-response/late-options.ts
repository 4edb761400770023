import { CallOptionError } from '../../src/domain/index.ts'
import type { HttpPolicy } from './options.ts'

/** What tells pages apart, for users and tenants above all. What else makes the key only makes more of them the same. */
const TELLING_APART = ['key', 'tenant'] as const

/**
 * An option of a mount behind another one that comes too late: the page was looked up, and an answer would be stored, by
 * what the outer mount says of its key, so that others would get it. Undefined if there is none.
 */
export function lateOption(policy: HttpPolicy, outer: HttpPolicy): CallOptionError | undefined {
  const option = TELLING_APART.find((name) => policy[name] !== outer[name])
  if (option === undefined) return undefined
  return new CallOptionError(
    option,
    'comes too late on a mount behind another httpCache(), so its answers are not kept. Say it on the outer mount.',
  )
}

/** As `lateOption`, for a mount with another cache. */
export function lateCache(): CallOptionError {
  return new CallOptionError(
    'cache',
    'is another one than that of the httpCache() before this mount, which answers for both, so nothing is kept. Give both the same cache, or mount them beside each other.',
  )
}
