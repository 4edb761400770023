import type { SurfacePort } from '../../src/application/index.ts'
import { decideConfirmed } from './answer-substitute.ts'
import type { HttpRequest } from './keys.ts'
import type { HttpPolicy } from './options.ts'
import { type ResponseHead, saidByHead } from './rules/index.ts'
import {
  keptFor,
  refreshedResponse,
  responseSize,
  type StoredResponse,
  type StoredValue,
} from './stored-response.ts'

/**
 * HEAD was answered while a stale answer to GET is stored: if it speaks of the same, the stored fields are updated;
 * if it speaks of another, the stored one is gone (RFC 9111, 4.3.5). An answer that fails says nothing.
 */
export function headAnswered(
  port: SurfacePort,
  { request, policy, key, stored, forOneUser }: Stale,
  answer: ResponseHead,
): void {
  if (answer.status !== 200) return
  try {
    const said = saidByHead(stored.headers, stored.body.byteLength, answer)
    if (said === 'nothing') return
    if (said === 'another') return port.purge(key)
    const { target, host, headers } = request
    const asked = { method: 'GET', target, host, headers }
    const now = port.wall()
    const fields = { headers: answer.headers, sent: answer.headers }
    const decision = decideConfirmed(asked, stored, fields, policy, now, forOneUser)
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
  /** It is kept for the one who asks. */
  readonly forOneUser: boolean
}

function keep(port: SurfacePort, key: string, policy: HttpPolicy, response: StoredResponse): void {
  const pending = port.beginAlone(key)
  // What the stored one was made from is what this one depends on. Meanwhile a newer one may have taken its place.
  if (pending.run(() => port.read<StoredValue>(key) as StoredResponse | undefined)?.body !== response.body)
    return pending.end()
  const keeping = { ...keptFor(response, policy, port.wall()), size: responseSize(response) }
  void pending.keep(response, keeping, key)
}
