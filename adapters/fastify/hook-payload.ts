import type { FastifyReply } from 'fastify'
import type { Served } from '../../plugins/http-response/index.ts'

/** What hooks are shown of an answer. */
export type HookPayload = string | Buffer | undefined

/** Bytes of their own, and no others for those who come after: a hook may have changed what the ones before it were given. */
export function ownBytes(payload: HookPayload, { body }: Served): HookPayload {
  return typeof payload === 'object' && body !== null ? Buffer.from(body) : payload
}

/**
 * An answer of the cache as the hooks of its route expect it: text where the handler made text, since a hook that
 * replaces words calls methods of strings; bytes of their own, since a hook may change them in place.
 */
export function hookPayload({ body, text = false }: Served): HookPayload {
  if (body === null) return text ? '' : undefined
  return text ? body.toString() : Buffer.from(body)
}

/** Fastify gives the length of what it sends, and a 304 has that of the 200 or none (RFC 9110, 8.6). */
export function withoutLength({ raw }: FastifyReply): void {
  const { writeHead } = raw
  raw.writeHead = function (this: typeof raw, ...args: unknown[]) {
    const [status, ...rest] = args
    // What a hook made of it since, an error page say, has the length that it has.
    if (status === 304) for (const fields of rest) if (isRecord(fields)) delete fields['content-length']
    return writeHead.apply(this, args as never)
  } as typeof writeHead
}

/** A head may also be implicit, or a list. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
