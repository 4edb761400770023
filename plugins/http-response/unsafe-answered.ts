import type { SurfacePort } from '../../src/application/index.ts'
import { groupScope, type HttpRequest } from './keys.ts'
import { namedTargets } from './named-targets.ts'
import type { HttpPolicy } from './options.ts'
import { isSafe } from './request-kinds.ts'
import { invalidatedGroups, type ResponseHead } from './rules/index.ts'
import type { StoredAnswers } from './stored-answers.ts'
import type { WrittenKeys } from './written-keys.ts'

/** What a write needs of the surface. */
interface Written {
  readonly port: SurfacePort
  readonly answers: StoredAnswers
  readonly keys: WrittenKeys
}

/**
 * A request with an unsafe method was answered: unless it failed, what is stored for its URL is out of date, and so
 * is what its answer names in Location and Content-Location (RFC 9111, 4.4). Called before the answer is sent.
 */
export function unsafeAnswered(
  { port, answers, keys }: Written,
  request: HttpRequest,
  policy: HttpPolicy,
  { status, headers }: ResponseHead,
): void {
  try {
    port.purgeTags(invalidatedGroups(request.method, headers, groupScope(request, policy)))
    if (status < 200 || status >= 400 || isSafe(request.method)) return
    for (const target of [request.target, ...namedTargets(request, headers)])
      for (const key of keys.of(request, policy, target)) answers.purge(key)
  } catch (error) {
    port.report(error)
  }
}
