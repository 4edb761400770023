import type { SurfacePort } from '../../src/application/index.ts'
import { decideConfirmed } from './answer-substitute.ts'
import type { HttpRequest } from './keys.ts'
import type { HttpPolicy } from './options.ts'
import { confirmsByHead, type ResponseHead } from './rules/index.ts'
import { keptFor, refreshedResponse, responseSize, type StoredResponse } from './stored-response.ts'

/**
 * HEAD was answered while a stale answer to GET is stored: if it speaks of the same, the stored fields are updated;
 * if it speaks of another, the stored one is gone (RFC 9111, 4.3.5). An answer that fails says nothing.
 */
export function headAnswered(
  port: SurfacePort,
  { request, policy, key, stored }: Stale,
  answer: ResponseHead,
): void {
  if (answer.status !== 200) return
  try {
    if (!confirmsByHead(stored.headers, stored.body.byteLength, answer)) return port.purge(key)
    const asked = { ...request, method: 'GET' }
    const now = port.wall()
    const said = { headers: answer.headers, sent: answer.headers }
    const decision = decideConfirmed(asked, stored, said, policy, now, false)
    if (!decision.verdict.store) return port.purge(key)
    keep(port, key, policy, refreshedResponse(stored, decision, now, policy))
  } catch (error) {
    port.report(error)
  }
}

interface Stale {
  readonly request: HttpRequest
  readonly policy: HttpPolicy
  readonly key: string
  readonly stored: StoredResponse
}

function keep(port: SurfacePort, key: string, policy: HttpPolicy, response: StoredResponse): void {
  const pending = port.beginAlone(key)
  // What the stored one was made from is what this one depends on. It is gone if that has changed.
  if (pending.run(() => port.read(key)) === undefined) return pending.end()
  const keeping = { ...keptFor(response, policy, port.wall()), size: responseSize(response) }
  pending
    .keep(response, keeping, key)
    .catch((error: unknown) => port.report(error))
    .finally(() => pending.end())
}
