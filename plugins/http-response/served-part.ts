import { randomBytes } from 'node:crypto'
import {
  fieldValue,
  forbidsTransforming,
  type HeaderFields,
  hasField,
  type RequestView,
  type ResponseHead,
  rangeAnswer,
} from './rules/index.ts'
import type { Served } from './served.ts'

/**
 * The part of a whole that a range request gets, or 416; undefined if it gets the whole (RFC 9110, 14). A single part
 * is a view of the body; several are copied, side by side no longer than the whole but for the lines between them.
 *
 * @param whole as it would be sent; preconditions have been asked (13.2.2)
 * @param now wall clock, milliseconds
 */
export function servedPart(
  request: RequestView,
  whole: ResponseHead,
  body: Buffer,
  now: number,
): Served | undefined {
  if (!hasField(request.headers, 'range')) return undefined
  const boundary = randomBytes(18).toString('hex')
  const part = rangeAnswer(request, whole, body, { boundary, now })
  if (part === undefined) return undefined
  const { status, fields, parts } = part
  const [only, ...more] = parts
  return {
    status,
    headers: status === 206 ? untransformed(fields) : fields,
    body: more.length > 0 || only === undefined ? Buffer.concat(parts) : asBuffer(only),
  }
}

/** Middleware outside the cache that compresses does not look at the status, and a compressed part is part of nothing. */
function untransformed(fields: HeaderFields): HeaderFields {
  if (forbidsTransforming(fields)) return fields
  const given = fieldValue(fields, 'cache-control')
  return { ...fields, 'cache-control': given === undefined ? 'no-transform' : `${given}, no-transform` }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
