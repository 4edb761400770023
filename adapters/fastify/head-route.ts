import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Served } from '../../plugins/http-response/index.ts'

/**
 * Fastify's own hook of HEAD routes tells the length of what it gets, 0 for undefined, and throws for null. A stream has
 * none, and a 304 must not tell another one than its 200 would (RFC 9110, 8.6).
 */
export function bodyFor({ method }: FastifyRequest, { body }: Served): Buffer | Readable | null {
  return body === null && method === 'HEAD' ? Readable.from([]) : body
}
