import type { FastifyReply } from 'fastify'
import type { Served } from '../../plugins/http-response/index.ts'

/** What hooks are shown of an answer. */
export type HookPayload = string | Buffer | undefined

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
  raw.writeHead = function (this: typeof raw, status: number, headers: Record<string, unknown>) {
    delete headers['content-length']
    return writeHead.call(this, status, headers as never)
  } as typeof writeHead
}
