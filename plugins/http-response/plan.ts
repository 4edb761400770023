import type { Exchange } from './exchange.ts'
import type { ObservedHeaders } from './observed-headers.ts'
import type { HttpPolicy } from './options.ts'
import type { ForwardReason, ResponseHead } from './rules/index.ts'
import type { Served } from './served.ts'
import { fieldsForTheCache } from './tag-fields.ts'

/**
 * What to do with a request: send an answer, run the handler and record it, or run the handler as if there were no
 * cache. `answered` wants to see what it answered, before that is sent, and returns the fields that are not sent on.
 */
export type Plan =
  | { readonly kind: 'serve'; readonly answer: Served }
  | { readonly kind: 'record'; readonly exchange: Exchange }
  | {
      readonly kind: 'pass'
      readonly reason: ForwardReason
      readonly detail: string | undefined
      readonly answered?: ((head: ResponseHead) => readonly string[]) | undefined
      /** Takes the place of the request's headers until then. */
      readonly observed?: ObservedHeaders | undefined
    }

/** The cache is off, and nobody pays for it: not even for a look at what is answered. */
export const OFF: Plan = { kind: 'pass', reason: 'bypass', detail: 'disabled' }

/** Nor for keys that are too long: who sends such requests in masses must not have anything kept for each of them. */
export const TOO_LONG: Plan = { kind: 'pass', reason: 'bypass', detail: 'long-key' }

/** The cache steps aside. */
export function bypassed(policy: HttpPolicy, detail?: string): Plan {
  return { ...watched(policy, 'bypass'), detail }
}

/** What the handler writes for the cache is not sent on, whether or not there is anything to store. */
export function watched(
  policy: HttpPolicy,
  reason: ForwardReason,
  then?: (head: ResponseHead) => void,
): Extract<Plan, { kind: 'pass' }> {
  const answered = (head: ResponseHead): readonly string[] => {
    then?.(head)
    return fieldsForTheCache(head.headers, policy.sendTags)
  }
  return { kind: 'pass', reason, detail: undefined, answered }
}
