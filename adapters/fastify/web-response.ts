import type { FastifyReply } from 'fastify'

/** A web Response as Fastify will take it apart: status and headers into the reply, its body as the payload. */
export function unpacked(payload: unknown, reply: FastifyReply): unknown {
  // Fastify has an error of its own for one that was read.
  if (!isResponse(payload) || payload.bodyUsed === true) return payload
  const { status, headers, body } = payload
  if (typeof status === 'number') reply.code(status)
  if (typeof headers?.forEach === 'function') for (const [name, value] of headers) reply.header(name, value)
  return body
}

/** As Fastify asks: one of a package (`undici`) is no instance of the global class. */
function isResponse(payload: unknown): payload is Partial<Response> {
  return Object.prototype.toString.call(payload) === '[object Response]'
}
