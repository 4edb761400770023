import { type Decision, decideAnswer } from './answer-decision.ts'
import type { WholeBody } from './body-length.ts'
import type { HttpPolicy } from './options.ts'
import {
  dateValue,
  formatHttpDate,
  type HeaderFields,
  hasField,
  isNotModified,
  notModifiedFields,
  OWN_TARGET,
  type RequestView,
  type ResponseHead,
  updatedFields,
} from './rules/index.ts'
import type { Served } from './served.ts'
import { servedPart } from './served-part.ts'
import type { StoredResponse } from './stored-response.ts'

/** What is sent in place of what the handler made. */
export interface Substitute {
  readonly answer: Served
  /** The bytes that the handler still sends are recorded, though the client does not get them. */
  readonly recorded: boolean
}

/**
 * What the handler's 304 says of the stored response it was asked about (RFC 9111, 4.3.4): its fields, updated, and
 * what becomes of it now. The 304 is the newest word on its age and date.
 */
export function decideConfirmed(
  request: RequestView,
  stored: StoredResponse,
  answer: { readonly headers: HeaderFields; readonly sent: HeaderFields },
  policy: HttpPolicy,
  now: number,
  principal: boolean,
): Decision {
  const date = dateValue(answer.headers, now) === undefined ? formatHttpDate(now) : undefined
  const { 'set-cookie': _, ...headers } = answer.headers
  const updated = updatedFields(stored.headers, { ...headers, ...(date !== undefined && { date }) })
  // Age is never stored, and is the 304's own.
  const fields = { ...updated, ...(headers.age !== undefined && { age: headers.age }) }
  return decideAnswer(
    request,
    { status: stored.status, headers: fields, sent: answer.sent },
    policy,
    now,
    principal,
  )
}

/**
 * The client's own conditions and ranges, kept from the handler, on the whole answer that it made: a 304 or a part in
 * its place, or undefined if the client has to have it (RFC 9110, 13.2.2).
 */
export function inPlaceOf(
  request: RequestView,
  head: ResponseHead,
  body: WholeBody,
  now: number,
  status: string | undefined,
): Served | undefined {
  const holds = isNotModified(request, head, now)
  if (!holds && !hasField(request.headers, 'range')) return undefined
  const ours = { ...(status !== undefined && { 'cache-status': status }), [OWN_TARGET]: undefined }
  if (!holds) return servedPart(request, { ...head, headers: { ...head.headers, ...ours } }, body.bytes, now)
  return { status: 304, headers: { ...notModifiedFields(head.headers), ...ours }, body: null }
}

/** RFC 5861, 4 */
export function isFailure(status: number): boolean {
  return status === 500 || status === 502 || status === 503 || status === 504
}

/** With the cookies that the handler has set for this client alone. */
export function withCookiesOf(made: HeaderFields, answer: Served): Served {
  const cookies = hasField(made, 'set-cookie') && { 'set-cookie': made['set-cookie'] }
  return { ...answer, text: answer.text ?? false, headers: { ...answer.headers, ...cookies } }
}
