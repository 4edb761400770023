import { type AnswerHead, type Decision, decideAnswer } from './answer-decision.ts'
import type { ExchangeParts } from './exchange-parts.ts'
import { type Reads, readsOf } from './observed-vary.ts'
import type { HttpPolicy } from './options.ts'
import { appendCacheStatus, fieldLines, type HeaderFields } from './rules/index.ts'

/**
 * What becomes of an answer of the handler, by its head and by what was read to make it so far.
 *
 * @param tooLarge its length is known, and it is longer than is kept
 */
export function decideMade(
  parts: ExchangeParts,
  head: AnswerHead,
  policy: HttpPolicy,
  now: number,
  tooLarge: boolean,
): Decision {
  const decision = decideAnswer(parts.request, head, policy, now, parts.principal)
  if (decision.verdict.store && tooLarge) return decision.refused('too-large')
  const refused = decision.verdict.store ? readsOf(parts.observed, decision, policy).refused : undefined
  if (refused === undefined) return decision
  parts.tell(head.headers, policy)
  return decision.refused(refused)
}

/** The answer is made: what was read for it is known, and nothing that is read from now on counts. */
export function endOfReads(parts: ExchangeParts, decision: Decision, policy: HttpPolicy): Reads {
  const { observed } = parts
  const reads = readsOf(observed, decision, policy)
  if (observed === undefined) return reads
  parts.tell(decision.head.headers, policy)
  observed.release()
  return reads
}

/** An answer about the resource, and not about this request or this moment. */
export function replaces(status: number): boolean {
  return status < 400 || status === 404 || status === 410
}

/** Cache-Status as the handler made it, with this cache's member. */
export function appendedTo(made: HeaderFields, member: string | undefined): string | undefined {
  return member === undefined ? undefined : appendCacheStatus(fieldLines(made, 'cache-status'), member)
}
