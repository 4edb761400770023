import type { FastifyReply } from 'fastify'
import type { SentAnswer, Served } from '../../plugins/http-response/index.ts'

/**
 * Calls back with an answer of the cache as Fastify sends it, after all hooks; not at all if they have put another body
 * in its place.
 */
export function onSending({ raw }: FastifyReply, { body }: Served, sent: (answer: SentAnswer) => void): void {
  const { writeHead, end } = raw
  let head: SentAnswer | undefined
  raw.writeHead = function (this: typeof raw, status: number, headers: Record<string, Value>) {
    head = {
      status,
      fields: Object.entries({ ...named(raw), ...headers }).map(([name, value]) => [name, text(value)]),
    }
    return writeHead.call(this, status, headers as never)
  } as typeof writeHead
  raw.end = function (this: typeof raw, ...args: unknown[]) {
    const result = end.apply(this, args as never)
    if (head !== undefined && isSame(args[0], body)) sent(head)
    return result
  } as typeof end
}

/** Hooks may have been given text, or a copy. Fastify sends nothing in the place of what is empty. */
function isSame(given: unknown, body: Buffer | null): boolean {
  if (given === null || given === undefined) return body === null || body.byteLength === 0
  if (typeof given === 'string') return body !== null && Buffer.from(given).equals(body)
  return given instanceof Uint8Array && body?.equals(given) === true
}

type Value = string | number | readonly string[]

/** What plugins have written to the raw response, in lower case as Fastify has its own. */
function named(raw: FastifyReply['raw']): Record<string, Value> {
  return raw.getHeaders() as Record<string, Value>
}

function text(value: Value): string | readonly string[] {
  return typeof value === 'object' ? value : String(value)
}
