import type { FastifyReply } from 'fastify'
import type { SentAnswer } from '../../plugins/http-response/index.ts'
import type { HookPayload } from './hook-payload.ts'

/**
 * Calls back with an answer of the cache as Fastify sends it, after all hooks; not at all if they have put another body
 * in its place.
 */
export function onSending(
  { raw }: FastifyReply,
  payload: HookPayload,
  sent: (answer: SentAnswer) => void,
): void {
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
    if (head !== undefined && isSame(args[0], payload)) sent(head)
    return result
  } as typeof end
}

/** Fastify sends nothing in the place of what is empty. */
function isSame(given: unknown, payload: HookPayload): boolean {
  return given === payload || (given == null && (payload === undefined || payload.length === 0))
}

type Value = string | number | readonly string[]

/** What plugins have written to the raw response, in lower case as Fastify has its own. */
function named(raw: FastifyReply['raw']): Record<string, Value> {
  return raw.getHeaders() as Record<string, Value>
}

function text(value: Value): string | readonly string[] {
  return typeof value === 'object' ? value : String(value)
}
