import { pipeline, Readable, Transform } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Exchange } from '../../plugins/http-response/index.ts'
import { type HeaderValue, liveHeader } from './reply-fields.ts'

/** What is sent in the end. A class: see `Visit`. */
export class Sent {
  readonly #reply: FastifyReply
  /** The reply, where hooks that come after the cache may still change what is whole by then. */
  readonly reply: FastifyReply | undefined

  constructor(reply: FastifyReply, isAlone: boolean) {
    this.#reply = reply
    this.reply = isAlone ? undefined : reply
  }

  field(name: string): HeaderValue {
    return liveHeader(this.#reply, name)
  }
}

/** The payload as it goes on to the client, recorded: at once if it is whole, as it passes if it is a stream. */
export function recorded(payload: unknown, exchange: Exchange, sent: Sent): unknown {
  if (!exchange.recording) return payload
  const end = ending(exchange, sent)
  if (payload === null || payload === undefined || isWhole(payload)) {
    if (isWhole(payload)) exchange.chunk(payload)
    end()
    return payload
  }
  if (isNodeStream(payload)) return tapped(payload, exchange, end)
  if (payload instanceof ReadableStream) return tapped(Readable.fromWeb(payload as never), exchange, end)
  exchange.abandon()
  return payload
}

export function isWhole(payload: unknown): payload is string | Uint8Array {
  return typeof payload === 'string' || payload instanceof Uint8Array
}

/**
 * What is to be done when all was recorded: keep it, as soon as nobody can change its head any more. Also where nobody is
 * left to receive it, so no event tells of that. Cookies count as they were when the head was written by Fastify: layers
 * before the cache that wait for that write theirs then.
 */
export function ending(exchange: Exchange, head: Sent): () => void {
  const { reply } = head
  if (reply === undefined) return () => void exchange.finish()
  const { raw, statusCode } = reply
  const { writeHead } = raw
  let cookies: HeaderValue
  let isSent = false
  let isRecorded = false
  const settle = (): void => {
    if (!isSent || !isRecorded) return
    // A hook that compares validators sends 304 in the place of the same answer.
    if (reply.statusCode !== statusCode && reply.statusCode !== 304) return exchange.abandon()
    const sent = (name: string) => (name === 'set-cookie' ? cookies : head.field(name))
    void exchange.finish({ field: sent, byLayersBefore: false })
  }
  raw.writeHead = function (this: typeof raw, ...args: unknown[]) {
    raw.writeHead = writeHead
    cookies = reply.getHeader('set-cookie')
    const result = writeHead.apply(this, args as never)
    isSent = true
    settle()
    return result
  } as typeof writeHead
  return () => {
    isRecorded = true
    settle()
  }
}

function isNodeStream(payload: unknown): payload is Readable {
  return typeof (payload as { pipe?: unknown }).pipe === 'function'
}

/** A copy is taken of what passes; errors and a client that leaves go through to the source as before. */
function tapped(source: Readable, exchange: Exchange, end: () => void): Readable {
  const tap = new Transform({
    transform(chunk: Uint8Array | string, encoding, next) {
      exchange.chunk(chunk, encoding)
      next(null, chunk)
    },
  })
  return pipeline(source, tap, (error) => {
    if (error == null) end()
    else exchange.abandon()
  })
}
